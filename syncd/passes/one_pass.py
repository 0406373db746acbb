"""One pass of one pair, end to end: open, read, record, judge, confirm, close. The order is the point of this module.

In: a pair and the room that passes work in. Out: a `PassOutcome`; the ledger has everything, announcements follow.
No transaction is open while a side is asked: each ledger call is one short transaction of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog

from syncd.ledger.mismatches import Mismatch, open_counts, open_mismatches
from syncd.passes.agencies import learn_agencies
from syncd.passes.both_sides import read_both
from syncd.passes.confirming import confirm_suspects
from syncd.passes.frame import Frame
from syncd.passes.indexing import load_side, touched
from syncd.passes.moving import record_moves
from syncd.passes.outcome import ALARMING, PassOutcome, Room
from syncd.passes.pair import SIDES, Pair, SideName
from syncd.passes.pass_verdict import PassVerdict
from syncd.passes.reading import Progress
from syncd.passes.recording import publish_readings
from syncd.passes.rereads import answer_rereads
from syncd.passes.staged import SideReading
from syncd.passes.verdict import judge_pair
from syncd.passes.world import World
from syncd.reconcile.grace import grace
from syncd.reconcile.lifecycle import Move, moves

log = structlog.get_logger(__name__)

PATIENCE = 10
"""What is written anew before every pass begins to wait anew for no longer than this many grace times."""

MOST_NAMED = 20


@dataclass(slots=True)
class _Under:
    """A pass under way."""

    frame: Frame
    pair: Pair
    room: Room
    progress: Progress
    grace: timedelta | None
    waited: timedelta | None = None


async def run_pass(
    pair: Pair,
    room: Room,
    *,
    actor: str,
    grace_override: timedelta | None = None,
    progress: Progress = lambda _stage: None,
) -> PassOutcome:
    """Run one pass. Raises `ConflictError` when another holder is running one; cancelling records it as interrupted."""
    frame = await Frame.begin(room, pair.name, actor)
    room.watch.pass_started(pair.name, frame.started_at)
    under = _Under(frame, pair, room, progress, grace_override)
    try:
        outcome = await frame.run(_run(under))
    except BaseException:
        pair.forget()
        raise
    room.watch.pass_ended(outcome, (outcome.ended_at - frame.started_at).total_seconds())
    return outcome


async def _run(under: _Under) -> PassOutcome:
    pair, room = under.pair, under.room
    for name in SIDES:
        await load_side(pair, pair.side(name), room.ledger)
    answered = await _answer(under)
    readings = await read_both(pair, room, under.frame.pass_id, under.progress)
    newly_written = touched(readings["portal"])
    await publish_readings(pair, room.ledger, under.frame.pass_id, readings, actor=under.frame.actor)
    for reading in readings.values():
        room.watch.side_read(pair.name, reading)
    if not all(reading.proof.whole for reading in readings.values()):
        return await _outcome(under, readings, PassVerdict.UNKNOWN, {}, answered)
    under.progress("units")
    await learn_agencies(pair, room.ledger, now=room.clock(), actor=under.frame.actor)
    under.progress("judging")
    world = await judge_pair(pair, room.ledger, room.clock(), touched=newly_written)
    _tell_flapping(pair, world)
    under.waited = wait = under.grace if under.grace is not None else grace(pair.policy.grace, world.lags)
    made = answered + await _record(under, world, wait)
    made += await _confirm(under, world, wait)
    is_open = any(state in ALARMING for _, state in await room.ledger.read(open_counts, pair.name))
    return await _outcome(under, readings, _verdict(is_open, readings), world.counts, made)


def _tell_flapping(pair: Pair, world: World) -> None:
    """Name the codes whose decision has flapped to an older one; what is open about them stays as it is."""
    if flapping := sorted(world.law.past.flapping):
        log.info("decisions_flapping", pair=pair.name, flapping=len(flapping), codes=flapping[:MOST_NAMED])


async def _answer(under: _Under) -> int:
    """Answer what people asked to have read again; returns how many mismatches moved."""
    under.progress("re-reads")
    return await answer_rereads(
        under.pair, under.room.ledger, under.room.clock, partial(_write, under), actor=under.frame.actor
    )


def _verdict(is_open: bool, readings: dict[SideName, SideReading]) -> PassVerdict:
    if is_open:
        return PassVerdict.MISMATCHED
    return PassVerdict.UNKNOWN if any(reading.unread for reading in readings.values()) else PassVerdict.IN_SYNC


async def _outcome(
    under: _Under,
    readings: dict[SideName, SideReading],
    verdict: PassVerdict,
    counts: dict[str, int],
    made: int,
) -> PassOutcome:
    unread = sum(len(reading.unread) for reading in readings.values())
    counts = counts | {"unread": unread, "moves": made}
    ended_at = await under.frame.end(verdict.value, counts)
    return PassOutcome(
        pair=under.pair.name,
        pass_id=under.frame.pass_id,
        verdict=verdict,
        started_at=under.frame.started_at,
        ended_at=ended_at,
        proofs={name: reading.proof for name, reading in readings.items()},
        counts=counts,
        unread=unread,
        moves=made,
        grace=under.waited,
    )


async def _record(under: _Under, world: World, wait: timedelta) -> int:
    """Move every open mismatch as far as this pass allows; returns how many moved."""
    ledger, now = under.room.ledger, under.room.clock()
    known = await ledger.read(open_mismatches, under.pair.name)
    made = await asyncio.to_thread(
        moves,
        pair=under.pair.name,
        now=now,
        open_mismatches=known,
        observations=world.observations,
        waivers=await world.waivers(ledger, now),
        is_gone=world.is_gone,
        is_unknown=world.is_unknown,
        is_renewed=lambda one: is_patient(now - one.first_seen, wait) and world.is_renewed(one),
    )
    return await _write(under, made, known, now)


def is_patient(known: timedelta, wait: timedelta) -> bool:
    """Whether what has been known for so long may wait anew; not where the clock was set back behind its beginning."""
    return timedelta(0) <= known < PATIENCE * wait


async def _write(under: _Under, made: Sequence[Move], known: Sequence[Mismatch], at: datetime) -> int:
    moved = await record_moves(
        under.pair, under.room.ledger, under.frame.pass_id, made, known, at=at, actor=under.frame.actor
    )
    under.room.watch.moved(under.pair.name, moved)
    return moved.moves


async def _confirm(under: _Under, world: World, wait: timedelta) -> int:
    """Read again what has been suspected for long enough; returns how many were confirmed."""
    return await confirm_suspects(
        under.pair,
        world,
        await under.room.ledger.read(open_mismatches, under.pair.name),
        pass_id=under.frame.pass_id,
        wait=wait,
        clock=under.room.clock,
        record=partial(_write, under),
        progress=under.progress,
    )
