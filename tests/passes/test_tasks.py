"""The course of tasks: which periods are asked about, what is kept, and that a failure leaves its own gap alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from loopback.monitor import MonitorState, monitor_app
from loopback.monitor_tasks import UNITS, generated
from loopback.run import running
from syncd.answers.publications import AGENCIES
from syncd.ledger import Ledger, open_ledger, upgrade
from syncd.ledger.registers import record_register
from syncd.ledger.tasks import FAILED, last_task_reading, tasks_as_of
from syncd.passes.course import Heartbeat
from syncd.passes.tasks import NOTHING_OFFERED, TaskCourse, show_tasks, task_periods_to_read, with_codes
from syncd.records.agencies import Agency
from syncd.records.directory import Directory
from syncd.records.periods import Period, PeriodKind
from syncd.records.tasks import FindingKind, TaskReading, TaskTally
from syncd.sides.errors import ShapeError
from tests.adapters.document_monitor.town import TODAY, by_units, expected, reader
from tests.systems import VirtualClock

NOW = datetime(2026, 10, 10, 3, tzinfo=UTC)
KINDS = (PeriodKind.MONTH, PeriodKind.YEAR)
YEAR = Period.parse("2026")


@dataclass
class Shown:
    """Gauges that remember."""

    counts: dict[tuple[str, str, str], int | None] = field(default_factory=dict)
    read_at: dict[str, datetime] = field(default_factory=dict)

    def tasks_read(self, course: str, at: datetime) -> None:
        self.read_at[course] = at

    def tasks_counted(self, course: str, period: str, count: str, number: int | None) -> None:
        self.counts[course, period, count] = number


@dataclass
class Watch:
    """The course between a loopback monitor and a ledger."""

    course: TaskCourse
    state: MonitorState
    address: str
    ledger: Ledger
    clock: VirtualClock
    shown: Shown

    async def kept(self, period: Period = YEAR) -> dict[str, TaskTally]:
        found = await self.ledger.read(tasks_as_of, source="nhiem-vu", period=period, at=self.clock.now)
        return {one.unit_code: one for one in found.tallies if one.assigned} if found is not None else {}


@pytest.fixture
async def watch(tmp_path: Path) -> AsyncIterator[Watch]:
    url = f"sqlite:///{tmp_path}/ledger.db"
    upgrade(url)
    clock, shown = VirtualClock(NOW), Shown()
    state = MonitorState(generated(7, TODAY), TODAY)
    async with running(monitor_app(state)) as address:
        ledger = open_ledger(url)

        async def show() -> None:
            await show_tasks(ledger, shown, "nhiem-vu", KINDS, clock)

        built = reader(tmp_path, **by_units(address))
        course = TaskCourse("nhiem-vu", built, "H26", KINDS, 1, ledger, clock, Heartbeat(lambda: 0.0), show)
        yield Watch(course, state, address, ledger, clock, shown)
        await course.close()
        await ledger.aclose()


@pytest.mark.parametrize(
    ("today", "kinds", "closed", "wanted"),
    [
        (date(2026, 10, 10), "month year", 1, "2026-10 2026-09 2026"),
        (date(2026, 10, 10), "month quarter year", 3, "2026-10 2026-09 2026-08 2026-07 2026-Q4 2026-Q3 2026"),
        (date(2027, 1, 1), "month year", 1, "2027-01 2026-12 2027 2026"),
        (date(2027, 2, 1), "year", 1, "2027"),
        (date(2026, 12, 31), "month quarter", 0, "2026-12 2026-Q4"),
    ],
)
def test_what_runs_is_read_and_what_has_just_ended(today: date, kinds: str, closed: int, wanted: str) -> None:
    named = [PeriodKind(kind) for kind in kinds.split()]
    assert " ".join(str(period) for period in task_periods_to_read(today, named, closed)) == wanted


async def test_every_period_is_kept_whole(watch: Watch) -> None:
    outcome = await watch.course.run_once()
    assert (outcome.word, outcome.failed) == ("complete", False)
    for period in (YEAR, Period.parse("2026-10"), Period.parse("2026-09")):
        assert await watch.kept(period) == expected(period)


async def test_a_monitor_that_refuses_leaves_what_was_known_and_says_why(watch: Watch) -> None:
    await watch.course.run_once()
    watch.clock.now += timedelta(hours=6)
    watch.state.quirks.refusing = True
    outcome = await watch.course.run_once()
    assert (outcome.word, outcome.failed) == ("partial", True)
    assert "Phiên làm việc đã hết hạn" in outcome.reason
    newest = await watch.ledger.read(last_task_reading, source="nhiem-vu", period=YEAR, at=watch.clock.now)
    assert (newest.verdict, "hết hạn" in newest.reason) == (FAILED, True)
    assert await watch.kept() == expected()


async def test_units_by_name_get_their_codes_from_the_portals_directory(watch: Watch, tmp_path: Path) -> None:
    """Whatever the settings do not map; a name that the directory does not know is named, never dropped."""
    known = {code: {"name": name, "portal_id": "", "parent_code": "H26"} for code, name in UNITS.items()}
    known.pop("H26.17")
    known["H26"] = {"name": "Ủy ban nhân dân Thành phố Hà Nội", "portal_id": "1", "parent_code": ""}
    await watch.ledger.write(record_register, register=AGENCIES, rows=known, now=NOW, actor="daemon")
    watch.state.quirks.shouting = True
    nameless = reader(tmp_path, **by_units(watch.address) | {"units": {}})
    course = replace(watch.course, reader=nameless)
    try:
        assert (await course.run_once()).word == "complete"
    finally:
        await nameless.close()
    kept = await watch.ledger.read(tasks_as_of, source="nhiem-vu", period=YEAR, at=NOW)
    assert {one.unit_code for one in kept.tallies} == {*UNITS, ""} - {"H26.17"}
    assert [(one.kind, one.unit_name) for one in kept.findings] == [(FindingKind.UNATTRIBUTED, "SỞ Y TẾ")]


def test_two_names_that_are_one_unit_of_the_portal_are_refused() -> None:
    """Adding them up, or choosing one, would be a guess."""
    tallies = (TaskTally(unit_name="Sở Tư pháp", assigned=1), TaskTally(unit_name="SỞ TƯ PHÁP.", assigned=2))
    directory = Directory([Agency(code="H26.8", name="Sở Tư pháp")])
    with pytest.raises(ShapeError, match=r"'H26\.8' has two tallies .*'Sở Tư pháp' and 'SỞ TƯ PHÁP\.'.*units"):
        with_codes(TaskReading(period=YEAR, at=NOW, tallies=tallies), directory, "")


async def test_the_gauges_show_all_units_together(watch: Watch) -> None:
    await watch.course.run_once()
    assert watch.shown.read_at == {"nhiem-vu": NOW}
    late = sum(one.running_late or 0 for one in expected().values())
    assert watch.shown.counts["nhiem-vu", "year", "running_late"] == late
    assert watch.shown.counts["nhiem-vu", "year", "overdue"] == late + sum(
        one.done_late or 0 for one in expected().values()
    )
    assert watch.shown.counts["nhiem-vu", "year", "running"] is None


async def test_a_source_that_can_tell_no_wanted_period_is_a_failure(watch: Watch) -> None:
    class Silent:
        counts = frozenset[str]()

        def offers(self, _period: Period, _at: datetime) -> bool:
            return False

        async def read_tasks(self, _period: Period, _at: datetime) -> TaskReading:
            raise AssertionError

        async def check(self) -> str:
            return ""

        async def close(self) -> None: ...

    outcome = await replace(watch.course, reader=Silent()).run_once()
    assert (outcome.failed, outcome.reason) == (True, NOTHING_OFFERED)


async def test_a_course_that_is_cancelled_keeps_nothing_of_the_period_under_way(watch: Watch) -> None:
    reached = asyncio.Event()

    class Hanging:
        counts = frozenset[str]()

        def offers(self, _period: Period, _at: datetime) -> bool:
            return True

        async def read_tasks(self, _period: Period, _at: datetime) -> TaskReading:
            reached.set()
            await asyncio.Event().wait()
            raise AssertionError

        async def check(self) -> str:
            return ""

        async def close(self) -> None: ...

    running_once = asyncio.create_task(replace(watch.course, reader=Hanging()).run_once())
    await reached.wait()
    running_once.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running_once
    assert await watch.ledger.read(last_task_reading, source="nhiem-vu", period="2026-10", at=NOW) is None
