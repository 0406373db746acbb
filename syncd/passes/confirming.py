"""The end of a pass: what has been suspected for long enough is read again, a batch at a time, and confirmed.

In: the world that the pass found, the grace time. Out: how many were confirmed; each batch is recorded before the next
is asked.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from syncd.ledger.mismatches import Mismatch
from syncd.passes.confirm import OTHERWISE, SecondLook, look_again
from syncd.passes.pair import Clock, Pair
from syncd.passes.world import World
from syncd.reconcile.lifecycle import Event, Move, move

AT_ONCE = 50
"""Suspected mismatches that are read again before what they said is recorded."""

Record = Callable[[Sequence[Move], Sequence[Mismatch], datetime], Awaitable[int]]


async def confirm_suspects(
    pair: Pair,
    world: World,
    known: Sequence[Mismatch],
    *,
    pass_id: int,
    wait: timedelta,
    clock: Clock,
    record: Record,
    progress: Callable[[str], None],
) -> int:
    """Read again what has been suspected for ``wait``; returns how many mismatches were confirmed.

    The whole ends with the pair's interval: the rest waits for the next pass, those first that have waited longest
    since they were last asked. One of which a second look says otherwise waits from then on: a listing that lags may
    show a withdrawal that was taken back, and go on to show the next one.
    """
    began, confirmed = clock(), 0
    suspects = _due(pair, world, known, began, wait)
    for start in range(0, len(suspects), AT_ONCE):
        some = suspects[start : start + AT_ONCE]
        progress(f"confirming {start}")
        looks = await look_again(pair, some, world.law)
        now = clock()
        pair.asked.update((one.id, pass_id) for one in some)
        pair.denied.update((one.id, now) for one in some if looks.get(one.id) in OTHERWISE)
        made = [move(one, Event.CONFIRMED) for one in some if looks.get(one.id) is SecondLook.CONFIRMED]
        confirmed += await record(made, known, now)
        if clock() - began > pair.policy.interval:
            break
    return confirmed


def _due(pair: Pair, world: World, known: Sequence[Mismatch], now: datetime, wait: timedelta) -> list[Mismatch]:
    """Those that a second look can tell and that have waited, the longest unasked first; of others nothing is kept."""
    suspected = [one for one in known if one.state == "suspected"]
    pair.denied = {one.id: pair.denied[one.id] for one in suspected if one.id in pair.denied}
    suspects = [
        one for one in suspected if _has_waited(one, pair.denied.get(one.id), now, wait) and world.can_be_confirmed(one)
    ]
    suspects.sort(key=lambda one: (pair.asked.get(one.id, 0), one.last_changed))
    pair.asked = {one.id: pair.asked[one.id] for one in suspects if one.id in pair.asked}
    return suspects


def _has_waited(mismatch: Mismatch, denied: datetime | None, now: datetime, wait: timedelta) -> bool:
    """Whether it has been suspected for long enough; one from the future (the clock was set back) is."""
    since = mismatch.last_changed if denied is None else max(denied, mismatch.last_changed)
    return now - since >= wait or since > now
