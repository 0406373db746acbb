"""Passes: which are running, who holds them, how they ended.

In: a pair, a holder (one run of one program, e.g. ``host:pid:start``), the time. Out: pass ids and frozen structs.
A pass whose holder went silent or away is marked *interrupted*; its holder, if it wakes, can change nothing more.
Passes are a history of their own: only what somebody does to another's pass is in the audit trail as well.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.orm import Session

from syncd.errors import ConflictError
from syncd.ledger.audit import note
from syncd.ledger.fencing import epoch_of
from syncd.ledger.rows import columns, first_of, insert_one, rows_of
from syncd.ledger.tables import PASSES


class Outcome(StrEnum):
    """How a pass stands or ended."""

    RUNNING = "running"
    IN_SYNC = "in_sync"
    MISMATCHED = "mismatched"
    UNKNOWN = "unknown"
    INTERRUPTED = "interrupted"
    FAILED = "failed"


class Pass(Struct, frozen=True):
    """One pass. ``ended_at`` is None while it runs; ``error`` is empty where there was none."""

    id: int
    pair: str
    actor: str
    holder: str
    started_at: datetime
    heartbeat_at: datetime
    ended_at: datetime | None
    outcome: str
    counts: dict[str, Any]
    error: str


def begin_pass(session: Session, *, pair: str, holder: str, now: datetime, actor: str, stale_after: timedelta) -> int:
    """Begin a pass and return its id.

    Raises `ConflictError` while a pass of this pair is running under another holder whose last heartbeat is younger
    than ``stale_after``; an older one, or one of this very holder, is marked interrupted first. So is, whatever its
    heartbeat says, one that ran under an older epoch of the lease that this transaction holds: no clock is asked.
    """
    running = first_of(session, Pass, _passes().where(PASSES.c.pair == pair, PASSES.c.outcome == Outcome.RUNNING))
    if running is not None:
        is_live = running.holder != holder and now - running.heartbeat_at < stale_after
        if is_live and not _is_fenced_off(session, running.id):
            raise ConflictError(
                f"pass {running.id} of {pair} is running, held by {running.holder} since {running.started_at:%H:%M:%S}",
                action="wait for it, or stop that syncd",
            )
        _interrupt(session, running, now=now, actor=actor)
    values = {"pair": pair, "holder": holder, "actor": actor, "started_at": now, "heartbeat_at": now}
    return insert_one(session, PASSES, **values, outcome=Outcome.RUNNING, counts={}, error="", epoch=epoch_of(session))


def _is_fenced_off(session: Session, pass_id: int) -> bool:
    """Whether a running pass belongs to a lease that has moved on to this transaction."""
    epoch, began = epoch_of(session), session.execute(sa.select(PASSES.c.epoch).where(PASSES.c.id == pass_id)).scalar()
    return epoch is not None and began is not None and began < epoch


def heartbeat(session: Session, *, pass_id: int, now: datetime) -> None:
    """Say that the pass is alive. Raises `ConflictError` when it no longer runs: its holder must stop."""
    require_running(session, pass_id)
    session.execute(sa.update(PASSES).where(PASSES.c.id == pass_id).values(heartbeat_at=now))


def end_pass(
    session: Session,
    *,
    pass_id: int,
    outcome: str,
    now: datetime,
    counts: dict[str, Any] | None = None,
    error: str = "",
) -> None:
    """End a running pass. Raises `ConflictError` when it no longer runs, ValueError for an unknown outcome."""
    ended = Outcome(outcome)
    if ended is Outcome.RUNNING:
        raise ValueError("a pass does not end as running")
    require_running(session, pass_id)
    _finish(session, pass_id, outcome=ended, ended_at=now, counts=counts or {}, error=error)


def running_holders(session: Session) -> list[str]:
    """Who is running passes now."""
    return list(session.scalars(sa.select(PASSES.c.holder).where(PASSES.c.outcome == Outcome.RUNNING).distinct()))


def interrupt_holders(session: Session, *, holders: Collection[str], now: datetime, actor: str) -> list[int]:
    """Mark every pass interrupted that these holders, known to be dead, left running; returns their ids."""
    orphans = rows_of(
        session, Pass, _passes().where(PASSES.c.holder.in_(list(holders)), PASSES.c.outcome == Outcome.RUNNING)
    )
    for orphan in orphans:
        _interrupt(session, orphan, now=now, actor=actor)
    return [orphan.id for orphan in orphans]


def require_running(session: Session, pass_id: int) -> str:
    """The pair of a running pass. Raises `ConflictError` when it is not running (any longer)."""
    row = session.execute(sa.select(PASSES.c.pair, PASSES.c.outcome).where(PASSES.c.id == pass_id)).first()
    if row is None or row.outcome != Outcome.RUNNING:
        found = "is not known" if row is None else f"is {row.outcome}"
        raise ConflictError(f"pass {pass_id} {found}, not running", action="let the next pass do its work")
    return str(row.pair)


def pass_by_id(session: Session, pass_id: int) -> Pass | None:
    """One pass, or None."""
    return first_of(session, Pass, _passes().where(PASSES.c.id == pass_id))


def last_pass(
    session: Session, pair: str, *, outcomes: tuple[str, ...] = (), as_of: datetime | None = None
) -> Pass | None:
    """The newest pass of a pair: of certain outcomes only, begun no later than ``as_of``."""
    statement = _passes().where(PASSES.c.pair == pair)
    if outcomes:
        statement = statement.where(PASSES.c.outcome.in_(outcomes))
    if as_of is not None:
        statement = statement.where(PASSES.c.started_at <= as_of)
    return first_of(session, Pass, statement)


def passes_until(session: Session, until: datetime, *, pair: str | None = None, limit: int = 50) -> list[Pass]:
    """The passes begun no later than ``until``, newest first."""
    statement = _passes().where(PASSES.c.started_at <= until).limit(limit)
    return rows_of(session, Pass, statement if pair is None else statement.where(PASSES.c.pair == pair))


def _passes() -> sa.Select[Any]:
    return sa.select(*columns(PASSES, Pass)).order_by(PASSES.c.id.desc())


def _interrupt(session: Session, running: Pass, *, now: datetime, actor: str) -> None:
    _finish(
        session, running.id, outcome=Outcome.INTERRUPTED, ended_at=now, error=f"its holder {running.holder} is gone"
    )
    note(session, at=now, actor=actor, action="pass_interrupted", pair=running.pair, pass_id=running.id)


def _finish(session: Session, pass_id: int, **values: Any) -> None:
    session.execute(sa.update(PASSES).where(PASSES.c.id == pass_id).values(**values))
