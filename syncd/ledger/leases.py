"""Leases: which member may write for each course, and how the last pass of each ended, for all members to see.

In: an epoch that the engine gave out (it only grows). Out: a lease that is taken once; how every course stands. Only
the database's clock is used.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.orm import Session

from syncd.errors import ConflictError
from syncd.ledger.fencing import Fence, FencedError
from syncd.ledger.rows import columns, first_of, rows_of, upsert
from syncd.ledger.tables import PASSES
from syncd.ledger.tables_cluster import LEASES

REMEMBERED = 5
"""Passes that a course's cost is learnt from: the newest that ended by themselves."""

ENDED = ("in_sync", "mismatched", "unknown")
NEVER = 0


class Lease(Struct, frozen=True):
    """The lease of one course; see `syncd.ledger.tables_cluster.LeaseRow`."""

    course: str
    epoch: int
    holder: str
    taken_at: datetime
    ended_at: datetime | None
    ended_epoch: int
    outcome: str
    reason: str
    failures: int
    milliseconds: int


def take_lease(session: Session, *, course: str, epoch: int, holder: str) -> Lease:
    """Take a course's lease; whatever was begun under an older epoch writes nothing from now on.

    Raises `FencedError` where the lease has this epoch or a newer one already: the right to it has come too late.
    """
    known = lease_of(session, course)
    if known is not None and known.epoch >= epoch:
        message = f"the lease of {course} has moved on to {known.holder} (epoch {known.epoch} after {epoch})"
        raise FencedError(message, action="nothing is lost: the other member's pass does the work")
    now = _now(session)
    taken = Lease(course, epoch, holder, now, None, NEVER, "", "", 0, 0)
    if known is not None:
        taken = Lease(
            course, epoch, holder, now, known.ended_at, known.ended_epoch, known.outcome, known.reason,
            known.failures, known.milliseconds,
        )  # fmt: skip
    upsert(session, LEASES, [_values(taken)])
    return taken


def end_lease(session: Session, *, fence: Fence, outcome: str, reason: str, failures: int) -> None:
    """Say how the pass under this lease ended. Raises `ConflictError` where the course has no lease at all."""
    lease = lease_of(session, fence.course)
    if lease is None:
        raise ConflictError(f"{fence.course} has no lease", action="let the next pass take one")
    now = _now(session)
    taken = int((now - lease.taken_at) / timedelta(milliseconds=1))
    session.execute(
        sa.update(LEASES)
        .where(LEASES.c.course == fence.course, LEASES.c.epoch == fence.epoch)
        .values(
            ended_at=now,
            ended_epoch=fence.epoch,
            outcome=outcome,
            reason=reason,
            failures=failures,
            milliseconds=taken,
        )
    )


def lease_of(session: Session, course: str) -> Lease | None:
    """The lease of one course, or None where it was never taken."""
    return first_of(session, Lease, sa.select(*columns(LEASES, Lease)).where(LEASES.c.course == course))


def leases(session: Session) -> list[Lease]:
    """Every lease, by course."""
    return rows_of(session, Lease, sa.select(*columns(LEASES, Lease)).order_by(LEASES.c.course))


def highest_epoch(session: Session) -> int:
    """The highest epoch that was ever given out; 0 before the first."""
    return int(session.execute(sa.select(sa.func.coalesce(sa.func.max(LEASES.c.epoch), 0))).scalar_one())


def expected_seconds(session: Session, courses: Iterable[str]) -> dict[str, float]:
    """How long a pass of each course takes: the mean of its last `REMEMBERED` passes, else what its lease says.

    A course that has never ended a pass is not in it.
    """
    known = {one.course: one.milliseconds / 1000 for one in leases(session) if one.milliseconds}
    found = {course: _durations(session, course) for course in courses}
    return {
        course: sum(durations) / len(durations) if durations else known[course]
        for course, durations in found.items()
        if durations or course in known
    }


def _durations(session: Session, course: str) -> list[float]:
    """Seconds that the newest passes took, newest first."""
    newest = (
        sa.select(PASSES.c.started_at, PASSES.c.ended_at)
        .where(PASSES.c.pair == course, PASSES.c.outcome.in_(ENDED))
        .order_by(PASSES.c.started_at.desc())
        .limit(REMEMBERED)
    )
    rows = session.execute(newest)
    return [max(0.0, (row.ended_at - row.started_at).total_seconds()) for row in rows if row.ended_at is not None]


def _values(lease: Lease) -> dict[str, object]:
    return {name: getattr(lease, name) for name in Lease.__struct_fields__}


def _now(session: Session) -> datetime:
    """The database's clock, when this transaction began."""
    now: datetime = session.execute(sa.select(sa.func.now())).scalar_one()
    return now if now.tzinfo else now.replace(tzinfo=UTC)
