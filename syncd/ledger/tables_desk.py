"""The tables of the review desk: accounts, the work on mismatches, saved views, re-reads, notices.

In: nothing. Out: their part of the schema, which `syncd.ledger.tables` joins, and one Core table of each.
No token and no password is in any of them: sessions and API tokens are known by digests, passwords by slow hashes.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from syncd.ledger.remembered import (
    Remembered,
    instant_column,
    json_column,
    number_column,
    own_number,
    table_of,
    text_column,
)


def _where(name: str, condition: str, *columns: str, unique: bool = False) -> sa.Index:
    """An index of just the rows for which a condition holds."""
    said = sa.text(condition)
    return sa.Index(name, *columns, unique=unique, sqlite_where=said, postgresql_where=said)


class UserTableRow(Remembered, table=True):
    """One account. ``login_key`` is the login without case: nobody can look like somebody else by capitals."""

    __tablename__ = "users"
    __table_args__ = (
        sa.UniqueConstraint("login_key", name="uq_users_login_key"),
        _where("uq_users_oidc_subject", "oidc_subject IS NOT NULL", "oidc_subject", unique=True),
    )

    id: int | None = own_number()
    login: str = text_column()
    login_key: str = text_column()
    name: str = text_column()
    role: str = text_column()
    unit: str = text_column()
    language: str = text_column()
    password_hash: str | None = text_column()
    oidc_subject: str | None = text_column()
    disabled_at: datetime | None = instant_column()
    created_at: datetime = instant_column()
    password_changed_at: datetime | None = instant_column()


class SessionTableRow(Remembered, table=True):
    """One sign-in, known by the digest of its token."""

    __tablename__ = "sessions"
    __table_args__ = (sa.Index(None, "user_id"), sa.Index(None, "expires_at"))

    digest: str = text_column(primary_key=True)
    user_id: int = number_column(foreign_key="users.id")
    csrf: str = text_column()
    opened_at: datetime = instant_column()
    seen_at: datetime = instant_column()
    expires_at: datetime = instant_column()
    ended_at: datetime | None = instant_column()
    address: str = text_column()


class TokenTableRow(Remembered, table=True):
    """One token of the API, known by its digest; it may do no more than its scopes and its user's role."""

    __tablename__ = "api_tokens"
    __table_args__ = (sa.UniqueConstraint("digest", name="uq_api_tokens_digest"), sa.Index(None, "user_id"))

    id: int | None = own_number()
    digest: str = text_column()
    user_id: int = number_column(foreign_key="users.id")
    name: str = text_column()
    scopes: list[str] = json_column()
    created_at: datetime = instant_column()
    expires_at: datetime = instant_column()
    revoked_at: datetime | None = instant_column()
    last_used_at: datetime | None = instant_column()


class CauseTableRow(Remembered, table=True):
    """One cause that a mismatch may have; a retired one stays where it was given and is not offered any more."""

    __tablename__ = "causes"
    __table_args__ = ({"sqlite_with_rowid": False},)

    slug: str = text_column(primary_key=True)
    vietnamese: str = text_column()
    english: str = text_column()
    retired_at: datetime | None = instant_column()


class WorkTableRow(Remembered, table=True):
    """How people stand to one mismatch; empty texts mean that nothing is known."""

    __tablename__ = "mismatch_work"
    __table_args__ = (
        sa.Index(None, "assignee"),
        sa.Index(None, "unit"),
        sa.Index(None, "cause"),
        {"sqlite_with_rowid": False},
    )

    mismatch_id: str = text_column(foreign_key="mismatches.id", primary_key=True)
    assignee: str = text_column()
    unit: str = text_column()
    cause: str | None = text_column(foreign_key="causes.slug")
    reported_at: datetime | None = instant_column()
    reported_by: str = text_column()
    report_reference: str = text_column()
    changed_at: datetime = instant_column()


class CommentTableRow(Remembered, table=True):
    """What somebody said about one mismatch."""

    __tablename__ = "comments"
    __table_args__ = (sa.Index(None, "mismatch_id", "id"),)

    id: int | None = own_number()
    mismatch_id: str = text_column(foreign_key="mismatches.id")
    at: datetime = instant_column()
    author: str = text_column()
    text: str = text_column()


class SavedViewTableRow(Remembered, table=True):
    """A state of the queue that somebody keeps, as the query of its address."""

    __tablename__ = "saved_views"
    __table_args__ = (sa.UniqueConstraint("user_id", "name", name="uq_saved_views_user_id_name"),)

    id: int | None = own_number()
    user_id: int = number_column(foreign_key="users.id")
    name: str = text_column()
    address: str = text_column()
    is_shared: bool = Field(sa_type=sa.Boolean)


class RereadTableRow(Remembered, table=True):
    """Somebody's wish that one mismatch be read again now; at most one of a mismatch is open."""

    __tablename__ = "rereads"
    __table_args__ = (
        sa.Index(None, "mismatch_id", "id"),
        _where("uq_rereads_open", "done_at IS NULL", "mismatch_id", unique=True),
        _where("ix_rereads_pending", "done_at IS NULL", "pair", "id"),
    )

    id: int | None = own_number()
    pair: str = text_column()
    mismatch_id: str = text_column(foreign_key="mismatches.id")
    asked_by: str = text_column()
    asked_at: datetime = instant_column()
    taken_at: datetime | None = instant_column()
    done_at: datetime | None = instant_column()
    outcome: str = text_column()


class NoticeTableRow(Remembered, table=True):
    """One message to send: the outbox of digests. The same digest has the same ``key`` and is never sent twice."""

    __tablename__ = "notices"
    __table_args__ = (
        sa.UniqueConstraint("key", name="uq_notices_key"),
        _where("ix_notices_pending", "sent_at IS NULL AND given_up_at IS NULL", "next_try_at"),
    )

    id: int | None = own_number()
    key: str = text_column()
    kind: str = text_column()
    target: str = text_column()
    subject: str = text_column()
    content: dict[str, Any] = json_column()
    due_at: datetime = instant_column()
    attempts: int = number_column()
    last_error: str = text_column()
    next_try_at: datetime = instant_column()
    sent_at: datetime | None = instant_column()
    given_up_at: datetime | None = instant_column()


class DigestMarkTableRow(Remembered, table=True):
    """Up to which event the digests of one unit over one channel have told."""

    __tablename__ = "digest_marks"
    __table_args__ = ({"sqlite_with_rowid": False},)

    unit: str = text_column(primary_key=True)
    channel: str = text_column(primary_key=True)
    last_event_id: int = number_column()
    marked_at: datetime = instant_column()


USERS = table_of(UserTableRow)
SESSIONS = table_of(SessionTableRow)
API_TOKENS = table_of(TokenTableRow)
CAUSES = table_of(CauseTableRow)
MISMATCH_WORK = table_of(WorkTableRow)
COMMENTS = table_of(CommentTableRow)
SAVED_VIEWS = table_of(SavedViewTableRow)
REREADS = table_of(RereadTableRow)
NOTICES = table_of(NoticeTableRow)
DIGEST_MARKS = table_of(DigestMarkTableRow)
