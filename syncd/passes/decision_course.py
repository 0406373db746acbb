"""One ``[[decisions]]`` table as the supervisor runs it: a pass at a time, with its announcements after the commit.

In: a course with its sources, the room that passes work in. Out: what the supervisor asks of a `PairLoop`.
"""

from __future__ import annotations

from dataclasses import dataclass

from syncd.passes.announce import Announcer
from syncd.passes.decision_pass import (
    DecisionOutcome,
    DecisionSources,
    DecisionWatch,
    run_decision_pass,
)
from syncd.passes.frame import PassRoom
from syncd.passes.loop import DAEMON, Reported, announced
from syncd.passes.reading import Progress


@dataclass(slots=True)
class DecisionLoop:
    """A course of decisions that can run one pass after another."""

    sources: DecisionSources
    room: PassRoom
    watch: DecisionWatch
    announcer: Announcer
    progress: Progress = lambda _stage: None

    async def run_once(self) -> Reported:
        """One pass; what could not be read whole counts as a failure, and is tried again sooner.

        Raises what `announced` raises.
        """
        work = run_decision_pass(self.sources, self.room, self.watch, actor=DAEMON, progress=self.progress)
        return told(await announced(work, self.announcer))

    async def close(self) -> None:
        """Let go of both sources."""
        await self.sources.close()


def told(outcome: DecisionOutcome) -> Reported:
    """The supervisor's words for an outcome."""
    if outcome.is_whole:
        return Reported("complete", failed=False)
    return Reported("partial", failed=True, reason="; ".join(outcome.reasons)[:500])
