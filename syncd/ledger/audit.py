"""The audit trail: who changed what is remembered. Mismatches have richer audit rows of their own, their events.

In: an actor (``daemon``, a person's name…), an action, details that hold no secret. Out: one row in the same
transaction; the trail, newest first.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.orm import Session

from syncd.ledger.rows import columns, insert, rows_of
from syncd.ledger.tables import AUDIT


class AuditEntry(Struct, frozen=True):
    """One change. ``pair`` is empty where it concerns the whole ledger."""

    id: int
    at: datetime
    actor: str
    action: str
    pair: str
    detail: dict[str, Any]


def note(session: Session, *, at: datetime, actor: str, action: str, pair: str = "", **detail: Any) -> None:
    """Write one audit row. Raises ValueError when nobody is named."""
    if not actor.strip():
        raise ValueError("a change of the ledger needs an actor")
    insert(session, AUDIT, [{"at": at, "actor": actor, "action": action, "pair": pair, "detail": detail}])


def trail(session: Session, *, pair: str | None = None, limit: int = 100) -> list[AuditEntry]:
    """The newest entries first, of one pair or of all."""
    statement = sa.select(*columns(AUDIT, AuditEntry)).order_by(AUDIT.c.id.desc()).limit(limit)
    return rows_of(session, AuditEntry, statement if pair is None else statement.where(AUDIT.c.pair == pair))
