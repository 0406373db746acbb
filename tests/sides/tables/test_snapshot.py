"""One consistent look at a file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from syncd.sides.tables.snapshot import read_snapshot


def test_a_file_that_grows_while_it_is_read_has_two_marks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Mã TTHC\n")
    real = os.read

    def growing(handle: int, size: int) -> bytes:
        part = real(handle, size)
        if not part:
            with path.open("a") as stream:
                stream.write("1.1\n")
        return part

    monkeypatch.setattr("syncd.sides.tables.snapshot.os.read", growing)
    snapshot = read_snapshot(path, 10_000)
    assert snapshot.before != snapshot.after
