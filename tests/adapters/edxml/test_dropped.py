"""What a place holds and a reading leaves out is told, and a reading that goes on shows that it does."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from adapters.edxml.package import Read, Unread
from adapters.edxml.reader import EdxmlDecisions, gather
from loopback.documents import package
from syncd.sides.errors import TooLargeError
from syncd.sides.reading import Evidence, Ground, ReadingVerdict
from tests.adapters.edxml.worlds import opened, paper, read_folder, settings


async def test_a_folder_deeper_than_the_limit_is_named(tmp_path: Path) -> None:
    (tmp_path / "2026" / "09").mkdir(parents=True)
    (tmp_path / "2026" / "1.edxml").write_bytes(package(paper()))
    (tmp_path / "2026" / "09" / "2.edxml").write_bytes(package(paper(number="12", document_id="D2")))
    said = await read_folder(tmp_path, place={"depth": 1})
    assert (len(said.decisions), said.proof.verdict) == (1, ReadingVerdict.PARTIAL)
    assert said.proof.reasons == ("1 folders or files are left out: 2026/09: deeper than depth = 1",)
    assert (await read_folder(tmp_path, place={"depth": 2})).proof.whole


async def test_what_has_the_name_of_a_package_and_is_no_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "1.edxml").write_bytes(package(paper()))
    os.mkfifo(tmp_path / "2.edxml")
    os.mkfifo(tmp_path / "door")
    said = await read_folder(tmp_path)
    assert said.proof.reasons == ("1 folders or files are left out: 2.edxml: neither a file nor a folder",)


@pytest.mark.parametrize("name", [b"quy\xe9t.edxml", b"c\xf4ng b\xf4.xml"])
async def test_a_name_that_is_no_text_is_shown_as_its_bytes(tmp_path: Path, name: bytes) -> None:
    """Windows of old wrote names in another encoding: the package inside is sound."""
    (tmp_path / "2026").mkdir()
    (tmp_path / "2026" / os.fsdecode(name)).write_bytes(package(paper()))
    (tmp_path / os.fsdecode(b"l\xe9.edxml")).symlink_to("/etc/passwd")
    said = await read_folder(tmp_path)
    assert (len(said.decisions), said.proof.whole) == (1, True)
    for finding in said.proof.findings:
        assert str(finding.examples).encode()


class Slow:
    """A place that brings its packages in three batches, and writes down that it was closed."""

    selective = False
    recalls = True
    answers = True

    def __init__(self) -> None:
        self.closed = False
        self.batches = 0

    async def read(self, evidence: Evidence) -> AsyncGenerator[list[Read], None]:
        try:
            for at in range(3):
                self.batches += 1
                evidence.page(records=1, digest=bytes([at]))
                yield [opened(number=str(at + 1), document_id=f"D{at}")] if at else [Unread("x", "broken")]
            evidence.close()
        finally:
            self.closed = True

    async def check(self) -> str:
        return ""

    async def close(self) -> None:
        """Nothing stays open."""


async def test_each_batch_is_a_sign_of_life() -> None:
    """A pass whose reading yields nothing for long is cancelled as stalled."""
    place, seen = Slow(), list[tuple[int, int]]()
    async for page in EdxmlDecisions(settings(folder={"path": "."}), place).list_decisions(Evidence()):
        seen.append((place.batches, len(page)))
    assert seen == [(1, 0), (2, 0), (3, 0), (3, 2)]


async def test_a_reading_that_ends_early_closes_its_place_at_once() -> None:
    place = Slow()
    with pytest.raises(TooLargeError):
        await gather(place, Evidence(), 1)
    assert (place.closed, place.batches) == (True, 3)


async def test_a_reading_that_nobody_wants_any_more_closes_its_place_at_once() -> None:
    place = Slow()
    listing = EdxmlDecisions(settings(folder={"path": "."}), place).list_decisions(Evidence())
    async for _ in listing:
        break
    await listing.aclose()  # type: ignore[attr-defined]
    assert (place.closed, place.batches) == (True, 1)


async def test_a_folder_that_is_read_shows_where_it_is(tmp_path: Path) -> None:
    for at in range(60):
        (tmp_path / f"{at:02}.edxml").write_bytes(package(paper(number=str(1000 + at), document_id=f"D{at}")))
    said = await read_folder(tmp_path)
    assert (len(said.decisions), said.proof.whole, Ground.OPEN_END in said.proof.grounds) == (60, True, False)
