"""One pass over publication decisions, end to end: open, ask both sources, record and judge, close.

In: a course with its sources, and the room that passes work in. Out: a `DecisionOutcome`; the ledger has everything,
announcements follow. A source that could not be read whole leaves what it would have judged as it stands.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from syncd.answers.decisions_judged import OF_PROCEDURES, DecisionCourse, portal_memory
from syncd.errors import ConflictError
from syncd.ledger.database import Ledger
from syncd.ledger.decisions import DECISION_SIDES, DOCUMENTS, PORTAL
from syncd.ledger.errors import LedgerError
from syncd.ledger.mismatches import open_counts
from syncd.ledger.passes import begin_pass, end_pass, heartbeat
from syncd.ledger.readings import last_whole
from syncd.passes.decision_reading import SourceReading, read_source, remembered
from syncd.passes.decision_recording import Recorded, record_and_judge
from syncd.passes.outcome import ALARMING, HEARTBEAT_EVERY, STALE_AFTER
from syncd.passes.pair import Clock
from syncd.passes.pass_verdict import PassVerdict
from syncd.passes.reading import Progress
from syncd.sides.decisions import DecisionReader
from syncd.sides.reading import Proof, Shrinkage

log = structlog.get_logger(__name__)


class DecisionWatch(Protocol):
    """Who wants to know how passes over decisions go (`syncd.gauges.Gauges` fits). Must not raise."""

    def source_asked(self, course: str, side: str, at: datetime) -> None: ...
    def source_read(self, course: str, side: str, proof: Proof, ended_at: datetime, slug: str) -> None: ...
    def course_ended(self, course: str, *, started_at: datetime, is_whole: bool, seconds: float) -> None: ...


class DecisionRoom(Protocol):
    """What passes over decisions work with; `syncd.passes.outcome.Room` is one but for its watch."""

    @property
    def ledger(self) -> Ledger: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def holder(self) -> str: ...


@dataclass(frozen=True, slots=True)
class DecisionPolicy:
    """How sources are read and mismatches confirmed. ``reading_limit``: one source may take so long."""

    grace: timedelta = timedelta(hours=24)
    shrinkage: Shrinkage = field(default_factory=Shrinkage)
    reading_limit: timedelta = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class DecisionSources:
    """A course with whom it asks. ``portal`` is None where the memory of a pair is asked instead."""

    course: DecisionCourse
    documents: DecisionReader
    portal: DecisionReader | None = None
    policy: DecisionPolicy = field(default_factory=DecisionPolicy)

    async def close(self) -> None:
        """Let go of both sources; never raises."""
        for reader in (self.portal, self.documents):
            if reader is not None:
                await reader.close()


@dataclass(frozen=True, slots=True)
class DecisionOutcome:
    """How one pass ended."""

    pair: str
    pass_id: int
    verdict: PassVerdict
    started_at: datetime
    ended_at: datetime
    proofs: Mapping[str, Proof]
    counts: Mapping[str, int]
    moves: int = 0

    @property
    def is_whole(self) -> bool:
        return all(proof.whole for proof in self.proofs.values())

    @property
    def reasons(self) -> list[str]:
        """Why a side is not whole, one sentence each."""
        return [f"{side}: {reason}" for side, proof in self.proofs.items() for reason in proof.reasons]


@dataclass(frozen=True, slots=True)
class _Under:
    """A pass under way."""

    sources: DecisionSources
    room: DecisionRoom
    watch: DecisionWatch
    actor: str
    pass_id: int
    started_at: datetime
    progress: Progress
    grace: timedelta

    @property
    def course(self) -> DecisionCourse:
        return self.sources.course


async def run_decision_pass(
    sources: DecisionSources,
    room: DecisionRoom,
    watch: DecisionWatch,
    *,
    actor: str,
    grace_override: timedelta | None = None,
    progress: Progress = lambda _stage: None,
) -> DecisionOutcome:
    """Run one pass. Raises `ConflictError` when another holder is running one; cancelling records it as interrupted."""
    started_at, name = room.clock(), sources.course.name
    pass_id = await room.ledger.write(
        begin_pass, pair=name, holder=room.holder, now=started_at, actor=actor, stale_after=STALE_AFTER
    )
    grace = sources.policy.grace if grace_override is None else grace_override
    under = _Under(sources, room, watch, actor, pass_id, started_at, progress, grace)
    running = asyncio.create_task(_run(under), name=f"decision pass {name}")
    beating = asyncio.create_task(_beat(under, running), name=f"heartbeat {name}")
    try:
        return await running
    except BaseException as error:
        await _give_up(under, running, error)
        raise
    finally:
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)


async def _run(under: _Under) -> DecisionOutcome:
    async with asyncio.TaskGroup() as group:
        portal = group.create_task(_portal(under))
        documents = group.create_task(_listed(under, DOCUMENTS, under.sources.documents))
    told = {PORTAL: portal.result(), DOCUMENTS: documents.result()}
    under.progress("judging")
    now = under.room.clock()
    recorded = await under.room.ledger.write(
        record_and_judge, under.course, under.grace, under.pass_id, told, now, under.actor
    )
    for side in DECISION_SIDES:
        one = told[side]
        under.watch.source_read(under.course.name, side, one.proof, one.ended_at, one.slug)
    return await _outcome(under, {side: one.proof for side, one in told.items()}, recorded)


async def _portal(under: _Under) -> SourceReading:
    if under.sources.portal is not None:
        return await _listed(under, PORTAL, under.sources.portal)
    now = under.room.clock()
    under.watch.source_asked(under.course.name, PORTAL, now)
    memory = await under.room.ledger.read(portal_memory, under.course, now)
    return remembered(memory, now=now, carries=OF_PROCEDURES)


async def _listed(under: _Under, side: str, reader: DecisionReader) -> SourceReading:
    room, policy = under.room, under.sources.policy
    under.watch.source_asked(under.course.name, side, room.clock())
    last = await room.ledger.read(last_whole, under.course.name, side)
    return await read_source(
        reader,
        course=under.course.name,
        side=side,
        clock=room.clock,
        limit=policy.reading_limit,
        last_whole=last.counted if last else None,
        shrinkage=policy.shrinkage,
        progress=under.progress,
    )


async def _outcome(under: _Under, proofs: Mapping[str, Proof], recorded: Recorded) -> DecisionOutcome:
    is_whole = all(proof.whole for proof in proofs.values())
    is_open = any(state in ALARMING for _, state in await under.room.ledger.read(open_counts, under.course.name))
    verdict = PassVerdict.UNKNOWN if not is_whole else PassVerdict.MISMATCHED if is_open else PassVerdict.IN_SYNC
    told = "; ".join(f"{side}: {reason}" for side, proof in proofs.items() for reason in proof.reasons)
    ended_at = await _end(under, verdict.value, recorded.counts | {"moves": recorded.moves}, told[:500])
    seconds = (ended_at - under.started_at).total_seconds()
    under.watch.course_ended(under.course.name, started_at=under.started_at, is_whole=is_whole, seconds=seconds)
    return DecisionOutcome(
        pair=under.course.name,
        pass_id=under.pass_id,
        verdict=verdict,
        started_at=under.started_at,
        ended_at=ended_at,
        proofs=proofs,
        counts=recorded.counts,
        moves=recorded.moves,
    )


async def _beat(under: _Under, running: asyncio.Task[DecisionOutcome]) -> None:
    """Keep saying that this pass lives; when somebody has taken it over, stop it."""
    while True:
        await asyncio.sleep(HEARTBEAT_EVERY.total_seconds())
        try:
            await under.room.ledger.write(heartbeat, pass_id=under.pass_id, now=under.room.clock())
        except LedgerError as error:
            log.warning("heartbeat_missed", pair=under.course.name, error=str(error))
        except ConflictError:
            running.cancel()
            raise


async def _give_up(under: _Under, running: asyncio.Task[DecisionOutcome], error: BaseException) -> None:
    """End a pass that did not reach its end, and write down how."""
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    if isinstance(error, asyncio.CancelledError):
        await _end(under, "interrupted", {}, "stopped before the pass was at its end")
    elif isinstance(error, Exception):
        await _end(under, "failed", {}, f"{type(error).__name__}: {error}"[:500])


async def _end(under: _Under, outcome: str, counts: Mapping[str, int], error: str = "") -> datetime:
    now = under.room.clock()
    await under.room.ledger.write(
        end_pass, pass_id=under.pass_id, outcome=outcome, now=now, counts=dict(counts), error=error
    )
    return now
