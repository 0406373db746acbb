"""Tasks of units as of an instant: what each system said, what follows from it, and what in it cannot be true.

In: a session, the sources, a period, an instant. Out: rows by unit with their rate on time; how each source was read;
findings. What a system does not say and what does not follow stays None.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy.orm import Session

from syncd.answers.belonging import belongs
from syncd.answers.collation import in_order
from syncd.answers.rates import Rate
from syncd.ledger.tasks import FAILED, KeptTasks, last_task_reading, tasks_as_of
from syncd.records.periods import Period
from syncd.records.tasks import COUNTS, FindingKind, TaskTally, completed


class TaskRow(Struct, frozen=True, kw_only=True):
    """One unit's tasks as one source counts them. ``odd``: counts that are not the sum of their parts."""

    source: str
    read_at: datetime
    unit_code: str
    unit_name: str
    assigned: int | None
    done_on_time: int | None
    done_late: int | None
    running_in_time: int | None
    running_late: int | None
    no_time_limit: int | None
    done: int | None
    running: int | None
    overdue: int | None
    on_time: Rate | None
    odd: tuple[str, ...]


class TaskSource(Struct, frozen=True, kw_only=True):
    """How one source was read about the period. ``read_at``: when it was last whole (None: never); ``reason``: why the
    newest reading, at ``failed_at``, brought nothing."""

    source: str
    read_at: datetime | None
    failed_at: datetime | None = None
    reason: str = ""


class TaskOddity(Struct, frozen=True, kw_only=True):
    """One thing that is odd about a source's counts (`syncd.records.tasks.TaskFinding`)."""

    source: str
    kind: FindingKind
    unit_code: str
    unit_name: str
    count: str
    said: int | None
    counted: int | None


class TaskAnswer(Struct, frozen=True, kw_only=True):
    """Every unit of every source in one period, in Vietnamese order of names."""

    period: str
    sources: tuple[TaskSource, ...]
    rows: tuple[TaskRow, ...]
    findings: tuple[TaskOddity, ...]

    @property
    def is_known(self) -> bool:
        """Whether any source had been read whole about the period."""
        return any(one.read_at is not None for one in self.sources)


def tasks_answer(
    session: Session, *, sources: Sequence[str], period: Period | str, at: datetime, within: str | None = None
) -> TaskAnswer:
    """What the sources had said by ``at``. ``within``: a unit and those below it alone; what is nobody's is not shown
    then."""
    kept = {source: tasks_as_of(session, source=source, period=period, at=at) for source in sources}
    known = [one for one in kept.values() if one is not None]
    rows = [row for one in known for row in _rows(one, within)]
    return TaskAnswer(
        period=str(period),
        sources=tuple(_source(session, name, one, period, at) for name, one in kept.items()),
        rows=tuple(in_order(rows, lambda one: one.unit_name or one.unit_code)),
        findings=tuple(found for one in known for found in _oddities(one, within)),
    )


def tasks_of_unit(
    session: Session, *, sources: Sequence[str], unit: str, period: Period | str, at: datetime
) -> tuple[TaskRow, ...]:
    """What each source had said of one unit by ``at``; those that say nothing of it are left out."""
    kept = (tasks_as_of(session, source=source, period=period, at=at) for source in sources)
    return tuple(row for one in kept if one is not None for row in _rows(one, unit) if row.unit_code == unit)


def rate_of(tally: TaskTally, source: str) -> Rate | None:
    """Done in time of all done; None where the source does not tell them apart."""
    whole = completed(tally)
    if whole.done_on_time is None or whole.done is None:
        return None
    return Rate(whole.done_on_time, whole.done, source)


def _rows(kept: KeptTasks, within: str | None) -> Iterator[TaskRow]:
    odd: dict[tuple[str, str], list[str]] = {}
    for one in kept.findings:
        if one.kind is FindingKind.PARTS_DIFFER:
            odd.setdefault((one.unit_code, one.unit_name), []).append(one.count)
    for tally in kept.tallies:
        if not belongs(tally.unit_code, within):
            continue
        whole = completed(tally)
        yield TaskRow(
            source=kept.source,
            read_at=kept.read_at,
            unit_code=tally.unit_code,
            unit_name=tally.unit_name,
            **{name: getattr(whole, name) for name in COUNTS},
            on_time=rate_of(tally, kept.source),
            odd=tuple(dict.fromkeys(odd.get((tally.unit_code, tally.unit_name), ()))),
        )


def _oddities(kept: KeptTasks, within: str | None) -> Iterable[TaskOddity]:
    for one in kept.findings:
        if belongs(one.unit_code, within):
            yield TaskOddity(
                source=kept.source,
                kind=one.kind,
                unit_code=one.unit_code,
                unit_name=one.unit_name,
                count=one.count,
                said=one.said,
                counted=one.counted,
            )


def _source(session: Session, name: str, kept: KeptTasks | None, period: Period | str, at: datetime) -> TaskSource:
    newest = last_task_reading(session, source=name, period=period, at=at)
    read_at = kept.read_at if kept is not None else None
    if newest is None or newest.verdict != FAILED:
        return TaskSource(source=name, read_at=read_at)
    return TaskSource(source=name, read_at=read_at, failed_at=newest.read_at, reason=newest.reason)
