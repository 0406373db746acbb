"""The loopback OpenCPS answers about dossiers as its code says that it answers."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import date, datetime
from typing import Any

import aiohttp
import msgspec
import pytest

from adapters.opencps.dossier_words import Statistic, tally
from loopback.catalogue.index_figures import ALL_PROVINCES, HANOI, units_below
from loopback.evaluation_state import EvaluationState
from loopback.opencps_book import EACH_FATE, DossierBook
from loopback.opencps_counts import PLANTED, agreeing, span_of
from loopback.run import Systems
from syncd.reconcile.tallies import TallyRules, compare_tallies
from syncd.records.dossiers import Tallies, Tally
from syncd.records.periods import Period


class Asker:
    """Asks the city's system as its user; ``/v2`` and statistics stand beside each other."""

    def __init__(self, session: aiohttp.ClientSession, systems: Systems) -> None:
        self.session, self.systems = session, systems
        self.base = systems.opencps_url.removesuffix("/v2")

    async def get(self, path: str, *, status: int = 200, **query: str) -> Any:
        access = self.systems.access
        headers = {"Authorization": access.authorisation, "groupId": access.group_id}
        async with self.session.get(self.base + path, params=query, headers=headers) as response:
            assert response.status == status
            return await response.json()


@pytest.fixture
async def city(systems: Systems) -> AsyncIterator[Asker]:
    async with aiohttp.ClientSession() as session:
        yield Asker(session, systems)


def test_the_same_seed_makes_the_same_dossiers() -> None:
    assert DossierBook(7).entries == DossierBook(7).entries
    assert DossierBook(7).entries != DossierBook(8).entries


def test_no_two_units_have_one_code() -> None:
    names = {(entry.unit_code, entry.unit_name) for entry in DossierBook().entries.values()}

    assert len({code for code, _ in names}) == len(names) == 12


async def test_overdue_ones_are_past_due_unfinished_and_not_paused(city: Asker) -> None:
    found = (await city.get("/v2/dossiers", top="overdue"))["data"]
    book = city.systems.opencps.dossiers

    assert len(found) > 2 * EACH_FATE
    assert {row["releaseDate"] for row in found} == {""}
    assert {row["lockState"] for row in found} == {""}
    assert {row["dossierNo"] for row in found} == {
        entry.number for entry in book.entries.values() if entry.is_overdue(book.now)
    }


async def test_rows_carry_the_applicant_and_times_with_24_hours(city: Asker) -> None:
    """Whoever reads this list must be able to leave the applicant out."""
    rows = (await city.get("/v2/dossiers", start="0", end="50"))["data"]

    assert all(row["applicantName"] and row["applicantIdNo"] and row["contactTelNo"] for row in rows)
    assert all(re.fullmatch(r"\d\d/\d\d/\d{4} \d\d:\d\d:\d\d", row["receiveDate"]) for row in rows)
    assert any(int(row["receiveDate"][11:13]) > 12 for row in rows)


async def test_pages_declare_the_total_of_all(city: Asker) -> None:
    everything = await city.get("/v2/dossiers", top="overdue")
    page = await city.get("/v2/dossiers", top="overdue", start="2", end="5")

    assert page == {"total": everything["total"], "data": everything["data"][2:5]}


async def test_a_number_is_searched_by_its_parts(city: Asker) -> None:
    number = next(iter(city.systems.opencps.dossiers.entries.values())).number

    assert [row["dossierNo"] for row in (await city.get("/v2/dossiers", dossierNo=number))["data"]] == [number]
    assert (await city.get("/v2/dossiers", dossierNo=number[:13]))["total"] > 1


async def test_released_ones_are_found_by_day(city: Asker) -> None:
    rows = (await city.get("/v2/dossiers", fromReleaseDate="01/10/2026", toReleaseDate="31/10/2026"))["data"]

    assert rows
    assert {row["releaseDate"][3:10] for row in rows} == {"10/2026"}


async def test_statistics_add_up_over_units_and_fields(city: Asker) -> None:
    rows = (await city.get("/statistics", year="2026", month="10", agency="all"))["data"]
    whole = next(row for row in rows if not row["govAgencyCode"] and not row["domainCode"])
    units = [row for row in rows if row["govAgencyCode"] and not row["domainCode"]]
    parts = [row for row in rows if row["govAgencyCode"] and row["domainCode"]]

    for count in ("receivedCount", "releaseCount", "overtimeCount", "overdueCount", "undueCount", "onlineCount"):
        assert sum(row[count] for row in units) == sum(row[count] for row in parts) == whole[count]
    assert whole["receivedCount"] == whole["releaseCount"] + whole["undueCount"] + whole["overdueCount"]
    assert whole["releaseCount"] == whole["betimesCount"] + whole["ontimeCount"] + whole["overtimeCount"]


