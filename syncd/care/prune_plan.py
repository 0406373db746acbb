"""What the ledger may forget now: found first, as one plan, which is shown or carried out.

In: a session, a policy, an instant. Out: a `Plan`. Never in it: versions, mismatches, events, the audit trail; findings
and bytes that a mismatch rests on; what answers about an instant inside the kept days need.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.orm import Session

from syncd.care.proving import FORGOTTEN
from syncd.ledger.mismatches import Mismatch
from syncd.ledger.packing import unpack_struct
from syncd.ledger.rows import stream
from syncd.ledger.tables import MISMATCH_EVENTS, MISMATCHES, PASSES, READINGS, VERSIONS
from syncd.ledger.tables_desk import NOTICES, SESSIONS
from syncd.sides.reading import ReadingVerdict


class Retention(NamedTuple):
    """For how many days each kind is kept; 0 is for ever."""

    details: int = 400
    evidence: int = 0
    sessions: int = 90
    notices: int = 400


class Step(Struct, frozen=True):
    """One kind of what goes: the rows concerned (by number, a session by its digest), and about how many bytes go."""

    what: str
    keys: tuple[int | str, ...]
    bytes: int


class Plan(Struct, frozen=True):
    """Everything that goes, found at ``made_at``."""

    made_at: datetime
    steps: tuple[Step, ...]

    @property
    def bytes(self) -> int:
        return sum(step.bytes for step in self.steps)

    @property
    def is_empty(self) -> bool:
        return not any(step.keys for step in self.steps)


class Referred(NamedTuple):
    """The readings and versions that some mismatch rests on, now or at any past instant."""

    readings: frozenset[int]
    versions: frozenset[int]


Found = tuple[Any, int]
"""The key of a row, and its bytes."""
Find = Callable[[Session, datetime, Referred], Iterator[Found]]
"""Rows of before an instant that may go."""


def plan(session: Session, retention: Retention, now: datetime) -> Plan:
    """What goes by this policy at this instant. Reads only."""
    referred = _referred(session)
    steps = []
    for what, days in (
        ("reading details", retention.details),
        ("pass details", retention.details),
        ("evidence", retention.evidence),
        ("sessions", retention.sessions),
        ("notices", retention.notices),
    ):
        found = list(FINDS[what](session, now - timedelta(days=days), referred)) if days else []
        steps.append(Step(what, tuple(key for key, _ in found), sum(size for _, size in found)))
    return Plan(now, tuple(steps))


def _referred(session: Session) -> Referred:
    """From the mismatches as they are, and from the snapshot of every event."""
    readings: set[int | None] = set()
    versions: set[int | None] = set()
    sides = (("portal_reading_id", "city_reading_id"), ("portal_version_id", "city_version_id"))
    for row in stream(session, sa.select(*(MISMATCHES.c[name] for names in sides for name in names))):
        readings.update(row[:2])
        versions.update(row[2:])
    for (snapshot,) in stream(session, sa.select(MISMATCH_EVENTS.c.snapshot)):
        known = unpack_struct(snapshot, Mismatch)
        readings.update((known.portal_reading_id, known.city_reading_id))
        versions.update((known.portal_version_id, known.city_version_id))
    return Referred(_numbers(readings), _numbers(versions))


def _numbers(found: Iterable[int | None]) -> frozenset[int]:
    return frozenset(one for one in found if one is not None)


def _readings(session: Session, before: datetime, referred: Referred) -> Iterator[Found]:
    """Findings and reasons of old readings, but not of those that still answer for the first kept instant."""
    kept = referred.readings | _last_readings(session, before)
    size = _length(READINGS.c.findings) + _length(READINGS.c.reasons)
    wanted = sa.select(READINGS.c.id, size).where(READINGS.c.ended_at < before, size > 2 * len("[]"))
    yield from _but(session, wanted.order_by(READINGS.c.id), kept)


def _last_readings(session: Session, before: datetime) -> frozenset[int]:
    """The newest reading of each side that had ended, and the newest whole one."""
    newest = sa.select(sa.func.max(READINGS.c.id)).where(READINGS.c.ended_at < before)
    of_side = newest.group_by(READINGS.c.pair, READINGS.c.side)
    whole = of_side.where(READINGS.c.verdict == ReadingVerdict.WHOLE)
    return frozenset([*session.scalars(of_side), *session.scalars(whole)])


def _passes(session: Session, before: datetime, _: Referred) -> Iterator[Found]:
    """Counts of old passes, but not of the newest one of each pair and outcome."""
    newest = sa.select(sa.func.max(PASSES.c.id)).where(PASSES.c.started_at < before)
    kept = frozenset(session.scalars(newest.group_by(PASSES.c.pair, PASSES.c.outcome)))
    size = _length(PASSES.c.counts)
    wanted = sa.select(PASSES.c.id, size).where(
        PASSES.c.started_at < before, PASSES.c.ended_at.is_not(None), size > len("{}")
    )
    yield from _but(session, wanted.order_by(PASSES.c.id), kept)


def _evidence(session: Session, before: datetime, referred: Referred) -> Iterator[Found]:
    """The bytes that a side sent for a version that is over and was translated; its canonical record stays."""
    size = sa.func.length(VERSIONS.c.raw) + sa.func.coalesce(sa.func.length(VERSIONS.c.detail), 0)
    wanted = sa.select(VERSIONS.c.id, size).where(
        VERSIONS.c.valid_to < before, VERSIONS.c.canonical.is_not(None), VERSIONS.c.raw != FORGOTTEN
    )
    yield from _but(session, wanted.order_by(VERSIONS.c.id), referred.versions)


def _sessions(session: Session, before: datetime, _: Referred) -> Iterator[Found]:
    """Sign-ins that were over; that they were is in the audit trail."""
    is_over = sa.or_(SESSIONS.c.ended_at < before, SESSIONS.c.expires_at < before)
    size = sa.func.length(SESSIONS.c.digest) + sa.func.length(SESSIONS.c.csrf) + 64
    yield from _but(session, sa.select(SESSIONS.c.digest, size).where(is_over).order_by(SESSIONS.c.digest), ())


def _notices(session: Session, before: datetime, _: Referred) -> Iterator[Found]:
    """Digests that were sent or given up."""
    is_over = sa.or_(NOTICES.c.sent_at < before, NOTICES.c.given_up_at < before)
    yield from _but(
        session, sa.select(NOTICES.c.id, _length(NOTICES.c.content)).where(is_over).order_by(NOTICES.c.id), ()
    )


FINDS: dict[str, Find] = {
    "reading details": _readings,
    "pass details": _passes,
    "evidence": _evidence,
    "sessions": _sessions,
    "notices": _notices,
}


def _length(column: sa.Column[object]) -> sa.ColumnElement[int]:
    return sa.func.length(sa.cast(column, sa.Text))


def _but(session: Session, wanted: sa.Select[Found], kept: Collection[int]) -> Iterator[Found]:
    for key, size in stream(session, wanted):
        if key not in kept:
            yield key, size
