"""How a pass writes down the moves of mismatches: with the versions that they rest on, and the lags that they show.

In: moves that the life-cycle has decided on. Out: one transaction in the ledger for each call.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from syncd.ledger import Ledger
from syncd.ledger.applying import apply_moves
from syncd.ledger.lags import Lag, record_lags
from syncd.ledger.mismatches import Evidence, Mismatch, mismatches_by_id
from syncd.ledger.passes import require_running
from syncd.ledger.readings import first_whole_at, last_whole
from syncd.ledger.versions import began
from syncd.passes.pair import SIDES, Pair, SideName
from syncd.reconcile.lifecycle import Event, Move
from syncd.reconcile.scope import Flag


@dataclass(frozen=True, slots=True)
class Moved:
    """What recording did: how many moves, and which lags they showed."""

    moves: int
    lags: tuple[Lag, ...] = ()


async def record_moves(
    pair: Pair,
    ledger: Ledger,
    pass_id: int,
    made: Sequence[Move],
    known: Iterable[Mismatch],
    *,
    at: datetime,
    actor: str,
) -> Moved:
    """Write moves down with their evidence, and the lags that resolved ones show."""
    if not made:
        return Moved(0)
    before = {mismatch.id: mismatch for mismatch in known}
    caught_up = [before[move.mismatch_id] for move in made if _city_caught_up(pair, before, move)]
    lags = await ledger.write(_record, pair, pass_id, list(made), caught_up, at, actor)
    return Moved(len(made), tuple(lags))


def _record(
    session: Session,
    pair: Pair,
    pass_id: int,
    made: Sequence[Move],
    caught_up: Sequence[Mismatch],
    at: datetime,
    actor: str,
) -> list[Lag]:
    require_running(session, pass_id)
    readings = {name: last_whole(session, pair.name, name) for name in SIDES}
    evidence = [
        (move, _evidence(pair, move, {name: one.id if one else None for name, one in readings.items()}))
        for move in _still_possible(session, made)
    ]
    apply_moves(session, pair=pair.name, pass_id=pass_id, moves=evidence, at=at, actor=actor)
    lags = _lags(session, pair, caught_up, at)
    record_lags(session, pair=pair.name, lags=lags)
    return lags


def _still_possible(session: Session, made: Sequence[Move]) -> list[Move]:
    """Without the moves of mismatches that people have moved since (a waiver takes effect at once).

    The next pass judges those again.
    """
    known = mismatches_by_id(session, [move.mismatch_id for move in made])
    states = {identity: one.state for identity, one in known.items()}
    return [move for move in made if states.get(move.mismatch_id) == move.from_state]


def _evidence(pair: Pair, move: Move, readings: Mapping[SideName, int | None]) -> Evidence:
    observation = move.observation
    if observation is None:
        return Evidence()
    portal = pair.portal.index.get(observation.portal_key)
    city = pair.city.index.get(observation.city_key)
    return Evidence(
        portal_version_id=portal.version or None if portal else None,
        city_version_id=city.version or None if city else None,
        portal_reading_id=readings["portal"],
        city_reading_id=readings["city"],
    )


def _city_caught_up(pair: Pair, before: Mapping[str, Mismatch], move: Move) -> bool:
    """Whether a mismatch ended because the city followed: it shows something new, the portal the version that began it.

    A mismatch that ends because rules or scope changed, or because a record went, teaches nothing about lags.
    """
    if move.event is not Event.AGREED:
        return False
    mismatch = before[move.mismatch_id]
    portal, city = pair.portal.index.get(mismatch.portal_key), pair.city.index.get(mismatch.city_key)
    if portal is None or portal.version != mismatch.portal_version_id or not portal.facts.flags & Flag.IN_SCOPE:
        return False
    return not mismatch.city_key or (city is not None and city.version != mismatch.city_version_id)


def _lags(session: Session, pair: Pair, caught_up: Sequence[Mismatch], at: datetime) -> list[Lag]:
    """How long the city took; a difference that was there at the first sight of the portal teaches nothing."""
    since = began(session, [one.portal_version_id for one in caught_up if one.portal_version_id is not None])
    first = first_whole_at(session, pair.name, "portal")
    return [
        Lag(one.code, one.field, changed, at)
        for one in caught_up
        if one.portal_version_id is not None and first is not None and (changed := since[one.portal_version_id]) > first
    ]
