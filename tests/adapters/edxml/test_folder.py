"""A folder of packages: everything in it is read, and what a reading proves is said as it is."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path

import pytest

from adapters.edxml.folder import FolderSource
from adapters.edxml.package import Package
from adapters.edxml.settings import FolderPlace
from loopback.documents import HARMLESS, Plan, package, word_file, write_folder, zipped
from syncd.records.decisions import parse_number
from syncd.records.publication_decision import DecisionState
from syncd.sides.reading import Evidence, Ground, ReadingVerdict
from tests.adapters.edxml.worlds import (
    CITY,
    SUBJECT,
    around,
    listed,
    paper,
    read_folder,
    reader,
    settings,
    small_book,
)


async def test_the_whole_book_is_read_out_of_files_and_an_archive(tmp_path: Path) -> None:
    """Every decision once, nothing else, and each as it was planted."""
    write_folder(small_book(), tmp_path)
    said = await read_folder(tmp_path)
    assert said.proof.verdict is ReadingVerdict.WHOLE
    assert said.proof.counted == len(small_book().sent)
    assert [one.key for one in said.decisions] == sorted(small_book().decisions)
    assert {one.number for one in said.left_out} > {"5103/QĐ-UBND"}
    assert {one.abstract for one in said.left_out} == {None}
    for planted in small_book().planted:
        if planted.plan is not Plan.NOT_IN_DOCUMENTS:
            found = next(one for one in said.decisions if one.key == planted.key)
            assert (found.signed, found.codes) == (planted.signed, planted.codes)
            assert parse_number(found.number).canonical == planted.number
            assert bool(parse_number(found.number).noise) is (planted.plan in HARMLESS)


@pytest.mark.parametrize(
    ("plan", "state"), [(Plan.RECALLED, DecisionState.RECALLED), (Plan.REPLACED, DecisionState.REPLACED)]
)
async def test_what_became_of_a_decision_is_read(tmp_path: Path, plan: Plan, state: DecisionState) -> None:
    write_folder(small_book(), tmp_path)
    said, planted = await read_folder(tmp_path), small_book().plan(plan)
    found = next(one for one in said.decisions if one.key == planted.key)
    assert (found.state, found.successor or "") == (state, planted.successor)


async def test_packages_lie_in_subfolders_too_and_other_files_are_none_of_ours(tmp_path: Path) -> None:
    (tmp_path / "2026" / "09").mkdir(parents=True)
    (tmp_path / "2026" / "09" / "1.EDXML").write_bytes(package(paper()))
    for name in ("half.edxml.part", ".hidden.edxml", "note.txt"):
        (tmp_path / name).write_bytes(b"<")
    said = await read_folder(tmp_path)
    assert (len(said.decisions), said.proof.counted, said.proof.whole) == (1, 1, True)


async def test_a_package_that_cannot_be_read_makes_the_reading_partial_and_is_named(tmp_path: Path) -> None:
    (tmp_path / "1.edxml").write_bytes(package(paper()))
    (tmp_path / "2.edxml").write_bytes(b"<edXML>")
    said = await read_folder(tmp_path)
    assert [one.number for one in said.decisions] == ["3584/QĐ-UBND"]
    assert said.proof.verdict is ReadingVerdict.PARTIAL
    assert said.proof.grounds == (Ground.ADAPTER,)
    assert "1 packages cannot be read: 2.edxml: no well-formed XML" in said.proof.reasons[0]
    finding = next(one for one in said.proof.findings if one.kind == "unreadable")
    assert (finding.count, finding.examples[0].startswith("2.edxml: no well-formed XML")) == (1, True)


async def test_so_many_unreadable_packages_as_were_admitted_leave_the_reading_whole(tmp_path: Path) -> None:
    """Each is a finding all the same, by which whoever compares knows that something is unread."""
    (tmp_path / "1.edxml").write_bytes(package(paper()))
    (tmp_path / "2.edxml").write_bytes(b"<edXML>")
    said = await read_folder(tmp_path, max_unreadable=1)
    assert (said.proof.whole, said.finding("unreadable")) == (True, 1)


def open_files(name: str) -> list[str]:
    """What this process holds open under a name."""
    held = (str(one.resolve()) for one in Path("/proc/self/fd").iterdir())
    return [one for one in held if one.endswith(name)]


async def test_a_reading_that_is_cancelled_in_the_middle_of_an_archive_leaves_nothing_open(tmp_path: Path) -> None:
    held = {f"{at}.edxml": package(paper(document_id=f"D{at}")) for at in range(200)}
    (tmp_path / "older.zip").write_bytes(zipped(held))
    source = FolderSource(FolderPlace(path="."), settings(folder={"path": "."}), tmp_path)

    async def read() -> None:
        async for _ in source.read(Evidence()):
            begun.set()

    begun = asyncio.Event()
    task = asyncio.create_task(read())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert open_files("older.zip") == []


async def test_where_no_package_can_be_read_nothing_is_believed(tmp_path: Path) -> None:
    (tmp_path / "1.edxml").write_bytes("<html>Bảo trì</html>".encode())
    said = await read_folder(tmp_path)
    assert said.decisions == ()
    assert said.proof.grounds[0] is Ground.FAILURE
    assert "not one of 1 packages can be read" in said.proof.reasons[0]


async def test_an_archive_that_is_cut_is_one_package_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "1.edxml").write_bytes(package(paper()))
    (tmp_path / "older.zip").write_bytes(zipped({"2.edxml": package(paper())})[:-30])
    said = await read_folder(tmp_path)
    assert (said.finding("unreadable"), said.proof.whole) == (1, False)


async def test_one_damaged_package_in_an_archive_leaves_the_others(tmp_path: Path) -> None:
    held = {"a.edxml": package(paper()), "b.edxml": b"<", "c.txt": b"x", "d/e.edxml": package(paper(number="12"))}
    (tmp_path / "older.zip").write_bytes(zipped(held))
    said = await read_folder(tmp_path)
    assert (len(said.decisions), said.finding("unreadable"), said.proof.counted) == (1, 1, 3)


async def test_a_folder_without_packages_is_not_believed(tmp_path: Path) -> None:
    assert Ground.EMPTY in (await read_folder(tmp_path)).proof.grounds


async def test_a_folder_that_changes_while_it_is_read_is_partial(tmp_path: Path) -> None:
    (tmp_path / "1.edxml").write_bytes(package(paper()))
    chosen = settings(folder={"path": "."})
    source, evidence = FolderSource(FolderPlace(path="."), chosen, tmp_path), Evidence()
    async for _ in source.read(evidence):
        (tmp_path / "2.edxml").write_bytes(package(paper(number="12")))
    assert len(set(evidence.snapshots)) == 2
    assert evidence.closed


async def test_a_file_that_is_gone_before_its_turn_is_named_and_the_change_is_seen(tmp_path: Path) -> None:
    for at in range(60):
        (tmp_path / f"{at:02}.edxml").write_bytes(package(paper(number=str(1000 + at), document_id=f"D{at}")))
    source, evidence = FolderSource(FolderPlace(path="."), settings(folder={"path": "."}), tmp_path), Evidence()
    names = []
    async for batch in source.read(evidence):
        (tmp_path / "59.edxml").unlink(missing_ok=True)
        names += [one.name for one in batch if not hasattr(one, "mark")]
    assert names == ["59.edxml"]
    assert len(set(evidence.snapshots)) == 2


async def test_what_has_not_changed_is_not_parsed_again_and_what_has_is(tmp_path: Path) -> None:
    (tmp_path / "1.edxml").write_bytes(package(paper()))
    same = {"2.edxml": package(paper(document_id="D2")), "3.edxml": package(paper(document_id="D2"))}
    (tmp_path / "older.zip").write_bytes(zipped(same))
    source, parsed = FolderSource(FolderPlace(path="."), settings(folder={"path": "."}), tmp_path), []
    for change in ("", "", "Trần Thị Nga", ""):
        if change:
            (tmp_path / "1.edxml").write_bytes(package(paper(signer=change)))
        found = [one async for batch in source.read(Evidence()) for one in batch]
        parsed.append({id(one.subject) for one in found if isinstance(one, Package)})
        assert [one.name for one in found] == ["1.edxml", "older.zip!2.edxml", "older.zip!3.edxml"]
    assert parsed[0] == parsed[1]
    assert len(parsed[1] & parsed[2]) == 1
    assert parsed[2] == parsed[3]


async def test_links_are_left_out_and_counted(tmp_path: Path) -> None:
    (tmp_path / "1.edxml").write_bytes(package(paper()))
    (tmp_path / "2.edxml").symlink_to("/etc/passwd")
    said = await read_folder(tmp_path)
    assert (said.finding("links_left_out"), said.proof.counted) == (1, 1)


async def test_a_folder_that_is_not_there_says_so(tmp_path: Path) -> None:
    async with reader(around(tmp_path), folder={"path": "nowhere"}) as made:
        said = await listed(made)
    assert "the folder cannot be read: No such file" in said.proof.reasons[0]


async def test_caps_of_files_and_bytes_are_kept(tmp_path: Path) -> None:
    (tmp_path / "1.edxml").write_bytes(package(paper()))
    (tmp_path / "2.edxml").write_bytes(package(paper(subject=SUBJECT * 2000)))
    said = await read_folder(tmp_path, max_package_bytes=50_000)
    assert (len(said.decisions), said.finding("unreadable")) == (1, 1)
    assert "more than max_packages = 1" in (await read_folder(tmp_path, max_packages=1)).proof.reasons[0]


async def test_decisions_before_the_first_day_are_left_out_and_undated_ones_stay(tmp_path: Path) -> None:
    days = ("2026/01/01", "2026/09/08", "2014/02/30")
    for at, day in enumerate(days):
        (tmp_path / f"{at}.edxml").write_bytes(package(paper(promulgated=day, document_id=f"D{at}")))
    async with reader(around(tmp_path), folder={"path": "."}, since=date(2026, 3, 27)) as made:
        assert made.since == date(2026, 3, 27)
    said = await read_folder(tmp_path, since=date(2026, 3, 27))
    assert [one.signed for one in said.decisions] == [date(2026, 9, 8), None]
    assert (said.finding("impossible_date"), said.finding("no_date")) == (1, 1)


async def test_a_decision_that_nothing_identifies_makes_the_reading_partial(tmp_path: Path) -> None:
    (tmp_path / "1.edxml").write_bytes(package(paper()))
    (tmp_path / "2.edxml").write_bytes(package(paper(document_id="", number="", promulgated="")))
    said = await read_folder(tmp_path)
    assert (said.finding("nameless"), said.proof.whole) == (1, False)


async def test_a_decision_carries_what_it_says(tmp_path: Path) -> None:
    files = (("3584.docx", word_file(["1.014325"])),)
    (tmp_path / "1.edxml").write_bytes(package(paper(attachments=files)))
    said = await read_folder(tmp_path)
    found = said.decisions[0]
    assert (found.key, found.number, found.signed) == ("H26,2026-09-08,3584/QĐ-UBND", "3584/QĐ-UBND", date(2026, 9, 8))
    assert (found.issuer_code, found.issuer_name) == CITY
    assert (found.signer, found.abstract, found.codes) == ("Nguyễn Minh Hòa", SUBJECT, ("1.014325",))
    assert (found.published, found.state, [one.name for one in found.attachments]) == (
        None,
        DecisionState.ISSUED,
        ["3584.docx"],
    )
    async with reader(around(tmp_path), folder={"path": "."}) as made:
        said_of = made.carries
        assert await made.check() == f"{tmp_path}: 1 packages and 0 archives"
    assert {"published", "key"} & said_of == set()
    assert {
        name for name in found.__struct_fields__ if getattr(found, name) and name not in ("key", "is_publication")
    } <= said_of | {"state"}
