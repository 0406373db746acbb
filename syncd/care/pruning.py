"""Carries a plan of pruning out, in transactions so short that no pass notices.

In: a ledger, a plan, an actor. Out: what went and what was spared. Each transaction changes its rows and says so in the
audit trail; a kill in the middle leaves the rest for the next time.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import datetime

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.orm import Session

from syncd.care.proving import FORGOTTEN
from syncd.care.prune_plan import Plan
from syncd.ledger import Ledger
from syncd.ledger.audit import note
from syncd.ledger.rows import CHUNK
from syncd.ledger.tables import PASSES, READINGS, VERSIONS
from syncd.ledger.tables_desk import NOTICES, SESSIONS

LONGEST = 0.05
"""Seconds that one transaction should take at most."""
FIRST = 50


class Pruned(Struct, frozen=True):
    """What was done: rows by kind, about how many bytes, transactions, and the longest of them in seconds."""

    rows: dict[str, int]
    bytes: int
    transactions: int
    longest: float


class Pace:
    """How many rows the next transaction takes: as many as fit into half of `LONGEST`, by what the last ones took."""

    def __init__(self) -> None:
        self.size = FIRST
        self.transactions = 0
        self.longest = 0.0

    def took(self, seconds: float) -> None:
        self.transactions += 1
        self.longest = max(self.longest, seconds)
        if seconds > LONGEST / 2:
            self.size = max(1, self.size // 2)
        elif seconds < LONGEST / 8:
            self.size = min(CHUNK, self.size * 2)


async def prune(
    ledger: Ledger,
    plan: Plan,
    *,
    actor: str,
    clock: Callable[[], float] = time.monotonic,
    rest: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> Pruned:
    """Carry a plan out; between two transactions the ledger is left alone for as long as the last one took."""
    pace, rows = Pace(), {}
    for step in plan.steps:
        done = 0
        for keys in _pieces(step.keys, pace):
            begun = clock()
            done += await ledger.write(forget, what=step.what, keys=keys, now=plan.made_at, actor=actor)
            took = clock() - begun
            pace.took(took)
            await rest(took)
        rows[step.what] = done
    return Pruned(rows, plan.bytes, pace.transactions, pace.longest)


def _pieces(keys: Sequence[int | str], pace: Pace) -> Iterator[list[int | str]]:
    at = 0
    while at < len(keys):
        size = pace.size
        yield list(keys[at : at + size])
        at += size


def forget(session: Session, *, what: str, keys: Sequence[int | str], now: datetime, actor: str) -> int:
    """Forget one kind of these rows; returns how many there still were. One audit row says so."""
    table, key, values = WAYS[what]
    these = key.in_(keys)
    change = sa.delete(table).where(these) if values is None else sa.update(table).where(these).values(values)
    number = len(session.execute(change.returning(key)).all())
    note(session, at=now, actor=actor, action="pruned", what=what, number=number)
    return number


WAYS: dict[str, tuple[sa.Table, sa.Column[int] | sa.Column[str], dict[str, object] | None]] = {
    "reading details": (READINGS, READINGS.c.id, {"findings": [], "reasons": []}),
    "pass details": (PASSES, PASSES.c.id, {"counts": {}}),
    "evidence": (VERSIONS, VERSIONS.c.id, {"raw": FORGOTTEN, "detail": None}),
    "sessions": (SESSIONS, SESSIONS.c.digest, None),
    "notices": (NOTICES, NOTICES.c.id, None),
}
"""How each kind is forgotten: table, key, and the values that stay in the place of what goes (None: no row stays)."""
