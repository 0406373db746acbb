"""The national portal's index reader against the loopback portal: every interface, whole or an error."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from adapters.national_portal import definition
from adapters.national_portal.evaluation_results import NATION
from adapters.national_portal.index import QUESTIONS, PortalIndex
from adapters.service_index import PROVINCES
from loopback.catalogue.agencies import HANOI_ID
from loopback.catalogue.index_figures import units_below
from loopback.run import Systems, serve
from syncd.records.figures import Figure, Group, IndexTable, Indicator, UnitLevel
from syncd.records.periods import Period
from syncd.sides.adapter import Surroundings
from syncd.sides.errors import (
    BlockedError,
    PermanentError,
    ShapeError,
    SideError,
    ThrottledError,
    TransientError,
)
from syncd.sides.http import HttpClient, HttpSettings
from syncd.sides.registry import settings_for
from tests.adapters.test_national_portal import small_catalogue

TODAY = date(2026, 10, 10)
AUGUST, QUARTER, YEAR = Period.parse("2026-08"), Period.parse("2026-Q3"), Period.parse("2026")
METRICS = ("transparency", "handling-satisfaction", "dossier-digitized")
QUICK = {"requests_per_second": 10_000, "attempts": 2, "breaker_failures": 1000}
Json = dict[str, Any]


async def no_wait(_seconds: float) -> None: ...


def no_secret(name: str) -> str:
    raise KeyError(name)


@asynccontextmanager
async def index_of(url: str, **settings: Any) -> AsyncIterator[PortalIndex]:
    """The reader, built as the daemon builds it."""

    def http(side: str, chosen: HttpSettings) -> HttpClient:
        return HttpClient(side, chosen, secret=no_secret, sleep=no_wait)

    table = {"adapter": "national-portal", "base_url": url, **QUICK, **settings}
    assert definition.index is not None
    built = definition.index(settings_for(definition, table, "index"), Surroundings("index", Path(), no_secret, http))
    assert isinstance(built, PortalIndex)
    try:
        yield built
    finally:
        await built.close()


@pytest.fixture
async def systems() -> AsyncIterator[Systems]:
    """The portal, fresh, on a day of October 2026."""
    async with serve(small_catalogue()) as running_systems:
        running_systems.portal.evaluation.today = TODAY
        yield running_systems


async def table_of(index: PortalIndex, endpoint: str, period: Period = YEAR) -> IndexTable:
    return index.figures(endpoint, await index.read(endpoint, period, HANOI_ID))


def figure(table: IndexTable, unit: str, group: Group, code: str = "") -> Figure:
    (found,) = (one for one in table.figures if (one.unit, one.group, one.code) == (unit, group, code))
    return found


@pytest.mark.parametrize("endpoint", list(QUESTIONS))
@pytest.mark.parametrize("period", [AUGUST, QUARTER, YEAR], ids=str)
async def test_every_interface_is_read_whole_for_every_kind_of_period(
    systems: Systems, endpoint: str, period: Period
) -> None:
    """Each unit comes once with the group's own figure, and nothing of any unit is missing."""
    async with index_of(systems.portal_url) as index:
        assert index.offers(endpoint, period)
        table = await table_of(index, endpoint, period)
    ids = {unit.id for unit in table.units}
    below = {unit.id for unit in units_below("H26")}
    assert len(ids) == len(table.units)
    assert {one.unit for one in table.figures} == ids
    if endpoint == "service-results":
        assert len(ids) == PROVINCES + 1
    else:
        assert ids - {HANOI_ID} == below


async def test_an_endpoint_that_the_portal_does_not_have_is_not_offered(systems: Systems) -> None:
    async with index_of(systems.portal_url) as index:
        assert not index.offers("report_tinh_766_service", YEAR)
        with pytest.raises(KeyError):
            await index.read("report_tinh_766_service", YEAR, HANOI_ID)


