"""One dossier pair as the supervisor runs it: a pass at a time, with its announcements after the commit.

In: two readers, a policy, the room that passes work in. Out: what the supervisor asks of a `PairLoop`.
"""

from __future__ import annotations

from syncd.passes.announce import Announcer
from syncd.passes.dossier_pair import DossierPair, DossierPolicy, DossierSide
from syncd.passes.dossiers import DossierOutcome, run_dossier_pass
from syncd.passes.frame import PassRoom
from syncd.passes.loop import DAEMON, Reported, announced
from syncd.passes.reading import Progress
from syncd.sides.dossiers import DossierReader


class DossierLoop:
    """A dossier pair that can run one pass after another. ``portal_root`` and ``city_root``: each side's own id of the
    unit that holds all others."""

    def __init__(
        self,
        name: str,
        *,
        portal: DossierReader,
        city: DossierReader,
        portal_root: str,
        city_root: str,
        policy: DossierPolicy,
        room: PassRoom,
        announcer: Announcer,
        progress: Progress = lambda _stage: None,
    ) -> None:
        self.pair = DossierPair(name, DossierSide(portal, portal_root), DossierSide(city, city_root), policy)
        self._room = room
        self._announcer = announcer
        self._progress = progress

    async def run_once(self) -> Reported:
        """One pass; what could not be read whole counts as a failure, and is tried again sooner.

        Raises what `announced` raises.
        """
        work = run_dossier_pass(self.pair, self._room, actor=DAEMON, progress=self._progress)
        return told(await announced(work, self._announcer))

    async def close(self) -> None:
        """Let go of both sides."""
        await self.pair.close()


def told(outcome: DossierOutcome) -> Reported:
    """The supervisor's words for an outcome."""
    if outcome.is_whole:
        return Reported("complete", failed=False)
    reason = "; ".join(f"{asked}: {error}" for asked, error in outcome.errors.items())
    return Reported("partial", failed=True, reason=reason[:500])
