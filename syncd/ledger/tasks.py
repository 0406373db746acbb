"""Tasks as they were counted at each instant, by source and period; never overwritten.

In: whole readings, and failures with their reasons. Out: the newest tallies as of an instant. A reading that says the
same as the one before it keeps no second copy of its tallies.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.orm import Session

from syncd.ledger.audit import note
from syncd.ledger.packing import digest, json_text
from syncd.ledger.rows import columns, first_of, insert, insert_one
from syncd.ledger.tables_tasks import TASK_READINGS, TASK_TALLIES
from syncd.records.periods import Period
from syncd.records.tasks import COUNTS, TaskFinding, TaskReading, TaskTally

WHOLE = "whole"
FAILED = "failed"
LONGEST_REASON = 500

HOLDER = sa.func.coalesce(TASK_READINGS.c.tallies_from, TASK_READINGS.c.id)
"""The reading that holds the tallies of a reading."""


class KeptReading(Struct, frozen=True):
    """One reading: how it ended, and why it brought nothing where it is not whole."""

    id: int
    period: str
    read_at: datetime
    verdict: str
    reason: str


class KeptTasks(Struct, frozen=True, kw_only=True):
    """The newest whole reading of one source and period."""

    source: str
    period: str
    read_at: datetime
    tallies: tuple[TaskTally, ...]
    findings: tuple[TaskFinding, ...]


def record_tasks(session: Session, *, source: str, reading: TaskReading, read_at: datetime, actor: str) -> int:
    """Remember one whole reading; returns its id."""
    own = digest(json_text(reading.tallies).encode())
    before = _newest_whole(session, source, str(reading.period), read_at)
    is_known = before is not None and before.digest == own
    reading_id = insert_one(
        session,
        TASK_READINGS,
        source=source,
        period=str(reading.period),
        read_at=read_at,
        verdict=WHOLE,
        reason="",
        findings=msgspec.to_builtins(reading.findings),
        digest=own,
        tallies_from=before.holder if before is not None and is_known else None,
    )
    if not is_known:
        insert(session, TASK_TALLIES, [_row(reading_id, *numbered) for numbered in enumerate(reading.tallies)])
    said: dict[str, Any] = {"source": source, "period": str(reading.period), "units": len(reading.tallies)}
    said |= {"findings": len(reading.findings), "is_new": not is_known}
    note(session, at=read_at, actor=actor, action="tasks", reading_id=reading_id, **said)
    return reading_id


def record_failed_tasks(
    session: Session, *, source: str, period: Period, reason: str, read_at: datetime, actor: str
) -> int:
    """Remember that a source could not be read whole, and why; returns the reading's id."""
    of = {"source": source, "period": str(period)}
    reading_id = insert_one(
        session,
        TASK_READINGS,
        **of,
        read_at=read_at,
        verdict=FAILED,
        reason=reason[:LONGEST_REASON],
        findings=[],
        digest="",
        tallies_from=None,
    )
    note(session, at=read_at, actor=actor, action="tasks_failed", reading_id=reading_id, reason=reason[:200], **of)
    return reading_id


def tasks_as_of(session: Session, *, source: str, period: Period | str, at: datetime) -> KeptTasks | None:
    """The newest whole tallies of a source and period, read no later than ``at``; None where there are none."""
    newest = _newest_whole(session, source, str(period), at)
    if newest is None:
        return None
    names = ("unit_code", "unit_name", "counts")
    wanted = sa.select(*(TASK_TALLIES.c[name] for name in names)).where(TASK_TALLIES.c.reading_id == newest.holder)
    rows = session.execute(wanted.order_by(TASK_TALLIES.c.position))
    return KeptTasks(
        source=source,
        period=str(period),
        read_at=newest.read_at,
        tallies=tuple(TaskTally(unit_code=code, unit_name=name, **counts) for code, name, counts in rows),
        findings=msgspec.convert(newest.findings, tuple[TaskFinding, ...]),
    )


def last_task_reading(session: Session, *, source: str, period: Period | str, at: datetime) -> KeptReading | None:
    """The newest reading of a source and period, whole or not, no later than ``at``."""
    return first_of(session, KeptReading, _readings(source, str(period), at, columns(TASK_READINGS, KeptReading)))


def task_periods(session: Session, *, source: str, at: datetime) -> list[str]:
    """The periods that a source had been read about whole by ``at``, sorted as text."""
    wanted = sa.select(TASK_READINGS.c.period).where(
        TASK_READINGS.c.source == source, TASK_READINGS.c.verdict == WHOLE, TASK_READINGS.c.read_at <= at
    )
    return sorted(session.scalars(wanted.distinct()))


class _Newest(Struct, frozen=True):
    digest: str
    read_at: datetime
    findings: list[dict[str, Any]]
    holder: int


def _newest_whole(session: Session, source: str, period: str, at: datetime) -> _Newest | None:
    wanted = [*(TASK_READINGS.c[name] for name in ("digest", "read_at", "findings")), HOLDER.label("holder")]
    return first_of(session, _Newest, _readings(source, period, at, wanted).where(TASK_READINGS.c.verdict == WHOLE))


def _readings(source: str, period: str, at: datetime, wanted: list[Any]) -> sa.Select[Any]:
    """The readings of just this, newest first."""
    readings = TASK_READINGS.c
    found = sa.select(*wanted).where(readings.source == source, readings.period == period, readings.read_at <= at)
    return found.order_by(readings.read_at.desc(), readings.id.desc())


def _row(reading_id: int, position: int, tally: TaskTally) -> dict[str, Any]:
    counts = {name: count for name in COUNTS if (count := getattr(tally, name)) is not None}
    names = {"unit_code": tally.unit_code, "unit_name": tally.unit_name}
    return {"reading_id": reading_id, "position": position, "counts": counts, **names}
