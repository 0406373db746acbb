"""One pair as the supervisor runs it: a pass at a time, with its announcements after the commit.

In: a pair, the room that passes work in. Out: what the supervisor asks of a `PairLoop`.
"""

from __future__ import annotations

from dataclasses import dataclass

from syncd.passes.announce import Announcer
from syncd.passes.course import Heartbeat
from syncd.passes.one_pass import PassOutcome, Room, run_pass
from syncd.passes.pair import Pair

DAEMON = "daemon"


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
        """One pass; a side that could not be read whole counts as a failure, and is tried again sooner."""
        try:
            return reported(await run_pass(self.pair, self.room, actor=DAEMON, progress=self.heartbeat))
        finally:
            await self.announcer.announce()

    async def close(self) -> None:
        await self.pair.close()


def reported(outcome: PassOutcome) -> Reported:
    """The supervisor's words for an outcome."""
    reasons = [
        f"{side}: {reason}" for side, proof in outcome.proofs.items() if not proof.whole for reason in proof.reasons
    ]
    if reasons:
        return Reported("partial", failed=True, reason="; ".join(reasons)[:500])
    return Reported("partial" if outcome.unread else "complete", failed=False)
