"""Changes of mismatches, written down: the row as it now stands and the event that made it so, together.

In: moves that the life-cycle has decided on, with the evidence they rest on. Out: rows and events, not yet announced.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from msgspec import structs
from sqlalchemy.orm import Session

from syncd.errors import ConflictError
from syncd.ledger.listing import list_again
from syncd.ledger.mismatches import Evidence, Mismatch, mismatches_by_id
from syncd.ledger.packing import pack_struct
from syncd.ledger.rows import chunks, insert
from syncd.ledger.tables import MISMATCH_EVENTS, MISMATCHES
from syncd.reconcile.lifecycle import OPEN, MismatchState, Move
from syncd.reconcile.mismatches import KINDS, Observation


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
