"""One pass of one pair, end to end: open, read, record, judge, confirm, close. The order is the point of this module.

In: a pair and the room that passes work in. Out: a `PassOutcome`; the ledger has everything, announcements follow.
No transaction is open while a side is asked: each ledger call is one short transaction of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Protocol

import structlog

from syncd.errors import ConflictError
from syncd.ledger.database import Ledger
from syncd.ledger.errors import LedgerError
from syncd.ledger.mismatches import Mismatch, open_counts, open_mismatches
from syncd.ledger.passes import begin_pass, end_pass, heartbeat
from syncd.ledger.readings import last_whole
from syncd.ledger.staging import clear, stage
from syncd.passes.agencies import learn_agencies
from syncd.passes.confirm import SecondLook, look_again
from syncd.passes.pair import SIDES, Clock, Pair, Side, SideName
from syncd.passes.reading import Progress, SideReading, Staged, read_side
from syncd.passes.recording import Moved, change_of, load_side, publish_readings, record_moves
from syncd.passes.rereads import answer_rereads
from syncd.passes.verdict import World, judge_pair
from syncd.reconcile.grace import grace
from syncd.reconcile.lifecycle import Event, Move, move, moves
from syncd.sides.errors import UnreachableError
from syncd.sides.reading import Proof

log = structlog.get_logger(__name__)

UNREACHABLE = UnreachableError.slug
"""The HTTP client has tried often enough by itself: asking again at once would only hide the cause."""

ALARMING = frozenset({"suspected", "confirmed"})
"""States of a mismatch that make a pair mismatched; a waived one does not."""

AT_ONCE = 50
"""Suspected mismatches that are read again before what they said is recorded."""

STALE_AFTER = timedelta(minutes=2)
HEARTBEAT_EVERY = timedelta(seconds=15)


class PassVerdict(StrEnum):
    """What a pass says of its pair."""

    IN_SYNC = "in_sync"
    MISMATCHED = "mismatched"
    UNKNOWN = "unknown"


class Watch(Protocol):
    """Who wants to know how passes go: metrics and logs. Called after the commit; must not raise."""

    def pass_started(self, pair: str, at: datetime) -> None: ...
    def side_read(self, pair: str, reading: SideReading) -> None: ...
    def moved(self, pair: str, moved: Moved) -> None: ...
    def pass_ended(self, outcome: PassOutcome, seconds: float) -> None: ...


@dataclass(frozen=True, slots=True)
class Room:
    """What passes work with. ``holder`` names this daemon or command in the ledger; ``seed`` keys raw fingerprints."""

    ledger: Ledger
    clock: Clock
    seed: int
    holder: str
    watch: Watch


@dataclass(frozen=True, slots=True)
class PassOutcome:
    """How one pass ended.

    ``unread``: records that are there and whose content could not be read. ``grace``: the grace time in force, None
    where nothing was judged.
    """

    pair: str
    pass_id: int
    verdict: PassVerdict
    started_at: datetime
    ended_at: datetime
    proofs: dict[SideName, Proof]
    counts: dict[str, int]
    unread: int = 0
    moves: int = 0
    grace: timedelta | None = None

    @property
    def is_whole(self) -> bool:
        """Whether both sides were read whole, to the last detail."""
        return not self.unread and all(proof.whole for proof in self.proofs.values())


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
    readings = await _read_both(under)
    await publish_readings(pair, room.ledger, under.pass_id, readings, actor=under.actor)
    for reading in readings.values():
        room.watch.side_read(pair.name, reading)
    if not all(reading.proof.whole for reading in readings.values()):
        return await _outcome(under, readings, PassVerdict.UNKNOWN, {}, answered)
    under.progress("units")
    await learn_agencies(pair, room.ledger, now=room.clock(), actor=under.actor)
    under.progress("judging")
    world = await judge_pair(pair, room.ledger)
    made = answered + await _record(under, world)
    made += await _confirm(under, world)
    is_open = any(state in ALARMING for _, state in await room.ledger.read(open_counts, pair.name))
    return await _outcome(under, readings, _verdict(is_open, readings), world.counts, made)


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


async def _read_both(under: _Under) -> dict[SideName, SideReading]:
    await under.room.ledger.write(clear, pair=under.pair.name, pass_id=under.pass_id)
    async with asyncio.TaskGroup() as group:
        tasks = {name: group.create_task(_read_whole(under, under.pair.side(name))) for name in SIDES}
    return {name: task.result() for name, task in tasks.items()}


async def _read_whole(under: _Under, side: Side) -> SideReading:
    """Read one side until a reading is whole, or the tries are used up."""
    ledger = under.room.ledger

    async def into_ledger(staged: Sequence[Staged]) -> None:
        changes = [change_of(one) for one in staged]
        await ledger.write(stage, pair=under.pair.name, side=side.name, pass_id=under.pass_id, changes=changes)

    last = await ledger.read(last_whole, under.pair.name, side.name)
    for attempt in range(1, under.pair.policy.attempts + 1):
        if attempt > 1:
            await ledger.write(clear, pair=under.pair.name, pass_id=under.pass_id, side=side.name)
        reading = await read_side(
            under.pair,
            side,
            seed=under.room.seed,
            clock=under.room.clock,
            stage=into_ledger,
            progress=under.progress,
            last_whole=last.counted if last else None,
        )
        if reading.proof.whole or UNREACHABLE in reading.errors:
            break
        log.info(
            "reading_not_whole",
            pair=under.pair.name,
            side=side.name,
            verdict=reading.proof.verdict.value,
            reasons=list(reading.proof.reasons),
            attempt=attempt,
        )
    return reading


async def _record(under: _Under, world: World) -> int:
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
    )
    return await _write(under, made, known, now)


async def _write(under: _Under, made: Sequence[Move], known: Sequence[Mismatch], at: datetime) -> int:
    moved = await record_moves(under.pair, under.room.ledger, under.pass_id, made, known, at=at, actor=under.actor)
    under.room.watch.moved(under.pair.name, moved)
    return moved.moves


async def _confirm(under: _Under, world: World) -> int:
    """Read again what has been suspected for long enough, a batch at a time; returns how many were confirmed.

    Each batch is recorded before the next is asked, and the whole ends with the pair's interval: the rest waits for the
    next pass, those first that have waited longest since they were last asked.
    """
    pair, began = under.pair, under.room.clock()
    wait = under.grace if under.grace is not None else grace(pair.policy.grace, world.lags)
    under.waited = wait
    known = await under.room.ledger.read(open_mismatches, pair.name)
    suspects = [one for one in known if one.state == "suspected" and _is_due(one, began, wait)]
    suspects = [one for one in suspects if world.can_be_confirmed(one)]
    suspects.sort(key=lambda one: (pair.asked.get(one.id, 0), one.last_changed))
    pair.asked = {one.id: pair.asked[one.id] for one in suspects if one.id in pair.asked}
    confirmed = 0
    for start in range(0, len(suspects), AT_ONCE):
        some = suspects[start : start + AT_ONCE]
        under.progress(f"confirming {start}")
        looks = await look_again(pair, some, world.law)
        pair.asked.update((one.id, under.pass_id) for one in some)
        made = [move(one, Event.CONFIRMED) for one in some if looks.get(one.id) is SecondLook.CONFIRMED]
        confirmed += await _write(under, made, known, under.room.clock())
        if under.room.clock() - began > pair.policy.interval:
            break
    return confirmed


def _is_due(mismatch: Mismatch, now: datetime, wait: timedelta) -> bool:
    """Whether it has been suspected for long enough; one from the future (the clock was set back) is."""
    return now - mismatch.last_changed >= wait or mismatch.last_changed > now
