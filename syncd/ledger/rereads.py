"""Wishes that a mismatch be read again now: asked at the desk, answered by the pair's next pass.

In: mismatch ids. Out: what is pending, and how each wish ended. A pass that dies leaves its wishes pending.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.orm import Session

from syncd.ledger.audit import Change, note_each
from syncd.ledger.mismatches import OPEN_STATES
from syncd.ledger.rows import chunks, columns, insert, rows_of
from syncd.ledger.tables import MISMATCHES
from syncd.ledger.tables_desk import REREADS
from syncd.ledger.work import required_pairs

AT_MOST = 200
"""How many wishes one pass takes up."""


class RereadOutcome(StrEnum):
    """What reading it again said.

    ``confirmed``: it is still so. ``changed``: it is still there with other values, which the next whole reading
    records. ``not_confirmed``: it was suspected and not found again; a whole reading decides. ``resolved``: both sides
    agree. ``vanished``: neither side has the record; as with ``resolved``, the next whole reading ends it. ``unknown``:
    a side did not answer, or what it has says nothing.
    """

    CONFIRMED = "confirmed"
    CHANGED = "changed"
    NOT_CONFIRMED = "not_confirmed"
    RESOLVED = "resolved"
    VANISHED = "vanished"
    UNKNOWN = "unknown"


class Reread(Struct, frozen=True):
    """One wish. ``outcome`` is empty until ``done_at``."""

    id: int
    pair: str
    mismatch_id: str
    asked_by: str
    asked_at: datetime
    taken_at: datetime | None
    done_at: datetime | None
    outcome: str


def ask_reread(session: Session, *, mismatch_ids: Collection[str], now: datetime, actor: str) -> int:
    """Ask that these be read again; how many wishes are new: one of a mismatch is open at most, none of a closed one.

    Raises `RefusedError` for an unknown mismatch.
    """
    pairs = required_pairs(session, mismatch_ids)
    askable = _askable(session, list(pairs))
    wanted = [one for one in pairs if one in askable]
    rows = [
        {"pair": pairs[one], "mismatch_id": one, "asked_by": actor, "asked_at": now, "outcome": ""} for one in wanted
    ]
    insert(session, REREADS, rows)
    changes = [Change(pairs[one], one) for one in wanted]
    note_each(session, at=now, actor=actor, action="reread_asked", changes=changes)
    return len(wanted)


def pending_rereads(session: Session, pair: str, *, limit: int = AT_MOST) -> list[Reread]:
    """The wishes of a pair that have no answer, oldest first; also those that a dead pass had taken up."""
    wanted = sa.select(*columns(REREADS, Reread)).where(REREADS.c.pair == pair, REREADS.c.done_at.is_(None))
    return rows_of(session, Reread, wanted.order_by(REREADS.c.id).limit(limit))


def rereads_of(session: Session, mismatch_id: str) -> list[Reread]:
    """Every wish about one mismatch, the newest first."""
    wanted = sa.select(*columns(REREADS, Reread)).where(REREADS.c.mismatch_id == mismatch_id)
    return rows_of(session, Reread, wanted.order_by(REREADS.c.id.desc()))


def answered_since(session: Session, after: datetime, *, limit: int = AT_MOST) -> list[Reread]:
    """The wishes answered after an instant, in that order: what the desk shows without being asked again."""
    wanted = sa.select(*columns(REREADS, Reread)).where(REREADS.c.done_at > after)
    return rows_of(session, Reread, wanted.order_by(REREADS.c.done_at, REREADS.c.id).limit(limit))


def take_rereads(session: Session, *, reread_ids: Collection[int], now: datetime) -> None:
    """Say that a pass is at it."""
    for some in chunks(list(reread_ids)):
        session.execute(sa.update(REREADS).where(REREADS.c.id.in_(some)).values(taken_at=now))


def finish_rereads(session: Session, *, outcomes: Mapping[int, str], now: datetime, actor: str) -> int:
    """Answer wishes, by their ids; how many. Those that have an answer keep it. ValueError for an unknown outcome."""
    changes: list[Change] = []
    for reread_id, outcome in outcomes.items():
        values = {"done_at": now, "outcome": RereadOutcome(outcome).value}
        open_one = (REREADS.c.id == reread_id, REREADS.c.done_at.is_(None))
        done = sa.update(REREADS).where(*open_one).values(**values).returning(REREADS.c.pair, REREADS.c.mismatch_id)
        said = {"outcome": values["outcome"]}
        changes.extend(Change(row.pair, row.mismatch_id, said) for row in session.execute(done))
    note_each(session, at=now, actor=actor, action="reread_answered", changes=changes)
    return len(changes)


def _askable(session: Session, mismatch_ids: list[str]) -> set[str]:
    """Those that are open and have no wish open."""
    found: set[str] = set()
    for some in chunks(mismatch_ids):
        asked = sa.exists().where(REREADS.c.mismatch_id == MISMATCHES.c.id, REREADS.c.done_at.is_(None))
        is_open = (MISMATCHES.c.id.in_(some), MISMATCHES.c.state.in_(OPEN_STATES))
        found.update(session.scalars(sa.select(MISMATCHES.c.id).where(*is_open, ~asked)))
    return found
