"""Tokens of the API: handed out once, known by a digest, with scopes and an end.

In: digests, scopes (capabilities). Out: the user behind a digest and what the token is for.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.orm import Session

from syncd.ledger.audit import note
from syncd.ledger.refusals import RefusedError, line
from syncd.ledger.rows import columns, first_of, insert_one, rows_of
from syncd.ledger.sign_ins import is_touched
from syncd.ledger.tables_desk import API_TOKENS, USERS
from syncd.records.roles import MAY, Capability, Role

LONGEST_NAME = 100
LONGEST_LIFE = timedelta(days=366)


class TokenUser(Struct, frozen=True):
    """The user behind a token that is in force; it may do what both its scopes and the user's role allow."""

    token_id: int
    scopes: list[str]
    user_id: int
    login: str
    name: str
    role: str
    unit: str
    language: str
    token_name: str


class Token(Struct, frozen=True):
    """One token, as its user sees it in a list."""

    id: int
    name: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None


def add_token(
    session: Session,
    *,
    user_id: int,
    digest: str,
    name: str,
    scopes: Iterable[str],
    expires_at: datetime,
    now: datetime,
    actor: str,
) -> int:
    """Remember a token; returns its id.

    Raises `RefusedError`: no name, an end that is not within a year from now, no scope, or one that the role has not.
    """
    wanted = sa.select(USERS.c.login, USERS.c.role).where(USERS.c.id == user_id, USERS.c.disabled_at.is_(None))
    user = session.execute(wanted).first()
    if user is None:
        raise RefusedError(f"user {user_id} may have no token", reason="unknown_user")
    if not now < expires_at <= now + LONGEST_LIFE:
        raise RefusedError("a token must end within a year", reason="expiry_out_of_range", action="give another end")
    asked = sorted(set(scopes))
    if not asked or not set(asked) <= MAY[Role(user.role)] - {Capability.SIGN_IN}:
        raise RefusedError("these scopes are more than the role allows", reason="scopes_unusable", action="take fewer")
    title = line(name, what="the name", longest=LONGEST_NAME)
    said: dict[str, Any] = {"name": title, "scopes": asked, "expires_at": expires_at}
    number = insert_one(session, API_TOKENS, digest=digest, user_id=user_id, created_at=now, **said)
    note(session, at=now, actor=actor, action="token_added", user=user.login, token=number, **said)
    return number


def token_of(session: Session, *, digest: str, now: datetime) -> TokenUser | None:
    """The user behind a token's digest; None where it is unknown, revoked, over, or the user disabled."""
    of_user = [USERS.c[name] for name in ("id", "login", "name", "role", "unit", "language")]
    is_valid = (API_TOKENS.c.revoked_at.is_(None), API_TOKENS.c.expires_at > now, USERS.c.disabled_at.is_(None))
    wanted = sa.select(API_TOKENS.c.id, API_TOKENS.c.scopes, *of_user, API_TOKENS.c.name).join_from(API_TOKENS, USERS)
    return first_of(session, TokenUser, wanted.where(API_TOKENS.c.digest == digest, *is_valid))


def touch_token(session: Session, *, token_id: int, now: datetime) -> bool:
    """Remember that the token is used; written at most once a minute. Whether it was written."""
    return is_touched(session, API_TOKENS, API_TOKENS.c.id == token_id, API_TOKENS.c.last_used_at, now)


def revoke_token(session: Session, *, token_id: int, user_id: int | None = None, now: datetime, actor: str) -> bool:
    """End a token (``user_id``: only if it is this user's); whether it was in force."""
    which: list[Any] = [API_TOKENS.c.id == token_id, API_TOKENS.c.revoked_at.is_(None)]
    if user_id is not None:
        which.append(API_TOKENS.c.user_id == user_id)
    ended = sa.update(API_TOKENS).where(*which).values(revoked_at=now).returning(API_TOKENS.c.user_id)
    owner = session.execute(ended).scalar()
    if owner is None:
        return False
    login = session.execute(sa.select(USERS.c.login).where(USERS.c.id == owner)).scalar_one()
    note(session, at=now, actor=actor, action="token_revoked", user=login, token=token_id)
    return True


def tokens_of(session: Session, user_id: int) -> list[Token]:
    """Every token of a user, the newest first."""
    wanted = sa.select(*columns(API_TOKENS, Token)).where(API_TOKENS.c.user_id == user_id)
    return rows_of(session, Token, wanted.order_by(API_TOKENS.c.id.desc()))