async def test_a_metric_is_told_digit_for_digit_with_its_flags_and_its_nulls(systems: Systems) -> None:
    """Null is not zero: an idle unit has no points where the portal gives none, and says why."""
    async with index_of(systems.portal_url) as index:
        table = await table_of(index, "transparency")
        pages = await index.read("transparency", YEAR, HANOI_ID)
    sent = json.loads(pages[0])["data"]["overview"]
    for metric in sent["metrics"]:
        told = figure(table, HANOI_ID, Group.TRANSPARENCY, metric["code"])
        assert (told.numerator, told.denominator) == (metric["numerator"], metric["denominator"])
        assert str(told.score) == str(metric["score"])
        assert str(told.ratio) == str(metric["ratio"])
        assert str(told.maximum) == str(metric["maxScore"])
    assert str(figure(table, HANOI_ID, Group.TRANSPARENCY).score) == str(sent["totalScore"])
    assert figure(table, HANOI_ID, Group.TRANSPARENCY, "DOSSIER_SYNC").flags == ("TEMP_NATIONAL_REPORT_DENOMINATOR",)
    idle = figure(table, units_below("H26")[0].id, Group.TRANSPARENCY, "DOSSIER_SYNC")
    assert (idle.numerator, idle.denominator, idle.score, idle.ratio) == (0, 0, None, None)
    assert idle.flags == ("NO_NATIONAL_REPORT_DATA",)


async def test_digitisation_has_codes_of_units_and_a_metric_without_counts(systems: Systems) -> None:
    async with index_of(systems.portal_url) as index:
        table = await table_of(index, "dossier-digitized")
    copies = figure(table, HANOI_ID, Group.DIGITISATION, Indicator.ELECTRONIC_CERTIFIED_COPY)
    assert (copies.numerator, copies.denominator, copies.score) == (None, None, Decimal(2))
    assert {unit.code for unit in table.units} == {"H26", *(unit.code for unit in units_below("H26"))}


async def test_the_classification_of_petitions_is_kept_and_never_scored(systems: Systems) -> None:
    async with index_of(systems.portal_url) as index:
        table = await table_of(index, "handling-satisfaction")
    for code in ("PETITION_CLASSIFICATION_TTHC", "PETITION_CLASSIFICATION_STAFF"):
        told = figure(table, HANOI_ID, Group.SATISFACTION, code)
        assert told.score is None
        assert told.denominator


async def test_levels_come_from_the_portal_not_from_names(systems: Systems) -> None:
    async with index_of(systems.portal_url) as index:
        tables = [await table_of(index, endpoint) for endpoint in ("transparency", "dvc-progress-tree")]
    for table in tables:
        levels = [unit.level for unit in table.units]
        assert levels[0] is UnitLevel.PROVINCE
        assert levels.count(UnitLevel.DEPARTMENT) == 13
        assert levels.count(UnitLevel.COMMUNE) == 126


async def test_trees_give_the_counts_of_their_indicators(systems: Systems) -> None:
    """Parent and children of progress and payment have counts, of online services the parent alone."""
    async with index_of(systems.portal_url) as index:
        progress = await table_of(index, "dvc-progress-tree")
        online = await table_of(index, "provide-online-tree")
        payment = await table_of(index, "formality-online-payment-tree")
        (page,) = await index.read("provide-online-tree", YEAR, HANOI_ID)
    ward = units_below("H26")[-1].id
    parent = json.loads(page)["data"]["parent"]
    provided = figure(online, HANOI_ID, Group.ONLINE, Indicator.ONLINE_PROVIDED)
    assert provided.numerator == parent["partialCount"] + parent["fullCount"]
    assert provided.denominator == parent["authorityCount"]
    assert figure(online, HANOI_ID, Group.ONLINE, Indicator.ONLINE_SUBMITTED).denominator == parent["channelTotalSum"]
    assert [one.code for one in online.figures if one.unit == ward] == [""]
    for unit in (HANOI_ID, ward):
        done = figure(progress, unit, Group.PROGRESS, Indicator.PROCESSED_ON_TIME)
        assert done.score == figure(progress, unit, Group.PROGRESS).score
        assert done.maximum == 20
        codes = [one.code for one in payment.figures if one.unit == unit]
        assert codes == ["", Indicator.PAYMENT_INTEGRATED, Indicator.PAYMENT_USED, Indicator.PAYMENT_ONLINE]


async def test_the_national_table_ranks_provinces_and_hanoi_is_last(systems: Systems) -> None:
    """Every province has six groups and a total; the country its own, the joint ray under the portal's code."""
    async with index_of(systems.portal_url) as index:
        table = await table_of(index, "service-results")
    hanoi = next(unit for unit in table.units if unit.id == HANOI_ID)
    assert (hanoi.code, hanoi.level, hanoi.rank) == ("H26", UnitLevel.PROVINCE, PROVINCES)
    assert {one.group for one in table.figures if one.unit == HANOI_ID} == set(Group)
    total = figure(table, HANOI_ID, Group.TOTAL)
    groups = [one.score for one in table.figures if one.unit == HANOI_ID and one.group is not Group.TOTAL]
    assert total.score == sum(score for score in groups if score is not None)
    assert total.maximum == 100
    assert next(unit for unit in table.units if unit.id == NATION).rank is None
    assert figure(table, NATION, Group.ONLINE, "ONLINE_SERVICE").maximum == 22


