"""The iGate adapter as a counter of dossiers: whole answers or an error, and nothing of the applicant."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from adapters.igate.dossier_words import instant
from adapters.igate.dossiers import ASKED_ALWAYS
from loopback.igate_dossiers import DOSSIERS, LEVEL_QUERY, STATISTICS
from loopback.igate_state import ROOT_ID
from loopback.opencps_book import DossierBook
from syncd.records.dates import HO_CHI_MINH
from syncd.records.dossiers import Tally
from syncd.records.periods import Period
from syncd.sides.errors import BlockedError, PermanentError, ShapeError, SideError, StaleError, UnauthorisedError
from tests.adapters.igate.worlds import NO_PROCEDURES, Served, Site, answering, counting, igate

MONTH, QUARTER, YEAR = Period.parse("2026-10"), Period.parse("2026-Q3"), Period.parse("2026")
NOW = datetime(2026, 11, 25, 2, tzinfo=UTC)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with igate(NO_PROCEDURES) as running:
        yield running


@pytest.fixture
async def site_of() -> AsyncIterator[Served]:
    async with answering() as make:
        yield make


def book(site: Site) -> DossierBook:
    return site.state.dossiers


def a_row(**changes: Any) -> dict[str, Any]:
    return {"id": "a1", "code": "H26-1", "appointmentDate": "2026-11-01T10:00:00.000+0000", **changes}


def a_page(*rows: Any, **changes: Any) -> dict[str, Any]:
    return {"content": list(rows), "number": 0, "last": True, "totalElements": len(rows), **changes}


def a_statistic(**changes: Any) -> dict[str, Any]:
    unit = {"id": "u1", "code": "H26.1", "name": "Sở A"}
    return {"agency": unit, "received": 5, "resolved": 3, "resolvedOverdue": 1, "receivedOnline": 2, **changes}


@pytest.mark.parametrize("period", [MONTH, QUARTER, YEAR])
async def test_tallies_are_those_of_the_site_and_of_every_unit(site: Site, period: Period) -> None:
    """A quarter as well: days are asked for, and a dossier of its last day is of it."""
    async with counting(site) as reader:
        found = await reader.read_tallies(period, ROOT_ID)
    entries = [one for one in book(site).entries.values() if one.received.date() in period]
    whole = next(one for one in found.tallies if one.unit_code == "H26")
    assert whole.received == len(entries) > 0
    assert whole.finished_late == sum(bool(one.released and one.due and one.released > one.due) for one in entries)
    assert whole.online == sum(one.online for one in entries)
    assert {one.unit_code for one in found.tallies} == {one.unit_code for one in book(site).entries.values()} | {"H26"}


async def test_the_parts_of_a_tally_are_told_apart(site: Site) -> None:
    async with counting(site) as reader:
        whole = next(one for one in (await reader.read_tallies(YEAR, ROOT_ID)).tallies if one.unit_code == "H26")
    assert whole.finished_on_time
    assert whole.finished_late
    assert whole.finished == whole.finished_on_time + whole.finished_late
    assert (whole.running_in_time, whole.running_late, whole.not_on_time) == (None, None, None)


async def test_only_counts_that_it_promises_are_filled(site: Site) -> None:
    async with counting(site) as reader:
        tally = (await reader.read_tallies(MONTH, ROOT_ID)).tallies[0]
        filled = {name for name in Tally.__struct_fields__ if getattr(tally, name) not in (None, "")}
        assert filled - {"unit_code", "unit_name"} == reader.counts


async def test_units_without_a_dossier_are_shown_so_that_none_is_mistaken_for_absent(site: Site) -> None:
    for entry in list(book(site).entries.values()):
        if entry.unit_code == "000.00.17.H26":
            book(site).remove(entry.number)
            book(site).put(replace(entry, received=datetime(2024, 1, 5, 9)))  # noqa: DTZ001 - the book is local
    async with counting(site) as reader:
        found = {one.unit_code: one for one in (await reader.read_tallies(YEAR, ROOT_ID)).tallies}
    assert found["000.00.17.H26"].received == 0


async def test_ids_of_another_sites_levels_show_no_unit_and_that_is_no_zero(site: Site) -> None:
    async with counting(site, statistics_query=LEVEL_QUERY | {"agencyLevel0": "5" * 24}) as reader:
        with pytest.raises(StaleError, match="no unit is shown for 2026-10") as raised:
            await reader.read_tallies(MONTH, ROOT_ID)
    assert "agencyLevel" in raised.value.action


async def test_the_question_is_spelt_as_the_system_spells_it(site_of: Served) -> None:
    """``suppended-cancelled``; the parameters of a site win over what is asked always, but not over root and days."""
    site = await site_of({STATISTICS: [a_statistic()]})
    query = {"isKGGReportCancel": "false", "agency-id": "x", "agencyLevel0": "a0"}
    async with counting(site, statistics_query=query) as reader:
        await reader.read_tallies(MONTH, ROOT_ID)
    (asked,) = site.state.asked
    for part in (
        "suppended-cancelled=true",
        "isKGGReportCancel=false",
        f"agency-id={ROOT_ID}",
        "agencyLevel0=a0",
        "from-date=2026-10-01T00:00:00.000Z",
        "to-date=2026-10-31T23:59:59.999Z",
    ):
        assert part in asked
    assert set(ASKED_ALWAYS) >= {"suppended-cancelled", "hide-agency-no-dossier"}


@pytest.mark.parametrize(
    ("rows", "error", "words"),
    [
        ([], StaleError, "no unit is shown"),
        ({"content": []}, StaleError, "no unit is shown"),
        ([a_statistic(), a_statistic()], ShapeError, "2 rows of the unit 'H26.1'"),
        ([a_statistic(received=-1)], ShapeError, "counts of"),
        ([a_statistic(resolvedOverdue=4)], ShapeError, "of 3 resolved 4 late"),
        ([a_statistic(receivedOnline=6)], ShapeError, "of 5 received 6 online"),
        ([a_statistic(received="5")], ShapeError, r"\$\[0\].received"),
        ([{"received": 5}], ShapeError, r"\$\[0\]"),
        ("abc", ShapeError, "array"),
    ],
)
async def test_statistics_that_cannot_be_right_are_an_error(
    site_of: Served, rows: Any, error: type[SideError], words: str
) -> None:
    async with counting(await site_of({STATISTICS: rows})) as reader:
        with pytest.raises(error, match=words):
            await reader.read_tallies(MONTH, ROOT_ID)


async def test_rows_inside_content_and_names_of_either_kind_are_read(site_of: Served) -> None:
    """The root without a code is the whole; a unit without one goes by its id."""
    names = [{"languageId": 46, "name": "Root"}, {"languageId": 228, "name": "UBND tỉnh"}]
    rows = [
        a_statistic(agency={"id": ROOT_ID, "code": None, "name": names}),
        a_statistic(agency={"id": "u2", "code": " ", "name": "Sở B"}),
    ]
    async with counting(await site_of({STATISTICS: {"content": rows}})) as reader:
        found = (await reader.read_tallies(MONTH, ROOT_ID)).tallies
    assert [(one.unit_code, one.unit_name) for one in found] == [("", "UBND tỉnh"), ("u2", "Sở B")]


@pytest.mark.parametrize("slices", [False, True])
async def test_overdue_ones_and_those_that_just_ended_late_are_listed_whole(site: Site, slices: bool) -> None:
    site.state.slices = slices
    async with counting(site) as reader:
        assert reader.lists_overdue
        found = {one.number: one for one in await reader.read_overdue(ROOT_ID, NOW)}
    now = book(site).now
    entries = book(site).entries.values()
    running = {one.number for one in entries if one.is_overdue(now)}
    since = now - timedelta(days=7)
    ended = {one.number for one in entries if one.released and one.due and one.released > max(one.due, since)}
    assert running
    assert ended
    assert set(found) == running | ended
    assert {number for number, one in found.items() if one.finished is None} == running


async def test_paused_ones_are_not_overdue_unless_their_state_is_said_to_run(site: Site) -> None:
    """Numbers of states have no public legend: which of them run is the operator's to say."""
    async with counting(site, running_states=(2, 6)) as reader:
        more = {one.number for one in await reader.read_overdue(ROOT_ID, NOW)}
    async with counting(site) as reader:
        found = {one.number for one in await reader.read_overdue(ROOT_ID, NOW)}
    paused = {one.number for one in book(site).entries.values() if one.lock and one.due and one.due < book(site).now}
    assert more - found == paused != set()


