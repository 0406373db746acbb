"""Fencing: what is written for a course is written only while its lease has not moved on.

In: an epoch, which only grows. Out: every writing transaction that is begun inside `fenced` first requires that the
course's lease still has that epoch, and holds it until the commit. No clock is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from syncd.errors import ConflictError
from syncd.ledger.tables_cluster import LEASES

HELD = "fence"
"""Where a session remembers the fence that it was begun under."""


class FencedError(ConflictError):
    """The lease has moved on: another member runs this course, and nothing of the transaction was kept."""

    slug = "fenced"


@dataclass(frozen=True, slots=True)
class Fence:
    """The right to write for a course. ``refused`` is called, in any thread, for each write that came too late."""

    course: str
    epoch: int
    refused: Callable[[], None] = lambda: None


_FENCE: ContextVar[Fence | None] = ContextVar("fence", default=None)


def present_fence() -> Fence | None:
    """The fence that this task, and every task that it starts, writes under."""
    return _FENCE.get()


@contextmanager
def fenced(fence: Fence | None) -> Iterator[None]:
    """Write under this fence; under none with None."""
    token = _FENCE.set(fence)
    try:
        yield
    finally:
        _FENCE.reset(token)


def require_epoch(session: Session, fence: Fence) -> None:
    """Raise `FencedError` where the lease has moved on; else it cannot before this transaction has ended."""
    wanted = sa.select(LEASES.c.epoch, LEASES.c.holder).where(LEASES.c.course == fence.course)
    row = session.execute(wanted.with_for_update(read=True)).first()
    if row is None or row.epoch != fence.epoch:
        fence.refused()
        now = "nobody" if row is None else f"{row.holder} (epoch {row.epoch})"
        raise FencedError(
            f"{fence.course} is no longer run here (epoch {fence.epoch}) but by {now}; nothing was written",
            action="nothing is lost: the other member's pass does the work",
        )
    session.info[HELD] = fence


def epoch_of(session: Session) -> int | None:
    """The epoch under which a transaction writes; None where it needs none."""
    fence = session.info.get(HELD)
    return fence.epoch if isinstance(fence, Fence) else None
