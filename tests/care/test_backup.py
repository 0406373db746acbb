"""A backup is made while the ledger is written, proven, and described; nothing half made has a name."""

from __future__ import annotations

import gzip
import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from syncd.care.backup import backup, finished, rotate, target_in
from syncd.care.errors import CareError, UnsoundError
from syncd.care.manifest import manifest_path, read_manifest
from syncd.care.restoring import prove_backup
from syncd.care.rotation import Rotation
from syncd.ledger.audit import note
from tests.passes.towns import Town

NOW = datetime(2026, 11, 26, tzinfo=UTC)


def names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


def test_what_is_backed_up_is_what_the_manifest_says(town: Town, url: str, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    made = backup(url, target_in(folder, url, NOW), now=NOW)
    assert names(folder) == ["syncd-20261126T000000Z.db.gz", "syncd-20261126T000000Z.db.gz.json"]
    assert read_manifest(made.path) == made.manifest
    assert made.manifest.rows["passes"] == 2
    assert made.manifest.audit_rows > 0
    _, sound = prove_backup(made.path)
    assert sound is not None
    assert sound.evidence == made.manifest.rows["versions"]


def test_nobody_else_can_read_a_backup(url: str, tmp_path: Path) -> None:
    made = backup(url, target_in(tmp_path / "backups", url, NOW), now=NOW)
    assert [one.stat().st_mode & 0o077 for one in (made.path.parent, made.path, manifest_path(made.path))] == [0, 0, 0]


def test_a_ledger_is_backed_up_while_it_is_written(town: Town, url: str, tmp_path: Path) -> None:
    """A writer goes on all the while; each copy is one whole state whose chain leads to its own newest hash."""
    stop, written = threading.Event(), threading.Event()

    def write() -> None:
        while not stop.is_set():
            town.ledger.write_now(note, at=NOW, actor="t", action="busy", text="x" * 1000)
            written.set()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert written.wait(20)
        made = [
            backup(url, target_in(tmp_path / "b", url, at), now=at)
            for at in (NOW + timedelta(seconds=number) for number in range(3))
        ]
    finally:
        stop.set()
        writer.join()
    for one in made:
        prove_backup(one.path)
    trails = [one.manifest.audit_rows for one in made]
    assert trails == sorted(set(trails)), "each has more than the one before"


def test_a_backup_is_never_written_over(url: str, tmp_path: Path) -> None:
    (tmp_path / "mine.gz").write_text("precious")
    with pytest.raises(CareError, match="is there already"):
        backup(url, tmp_path / "mine.gz", now=NOW)
    assert (tmp_path / "mine.gz").read_text() == "precious"


def test_a_ledger_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CareError, match="no ledger to back up"):
        backup(f"sqlite:///{tmp_path}/nowhere.db", tmp_path / "x.gz", now=NOW)
    assert names(tmp_path) == []


def test_a_ledger_whose_audit_trail_is_broken_is_not_backed_up_as_if_all_were_well(
    town: Town, url: str, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as connection, connection:
        connection.execute("UPDATE audit SET actor = 'nobody' WHERE id = 2")
    with pytest.raises(UnsoundError, match="audit trail is broken after 1 rows"):
        backup(url, target_in(tmp_path / "backups", url, NOW), now=NOW)
    assert names(tmp_path / "backups") == []


def test_a_changed_backup_is_found_out(url: str, tmp_path: Path) -> None:
    """One byte less, one byte other, another content under a right digest, no manifest."""
    made = backup(url, tmp_path / "one.gz", now=NOW)
    good = made.path.read_bytes()
    for bad in (good[:-1], good[:100] + bytes([good[100] ^ 1]) + good[101:], gzip.compress(b"other")):
        made.path.write_bytes(bad)
        with pytest.raises(UnsoundError, match="not what its manifest says"):
            prove_backup(made.path)
    manifest_path(made.path).unlink()
    with pytest.raises(UnsoundError, match="was never finished"):
        prove_backup(made.path)


def test_what_a_killed_backup_left_is_swept_away(url: str, tmp_path: Path) -> None:
    left = tmp_path / "backups" / ".syncd-20261125T000000Z.db.gz.999999999.part"
    left.parent.mkdir()
    left.write_text("half")
    backup(url, target_in(tmp_path / "backups", url, NOW), now=NOW)
    assert not left.exists()


def test_rotation_removes_backups_with_their_manifests_and_nothing_else(url: str, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    for hours in (0, 1, 24):
        at = NOW + timedelta(hours=hours)
        backup(url, target_in(folder, url, at), now=at)
    (folder / "syncd-notes.txt").write_text("mine")
    (folder / "syncd-20200101T000000Z.db.gz").write_text("never finished: not ours to remove")
    gone = rotate(folder, Rotation(7, 0, 0))
    assert [one.name for one in gone] == ["syncd-20261126T000000Z.db.gz"]
    assert len(finished(folder)) == 2
    assert len(names(folder)) == 6