async def test_a_dossier_has_its_number_procedure_unit_dates_and_state(site: Site) -> None:
    async with counting(site) as reader:
        one = next(one for one in await reader.read_overdue(ROOT_ID, NOW) if one.finished is None)
    entry = book(site).by_number(one.number)
    assert (one.procedure_code, one.unit_code, one.unit_name, one.state) == (
        entry.service_code,
        entry.unit_code,
        entry.unit_name,
        "2",
    )
    assert entry.due is not None
    assert one.due == entry.due.replace(microsecond=0, tzinfo=HO_CHI_MINH)


async def test_nothing_of_the_applicant_comes_out(site: Site) -> None:
    async with counting(site) as reader:
        listed = await reader.read_overdue(ROOT_ID, NOW)
        again = await reader.read_again([one.number for one in listed])
    written = msgspec.json.encode([*listed, *again]).decode()
    assert len(listed) == len(again) > 0
    assert not [text for text in book(site).personal() if text in written]


async def test_a_dossier_that_left_the_list_is_found_by_its_number(site: Site) -> None:
    """Its end was moved back to the due date: no list shows it any more."""
    number = book(site).resets[0]
    book(site).advance()
    async with counting(site) as reader:
        assert number not in {one.number for one in await reader.read_overdue(ROOT_ID, NOW + timedelta(days=1))}
        (found,) = await reader.read_again([number])
    assert found.finished == found.due


