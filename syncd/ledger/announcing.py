"""The outbox: events of mismatches that are not announced yet, and what has happened since.

In: how many; the name of a mismatch log, where several daemons share a ledger: each event is given to one log before it
is written. Out: events, the oldest first.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from msgspec import structs
from sqlalchemy.orm import Session

from syncd.ledger.mismatches import MismatchEvent, event_of
from syncd.ledger.rows import chunks
from syncd.ledger.tables import MISMATCH_EVENTS
from syncd.ledger.tables_listing import MISMATCH_LISTING

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
    return _events_where(session, MISMATCH_EVENTS.c.id > after, limit=limit)


def pending_announcements(session: Session, limit: int, announcer: str | None = None) -> list[MismatchEvent]:
    """The oldest events that have not been announced, of one announcer's alone where one is named."""
    wanted: list[sa.ColumnElement[bool]] = [MISMATCH_EVENTS.c.announced_at.is_(None)]
    if announcer is not None:
        wanted.append(MISMATCH_EVENTS.c.announcer == announcer)
    return _events_where(session, *wanted, limit=limit)


def _events_where(session: Session, *wanted: sa.ColumnElement[bool], limit: int) -> list[MismatchEvent]:
    """The oldest events of which this holds, each with the unit that its mismatch now belongs to."""
    of = MISMATCH_LISTING.c.id == MISMATCH_EVENTS.c.mismatch_id
    rows = session.execute(
        sa.select(MISMATCH_EVENTS, MISMATCH_LISTING.c.unit)
        .join_from(MISMATCH_EVENTS, MISMATCH_LISTING, of, isouter=True)
        .where(*wanted)
        .order_by(MISMATCH_EVENTS.c.id)
        .limit(limit)
    )
    return [structs.replace(event_of(row), unit=row.unit or "") for row in rows]


def mark_announced(session: Session, *, event_ids: Sequence[int], at: datetime) -> None:
    """Take events out of the outbox."""
    for some in chunks(event_ids):
        pending = (MISMATCH_EVENTS.c.id.in_(some), MISMATCH_EVENTS.c.announced_at.is_(None))
        session.execute(sa.update(MISMATCH_EVENTS).where(*pending).values(announced_at=at))
