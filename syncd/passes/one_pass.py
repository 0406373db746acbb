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

from syncd.errors import ConflictError
from syncd.ledger.errors import LedgerError
from syncd.ledger.mismatches import Mismatch, open_counts, open_mismatches
from syncd.ledger.passes import begin_pass, end_pass, heartbeat
from syncd.passes.agencies import learn_agencies
from syncd.passes.both_sides import read_both
from syncd.passes.confirming import confirm_suspects
from syncd.passes.indexing import load_side, touched
from syncd.passes.moving import record_moves
from syncd.passes.outcome import ALARMING, HEARTBEAT_EVERY, STALE_AFTER, PassOutcome, Room
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

    pair: Pair
    room: Room
    actor: str
    pass_id: int
    started_at: datetime
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
    started_at = room.clock()
    pass_id = await room.ledger.write(
        begin_pass, pair=pair.name, holder=room.holder, now=started_at, actor=actor, stale_after=STALE_AFTER
    )
    room.watch.pass_started(pair.name, started_at)
    under = _Under(pair, room, actor, pass_id, started_at, progress, grace_override)
    running = asyncio.create_task(_run(under), name=f"pass {pair.name}")
    beating = asyncio.create_task(_beat(under, running), name=f"heartbeat {pair.name}")
    try:
        outcome = await running
    except BaseException as error:
        pair.forget()
        await _give_up(under, running, error)
        raise
    finally:
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)
    room.watch.pass_ended(outcome, (outcome.ended_at - started_at).total_seconds())
    return outcome


async def _give_up(under: _Under, running: asyncio.Task[PassOutcome], error: BaseException) -> None:
    """End a pass that did not reach its end, and write down how."""
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    if isinstance(error, asyncio.CancelledError):
        await _end(under, "interrupted", {}, "stopped before the pass was at its end")
    elif isinstance(error, Exception):
        await _end(under, "failed", {}, f"{type(error).__name__}: {error}"[:500])


async def _beat(under: _Under, running: asyncio.Task[PassOutcome]) -> None:
    """Keep saying that this pass lives; when somebody has taken it over, stop it."""
    while True:
        await asyncio.sleep(HEARTBEAT_EVERY.total_seconds())
        try:
            await under.room.ledger.write(heartbeat, pass_id=under.pass_id, now=under.room.clock())
        except LedgerError as error:
            log.warning("heartbeat_missed", pair=under.pair.name, error=str(error))
        except ConflictError:
            running.cancel()
            raise


async def _end(under: _Under, outcome: str, counts: dict[str, int], error: str = "") -> datetime:
    now = under.room.clock()
    await under.room.ledger.write(end_pass, pass_id=under.pass_id, outcome=outcome, now=now, counts=counts, error=error)
    return now


async def _run(under: _Under) -> PassOutcome:
    pair, room = under.pair, under.room
    for name in SIDES:
        await load_side(pair, pair.side(name), room.ledger)
    answered = await _answer(under)
    readings = await read_both(pair, room, under.pass_id, under.progress)
    newly_written = touched(readings["portal"])
    await publish_readings(pair, room.ledger, under.pass_id, readings, actor=under.actor)
    for reading in readings.values():
        room.watch.side_read(pair.name, reading)
    if not all(reading.proof.whole for reading in readings.values()):
        return await _outcome(under, readings, PassVerdict.UNKNOWN, {}, answered)
    under.progress("units")
    await learn_agencies(pair, room.ledger, now=room.clock(), actor=under.actor)
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
        under.pair, under.room.ledger, under.room.clock, partial(_write, under), actor=under.actor
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
    ended_at = await _end(under, verdict.value, counts)
    return PassOutcome(
        pair=under.pair.name,
        pass_id=under.pass_id,
        verdict=verdict,
        started_at=under.started_at,
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
        is_renewed=lambda one: now - one.first_seen < PATIENCE * wait and world.is_renewed(one),
    )
    return await _write(under, made, known, now)


async def _write(under: _Under, made: Sequence[Move], known: Sequence[Mismatch], at: datetime) -> int:
    moved = await record_moves(under.pair, under.room.ledger, under.pass_id, made, known, at=at, actor=under.actor)
    under.room.watch.moved(under.pair.name, moved)
    return moved.moves


async def _confirm(under: _Under, world: World, wait: timedelta) -> int:
    """Read again what has been suspected for long enough; returns how many were confirmed."""
    return await confirm_suspects(
        under.pair,
        world,
        await under.room.ledger.read(open_mismatches, under.pair.name),
        pass_id=under.pass_id,
        wait=wait,
        clock=under.room.clock,
        record=partial(_write, under),
        progress=under.progress,
    )
