"""Archives of others: only methods that unpack under a cap, and bounds on what one archive may become."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from adapters.edxml import packed
from adapters.edxml.attachments import base64_of, open_attachment
from loopback.documents import package, zipped
from syncd.sides.reading import ReadingVerdict
from tests.adapters.edxml.test_hostile import opened_plain
from tests.adapters.edxml.worlds import paper, read_folder


def packed_by(method: int, entries: dict[str, bytes]) -> bytes:
    written = BytesIO()
    with zipfile.ZipFile(written, "w", method) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return written.getvalue()


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_method_that_unpacks_without_a_limit_is_refused_before_a_byte_is_unpacked(method: int) -> None:
    """The library inflates a whole piece of these at once: some kilobytes would become gigabytes in memory."""
    found = opened_plain("a.txt.bin", packed_by(method, {"a.txt": b"1.014820"}))
    assert (found.attachments, found.codes) == ((), None)
    assert f"packed by method {method}" in found.oddities[0].seen


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_the_methods_that_everybody_uses_are_read(method: int) -> None:
    found = opened_plain("a.txt", packed_by(method, {"a.txt": b"1.014820"}))
    assert found.codes == ("1.014820",)


async def test_such_an_entry_of_an_archive_of_packages_is_one_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "1.edxml").write_bytes(package(paper()))
    (tmp_path / "older.zip").write_bytes(packed_by(zipfile.ZIP_BZIP2, {"2.edxml": package(paper(number="12"))}))
    said = await read_folder(tmp_path)
    assert (len(said.decisions), said.finding("unreadable"), said.proof.whole) == (1, 1, False)


async def test_an_archive_within_an_archive_is_not_opened_and_not_passed_over(tmp_path: Path) -> None:
    inner = zipped({"2.edxml": package(paper(number="12"))})
    (tmp_path / "older.zip").write_bytes(zipped({"1.edxml": package(paper()), "2025.ZIP": inner}))
    said = await read_folder(tmp_path)
    assert said.proof.verdict is ReadingVerdict.PARTIAL
    assert "older.zip!2025.ZIP: an archive within an archive is not opened" in said.proof.reasons[0]


async def test_what_one_archive_unpacks_to_in_sum_has_a_cap(tmp_path: Path) -> None:
    """Each entry alone is below its own cap."""
    content = package(paper())
    (tmp_path / "0.edxml").write_bytes(content)
    (tmp_path / "older.zip").write_bytes(zipped({f"{at}.edxml": content for at in range(10)}))
    cap = 9 * len(content)
    said = await read_folder(tmp_path, place={"max_unpacked_bytes": cap})
    assert (said.finding("unreadable"), said.proof.counted) == (1, 2)
    assert f"older.zip: its packages unpack to {10 * len(content)} bytes, over the cap of {cap}" in str(said.proof)
    assert (await read_folder(tmp_path, place={"max_unpacked_bytes": 10 * len(content)})).proof.whole


async def test_an_archive_of_countless_entries_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "ENTRIES", 3)
    (tmp_path / "0.edxml").write_bytes(package(paper()))
    (tmp_path / "older.zip").write_bytes(zipped({f"{at}.txt": b"" for at in range(4)}))
    assert "older.zip: it has 4 entries, over the cap of 3" in str((await read_folder(tmp_path)).proof)


def test_a_sink_of_such_an_archive_is_closed() -> None:
    sink = base64_of("", 10)
    open_attachment(sink, "a.txt", most=10, where="here")
    assert sink.file.closed
