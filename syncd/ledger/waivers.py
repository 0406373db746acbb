"""Waivers: somebody's decision to live with one mismatch, for just these values, until a day.

In: a mismatch, an owner, a reason, an expiry. Out: the waivers in force. Each change is an audit row as well.
What people waive at the desk moves at once: `syncd.ledger.waiving`.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.orm import Session

from syncd.errors import ConflictError
from syncd.ledger.audit import note
from syncd.ledger.mismatches import Mismatch
from syncd.ledger.rows import chunks, columns, insert_one, rows_of
from syncd.ledger.tables import WAIVERS


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
    about = {"pair": pair, "subject": subject, "values_digest": values_digest}
    terms = {"owner": owner, "reason": reason, "created_at": now, "expires_at": expires_at}
    number = insert_one(session, WAIVERS, **about, **terms)
    note(session, at=now, actor=actor, action="waive", pair=pair, waiver=number)
    return number


def revoke(session: Session, *, waiver_id: int, now: datetime, actor: str) -> None:
    """End a waiver now; the next pass moves its mismatch. Raises `ConflictError` for one that is not in force."""
    changed = session.execute(
        sa.update(WAIVERS)
        .where(WAIVERS.c.id == waiver_id, WAIVERS.c.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(WAIVERS.c.pair)
    ).first()
    if changed is None:
        raise ConflictError(f"waiver {waiver_id} is not in force", action="nothing to revoke")
    note(session, at=now, actor=actor, action="revoke_waiver", pair=changed.pair, waiver=waiver_id)


def active_waivers(session: Session, pair: str, now: datetime) -> list[Waiver]:
    """The waivers of a pair that are in force at ``now``."""
    return waivers_in_force(session, now, pair=pair)


def waivers_in_force(session: Session, now: datetime, *, pair: str | None = None) -> list[Waiver]:
    """The waivers that are in force at ``now``, of one pair or of all, those first that end soonest."""
    wanted = _held_at(now).order_by(WAIVERS.c.expires_at, WAIVERS.c.id)
    return rows_of(session, Waiver, wanted if pair is None else wanted.where(WAIVERS.c.pair == pair))


def _held_at(now: datetime) -> sa.Select[Any]:
    return sa.select(*columns(WAIVERS, Waiver)).where(
        WAIVERS.c.created_at <= now,
        WAIVERS.c.expires_at > now,
        sa.or_(WAIVERS.c.revoked_at.is_(None), WAIVERS.c.revoked_at > now),
    )


def waivers_of(session: Session, mismatches: Collection[Mismatch], now: datetime) -> dict[str, list[Waiver]]:
    """The waivers that hold for each of these mismatches with the values that it has, by its id, the newest first."""
    held: dict[tuple[str, str, str], list[Waiver]] = {}
    for some in chunks(sorted({one.subject for one in mismatches})):
        for waiver in rows_of(session, Waiver, _held_at(now).where(WAIVERS.c.subject.in_(some)).order_by(WAIVERS.c.id)):
            held.setdefault((waiver.pair, waiver.subject, waiver.values_digest), []).insert(0, waiver)
    return {one.id: held.get((one.pair, one.subject, one.values_digest), []) for one in mismatches}
