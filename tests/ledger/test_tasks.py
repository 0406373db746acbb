"""Tasks as they were counted at each instant; a failure leaves what was known, and its reason."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from syncd.ledger import Ledger
from syncd.ledger.audit import trail
from syncd.ledger.tables_tasks import TASK_READINGS, TASK_TALLIES
from syncd.ledger.tasks import (
    FAILED,
    WHOLE,
    last_task_reading,
    record_failed_tasks,
    record_tasks,
    task_periods,
    tasks_as_of,
)
from syncd.records.periods import Period
from syncd.records.tasks import FindingKind, TaskFinding, TaskReading, TaskTally

FIRST = datetime(2026, 11, 25, 3, tzinfo=UTC)
HOUR = timedelta(hours=1)
YEAR = Period.parse("2026")
JUSTICE = TaskTally(unit_code="H26.8", unit_name="Sở Tư pháp", assigned=120, done_on_time=90, running_late=0)
NAMELESS = TaskTally(unit_name="Ủy ban nhân dân xã Thuỵ Lâm", assigned=3)
ODD = TaskFinding(kind=FindingKind.UNATTRIBUTED, unit_name=NAMELESS.unit_name)


def reading(*tallies: TaskTally, findings: tuple[TaskFinding, ...] = ()) -> TaskReading:
    return TaskReading(period=YEAR, at=FIRST, tallies=tallies, findings=findings)


def keep(ledger: Ledger, kept: TaskReading, at: datetime) -> int:
    return ledger.write_now(record_tasks, source="nhiem-vu", reading=kept, read_at=at, actor="daemon")


def test_tallies_and_findings_come_back_as_they_were_given(ledger: Ledger) -> None:
    """What the system does not say stays unsaid, and zero stays zero; order is kept."""
    keep(ledger, reading(NAMELESS, JUSTICE, findings=(ODD,)), FIRST)
    kept = ledger.read_now(tasks_as_of, source="nhiem-vu", period=YEAR, at=FIRST)
    assert kept is not None
    assert (kept.tallies, kept.findings, kept.read_at) == ((NAMELESS, JUSTICE), (ODD,), FIRST)
    assert (JUSTICE.done_late, JUSTICE.running_late) == (None, 0)


def test_each_instant_keeps_what_was_known_then(ledger: Ledger) -> None:
    more = TaskTally(unit_code="H26.8", unit_name="Sở Tư pháp", assigned=121)
    keep(ledger, reading(JUSTICE), FIRST)
    keep(ledger, reading(more), FIRST + HOUR)
    at = {"source": "nhiem-vu", "period": YEAR}
    assert ledger.read_now(tasks_as_of, **at, at=FIRST - HOUR) is None
    assert ledger.read_now(tasks_as_of, **at, at=FIRST).tallies == (JUSTICE,)
    assert ledger.read_now(tasks_as_of, **at, at=FIRST + HOUR).tallies == (more,)


def test_the_same_numbers_again_are_kept_once(ledger: Ledger) -> None:
    """Three readings, one copy; a reading in between that failed changes nothing of that."""
    keep(ledger, reading(JUSTICE), FIRST)
    ledger.write_now(
        record_failed_tasks, source="nhiem-vu", period=YEAR, reason="a page is missing", read_at=FIRST, actor="daemon"
    )
    for hours in (1, 2):
        keep(ledger, reading(JUSTICE, findings=(ODD,) * hours), FIRST + hours * HOUR)
    counts = [sa.select(sa.func.count()).select_from(table) for table in (TASK_READINGS, TASK_TALLIES)]
    assert [ledger.read_now(lambda session, one=one: session.scalar(one)) for one in counts] == [4, 1]
    newest = ledger.read_now(tasks_as_of, source="nhiem-vu", period=YEAR, at=FIRST + 2 * HOUR)
    assert (newest.tallies, newest.findings, newest.read_at) == ((JUSTICE,), (ODD, ODD), FIRST + 2 * HOUR)


def test_a_failure_is_kept_with_its_reason_and_leaves_what_was_known(ledger: Ledger) -> None:
    keep(ledger, reading(JUSTICE), FIRST)
    ledger.write_now(
        record_failed_tasks, source="nhiem-vu", period=YEAR, reason="r" * 900, read_at=FIRST + HOUR, actor="daemon"
    )
    of = {"source": "nhiem-vu", "period": YEAR, "at": FIRST + HOUR}
    newest = ledger.read_now(last_task_reading, **of)
    assert (newest.verdict, newest.reason) == (FAILED, "r" * 500)
    assert ledger.read_now(last_task_reading, **of | {"at": FIRST}).verdict == WHOLE
    assert ledger.read_now(tasks_as_of, **of).tallies == (JUSTICE,)


def test_sources_and_periods_are_kept_apart(ledger: Ledger) -> None:
    keep(ledger, reading(JUSTICE), FIRST)
    assert ledger.read_now(tasks_as_of, source="other", period=YEAR, at=FIRST) is None
    assert ledger.read_now(tasks_as_of, source="nhiem-vu", period="2025", at=FIRST) is None
    assert ledger.read_now(task_periods, source="nhiem-vu", at=FIRST) == ["2026"]
    assert ledger.read_now(task_periods, source="nhiem-vu", at=FIRST - HOUR) == []


def test_each_reading_leaves_an_audit_row(ledger: Ledger) -> None:
    keep(ledger, reading(JUSTICE), FIRST)
    ledger.write_now(
        record_failed_tasks, source="nhiem-vu", period=YEAR, reason="refused", read_at=FIRST + HOUR, actor="daemon"
    )
    failed, kept = ledger.read_now(trail)
    assert (kept.action, kept.detail["units"], kept.detail["period"]) == ("tasks", 1, "2026")
    assert (failed.action, failed.detail["reason"]) == ("tasks_failed", "refused")
