"""The older gateway's index report against the loopback gateway, and against rows that it does not give."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from adapters.national_report import definition
from adapters.national_report.index import SERVICE, UNITS, ReportIndex
from adapters.service_index import PROVINCES
from loopback.catalogue.index_figures import ALL_PROVINCES
from loopback.evaluation_state import Span
from loopback.run import Systems, serve
from syncd.records.figures import Group, IndexTable, UnitLevel
from syncd.records.periods import Period
from syncd.sides.adapter import Surroundings
from syncd.sides.errors import BlockedError, ShapeError, SideError, StaleError, ThrottledError, TransientError
from syncd.sides.http import HttpClient, HttpSettings
from syncd.sides.registry import adapters, settings_for
from tests.adapters.test_national_portal import small_catalogue

HANOI = "389181"
YEAR = Period.parse("2026")
QUICK = {"requests_per_second": 10_000, "attempts": 2, "breaker_failures": 1000}
ROW: dict[str, Any] = {
    "ID": "1",
    "TEN": "UBND tỉnh Mẫu",
    "MA_COQUAN": "H99",
    "LOAI_COQUAN": "1",
    "TDGQ": "19.05",
    "MDHL": "17.86",
    "MDSH": "20.79",
    "TTTT": "10",
    "CLGQ": "8.36",
    "CKMB": "15.64",
    "TONG_SCORE": "91.7",
    "ROW_STT": "1",
}


async def no_wait(_seconds: float) -> None: ...


def no_secret(name: str) -> str:
    raise KeyError(name)


def report(url: str, **settings: Any) -> ReportIndex:
    """The reader, built as the daemon builds it."""

    def http(side: str, chosen: HttpSettings) -> HttpClient:
        return HttpClient(side, chosen, secret=no_secret, sleep=no_wait)

    table = {"adapter": "national-report", "base_url": url, **QUICK, **settings}
    assert definition.index is not None
    surroundings = Surroundings("index", Path(), no_secret, http)
    built = definition.index(settings_for(definition, table, "index"), surroundings)
    assert isinstance(built, ReportIndex)
    return built


@asynccontextmanager
async def reading(url: str, **settings: Any) -> AsyncIterator[ReportIndex]:
    index = report(url, **settings)
    try:
        yield index
    finally:
        await index.close()


@pytest.fixture
async def systems() -> AsyncIterator[Systems]:
    """The gateway, fresh, on a day of October 2026."""
    async with serve(small_catalogue(), gateway=True) as running:
        running.portal.evaluation.today = date(2026, 10, 10)
        yield running


def scores(table: IndexTable, unit: str) -> dict[Group, Decimal | None]:
    return {one.group: one.score for one in table.figures if one.unit == unit}


def test_it_is_installed_and_offers_the_index_alone() -> None:
    found = adapters()["national-report"].definition
    assert found is definition
    assert (found.build, found.dossiers) == (None, None)


@pytest.mark.parametrize("period", ["2026-08", "2026-Q3", "2026"])
async def test_the_national_report_holds_every_province_with_six_groups_and_a_total(
    systems: Systems, period: str
) -> None:
    """No counts: the older report has none."""
    async with reading(systems.gateway_url) as index:
        assert index.offers(SERVICE, Period.parse(period))
        table = index.figures(SERVICE, await index.read(SERVICE, Period.parse(period), HANOI))
    hanoi = next(unit for unit in table.units if unit.id == HANOI)
    assert (hanoi.code, hanoi.level, hanoi.rank) == ("H26", UnitLevel.PROVINCE, PROVINCES)
    assert len(table.units) == PROVINCES
    told = scores(table, HANOI)
    total = told.pop(Group.TOTAL)
    assert set(told) == set(Group) - {Group.TOTAL}
    assert total == sum(score for score in told.values() if score is not None)
    assert {(one.code, one.numerator, one.denominator) for one in table.figures} == {("", None, None)}


async def test_it_says_the_same_as_the_portal_of_the_same_moment(systems: Systems) -> None:
    """Its columns mean the portal's groups: each stands in the right one."""
    async with reading(systems.gateway_url) as index:
        table = index.figures(SERVICE, await index.read(SERVICE, YEAR, HANOI))
    unit = next(one for one in ALL_PROVINCES if one.old_id == HANOI)
    points = systems.portal.evaluation.points([unit], Span(YEAR.first, YEAR.last))[unit]
    told = scores(table, HANOI)
    assert told[Group.ONLINE] == points["CLGQ"]
    assert told[Group.PAYMENT] == points["TTTT"]
    assert told[Group.TRANSPARENCY] == points["CKMB"]


async def test_units_below_are_ranked_in_their_level_not_by_the_running_number(systems: Systems) -> None:
    """The report numbers departments and communes in one row."""
    async with reading(systems.gateway_url) as index:
        table = index.figures(UNITS, await index.read(UNITS, YEAR, HANOI))
    for level in (UnitLevel.DEPARTMENT, UnitLevel.COMMUNE):
        ranks = [unit.rank for unit in table.units if unit.level is level]
        assert min(rank or 0 for rank in ranks) == 1
        assert max(rank or 0 for rank in ranks) <= len(ranks)
    assert len(table.units) == 139


