"""The OpenCPS adapter as a counter of dossiers: whole answers or an error, and nothing of the applicant."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import msgspec
import pytest
from aiohttp import web

from adapters.opencps import OpenCpsDossiers, definition
from adapters.opencps.dossier_words import instant
from loopback.catalogue import Catalogue
from loopback.opencps_book import DossierBook
from loopback.run import Systems, running, serve
from syncd.errors import ConfigurationError
from syncd.records.dossiers import Tally
from syncd.records.periods import Period
from syncd.sides.adapter import Surroundings
from syncd.sides.errors import BlockedError, PermanentError, ShapeError, SideError, StaleError, UnauthorisedError
from syncd.sides.http import HttpClient, HttpSettings
from tests.adapters.test_opencps import settings

ROOT = "H26"
MONTH, YEAR = Period.parse("2026-10"), Period.parse("2026")
NOW = datetime(2026, 11, 25, 2, tzinfo=UTC)
EMPTY = Catalogue(seed=7, portal=(), city=(), equivalences={}, planted=(), events=(), registers={})


@pytest.fixture
async def systems() -> AsyncIterator[Systems]:
    async with serve(EMPTY) as started:
        yield started


def built(systems: Systems, *, password: str | None = None, **changes: Any) -> OpenCpsDossiers:
    def secret(name: str) -> str:
        assert name == "opencps-password"
        return password if password is not None else systems.access.password

    def http(side: str, own: HttpSettings) -> HttpClient:
        return HttpClient(side, own, secret=secret)

    surroundings = Surroundings(side="city", folder=Path(), secret=secret, http=http)
    assert definition.dossiers is not None
    reader = definition.dossiers(settings(systems, **{"page_size": 10, **changes}), surroundings)
    assert isinstance(reader, OpenCpsDossiers)
    return reader


@pytest.fixture
async def reader(systems: Systems) -> AsyncIterator[OpenCpsDossiers]:
    made = built(systems)
    yield made
    await made.close()


class Made(Protocol):
    """Makes a reader of a system that gives just these answers."""

    async def __call__(self, statistics: Any = None, dossiers: Any = None) -> OpenCpsDossiers: ...


@pytest.fixture
async def system_of(systems: Systems) -> AsyncIterator[Made]:
    async with AsyncExitStack() as stack:

        async def make(statistics: Any = None, dossiers: Any = None) -> OpenCpsDossiers:
            async def handler(request: web.Request) -> web.Response:
                return web.json_response(statistics if request.path.endswith("/statistics") else dossiers)

            app = web.Application()
            app.router.add_get("/{path:.*}", handler)
            made = built(systems, base_url=await stack.enter_async_context(running(app)) + "/o/rest/v2")
            stack.push_async_callback(made.close)
            return made

        yield make


def book(systems: Systems) -> DossierBook:
    return systems.opencps.dossiers


def a_row(**changes: Any) -> dict[str, Any]:
    return {"dossierId": 1, "dossierNo": "H26-1", "dueDate": "01/11/2026 17:00:00", "releaseDate": "", **changes}


def a_statistic(**changes: Any) -> dict[str, Any]:
    return {"month": 10, "year": 2026, "govAgencyCode": "", "domainCode": "", "receivedCount": 3, **changes}


async def test_tallies_are_those_of_the_site_and_of_every_unit(systems: Systems, reader: OpenCpsDossiers) -> None:
    found = await reader.read_tallies(MONTH, ROOT)

    entries = [one for one in book(systems).entries.values() if one.received.month == 10]
    whole = next(one for one in found.tallies if one.unit_code == ROOT)
    assert whole.received == len(entries)
    assert whole.finished_late == sum(bool(one.released and one.due and one.released > one.due) for one in entries)
    assert {one.unit_code for one in found.tallies} == {one.unit_code for one in entries} | {ROOT}


async def test_the_parts_of_a_tally_are_told_apart(reader: OpenCpsDossiers) -> None:
    """Ended late is "overtime", running late is "overdue": mixed up they would still look right."""
    whole = next(one for one in (await reader.read_tallies(YEAR, ROOT)).tallies if one.unit_code == ROOT)
    parts = (whole.finished_on_time, whole.finished_late, whole.running_in_time, whole.running_late)

    assert all(part for part in parts)
    assert sum(part or 0 for part in parts) == whole.received
    assert whole.finished == (whole.finished_on_time or 0) + (whole.finished_late or 0)


async def test_only_counts_that_it_promises_are_filled(reader: OpenCpsDossiers) -> None:
    tally = (await reader.read_tallies(MONTH, ROOT)).tallies[0]
    filled = {name for name in Tally.__struct_fields__ if getattr(tally, name) not in (None, "")}

    assert filled - {"unit_code", "unit_name"} == reader.counts


async def test_quarters_are_refused_since_months_do_not_add_up(reader: OpenCpsDossiers) -> None:
    with pytest.raises(PermanentError, match="2026-Q3"):
        await reader.read_tallies(Period.parse("2026-Q3"), ROOT)


@pytest.mark.parametrize(
    ("rows", "error", "words"),
    [
        ([], StaleError, "no row of the whole site"),
        ([a_statistic(govAgencyCode="H26.17")], StaleError, "no row of the whole site"),
        ([a_statistic(), a_statistic()], ShapeError, "2 rows of the unit"),
        ([a_statistic(month=9)], ShapeError, "a row of 9/2026 came"),
        ([a_statistic(receivedCount=-1)], ShapeError, "a count of -1"),
        ([a_statistic(receivedCount="3")], ShapeError, r"\$.data\[0\].receivedCount"),
    ],
)
async def test_statistics_that_cannot_be_right_are_an_error(
    system_of: Made, rows: list[Any], error: type[SideError], words: str
) -> None:
    reader = await system_of(statistics={"total": len(rows), "data": rows})

    with pytest.raises(error, match=words):
        await reader.read_tallies(MONTH, ROOT)


async def test_rows_of_one_field_or_system_or_group_are_no_totals(system_of: Made) -> None:
    rows = [
        a_statistic(),
        a_statistic(domainCode="G15-HT01", receivedCount=1),
        a_statistic(system="2", receivedCount=1),
        a_statistic(groupAgencyCode="SO", receivedCount=2),
    ]
    reader = await system_of(statistics={"total": 4, "data": rows})

    assert [one.received for one in (await reader.read_tallies(MONTH, ROOT)).tallies] == [3]


async def test_overdue_ones_and_those_that_just_ended_late_are_listed_whole(
    systems: Systems, reader: OpenCpsDossiers
) -> None:
    found = {one.number: one for one in await reader.read_overdue(ROOT, NOW)}

    since = book(systems).now.replace(hour=0) - timedelta(days=7)
    entries = book(systems).entries.values()
    running = {one.number for one in entries if one.is_overdue(book(systems).now)}
    ended = {one.number for one in entries if one.released and one.due and one.released > max(one.due, since)}
    assert running
    assert ended
    assert set(found) == running | ended
    assert {number for number, one in found.items() if one.finished is None} == running


async def test_a_dossier_has_its_number_procedure_unit_dates_and_state(
    systems: Systems, reader: OpenCpsDossiers
) -> None:
    one = next(one for one in await reader.read_overdue(ROOT, NOW) if one.finished is None)
    entry = book(systems).by_number(one.number)

    assert (one.procedure_code, one.unit_code, one.unit_name, one.state) == (
        entry.service_code,
        entry.unit_code,
        entry.unit_name,
        entry.status,
    )
    assert one.due is not None
    assert entry.due is not None
    assert one.due.astimezone(UTC).replace(tzinfo=None) == entry.due.replace(microsecond=0) - timedelta(hours=7)


async def test_nothing_of_the_applicant_comes_out(systems: Systems, reader: OpenCpsDossiers) -> None:
    listed = await reader.read_overdue(ROOT, NOW)
    again = await reader.read_again([one.number for one in listed])
    written = msgspec.json.encode([*listed, *again]).decode()

    assert len(listed) == len(again) > 0
    assert not [text for text in book(systems).personal() if text in written]


async def test_a_dossier_that_left_the_list_is_found_by_its_number(systems: Systems, reader: OpenCpsDossiers) -> None:
    number = book(systems).resets[0]
    book(systems).advance()

    assert number not in {one.number for one in await reader.read_overdue(ROOT, NOW + timedelta(days=1))}
    (found,) = await reader.read_again([number])
    assert found.finished == found.due


async def test_a_number_that_is_part_of_another_is_not_mistaken_for_it(
    systems: Systems, reader: OpenCpsDossiers
) -> None:
    """The search finds by parts; what is gone is left out, not replaced by its neighbour."""
    number = next(iter(book(systems).entries.values())).number
    book(systems).put(replace(book(systems).by_number(number), id=99_999, number=f"{number}-B"))
    book(systems).remove(number)

    assert await reader.read_again([number]) == ()


async def test_of_a_dossier_and_its_copy_the_later_counts(system_of: Made) -> None:
    rows = [
        a_row(dossierId=1, receiveDate="01/10/2026 08:00:00", dossierStatus="new"),
        a_row(dossierId=2, receiveDate="02/10/2026 08:00:00", dossierStatus="processing"),
    ]
    reader = await system_of(dossiers={"total": 2, "data": rows})

    assert [one.state for one in await reader.read_again(["H26-1"])] == ["processing"]


async def test_a_list_that_stays_short_of_its_total_is_an_error(system_of: Made) -> None:
    reader = await system_of(dossiers={"total": 0, "data": [a_row()]})

    with pytest.raises(StaleError, match="not whole"):
        await reader.read_overdue(ROOT, NOW)


@pytest.mark.parametrize(
    "changes",
    [{"dueDate": "31/02/2026 08:00:00"}, {"dueDate": "Nguyễn Văn A 0912345678"}, {"dossierId": None}, {"dossierNo": 5}],
)
async def test_a_row_that_cannot_be_read_is_an_error_that_quotes_nothing(
    system_of: Made, changes: dict[str, Any]
) -> None:
    """Whatever stands in a row may be personal: the path is told, never the text."""
    reader = await system_of(dossiers={"total": 1, "data": [a_row(applicantName="NGUYỄN VĂN A", **changes)]})

    with pytest.raises(ShapeError) as refused:
        await reader.read_overdue(ROOT, NOW)
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
    ],
)
async def test_a_system_that_fails_is_an_error_and_never_a_shorter_list(
    systems: Systems, reader: OpenCpsDossiers, fault: str, error: type[SideError]
) -> None:
    systems.opencps_faults.add(fault, path="/dossiers", times=None)

    with pytest.raises(error):
        await reader.read_overdue(ROOT, NOW)
    with pytest.raises(error):
        await reader.read_again([book(systems).resets[0]])


@pytest.mark.parametrize("fault", ["lost_page", "duplicate_key", "repeated_page", "shrinking_total"])
async def test_a_list_that_misleads_is_an_error(systems: Systems, reader: OpenCpsDossiers, fault: str) -> None:
    rule = systems.opencps_faults.add(fault, path="/dossiers", nth=2, times=None)

    with pytest.raises(SideError):
        await reader.read_overdue(ROOT, NOW)
    assert rule.hits


async def test_pages_that_come_short_are_made_up_for(systems: Systems, reader: OpenCpsDossiers) -> None:
    """The next question begins where the rows ended, not where they should have."""
    whole = await reader.read_overdue(ROOT, NOW)
    systems.opencps_faults.add("short_page", path="/dossiers", times=None)

    assert await reader.read_overdue(ROOT, NOW) == whole


async def test_a_list_that_changed_while_it_was_read_is_read_again(systems: Systems, reader: OpenCpsDossiers) -> None:
    rule = systems.opencps_faults.add("lost_page", path="/dossiers", nth=2)

    assert await reader.read_overdue(ROOT, NOW)
    assert rule.hits == 1


async def test_a_wrong_password_is_named_as_such(systems: Systems) -> None:
    reader = built(systems, password="sai-mat-khau")
    with pytest.raises(UnauthorisedError):
        await reader.check()
    await reader.close()
    await reader.close()


async def test_a_check_says_how_many_are_overdue(systems: Systems, reader: OpenCpsDossiers) -> None:
    overdue = sum(one.is_overdue(book(systems).now) for one in book(systems).entries.values())

    assert await reader.check() == f"OpenCPS: {overdue} overdue dossiers"


async def test_an_address_beside_which_there_are_no_statistics_is_refused(systems: Systems) -> None:
    with pytest.raises(ConfigurationError, match="/rest/v2"):
        built(systems, base_url="http://127.0.0.1:9/api")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("25/11/2026 15:04:05", datetime(2026, 11, 25, 8, 4, 5, tzinfo=UTC)),
        ("5/1/2026", datetime(2026, 1, 4, 17, tzinfo=UTC)),
        ("01/01/2026 00:30:00", datetime(2025, 12, 31, 17, 30, tzinfo=UTC)),
        ("", None),
        (None, None),
    ],
)
def test_times_are_local_with_24_hours(text: str | None, expected: datetime | None) -> None:
    assert instant(text, "", "$") == expected


async def test_cancelling_leaves_nothing_behind(systems: Systems, reader: OpenCpsDossiers) -> None:
    task = asyncio.create_task(reader.read_again([one.number for one in book(systems).entries.values()]))
    await asyncio.sleep(0)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
