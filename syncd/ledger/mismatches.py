"""Mismatches and everything that ever happened to them.

In: changes that the life-cycle has decided on. Out: rows and events, written together; the events that are not yet
announced are the outbox. The snapshot in each event is the mismatch just after it: any past instant can be shown again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct, structs
from sqlalchemy.orm import Session

from syncd.errors import ConflictError
from syncd.ledger.listing import list_again
from syncd.ledger.packing import pack_struct, unpack_struct
from syncd.ledger.rows import chunks, insert
from syncd.ledger.tables import MISMATCH_EVENTS, MISMATCHES
from syncd.ledger.tables_listing import MISMATCH_LISTING
from syncd.reconcile.lifecycle import OPEN, MismatchState, Move
from syncd.reconcile.mismatches import KINDS, Observation

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


def apply_moves(
    session: Session,
    *,
    pair: str,
    pass_id: int | None,
    moves: Sequence[tuple[Move, Evidence]],
    at: datetime,
    actor: str,
) -> None:
    """Write each move down, with its event. Raises `ConflictError` when a mismatch is not in the state that it leaves.

    All or nothing: the transaction is the caller's.
    """
    known = mismatches_by_id(session, [move.mismatch_id for move, _ in moves])
    for some in chunks(moves):
        inserted: list[dict[str, Any]] = []
        updated: list[dict[str, Any]] = []
        events: list[dict[str, Any]] = []
        for move, evidence in some:
            before = known.get(move.mismatch_id)
            _require_state(before, move)
            after = _after(pair, before, move, evidence, at)
            known[after.id] = after
            (updated if before else inserted).append(structs.asdict(after))
            events.append(_event_row(after, move, pass_id, at, actor))
        insert(session, MISMATCHES, inserted)
        _update(session, updated)
        insert(session, MISMATCH_EVENTS, events)
        list_again(session, list({move.mismatch_id: known[move.mismatch_id] for move, _ in some}.values()))


def mismatches_by_id(session: Session, identities: Sequence[str]) -> dict[str, Mismatch]:
    """These mismatches as they stand, by id; those that are not known are not in it."""
    found: dict[str, Mismatch] = {}
    for some in chunks(identities):
        rows = session.execute(sa.select(MISMATCHES).where(MISMATCHES.c.id.in_(some)))
        found.update((row.id, _mismatch(row)) for row in rows)
    return found


def _require_state(before: Mismatch | None, move: Move) -> None:
    if (before.state if before else None) != move.from_state:
        raise ConflictError(
            f"mismatch {move.mismatch_id} is {before.state if before else 'not known'}, not {move.from_state}",
            action="nothing was written; the next pass judges it again",
        )


def _update(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        names = [name for name in Mismatch.__struct_fields__ if name != "id"]
        changed = sa.update(MISMATCHES).where(MISMATCHES.c.id == sa.bindparam("of_id"))
        values = changed.values({name: sa.bindparam(f"new_{name}") for name in names})
        given = [{"of_id": row["id"]} | {f"new_{name}": row[name] for name in names} for row in rows]
        session.connection().execute(values, given)


def _event_row(after: Mismatch, move: Move, pass_id: int | None, at: datetime, actor: str) -> dict[str, Any]:
    return {
        "mismatch_id": after.id,
        "pair": after.pair,
        "at": at,
        "event": move.event.value,
        "from_state": move.from_state.value if move.from_state else None,
        "to_state": move.to_state.value,
        "pass_id": pass_id,
        "actor": actor,
        "detail": {},
        "snapshot": pack_struct(after),
    }


def _after(pair: str, before: Mismatch | None, move: Move, evidence: Evidence, at: datetime) -> Mismatch:
    """The mismatch just after a move."""
    state = move.to_state
    times = {"confirmed_at": _confirmed_at(before, state, at), "resolved_at": at if state not in OPEN else None}
    if before is not None and move.observation is None:
        return structs.replace(before, state=state.value, last_changed=at, **times)
    assert move.observation is not None  # noqa: S101 - a mismatch begins with an observation
    return Mismatch(
        id=move.mismatch_id,
        pair=pair,
        state=state.value,
        severity=KINDS[move.observation.kind].severity.value,
        first_seen=before.first_seen if before else at,
        last_changed=at,
        confirmed_at=times["confirmed_at"],
        resolved_at=times["resolved_at"],
        **_observed(move.observation),
        **structs.asdict(evidence),
    )


def _confirmed_at(before: Mismatch | None, state: MismatchState, at: datetime) -> datetime | None:
    """A suspected mismatch has no confirmation, a confirmed one has it now, any other keeps what it had."""
    if state is MismatchState.SUSPECTED or before is None:
        return None
    return at if state is MismatchState.CONFIRMED else before.confirmed_at


def _observed(observation: Observation) -> dict[str, Any]:
    plain = structs.asdict(observation)
    plain["kind"] = observation.kind.value
    return plain | {"subject": observation.subject, "values_digest": observation.values}


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
    return [_event(row) for row in session.execute(wanted.order_by(MISMATCH_EVENTS.c.id))]


def pending_announcements(session: Session, limit: int, announcer: str | None = None) -> list[MismatchEvent]:
    """The oldest events that have not been announced, of one announcer's alone where one is named."""
    wanted: list[sa.ColumnElement[bool]] = [MISMATCH_EVENTS.c.announced_at.is_(None)]
    if announcer is not None:
        wanted.append(MISMATCH_EVENTS.c.announcer == announcer)
    return events_where(session, *wanted, limit=limit)


def events_where(session: Session, *wanted: sa.ColumnElement[bool], limit: int) -> list[MismatchEvent]:
    """The oldest events of which this holds, each with the unit that its mismatch now belongs to."""
    of = MISMATCH_LISTING.c.id == MISMATCH_EVENTS.c.mismatch_id
    rows = session.execute(
        sa.select(MISMATCH_EVENTS, MISMATCH_LISTING.c.unit)
        .join_from(MISMATCH_EVENTS, MISMATCH_LISTING, of, isouter=True)
        .where(*wanted)
        .order_by(MISMATCH_EVENTS.c.id)
        .limit(limit)
    )
    return [structs.replace(_event(row), unit=row.unit or "") for row in rows]


def mark_announced(session: Session, *, event_ids: Sequence[int], at: datetime) -> None:
    """Take events out of the outbox."""
    for some in chunks(event_ids):
        pending = (MISMATCH_EVENTS.c.id.in_(some), MISMATCH_EVENTS.c.announced_at.is_(None))
        session.execute(sa.update(MISMATCH_EVENTS).where(*pending).values(announced_at=at))


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


def _event(row: sa.Row[Any]) -> MismatchEvent:
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
