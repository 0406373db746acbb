"""Answers what people asked to have read again, before anything else in a pass: one point read on each side.

In: the wishes pending for a pair. Out: each with its answer; what was suspected may be confirmed by it. Nothing ends by
a point read: a listing that lags would find it again at once, under another id. The whole reading that follows ends it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime

from syncd.ledger.database import Ledger
from syncd.ledger.mismatches import Mismatch, mismatches_by_id
from syncd.ledger.rereads import Reread, RereadOutcome, finish_rereads, pending_rereads, take_rereads
from syncd.passes.confirm import OTHERWISE, SecondLook, look_again, portal_codes
from syncd.passes.law import held_back, law_of
from syncd.passes.pair import Clock, Pair
from syncd.passes.world import World
from syncd.reconcile.decided import DECISION_FIELDS
from syncd.reconcile.lifecycle import OPEN, Event, MismatchState, Move, move
from syncd.reconcile.screening import screen

Record = Callable[[Sequence[Move], Sequence[Mismatch], datetime], Awaitable[int]]

OUTCOMES: dict[SecondLook, RereadOutcome] = {
    SecondLook.CONFIRMED: RereadOutcome.CONFIRMED,
    SecondLook.CHANGED: RereadOutcome.CHANGED,
    SecondLook.AGREED: RereadOutcome.RESOLVED,
    SecondLook.GONE: RereadOutcome.VANISHED,
    SecondLook.UNKNOWN: RereadOutcome.UNKNOWN,
}
ENDED = {MismatchState.RESOLVED: RereadOutcome.RESOLVED, MismatchState.VANISHED: RereadOutcome.VANISHED}


async def answer_rereads(pair: Pair, ledger: Ledger, clock: Clock, record: Record, *, actor: str) -> int:
    """Answer every wish that is pending; returns how many mismatches moved. ``record`` writes their moves down.

    The answers are written after the moves: a pass that dies in between leaves the wishes to the next one.
    """
    pending = await ledger.read(pending_rereads, pair.name)
    if not pending:
        return 0
    await ledger.write(take_rereads, reread_ids=[one.id for one in pending], now=clock())
    known = await ledger.read(mismatches_by_id, [one.mismatch_id for one in pending])
    looks = await _look(pair, ledger, clock(), [one for one in known.values() if one.state in OPEN])
    for identity, look in looks.items():
        if look in OTHERWISE:
            _read_soon(pair, known[identity])
    confirmed = (known[identity] for identity, look in looks.items() if look is SecondLook.CONFIRMED)
    made = [move(one, Event.CONFIRMED) for one in confirmed if one.state == MismatchState.SUSPECTED]
    moved = await record(made, list(known.values()), clock())
    outcomes = {one.id: _outcome(one, known, looks).value for one in pending}
    await ledger.write(finish_rereads, outcomes=outcomes, now=clock(), actor=actor)
    return moved


async def _look(pair: Pair, ledger: Ledger, at: datetime, mismatches: Sequence[Mismatch]) -> Mapping[str, SecondLook]:
    """What each says now; those that a second look cannot tell are left out."""
    portal, city = pair.portal.index, pair.city.index
    codes = sorted({code for one in mismatches for code in portal_codes(pair, one)})
    law = await law_of(pair, ledger, at, closed=codes, unequal=codes)
    screening = await asyncio.to_thread(screen, portal, city)
    held = await held_back(pair, ledger, [one for one in mismatches if one.field in DECISION_FIELDS], law)
    world = World(pair.name, portal, city, [], {}, law, screening, held=held)
    return await look_again(pair, [one for one in mismatches if world.can_be_confirmed(one)], law)


def _read_soon(pair: Pair, mismatch: Mismatch) -> None:
    """Put its records' details before all others: where only the listing is as before, this very pass sees the rest."""
    for side, key in ((pair.portal, mismatch.portal_key), (pair.city, mismatch.city_key)):
        entry = side.index.get(key)
        if entry is not None:
            side.index.put(key, entry._replace(detail_read=0))


def _outcome(reread: Reread, known: Mapping[str, Mismatch], looks: Mapping[str, SecondLook]) -> RereadOutcome:
    state = MismatchState(known[reread.mismatch_id].state)
    look = looks.get(reread.mismatch_id, SecondLook.UNKNOWN)
    if state in ENDED:
        return ENDED[state]
    if state is MismatchState.SUSPECTED and look in (SecondLook.AGREED, SecondLook.GONE):
        return RereadOutcome.NOT_CONFIRMED
    return OUTCOMES[look]