async def test_a_number_that_is_part_of_another_is_not_mistaken_for_it(site: Site) -> None:
    number = next(iter(book(site).entries.values())).number
    book(site).put(replace(book(site).by_number(number), id=99_999, number=f"{number}-B"))
    book(site).remove(number)
    async with counting(site) as reader:
        assert await reader.read_again([number, "#a1"]) == ()


async def test_a_number_that_too_many_others_hold_proves_no_absence(site_of: Served) -> None:
    page = a_page(a_row(code="H26-11"), last=False)
    async with counting(await site_of({DOSSIERS: page})) as reader:
        with pytest.raises(StaleError, match="found by one number"):
            await reader.read_again(["H26-1"])


async def test_a_number_of_which_fewer_are_shown_than_declared_proves_no_absence(site_of: Served) -> None:
    page = {**a_page(a_row(code="H26-11"), last=True), "totalElements": 30}
    async with counting(await site_of({DOSSIERS: page})) as reader:
        with pytest.raises(StaleError, match="found by one number"):
            await reader.read_again(["H26-1"])


async def test_of_a_dossier_and_its_copy_the_later_counts(site_of: Served) -> None:
    rows = [
        a_row(id="a2", appliedDate="2026-10-02T01:00:00.000+0000", dossierStatus={"id": 4}),
        a_row(id="a1", appliedDate="2026-10-01T01:00:00.000+0000", dossierStatus=0),
    ]
    async with counting(await site_of({DOSSIERS: a_page(*rows)})) as reader:
        assert [one.state for one in await reader.read_again(["H26-1"])] == ["4"]


async def test_a_dossier_without_a_number_goes_by_its_id(site_of: Served) -> None:
    async with counting(await site_of({DOSSIERS: a_page(a_row(code=None))})) as reader:
        (found,) = await reader.read_overdue(ROOT_ID, NOW)
    assert found.number == "#a1"


