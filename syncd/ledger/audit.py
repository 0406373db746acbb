"""The audit trail: who changed what is remembered. Append-only, each row chained to the one before it by a hash.

In: an actor (``daemon``, ``user:`` and a login…), an action, details that hold no secret. Out: one row in the same
transaction; the trail, newest first. Mismatches have richer rows of their own as well, their events; so have passes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.orm import Session

from syncd.ledger.audit_chain import HEAD, canonical, chained, head_text, parse_head
from syncd.ledger.rows import columns, insert, rows_of, upsert
from syncd.ledger.tables import AUDIT, SETTINGS


class AuditEntry(Struct, frozen=True):
    """One change. ``pair`` is empty where it concerns the whole ledger; ``chain`` is None for what is older than it."""

    id: int
    at: datetime
    actor: str
    action: str
    pair: str
    detail: dict[str, Any]
    mismatch_id: str | None
    chain: str | None


class Change(Struct, frozen=True):
    """One of several changes that are made at once: of which pair and mismatch, and what it says."""

    pair: str = ""
    mismatch_id: str | None = None
    detail: dict[str, Any] = {}


def note(
    session: Session,
    *,
    at: datetime,
    actor: str,
    action: str,
    pair: str = "",
    mismatch_id: str | None = None,
    **detail: Any,
) -> None:
    """Write one audit row. Raises ValueError when nobody is named."""
    note_each(session, at=at, actor=actor, action=action, changes=[Change(pair, mismatch_id, detail)])


def note_each(session: Session, *, at: datetime, actor: str, action: str, changes: Sequence[Change]) -> None:
    """Write one audit row for each change. Raises ValueError when nobody is named.

    Only inside a writing transaction: writers come one at a time (`syncd.ledger.engines`), so nothing can come between
    the newest hash and the rows that follow it.
    """
    if not actor.strip():
        raise ValueError("a change of the ledger needs an actor")
    if not changes:
        return
    rows: list[dict[str, Any]] = [
        {"at": at, "actor": actor, "action": action}
        | {"pair": one.pair, "mismatch_id": one.mismatch_id, "detail": one.detail}
        for one in changes
    ]
    count, newest = parse_head(chain_head(session))
    hashes = chained(newest, (canonical(**row) for row in rows))
    insert(session, AUDIT, [row | {"chain": own} for row, own in zip(rows, hashes, strict=True)])
    upsert(session, SETTINGS, [{"name": HEAD, "value": head_text(count + len(rows), hashes[-1])}])


def chain_head(session: Session) -> str | None:
    """The setting that holds the newest hash and how many rows are chained; None before the first."""
    return session.execute(sa.select(SETTINGS.c.value).where(SETTINGS.c.name == HEAD)).scalar()


def trail(
    session: Session,
    *,
    pair: str | None = None,
    actor: str | None = None,
    action: str | None = None,
    before: int | None = None,
    limit: int = 100,
) -> list[AuditEntry]:
    """The newest entries first: of one pair, actor or action, or of all; ``before``: only those with a smaller id."""
    statement = _entries().order_by(AUDIT.c.id.desc()).limit(limit)
    for column, value in ((AUDIT.c.pair, pair), (AUDIT.c.actor, actor), (AUDIT.c.action, action)):
        if value is not None:
            statement = statement.where(column == value)
    if before is not None:
        statement = statement.where(AUDIT.c.id < before)
    return rows_of(session, AuditEntry, statement)


def audit_of(session: Session, mismatch_id: str) -> list[AuditEntry]:
    """Everything that was done about one mismatch, oldest first."""
    return rows_of(session, AuditEntry, _entries().where(AUDIT.c.mismatch_id == mismatch_id).order_by(AUDIT.c.id))


def _entries() -> sa.Select[Any]:
    return sa.select(*columns(AUDIT, AuditEntry))
