"""One pair as the supervisor runs it: a pass at a time, with its announcements after the commit.

In: a pair, the room that passes work in. Out: what the supervisor asks of a `PairLoop`.
"""

from __future__ import annotations

from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from syncd.errors import SyncdError, leaves
from syncd.passes.announce import Announcer
from syncd.passes.course import Heartbeat
from syncd.passes.one_pass import run_pass
from syncd.passes.outcome import PassOutcome, Room
from syncd.passes.pair import Pair

DAEMON = "daemon"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reported:
    """How a pass ended, in the supervisor's words."""

    word: str
    failed: bool
    retry_after: float | None = None
    reason: str = ""


@dataclass(slots=True)
class ReconcilingPair:
    """A pair that can run one pass after another."""

    pair: Pair
    room: Room
    announcer: Announcer
    heartbeat: Heartbeat

    async def run_once(self) -> Reported:
        """One pass; a side that could not be read whole counts as a failure, and is tried again sooner.

        Raises what `announced` raises.
        """
        work = run_pass(self.pair, self.room, actor=DAEMON, progress=self.heartbeat)
        return reported(await announced(work, self.announcer))

    async def close(self) -> None:
        await self.pair.close()


async def announced(work: Awaitable[T], announcer: Announcer) -> T:
    """Do one pass, and announce what it has committed, however it ended.

    Raises `SyncdError`; where the pass itself failed, that is told and not what followed from it. Of several errors at
    once (sides are read together) the first is told.
    """
    try:
        outcome = await _plainly(work)
    except BaseException:
        with suppress(SyncdError):
            await announcer.announce()
        raise
    await announcer.announce()
    return outcome


async def _plainly(work: Awaitable[T]) -> T:
    try:
        return await work
    except ExceptionGroup as group:
        raise first_of(group) from group


def first_of(group: ExceptionGroup[Exception]) -> Exception:
    """The first error of a group, however deep; one that people are meant to read before any other."""
    found = leaves(group)
    return next((leaf for leaf in found if isinstance(leaf, SyncdError)), found[0])


def reported(outcome: PassOutcome) -> Reported:
    """The supervisor's words for an outcome."""
    reasons = [
        f"{side}: {reason}" for side, proof in outcome.proofs.items() if not proof.whole for reason in proof.reasons
    ]
    if reasons:
        return Reported("partial", failed=True, reason="; ".join(reasons)[:500])
    return Reported("partial" if outcome.unread else "complete", failed=False)