@pytest.mark.parametrize(
    "changes",
    [
        {"appointmentDate": "2026-02-31T08:00:00.000+0000"},
        {"appointmentDate": "2026-11-01T08:00:00"},
        {"appointmentDate": "Nguyễn Văn A 0912345678"},
        {"id": None},
        {"code": 5},
    ],
)
async def test_a_row_that_cannot_be_read_is_an_error_that_quotes_nothing(
    site_of: Served, changes: dict[str, Any]
) -> None:
    """Whatever stands in a row may be personal: the path is told, never the text."""
    row = a_row(applicant={"data": {"fullname": "NGUYỄN VĂN A"}}, **changes)
    async with counting(await site_of({DOSSIERS: a_page(row)})) as reader:
        with pytest.raises(ShapeError) as refused:
            await reader.read_overdue(ROOT_ID, NOW)
    assert "$." in refused.value.message
    assert "Nguyễn" not in str(refused.value)
    assert "0912345678" not in str(refused.value)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("block_page_200", BlockedError),
        ("truncated_body", SideError),
        ("cut_json", ShapeError),
        ("unavailable", SideError),
        ("unauthorised", UnauthorisedError),
    ],
)
async def test_a_system_that_fails_is_an_error_and_never_a_shorter_list(
    site: Site, fault: str, error: type[SideError]
) -> None:
    site.faults.add(fault, path=DOSSIERS, times=None)
    async with counting(site) as reader:
        with pytest.raises(error):
            await reader.read_overdue(ROOT_ID, NOW)
        with pytest.raises(error):
            await reader.read_again([book(site).resets[0]])


@pytest.mark.parametrize("slices", [False, True])
@pytest.mark.parametrize("fault", ["lost_page", "short_page", "duplicate_key", "repeated_page"])
async def test_a_list_that_misleads_is_an_error(site: Site, fault: str, slices: bool) -> None:
    site.state.slices = slices
    rule = site.faults.add(fault, path=DOSSIERS, nth=2, times=None)
    async with counting(site) as reader:
        with pytest.raises(SideError):
            await reader.read_overdue(ROOT_ID, NOW)
    assert rule.hits


@pytest.mark.parametrize("slices", [False, True])
async def test_a_list_that_changed_while_it_was_read_is_read_again(site: Site, slices: bool) -> None:
    site.state.slices = slices
    rule = site.faults.add("lost_page", path=DOSSIERS, nth=2)
    async with counting(site) as reader:
        assert await reader.read_overdue(ROOT_ID, NOW)
    assert rule.hits == 1


async def test_a_token_that_ends_in_mid_list_loses_no_dossier(site: Site) -> None:
    async with counting(site) as reader:
        before = await reader.read_overdue(ROOT_ID, NOW)
        site.state.asked.clear()
        site.state.before = lambda: site.sso.expire() if len(site.state.asked) in (1, 3) else None
        assert await reader.read_overdue(ROOT_ID, NOW) == before
    assert len(site.sso.grants) == 3


async def test_a_site_whose_search_is_not_to_be_used_lists_nothing(site: Site) -> None:
    async with counting(site, lists_overdue=False) as reader:
        assert not reader.lists_overdue
        with pytest.raises(PermanentError):
            await reader.read_overdue(ROOT_ID, NOW)


async def test_the_check_searches_a_little(site: Site) -> None:
    async with counting(site) as reader:
        assert "can be searched" in await reader.check()
    assert site.state.asked == [DOSSIERS]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-10-01T01:30:00.000+0000", datetime(2026, 10, 1, 1, 30, tzinfo=UTC)),
        ("2026-10-01T08:30:00.000+07:00", datetime(2026, 10, 1, 1, 30, tzinfo=UTC)),
        ("2026-10-01T01:30:00Z", datetime(2026, 10, 1, 1, 30, tzinfo=UTC)),
        ("", None),
        (None, None),
    ],
)
def test_instants_are_written_with_their_offset(text: str | None, expected: datetime | None) -> None:
    assert instant(text, "", "$") == expected


async def test_cancelling_leaves_nothing_behind(site: Site) -> None:
    async with counting(site) as reader:
        task = asyncio.create_task(reader.read_again([one.number for one in book(site).entries.values()]))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