@pytest.mark.parametrize("size", [10, 17, 34])
async def test_pages_are_read_to_one_that_is_not_full(systems: Systems, size: int) -> None:
    async with reading(systems.gateway_url, page_size=size) as index:
        pages = await index.read(SERVICE, YEAR, HANOI)
        assert len(index.figures(SERVICE, pages).units) == PROVINCES
    assert len(pages) == -(-PROVINCES // size)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("block_page_200", BlockedError),
        ("throttled_seconds", ThrottledError),
        ("truncated_body", TransientError),
        ("cut_json", ShapeError),
        ("short_page", StaleError),
        ("lost_page", StaleError),
    ],
)
async def test_a_fault_that_stays_is_an_error_and_never_less(
    systems: Systems, fault: str, error: type[SideError]
) -> None:
    systems.gateway_faults.add(fault, times=None)
    async with reading(systems.gateway_url) as index:
        with pytest.raises(error):
            await index.read(SERVICE, YEAR, HANOI)


async def test_a_page_that_comes_again_is_not_counted_again(systems: Systems) -> None:
    """A report that ignores the page it is asked for shows everything each time; part of it twice is an error."""
    systems.gateway_faults.add("repeated_page", nth=2, times=None)
    async with reading(systems.gateway_url, page_size=34) as index:
        assert len(await index.read(SERVICE, YEAR, HANOI)) == 1
    systems.gateway_faults.clear()
    systems.gateway_faults.add("duplicate_key", nth=2)
    async with reading(systems.gateway_url, page_size=20) as index:
        with pytest.raises(StaleError, match="twice"):
            await index.read(SERVICE, YEAR, HANOI)


async def test_the_error_page_with_status_200_is_no_answer(systems: Systems) -> None:
    """It comes for a period that has not begun, and for a province that it does not know."""
    async with reading(systems.gateway_url) as index:
        with pytest.raises(BlockedError):
            await index.read(SERVICE, Period.parse("2027"), HANOI)
        with pytest.raises(BlockedError):
            await index.read(UNITS, YEAR, "1")


async def test_a_root_that_is_not_in_the_report_is_named(systems: Systems) -> None:
    async with reading(systems.gateway_url) as index:
        with pytest.raises(StaleError, match="019d2be3"):
            await index.read(SERVICE, YEAR, "019d2be3-6a86-70a8-a0af-76e986804225")


async def test_the_check_says_what_was_found(systems: Systems) -> None:
    async with reading(systems.gateway_url) as index:
        assert await index.check() == "the older gateway answers: its index of 2025 holds 34 provinces"


def translated(*rows: Any, wrap: bool = False) -> IndexTable:
    shown: Any = {"data": list(rows)} if wrap else list(rows)
    return report("http://127.0.0.1:9").figures(SERVICE, [json.dumps(shown).encode()])


@pytest.mark.parametrize("wrap", [False, True])
def test_rows_come_bare_or_wrapped(wrap: bool) -> None:
    assert scores(translated(ROW, wrap=wrap), "1") == {
        Group.TRANSPARENCY: Decimal("15.64"),
        Group.PROGRESS: Decimal("19.05"),
        Group.ONLINE: Decimal("8.36"),
        Group.PAYMENT: Decimal(10),
        Group.DIGITISATION: Decimal("20.79"),
        Group.SATISFACTION: Decimal("17.86"),
        Group.TOTAL: Decimal("91.7"),
    }


@pytest.mark.parametrize("nothing", [None, ""])
def test_nothing_is_not_zero(nothing: str | None) -> None:
    assert scores(translated(ROW | {"MDSH": nothing}), "1")[Group.DIGITISATION] is None


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"CKMB": "8,36"}, "$[0].CKMB"),
        ({"CKMB": "NaN"}, "$[0].CKMB"),
        ({"CKMB": " 8"}, "$[0].CKMB"),
        ({"CKMB": 8.36}, "$[0].CKMB"),
        ({"TONG_SCORE": True}, "$[0].TONG_SCORE"),
        ({"ROW_STT": "1.0"}, "$[0].ROW_STT"),
        ({"ID": 1}, "$[0].ID"),
        ({"ID": ""}, "$[0].ID"),
        ({"TEN": "\u0000"}, "$[0].TEN"),
    ],
)
def test_what_is_no_figure_is_refused_with_its_path(changes: dict[str, Any], path: str) -> None:
    with pytest.raises(ShapeError) as caught:
        translated(ROW | changes)
    assert caught.value.path == path


def test_a_lost_column_is_a_shape_error() -> None:
    with pytest.raises(ShapeError, match="MDHL"):
        translated({key: value for key, value in ROW.items() if key != "MDHL"})
