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
from syncd.ledger.decisions import DECISION_SIDES, DOCUMENTS, PORTAL
from syncd.ledger.mismatches import open_counts
from syncd.ledger.readings import last_whole
from syncd.passes.decision_reading import SourceReading, read_source, remembered
from syncd.passes.decision_recording import Recorded, record_and_judge
from syncd.passes.frame import Frame, PassRoom
from syncd.passes.outcome import ALARMING
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

    frame: Frame
    sources: DecisionSources
    room: PassRoom
    watch: DecisionWatch
    progress: Progress
    grace: timedelta

    @property
    def course(self) -> DecisionCourse:
        return self.sources.course


async def run_decision_pass(
    sources: DecisionSources,
    room: PassRoom,
    watch: DecisionWatch,
    *,
    actor: str,
    grace_override: timedelta | None = None,
    progress: Progress = lambda _stage: None,
) -> DecisionOutcome:
    """Run one pass. Raises `ConflictError` when another holder is running one; cancelling records it as interrupted."""
    frame = await Frame.begin(room, sources.course.name, actor)
    grace = sources.policy.grace if grace_override is None else grace_override
    return await frame.run(_run(_Under(frame, sources, room, watch, progress, grace)))


async def _run(under: _Under) -> DecisionOutcome:
    async with asyncio.TaskGroup() as group:
        portal = group.create_task(_portal(under))
        documents = group.create_task(_listed(under, DOCUMENTS, under.sources.documents))
    told = {PORTAL: portal.result(), DOCUMENTS: documents.result()}
    under.progress("judging")
    now = under.room.clock()
    recorded = await under.room.ledger.write(
        record_and_judge, under.course, under.grace, under.frame.pass_id, told, now, under.frame.actor
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
    ended_at = await under.frame.end(verdict.value, recorded.counts | {"moves": recorded.moves}, told[:500])
    seconds = (ended_at - under.frame.started_at).total_seconds()
    under.watch.course_ended(under.course.name, started_at=under.frame.started_at, is_whole=is_whole, seconds=seconds)
    return DecisionOutcome(
        pair=under.course.name,
        pass_id=under.frame.pass_id,
        verdict=verdict,
        started_at=under.frame.started_at,
        ended_at=ended_at,
        proofs=proofs,
        counts=recorded.counts,
        moves=recorded.moves,
    )
