"""Reads the tasks of units again and again: every period that runs, and those that have just ended.

In: a reader of one source, the ledger, the time. Out: readings that are kept by instant, failures with their reasons,
and a word on how it went. What a source cannot tell leaves its own gap and no other.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from sqlalchemy.orm import Session

from syncd.answers.publications import AGENCIES, agencies_of
from syncd.ledger import Ledger
from syncd.ledger.registers import register_as_of
from syncd.ledger.tasks import record_failed_tasks, record_tasks, tasks_as_of
from syncd.passes.course import Heartbeat
from syncd.passes.loop import DAEMON, Reported
from syncd.records.dates import local_date
from syncd.records.directory import Directory
from syncd.records.periods import MONTHS, Period, PeriodKind
from syncd.records.tasks import COUNTS, TaskReading, TwiceError, attributed, completed, summed
from syncd.sides.errors import ShapeError, SideError, TransientError
from syncd.sides.tasks import TaskReader

LONGEST_REASON = 500
NOTHING_OFFERED = "the source can be asked about none of the periods that are wanted"


class ShowsTasks(Protocol):
    """Where the newest counts go (`syncd.metrics.Metrics`)."""

    def tasks_read(self, course: str, at: datetime) -> None: ...
    def tasks_counted(self, course: str, period: str, count: str, number: int | None) -> None: ...


def task_periods_to_read(today: date, kinds: Sequence[PeriodKind], closed_months: int) -> Iterator[Period]:
    """The running period of each kind, and those before it that ended within so many months; newest first."""
    for kind in dict.fromkeys(kinds):
        period = Period.of(today, kind)
        yield period
        for _ in range(closed_months // MONTHS[kind] + 1):
            period = period.previous
            if _months_since(period, today) < closed_months:
                yield period


def _months_since(ended: Period, today: date) -> int:
    """Whole months between the one that a period ended with and the running one."""
    return 12 * (today.year - ended.last.year) + today.month - ended.last.month - 1


@dataclass(slots=True)
class TaskCourse:
    """One source of tasks as the supervisor runs it. ``unit``: names are looked up below it."""

    name: str
    reader: TaskReader
    unit: str
    kinds: Sequence[PeriodKind]
    closed_months: int
    ledger: Ledger
    clock: Callable[[], datetime]
    heartbeat: Heartbeat
    shown: Callable[[], Awaitable[None]]

    async def run_once(self) -> Reported:
        """Read every period once; what failed is written down and named, what came whole is kept."""
        now = self.clock()
        wanted = [
            period
            for period in task_periods_to_read(local_date(now), self.kinds, self.closed_months)
            if self.reader.offers(period, now)
        ]
        failures: list[str] = []
        waits: list[float] = []
        for period in wanted:
            self.heartbeat(f"tasks {period}")
            try:
                await self._keep(period)
            except SideError as error:
                failures.append(f"{period}: {error.message}")
                waits += [error.delay] if isinstance(error, TransientError) and error.delay else []
                await self._keep_failure(period, error)
        await self.shown()
        return _told(wanted, failures, max(waits, default=None))

    async def _keep(self, period: Period) -> None:
        reading = await self.reader.read_tasks(period, self.clock())
        directory = await self.ledger.read(known_units, reading.at)
        await self.ledger.write(
            record_tasks,
            source=self.name,
            reading=with_codes(reading, directory, self.unit),
            read_at=reading.at,
            actor=DAEMON,
        )

    async def _keep_failure(self, period: Period, error: SideError) -> None:
        await self.ledger.write(
            record_failed_tasks,
            source=self.name,
            period=period,
            reason=error.message,
            read_at=self.clock(),
            actor=DAEMON,
        )

    async def close(self) -> None:
        await self.reader.close()


def known_units(session: Session, at: datetime) -> Directory:
    """The portal's directory of units as it was known at an instant; empty where it was never read."""
    return Directory(agencies_of(register_as_of(session, AGENCIES, at) or {}))


def with_codes(reading: TaskReading, directory: Directory, below: str) -> TaskReading:
    """The reading with the codes that names mean, and with what is odd about it.

    Raises `ShapeError` where two of the system's units are one of the portal's.
    """

    def code_of(name: str) -> str:
        found = directory.by_name(name, below)
        return found.code if found is not None else ""

    try:
        return attributed(reading, code_of)
    except TwiceError as error:
        raise ShapeError(str(error), action="say under units of the source which unit each is") from error


def _told(wanted: Sequence[Period], failures: Sequence[str], wait: float | None) -> Reported:
    if not wanted:
        return Reported("failed", failed=True, reason=NOTHING_OFFERED)
    if failures:
        reason = "; ".join(failures)[:LONGEST_REASON]
        return Reported("partial", failed=len(failures) == len(wanted), reason=reason, retry_after=wait)
    return Reported("complete", failed=False)


async def show_tasks(
    ledger: Ledger, shows: ShowsTasks, name: str, kinds: Sequence[PeriodKind], clock: Callable[[], datetime]
) -> None:
    """Set the gauges of one source: all its units together, in the running period of each kind."""
    now = clock()
    newest: datetime | None = None
    for kind in dict.fromkeys(kinds):
        kept = await ledger.read(tasks_as_of, source=name, period=Period.of(local_date(now), kind), at=now)
        total = completed(summed(kept.tallies)) if kept is not None else None
        for count in COUNTS:
            shows.tasks_counted(name, kind, count, getattr(total, count) if total is not None else None)
        if kept is not None:
            newest = kept.read_at if newest is None else max(newest, kept.read_at)
    if newest is not None:
        shows.tasks_read(name, newest)