async def test_units_below_the_root_are_ranked_each_in_its_level(systems: Systems) -> None:
    async with index_of(systems.portal_url) as index:
        table = await table_of(index, "service-results-units")
    for level, count in ((UnitLevel.DEPARTMENT, 13), (UnitLevel.COMMUNE, 126)):
        ranks = sorted(unit.rank or 0 for unit in table.units if unit.level is level)
        assert ranks[0] == 1
        assert ranks[-1] <= count == len(ranks)


async def test_a_closed_month_drifts_from_one_instant_to_the_next(systems: Systems) -> None:
    async with index_of(systems.portal_url) as index:
        before = await table_of(index, "dvc-progress-tree", AUGUST)
        same = await table_of(index, "dvc-progress-tree", AUGUST)
        systems.portal.evaluation.moment += 1
        after = await table_of(index, "dvc-progress-tree", AUGUST)
    assert before == same
    counts = [
        figure(table, HANOI_ID, Group.PROGRESS, Indicator.PROCESSED_ON_TIME).denominator for table in (before, after)
    ]
    assert (counts[0] or 0) < (counts[1] or 0)


@pytest.mark.parametrize("endpoint", METRICS)
async def test_pages_are_followed_to_the_declared_end(systems: Systems, endpoint: str) -> None:
    """The portal gives fewer units on a page than it was asked for, and says so."""
    systems.portal.evaluation.page_limit = 50
    async with index_of(systems.portal_url) as index:
        pages = await index.read(endpoint, YEAR, HANOI_ID)
        table = index.figures(endpoint, pages)
    assert len(pages) == 3
    assert len(table.units) == 140


@pytest.mark.parametrize("period", ["2026-10", "2026-Q4", "2027"])
async def test_a_period_that_is_not_over_or_not_begun_is_refused(systems: Systems, period: str) -> None:
    """The quarter and the year that run can be asked, the month cannot."""
    async with index_of(systems.portal_url) as index:
        asked = Period.parse(period)
        refusal = PermanentError if asked.first > TODAY or period == "2026-10" else None
        if refusal is None:
            assert await index.read("transparency", asked, HANOI_ID)
        else:
            with pytest.raises(refusal, match="chưa kết thúc"):
                await index.read("transparency", asked, HANOI_ID)


async def test_an_unknown_root_is_refused(systems: Systems) -> None:
    async with index_of(systems.portal_url) as index:
        with pytest.raises(PermanentError):
            await index.read("dvc-progress-tree", YEAR, "019d2be3-0000-7000-8000-000000000000")


FAULTS: dict[str, type[SideError]] = {
    "block_page_200": BlockedError,
    "block_page_403": BlockedError,
    "throttled_seconds": ThrottledError,
    "unavailable": TransientError,
    "truncated_body": TransientError,
    "cut_json": ShapeError,
    "error_envelope": PermanentError,
}


@pytest.mark.parametrize("endpoint", ["transparency", "provide-online-tree", "service-results"])
@pytest.mark.parametrize("fault", list(FAULTS))
async def test_a_fault_that_stays_is_an_error_and_never_less(systems: Systems, endpoint: str, fault: str) -> None:
    systems.portal_faults.add(fault, path=endpoint, times=None)
    async with index_of(systems.portal_url) as index:
        with pytest.raises(FAULTS[fault]):
            await index.read(endpoint, YEAR, HANOI_ID)


@pytest.mark.parametrize("fault", ["block_page_201", "throttled_seconds", "truncated_body", "reset"])
async def test_a_fault_that_passes_is_asked_again(systems: Systems, fault: str) -> None:
    systems.portal_faults.add(fault, path="transparency")
    async with index_of(systems.portal_url) as index:
        assert len((await table_of(index, "transparency")).units) == 140


async def test_the_check_says_how_many_provinces_there_are(systems: Systems) -> None:
    async with index_of(systems.portal_url) as index:
        assert await index.check() == "national portal answers: its index of 2026 holds 34 provinces"