async def test_a_year_is_asked_as_month_zero(city: Asker) -> None:
    rows = (await city.get("/statistics", year="2026", month="0", agency="all"))["data"]

    assert rows[0]["receivedCount"] == len(city.systems.opencps.dossiers.entries)
    assert {row["month"] for row in rows} == {0}


async def test_without_an_agency_only_ones_own_unit_is_shown(city: Asker) -> None:
    """The trap: whoever does not say that he means all sees a part, and is not told so."""
    shown = await city.get("/statistics", year="2026", month="10")

    assert len({row["govAgencyCode"] for row in shown["data"]}) == 1
    assert shown["total"] == len(shown["data"])


@pytest.mark.parametrize(("year", "month"), [("2027", "1"), ("2016", "1"), ("2026", "13"), ("nam", "1")])
async def test_an_impossible_period_is_refused(city: Asker, year: str, month: str) -> None:
    assert "faultMessage" in await city.get("/statistics", status=406, year=year, month=month)


def test_when_time_goes_by_some_end_late_and_some_ends_are_moved_back() -> None:
    book = DossierBook()
    resets, endings = book.resets, book.endings
    before = {number: book.by_number(number) for number in resets}

    book.advance()

    assert len(resets) == 2 * EACH_FATE
    assert len(endings) == EACH_FATE
    for number in endings:
        entry = book.by_number(number)
        assert entry.released is not None
        assert entry.due is not None
        assert entry.released > entry.due
    for number in resets:
        assert book.by_number(number).released == before[number].due
    assert {before[number].released is None for number in resets} == {True, False}


@pytest.mark.parametrize("moment", [0, 5])
def test_statistics_that_agree_with_the_portal_differ_in_the_planted_units_alone(moment: int) -> None:
    """However the portal's figures drift; a tolerance of five dossiers or one in a hundred is what daemons allow."""
    state = EvaluationState(7, today=date(2026, 11, 25))
    state.moment = moment
    period = Period.parse("2026-10")
    rows = [tally(msgspec.convert(row, Statistic), HANOI) for row in agreeing(state)(10, 2026)]

    found = compare_tallies(_portal(state, period), Tallies(period=period, tallies=tuple(rows)), TallyRules())

    assert {one.code for one in found.observations} == set(PLANTED)
    assert {(one.code, one.field) for one in found.observations} >= {
        ("H26.19", "finished_on_time"),
        ("H26.19", "end_state"),
        ("H26.20", "received"),
        ("H26.203", "received"),
    }
    assert len({code for code, _, field in found.said if field == "received"}) == len(units_below(HANOI)) + 1


def _portal(state: EvaluationState, period: Period) -> Tallies:
    """What the portal's adapter would say of Hà Nội and the units below it."""
    root = next(one for one in ALL_PROVINCES if one.code == HANOI)
    counts = {unit: state.counts(unit, span_of(10, 2026)) for unit in (root, *units_below(HANOI))}
    return Tallies(
        period=period,
        tallies=tuple(
            Tally(
                unit_code=unit.code,
                received=one.received,
                finished_on_time=one.on_time,
                not_on_time=one.received - one.on_time,
                finished=one.completed if unit is root else None,
                online=one.online if unit is root else None,
            )
            for unit, one in counts.items()
        ),
    )


async def test_a_system_can_show_reports_instead_of_its_counts(city: Asker) -> None:
    city.systems.opencps.dossiers.reports = agreeing(city.systems.portal.evaluation)
    rows = (await city.get("/statistics", year="2026", month="3", agency="all"))["data"]

    assert rows[0]["govAgencyCode"] == ""
    assert {row["receivedCount"] for row in rows if row["govAgencyCode"] == "000.00.03.H26"} == {0}
    assert rows[0]["receivedCount"] == sum(row["receivedCount"] for row in rows[1:])


def test_a_book_can_be_begun_at_any_time_of_any_year() -> None:
    book = DossierBook()

    book.begin(datetime(2027, 1, 3, 9, 0))  # noqa: DTZ001

    assert max(entry.received for entry in book.entries.values()) < book.now
    assert any(entry.is_overdue(book.now) for entry in book.entries.values())
