"""Mismatches and everything that ever happened to them, as they are asked for.

In: pairs, states, codes, instants. Out: plain structs. The snapshot in each event is the mismatch just after it: any
past instant can be shown again. `syncd.ledger.applying` writes them, `syncd.ledger.announcing` empties the outbox.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.orm import Session

from syncd.ledger.packing import unpack_struct
from syncd.ledger.rows import chunks
from syncd.ledger.tables import MISMATCH_EVENTS, MISMATCHES
from syncd.reconcile.lifecycle import OPEN

OPEN_STATES = tuple(sorted(state.value for state in OPEN))


class Mismatch(Struct, frozen=True, kw_only=True):
    """A mismatch as it stands, or stood at some instant."""

    id: str
    pair: str
    kind: str
    subject: str
    code: str
    local_code: str
    portal_key: str
    city_key: str
    name: str
    field: str
    difference: str
    portal_value: str
    city_value: str
    values_digest: str
    severity: str
    state: str
    agency_code: str
    agency_name: str
    first_seen: datetime
    last_changed: datetime
    confirmed_at: datetime | None
    resolved_at: datetime | None
    portal_version_id: int | None
    city_version_id: int | None
    portal_reading_id: int | None
    city_reading_id: int | None


class Evidence(Struct, frozen=True):
    """What a change of a mismatch rests on: the versions compared, and the readings that showed them."""

    portal_version_id: int | None = None
    city_version_id: int | None = None
    portal_reading_id: int | None = None
    city_reading_id: int | None = None


class MismatchEvent(Struct, frozen=True):
    """One change of one mismatch, with the mismatch just after it.

    ``unit``: whose it is now, which the Office may have given it to; told with what is to be announced alone.
    """

    id: int
    at: datetime
    event: str
    from_state: str | None
    to_state: str
    pass_id: int | None
    actor: str
    mismatch: Mismatch
    unit: str = ""


def open_mismatches(session: Session, pair: str) -> list[Mismatch]:
    """Every mismatch of a pair that is suspected, confirmed or waived."""
    rows = session.execute(
        sa.select(MISMATCHES)
        .where(MISMATCHES.c.pair == pair, MISMATCHES.c.state.in_(OPEN_STATES))
        .order_by(MISMATCHES.c.id)
    )
    return [_mismatch(row) for row in rows]


def mismatches_by_id(session: Session, identities: Sequence[str]) -> dict[str, Mismatch]:
    """These mismatches as they stand, by id; those that are not known are not in it."""
    found: dict[str, Mismatch] = {}
    for some in chunks(identities):
        rows = session.execute(sa.select(MISMATCHES).where(MISMATCHES.c.id.in_(some)))
        found.update((row.id, _mismatch(row)) for row in rows)
    return found


def select(
    session: Session,
    *,
    pair: str | None = None,
    states: Collection[str] = OPEN_STATES,
    as_of: datetime | None = None,
    codes: Collection[str] | None = None,
) -> list[Mismatch]:
    """Mismatches in these states, now or as they stood at ``as_of``; the longest open ones first."""
    if as_of is not None:
        found = [one for one in _as_of(session, as_of, pair) if one.state in states]
        if codes is not None:
            found = [one for one in found if one.code in codes or one.local_code in codes]
        return sorted(found, key=lambda one: (one.first_seen, one.code, one.id))
    wanted = sa.select(MISMATCHES).where(MISMATCHES.c.state.in_(list(states)))
    if pair is not None:
        wanted = wanted.where(MISMATCHES.c.pair == pair)
    if codes is not None:
        wanted = wanted.where(sa.or_(MISMATCHES.c.code.in_(list(codes)), MISMATCHES.c.local_code.in_(list(codes))))
    ordered = wanted.order_by(MISMATCHES.c.first_seen, MISMATCHES.c.code, MISMATCHES.c.id)
    return [_mismatch(row) for row in session.execute(ordered)]


def _as_of(session: Session, as_of: datetime, pair: str | None) -> list[Mismatch]:
    """Every mismatch ever known by ``as_of``, as its last event until then left it."""
    wanted = sa.select(sa.func.max(MISMATCH_EVENTS.c.id)).where(MISMATCH_EVENTS.c.at <= as_of)
    if pair is not None:
        wanted = wanted.where(MISMATCH_EVENTS.c.pair == pair)
    latest = wanted.group_by(MISMATCH_EVENTS.c.mismatch_id)
    snapshots = session.scalars(sa.select(MISMATCH_EVENTS.c.snapshot).where(MISMATCH_EVENTS.c.id.in_(latest)))
    return [unpack_struct(snapshot, Mismatch) for snapshot in snapshots]


def history(session: Session, mismatch_ids: Collection[str], as_of: datetime | None = None) -> list[MismatchEvent]:
    """Everything that happened to these mismatches, oldest first."""
    wanted = sa.select(MISMATCH_EVENTS).where(MISMATCH_EVENTS.c.mismatch_id.in_(list(mismatch_ids)))
    if as_of is not None:
        wanted = wanted.where(MISMATCH_EVENTS.c.at <= as_of)
    return [event_of(row) for row in session.execute(wanted.order_by(MISMATCH_EVENTS.c.id))]


def open_counts(session: Session, pair: str) -> dict[tuple[str, str], int]:
    """How many mismatches are open, by (kind, state)."""
    rows = session.execute(
        sa.select(MISMATCHES.c.kind, MISMATCHES.c.state, sa.func.count())
        .where(MISMATCHES.c.pair == pair, MISMATCHES.c.state.in_(OPEN_STATES))
        .group_by(MISMATCHES.c.kind, MISMATCHES.c.state)
    )
    return {(kind, state): number for kind, state, number in rows}


def oldest_open(session: Session, pair: str) -> dict[str, datetime]:
    """Since when the oldest open mismatch in each state has been open."""
    rows = session.execute(
        sa.select(MISMATCHES.c.state, sa.func.min(MISMATCHES.c.first_seen))
        .where(MISMATCHES.c.pair == pair, MISMATCHES.c.state.in_(OPEN_STATES))
        .group_by(MISMATCHES.c.state)
    )
    return {state: since for state, since in rows}


def _mismatch(row: sa.Row[Any]) -> Mismatch:
    return Mismatch(**row._mapping)  # noqa: SLF001


def event_of(row: sa.Row[Any]) -> MismatchEvent:
    return MismatchEvent(
        id=row.id,
        at=row.at,
        event=row.event,
        from_state=row.from_state,
        to_state=row.to_state,
        pass_id=row.pass_id,
        actor=row.actor,
        mismatch=unpack_struct(row.snapshot, Mismatch),
    )
