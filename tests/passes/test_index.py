"""The index course: what is asked, what is kept, and that a silent interface leaves its own gap alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from adapters.national_portal import definition
from loopback.catalogue.agencies import HANOI_ID
from loopback.run import Systems, serve
from syncd.answers.service_index import index_answer
from syncd.ledger import Ledger, open_ledger, upgrade
from syncd.ledger.index import periods_known
from syncd.passes.course import Heartbeat
from syncd.passes.index import IndexCourse, periods_to_read, show_index
from syncd.records.figures import Group, Indicator
from syncd.records.periods import Period
from syncd.sides.adapter import Surroundings
from syncd.sides.http import HttpClient, HttpSettings
from syncd.sides.registry import settings_for
from tests.systems import VirtualClock, at_once, small_catalogue

NOW = datetime(2026, 10, 10, 3, tzinfo=UTC)
YEAR = Period.parse("2026")


@dataclass
class Shown:
    """Gauges that remember."""

    scores: dict[tuple[str, str, str], float | None] = field(default_factory=dict)
    ranks: dict[str, int | None] = field(default_factory=dict)
    maxima: dict[str, float] = field(default_factory=dict)
    read_at: datetime | None = None

    def index_read(self, at: datetime) -> None:
        self.read_at = at

    def index_score(self, period: str, group: str, source: str, points: float | None) -> None:
        self.scores[period, group, source] = points

    def index_maximum(self, group: str, points: float) -> None:
        self.maxima[group] = points

    def index_rank(self, period: str, rank: int | None) -> None:
        self.ranks[period] = rank


@dataclass
class Watch:
    """The course between a loopback portal and a ledger."""

    course: IndexCourse
    systems: Systems
    ledger: Ledger
    clock: VirtualClock
    shown: Shown

    async def answer(self, period: Period = YEAR) -> Any:
        return await self.ledger.read(
            index_answer,
            root=HANOI_ID,
            period=period,
            unit=None,
            at=self.clock.now,
            own={},
            expected=self.course.reader.endpoints,
        )


def no_secret(name: str) -> str:
    raise KeyError(name)


@pytest.fixture
async def watch(tmp_path: Path) -> AsyncIterator[Watch]:
    url = f"sqlite:///{tmp_path}/ledger.db"
    upgrade(url)
    clock, shown = VirtualClock(NOW), Shown()
    async with serve(small_catalogue()) as systems:
        systems.portal.evaluation.today = date(2026, 10, 10)
        settings = {"adapter": "national-portal", "base_url": systems.portal_url, "requests_per_second": 100_000}

        def http(side: str, chosen: HttpSettings) -> HttpClient:
            return HttpClient(side, chosen, secret=no_secret, sleep=at_once)

        assert definition.index is not None
        around = Surroundings("source", tmp_path, no_secret, http)
        checked = settings_for(definition, {**settings, "attempts": 1, "breaker_failures": 1000}, "index")
        ledger = open_ledger(url)
        reader = definition.index(checked, around)

        async def show() -> None:
            await show_index(ledger, shown, HANOI_ID, clock)

        course = IndexCourse(reader, "national-portal", HANOI_ID, 2, ledger, clock, Heartbeat(lambda: 0.0), show)
        yield Watch(course, systems, ledger, clock, shown)
        await course.close()
        await ledger.aclose()


@pytest.mark.parametrize(
    ("today", "closed", "expected"),
    [
        (date(2026, 10, 10), 3, "2026 2026-Q4 2026-Q3 2026-09 2026-08 2026-07"),
        (date(2026, 12, 1), 2, "2026 2026-Q4 2026-11 2026-10"),
        (date(2027, 1, 1), 1, "2027 2026 2027-Q1 2026-Q4 2026-12"),
        (date(2027, 2, 28), 3, "2027 2026 2027-Q1 2026-Q4 2027-01 2026-12 2026-11"),
        (date(2026, 5, 5), 0, "2026 2026-Q2"),
    ],
)
def test_what_can_still_move_is_read_and_no_running_month(today: date, closed: int, expected: str) -> None:
    assert " ".join(str(period) for period in periods_to_read(today, closed)) == expected


async def test_a_round_keeps_every_interface_of_every_period(watch: Watch) -> None:
    assert (await watch.course.run_once()).word == "complete"
    assert await watch.ledger.read(periods_known, root=HANOI_ID, until=NOW) == sorted(
        str(period) for period in periods_to_read(date(2026, 10, 10), 2)
    )
    found = await watch.answer()
    assert set(found.read) == set(watch.course.reader.endpoints)
    assert (found.unit.code, found.rank.place, found.rank.of) == ("H26", 34, 34)
    by_code = {row.code: row for row in found.rows if row.endpoint == "transparency"}
    one = by_code[Indicator.PUBLISH_ON_TIME]
    assert one.portal == one.recomputed
    assert one.numerator is not None


async def test_the_gauges_follow(watch: Watch) -> None:
    await watch.course.run_once()
    found = await watch.answer()
    total = next(row.portal for row in found.rows if row.group is Group.TOTAL)
    assert watch.shown.read_at == NOW
    assert watch.shown.scores["year", "total", "portal"] == float(total)
    assert watch.shown.scores["year", "transparency", "recomputed"] is not None
    assert watch.shown.ranks == {"year": 34, "quarter": 34, "month": 34}
    assert (watch.shown.maxima["total"], watch.shown.maxima["transparency"]) == (100, 18)


async def test_an_interface_that_fails_leaves_its_own_gap_and_what_was_known_before(watch: Watch) -> None:
    watch.systems.portal_faults.add("block_page_200", path="transparency", times=None)
    outcome = await watch.course.run_once()
    assert (outcome.word, outcome.failed) == ("partial", False)
    assert "transparency 2026:" in outcome.reason
    found = await watch.answer()
    assert "transparency" not in found.read
    assert "transparency: never read" in found.missing
    assert next(row.recomputed for row in found.rows if row.group is Group.TRANSPARENCY and not row.code) is None
    watch.systems.portal_faults.clear()
    watch.clock.move(timedelta(hours=6))
    assert (await watch.course.run_once()).word == "complete"
    assert "transparency" in (await watch.answer()).read


async def test_a_portal_that_says_nothing_at_all_is_a_failure_and_shows_nothing(watch: Watch) -> None:
    watch.systems.portal_faults.add("block_page_200", times=None)
    assert (await watch.course.run_once()).failed
    assert watch.shown.read_at is None
    assert set(watch.shown.scores.values()) == {None}
    assert set(watch.shown.ranks.values()) == {None}


async def test_figures_that_moved_are_kept_beside_what_they_were(watch: Watch) -> None:
    """Asked as of the earlier instant, the earlier figure is the answer; the drift shows both."""
    await watch.course.run_once()
    before = await watch.answer()
    watch.systems.portal.evaluation.moment += 1
    watch.clock.move(timedelta(days=5))
    await watch.course.run_once()
    after = await watch.answer()
    totals = [next(row.portal for row in one.rows if row.group is Group.TOTAL) for one in (before, after)]
    assert totals[0] != totals[1]
    assert [point.total for point in after.drift if point.endpoint == "service-results"] == totals
    watch.clock.now = NOW
    again = await watch.answer()
    assert again == before


async def test_the_trend_goes_back_over_periods_of_one_kind(watch: Watch) -> None:
    await watch.course.run_once()
    found = await watch.answer(Period.parse("2026-09"))
    assert [point.period for point in found.trend] == ["2026-08", "2026-09"]
    assert all(isinstance(point.total, Decimal) and point.rank == 34 for point in found.trend)


async def test_a_unit_that_nobody_knows_is_unknown_and_not_zero(watch: Watch) -> None:
    await watch.course.run_once()
    found = await watch.ledger.read(
        index_answer, root=HANOI_ID, period=YEAR, unit="H26.999", at=NOW, own={}, expected=()
    )
    assert (found.unit, found.rank) == (None, None)
    assert {row.portal for row in found.rows} == {None}
    assert {row.recomputed for row in found.rows} == {None}
