"""Which sessions of a user are open: so that people can end one that they no longer know.

In: a user, the time, how long a session may lie idle. Out: one row each, the newest use first; never a token.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.orm import Session

from syncd.ledger.rows import columns, rows_of
from syncd.ledger.tables_desk import SESSIONS


class OpenSession(Struct, frozen=True):
    """One open session. ``digest`` is what the ledger knows its token by."""

    digest: str
    address: str
    opened_at: datetime
    seen_at: datetime
    expires_at: datetime


def open_sessions(session: Session, user_id: int, *, now: datetime, idle: timedelta) -> list[OpenSession]:
    """Every session of a user that is neither ended, over nor unused for too long."""
    is_open = (SESSIONS.c.ended_at.is_(None), SESSIONS.c.expires_at > now, SESSIONS.c.seen_at > now - idle)
    wanted = sa.select(*columns(SESSIONS, OpenSession)).where(SESSIONS.c.user_id == user_id, *is_open)
    return rows_of(session, OpenSession, wanted.order_by(SESSIONS.c.seen_at.desc(), SESSIONS.c.digest))
