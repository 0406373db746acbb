"""One pass of one dossier pair, end to end: open, ask both sides, record and judge, close.

In: a dossier pair and the room that passes work in. Out: a `DossierOutcome`; the ledger has everything, announcements
follow. A side that could not be read whole leaves what it would have judged as it stands: unknown is not agreed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog

from syncd.ledger.dossiers import dossiers_as_of
from syncd.ledger.mismatches import open_counts, open_mismatches
from syncd.passes.dossier_pair import DossierPair, periods_to_ask
from syncd.passes.dossier_reading import DossierReadings, Followed, read_both
from syncd.passes.dossier_recording import Recorded, record_and_judge
from syncd.passes.frame import Frame, PassRoom
from syncd.passes.outcome import ALARMING
from syncd.passes.pass_verdict import PassVerdict
from syncd.passes.reading import Progress
from syncd.reconcile.mismatches import MismatchKind

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class DossierOutcome:
    """How one pass ended. ``errors`` are sentences, by what was asked (``portal 2026-10``, ``city overdue``)."""

    pair: str
    pass_id: int
    verdict: PassVerdict
    started_at: datetime
    ended_at: datetime
    counts: Mapping[str, int]
    errors: Mapping[str, str]
    moves: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether everything that was asked was answered whole."""
        return not self.errors


@dataclass(frozen=True, slots=True)
class _Under:
    """A pass under way."""

    frame: Frame
    pair: DossierPair
    room: PassRoom
    progress: Progress


async def run_dossier_pass(
    pair: DossierPair, room: PassRoom, *, actor: str, progress: Progress = lambda _stage: None
) -> DossierOutcome:
    """Run one pass. Raises `ConflictError` when another holder is running one; cancelling records it as interrupted."""
    frame = await Frame.begin(room, pair.name, actor)
    return await frame.run(_run(_Under(frame, pair, room, progress)))


async def _run(under: _Under) -> DossierOutcome:
    pair, ledger = under.pair, under.room.ledger
    known = await ledger.read(open_mismatches, pair.name)
    periods = periods_to_ask(under.frame.started_at, pair.policy.periods, known)
    suspects = frozenset(one.local_code for one in known if one.kind == MismatchKind.END_DATE_REWRITTEN)
    dossiers = await ledger.read(dossiers_as_of, pair=pair.name, at=under.frame.started_at)
    followed = Followed(dossiers, suspects, turn=under.frame.pass_id)
    readings = await read_both(pair, periods, followed, at=under.frame.started_at, progress=under.progress)
    under.progress("judging")
    now = under.room.clock()
    recorded = await ledger.write(record_and_judge, pair, under.frame.pass_id, readings, now, under.frame.actor)
    _tell_errors(pair, readings)
    return await _outcome(under, readings, recorded)


async def _outcome(under: _Under, readings: DossierReadings, recorded: Recorded) -> DossierOutcome:
    errors = {asked: str(error) for asked, error in readings.errors().items()}
    counts = recorded.counts | {"moves": recorded.moves}
    is_open = any(state in ALARMING for _, state in await under.room.ledger.read(open_counts, under.pair.name))
    verdict = _verdict(is_open=is_open, is_whole=not errors)
    return DossierOutcome(
        pair=under.pair.name,
        pass_id=under.frame.pass_id,
        verdict=verdict,
        started_at=under.frame.started_at,
        ended_at=await under.frame.end(verdict.value, counts, _told(errors)),
        counts=counts,
        errors=errors,
        moves=recorded.moves,
    )


def _verdict(*, is_open: bool, is_whole: bool) -> PassVerdict:
    if not is_whole:
        return PassVerdict.UNKNOWN
    return PassVerdict.MISMATCHED if is_open else PassVerdict.IN_SYNC


def _told(errors: Mapping[str, str]) -> str:
    return "; ".join(f"{asked}: {error}" for asked, error in errors.items())[:500]


def _tell_errors(pair: DossierPair, readings: DossierReadings) -> None:
    for asked, error in readings.errors().items():
        log.warning("dossiers_unread", pair=pair.name, asked=asked, error=error.message, action=error.action)
