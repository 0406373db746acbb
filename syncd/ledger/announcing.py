"""Announcements where several daemons share a ledger: each event is given to one mismatch log before it is written.

In: the name of a mismatch log. Out: its events; and what has happened since, whoever announces it.
"""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from syncd.ledger.mismatches import MismatchEvent, events_where
from syncd.ledger.tables import MISMATCH_EVENTS

LOST_AFTER = timedelta(minutes=15)
"""A log that has not written its events for so long, by the database's clock, loses them to another: its machine is
gone. Had it written them and not said so, they are in two logs, with the same ids."""


def claim_announcements(session: Session, *, announcer: str, limit: int) -> None:
    """Give the oldest events that nobody announces to this announcer."""
    event = MISMATCH_EVENTS.c
    is_free = sa.or_(event.announcer.is_(None), event.claimed_at < sa.func.now() - LOST_AFTER)
    oldest = sa.select(event.id).where(event.announced_at.is_(None), is_free).order_by(event.id).limit(limit)
    session.execute(
        sa.update(MISMATCH_EVENTS)
        .where(event.id.in_(oldest.scalar_subquery()))
        .values(announcer=announcer, claimed_at=sa.func.now())
    )


def newest_event(session: Session) -> int:
    """The number of the newest event; 0 before the first."""
    return int(session.execute(sa.select(sa.func.coalesce(sa.func.max(MISMATCH_EVENTS.c.id), 0))).scalar_one())


def events_after(session: Session, after: int, limit: int) -> list[MismatchEvent]:
    """The events with a higher number, oldest first."""
    return events_where(session, MISMATCH_EVENTS.c.id > after, limit=limit)
