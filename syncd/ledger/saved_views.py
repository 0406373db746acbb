"""Saved views: states of the queue that somebody keeps under a name, for themselves or for everybody.

In: the query part of an address. Out: one's own views and those that are shared.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.orm import Session

from syncd.ledger.audit import note
from syncd.ledger.refusals import RefusedError, line
from syncd.ledger.rows import insert_one, rows_of
from syncd.ledger.tables_desk import SAVED_VIEWS, USERS

LONGEST_NAME = 100
LONGEST_ADDRESS = 2_000
MOST = 100
"""Views of one user."""


class SavedView(Struct, frozen=True):
    """One view; ``owner`` is the login of who keeps it, ``address`` a query without its question mark."""

    id: int
    user_id: int
    owner: str
    name: str
    address: str
    is_shared: bool


def save_view(
    session: Session, *, user_id: int, name: str, address: str, is_shared: bool = False, now: datetime, actor: str
) -> int:
    """Keep a view under a name, in place of one's own of that name; returns its id.

    Raises `RefusedError` for a text that is empty or too long, and where somebody keeps `MOST` already.
    """
    title = line(name, what="the name", longest=LONGEST_NAME)
    query = line(address, what="the address", longest=LONGEST_ADDRESS, may_be_empty=True).removeprefix("?")
    own = SAVED_VIEWS.c.user_id == user_id
    values: dict[str, Any] = {"address": query, "is_shared": is_shared}
    replaced = sa.update(SAVED_VIEWS).where(own, SAVED_VIEWS.c.name == title).values(**values)
    number = session.execute(replaced.returning(SAVED_VIEWS.c.id)).scalar()
    if number is None:
        if (session.scalar(sa.select(sa.func.count()).select_from(SAVED_VIEWS).where(own)) or 0) >= MOST:
            raise RefusedError(f"nobody keeps more than {MOST} views", reason="too_many_views", action="drop one first")
        number = insert_one(session, SAVED_VIEWS, user_id=user_id, name=title, **values)
    note(session, at=now, actor=actor, action="view_saved", view=number, name=title, **values)
    return int(number)


def views_of(session: Session, user_id: int) -> list[SavedView]:
    """One's own views, then what others share, by name."""
    is_own = SAVED_VIEWS.c.user_id == user_id
    of_view = (SAVED_VIEWS.c.id, SAVED_VIEWS.c.user_id, USERS.c.login)
    wanted = sa.select(*of_view, SAVED_VIEWS.c.name, SAVED_VIEWS.c.address, SAVED_VIEWS.c.is_shared)
    visible = wanted.join_from(SAVED_VIEWS, USERS).where(sa.or_(is_own, SAVED_VIEWS.c.is_shared))
    return rows_of(session, SavedView, visible.order_by(is_own.desc(), SAVED_VIEWS.c.name, SAVED_VIEWS.c.id))


def drop_view(session: Session, *, view_id: int, user_id: int, now: datetime, actor: str) -> bool:
    """Drop one's own view; whether there was one."""
    own = (SAVED_VIEWS.c.id == view_id, SAVED_VIEWS.c.user_id == user_id)
    dropped = session.execute(sa.delete(SAVED_VIEWS).where(*own).returning(SAVED_VIEWS.c.name)).scalar()
    if dropped is None:
        return False
    note(session, at=now, actor=actor, action="view_dropped", view=view_id, name=dropped)
    return True
