"""How the ledger and what it knows are doing, in single numbers that metrics show.

In: a session. Out: when a pair was last verified to its last record, what flaps, how large the database is.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from syncd.ledger.passes import Outcome
from syncd.ledger.tables import MISMATCHES, PASSES
from syncd.ledger.tables_desk import NOTICES

LIVES = 3
"""Mismatches of one subject that make it flap when they begin within the time looked at."""

LOOK_BACK = 500
"""Passes in which one that left nothing unread is looked for."""

COMPARED = (Outcome.IN_SYNC, Outcome.MISMATCHED)


def last_verified(session: Session, pair: str) -> datetime | None:
    """When the newest pass began that read both sides whole and left no record unread; None: not within `LOOK_BACK`."""
    passes = session.execute(
        sa.select(PASSES.c.started_at, PASSES.c.counts)
        .where(PASSES.c.pair == pair, PASSES.c.outcome.in_(COMPARED))
        .order_by(PASSES.c.id.desc())
        .limit(LOOK_BACK)
    )
    return next((begun for begun, counts in passes if counts.get("unread") == 0), None)


def flapping(session: Session, pair: str, since: datetime) -> int:
    """Subjects of which at least `LIVES` mismatches have begun since then: they come and go again and again."""
    again = (
        sa.select(MISMATCHES.c.subject)
        .where(MISMATCHES.c.pair == pair, MISMATCHES.c.first_seen >= since)
        .group_by(MISMATCHES.c.kind, MISMATCHES.c.subject, MISMATCHES.c.field)
        .having(sa.func.count() >= LIVES)
    )
    return session.scalar(sa.select(sa.func.count()).select_from(again.subquery())) or 0


def tried_in_vain(session: Session) -> dict[str, int]:
    """Digests that wait although they have been tried, by kind: mail, webhook."""
    waiting = (NOTICES.c.attempts > 0, NOTICES.c.sent_at.is_(None), NOTICES.c.given_up_at.is_(None))
    rows = session.execute(sa.select(NOTICES.c.kind, sa.func.count()).where(*waiting).group_by(NOTICES.c.kind))
    return {kind: number for kind, number in rows}


def database_bytes(session: Session) -> int:
    """What the database takes: of SQLite the file without its write-ahead log, of PostgreSQL everything."""
    if session.get_bind().dialect.name != "sqlite":
        return session.scalar(sa.text("SELECT pg_database_size(current_database())")) or 0
    page, pages = (session.scalar(sa.text(f"PRAGMA {name}")) or 0 for name in ("page_size", "page_count"))
    return int(page) * int(pages)
