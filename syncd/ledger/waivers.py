"""Waivers: somebody's decision to live with one mismatch, for just these values, until a day.

In: a mismatch, an owner, a reason, an expiry. Out: the waivers in force. Each change is an audit row as well.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.orm import Session

from syncd.errors import ConflictError
from syncd.ledger.tables import AUDIT, WAIVERS


class Waiver(Struct, frozen=True):
    """One waiver, as the ledger has it."""

    id: int
    pair: str
    subject: str
    values_digest: str
    owner: str
    reason: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


def waive(
    session: Session,
    *,
    pair: str,
    subject: str,
    values_digest: str,
    owner: str,
    reason: str,
    expires_at: datetime,
    now: datetime,
    actor: str,
) -> int:
    """Waive a mismatch for these values; the next pass moves it. Returns the waiver's id.

    Raises `ConflictError` without an owner or a reason, or with an expiry that is not in the future.
    """
    if not owner.strip() or not reason.strip():
        raise ConflictError("a waiver needs an owner and a reason", action="give both")
    if expires_at <= now:
        raise ConflictError("a waiver must end in the future", action="give a later expiry")
    values = {
        "pair": pair,
        "subject": subject,
        "values_digest": values_digest,
        "owner": owner,
        "reason": reason,
        "created_at": now,
        "expires_at": expires_at,
    }
    number = int(session.execute(sa.insert(WAIVERS).values(**values).returning(WAIVERS.c.id)).scalar_one())
    _audit(session, pair=pair, action="waive", waiver=number, now=now, actor=actor)
    return number


def revoke(session: Session, *, waiver_id: int, now: datetime, actor: str) -> None:
    """End a waiver now. Raises `ConflictError` for one that is not in force."""
    changed = session.execute(
        sa.update(WAIVERS)
        .where(WAIVERS.c.id == waiver_id, WAIVERS.c.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(WAIVERS.c.pair)
    ).first()
    if changed is None:
        raise ConflictError(f"waiver {waiver_id} is not in force", action="nothing to revoke")
    _audit(session, pair=changed.pair, action="revoke_waiver", waiver=waiver_id, now=now, actor=actor)


def active_waivers(session: Session, pair: str, now: datetime) -> list[Waiver]:
    """The waivers of a pair that are in force at ``now``."""
    rows = session.execute(
        sa.select(WAIVERS).where(
            WAIVERS.c.pair == pair,
            WAIVERS.c.created_at <= now,
            WAIVERS.c.expires_at > now,
            sa.or_(WAIVERS.c.revoked_at.is_(None), WAIVERS.c.revoked_at > now),
        )
    )
    return [Waiver(**row._mapping) for row in rows]  # noqa: SLF001


def _audit(session: Session, *, pair: str, action: str, waiver: int, now: datetime, actor: str) -> None:
    session.execute(sa.insert(AUDIT).values(at=now, actor=actor, action=action, pair=pair, detail={"waiver": waiver}))
