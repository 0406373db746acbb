"""Sessions of the desk: who has signed in, from where, until when. The token itself is never here, only its digest.

In: digests, limits. Out: the user behind a digest, as long as the session lasts and the account is enabled.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.orm import Session

from syncd.ledger.audit import note
from syncd.ledger.refusals import RefusedError
from syncd.ledger.rows import first_of, insert
from syncd.ledger.tables_desk import SESSIONS, USERS

SEEN_EVERY = timedelta(minutes=1)
LONGEST_ADDRESS = 64


class SessionUser(Struct, frozen=True):
    """The user behind a session that is open."""

    user_id: int
    login: str
    name: str
    role: str
    unit: str
    language: str
    csrf: str
    opened_at: datetime
    seen_at: datetime
    expires_at: datetime


def open_session(
    session: Session,
    *,
    user_id: int,
    digest: str,
    csrf: str,
    expires_at: datetime,
    address: str,
    now: datetime,
    actor: str,
) -> None:
    """Open a session. Raises `RefusedError` for a user that is not there or disabled."""
    wanted = sa.select(USERS.c.login).where(USERS.c.id == user_id, USERS.c.disabled_at.is_(None))
    login = session.execute(wanted).scalar()
    if login is None:
        raise RefusedError(f"user {user_id} may not sign in", reason="unknown_user")
    times = {"opened_at": now, "seen_at": now, "expires_at": expires_at}
    of = {"digest": digest, "user_id": user_id, "csrf": csrf, "address": address[:LONGEST_ADDRESS]}
    insert(session, SESSIONS, [of | times])
    note(session, at=now, actor=actor, action="signed_in", user=login, address=of["address"])


def session_of(session: Session, *, digest: str, now: datetime, idle: timedelta) -> SessionUser | None:
    """The user behind a token's digest; None where the session is unknown, ended, over or unused for too long."""
    wanted = sa.select(USERS.c.id, *_user_columns(), SESSIONS.c.csrf, *_times()).join(SESSIONS)
    is_open = (SESSIONS.c.ended_at.is_(None), SESSIONS.c.expires_at > now, SESSIONS.c.seen_at > now - idle)
    return first_of(
        session, SessionUser, wanted.where(SESSIONS.c.digest == digest, USERS.c.disabled_at.is_(None), *is_open)
    )


def touch_session(session: Session, *, digest: str, now: datetime) -> bool:
    """Remember that the session is used; written at most once a minute. Whether it was written."""
    return is_touched(session, SESSIONS, SESSIONS.c.digest == digest, SESSIONS.c.seen_at, now)


def is_touched(
    session: Session, table: sa.Table, which: sa.ColumnElement[bool], column: sa.Column[Any], now: datetime
) -> bool:
    """Set an instant of use where the last one is a minute old."""
    is_old = sa.or_(column.is_(None), column <= now - SEEN_EVERY)
    changed = sa.update(table).where(which, is_old).values({column: now}).returning(column)
    return session.execute(changed).first() is not None


def end_session(session: Session, *, digest: str, now: datetime, actor: str) -> bool:
    """Sign out; whether the session was open."""
    return bool(_end(session, SESSIONS.c.digest == digest, now, actor))


def end_sessions(session: Session, *, user_id: int, now: datetime, actor: str) -> int:
    """End every session of a user; how many there were."""
    return _end(session, SESSIONS.c.user_id == user_id, now, actor)


def forget_old_sessions(session: Session, *, before: datetime) -> int:
    """Delete the sessions that were over before an instant; how many. Signing in and out stays in the trail."""
    is_old = sa.or_(SESSIONS.c.ended_at < before, SESSIONS.c.expires_at < before)
    return len(session.execute(sa.delete(SESSIONS).where(is_old).returning(SESSIONS.c.user_id)).all())


def _end(session: Session, which: sa.ColumnElement[bool], now: datetime, actor: str) -> int:
    is_open = sa.and_(which, SESSIONS.c.ended_at.is_(None))
    ended = session.execute(sa.update(SESSIONS).where(is_open).values(ended_at=now).returning(SESSIONS.c.user_id)).all()
    if ended:
        login = session.execute(sa.select(USERS.c.login).where(USERS.c.id == ended[0].user_id)).scalar_one()
        note(session, at=now, actor=actor, action="sessions_ended", user=login, number=len(ended))
    return len(ended)


def _user_columns() -> list[sa.Column[Any]]:
    return [USERS.c[name] for name in ("login", "name", "role", "unit", "language")]


def _times() -> list[sa.Column[Any]]:
    return [SESSIONS.c[name] for name in ("opened_at", "seen_at", "expires_at")]
