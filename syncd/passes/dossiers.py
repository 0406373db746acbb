"""One pass of one dossier pair, end to end: open, ask both sides, record and judge, close.

In: a dossier pair and the room that passes work in. Out: a `DossierOutcome`; the ledger has everything, announcements
follow. A side that could not be read whole leaves what it would have judged as it stands: unknown is not agreed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog

from syncd.errors import ConflictError
from syncd.ledger.dossiers import dossiers_as_of
from syncd.ledger.errors import LedgerError
from syncd.ledger.mismatches import open_counts, open_mismatches
from syncd.ledger.passes import begin_pass, end_pass, heartbeat
from syncd.passes.dossier_pair import DossierPair, DossierRoom, periods_to_ask
from syncd.passes.dossier_reading import DossierReadings, Followed, read_both
from syncd.passes.dossier_recording import Recorded, record_and_judge
from syncd.passes.outcome import ALARMING, HEARTBEAT_EVERY, STALE_AFTER
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

    pair: DossierPair
    room: DossierRoom
    actor: str
    pass_id: int
    started_at: datetime
    progress: Progress


async def run_dossier_pass(
    pair: DossierPair, room: DossierRoom, *, actor: str, progress: Progress = lambda _stage: None
) -> DossierOutcome:
    """Run one pass. Raises `ConflictError` when another holder is running one; cancelling records it as interrupted."""
    started_at = room.clock()
    pass_id = await room.ledger.write(
        begin_pass, pair=pair.name, holder=room.holder, now=started_at, actor=actor, stale_after=STALE_AFTER
    )
    under = _Under(pair, room, actor, pass_id, started_at, progress)
    running = asyncio.create_task(_run(under), name=f"dossier pass {pair.name}")
    beating = asyncio.create_task(_beat(under, running), name=f"heartbeat {pair.name}")
    try:
        return await running
    except BaseException as error:
        await _give_up(under, running, error)
        raise
    finally:
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)


async def _run(under: _Under) -> DossierOutcome:
    pair, ledger = under.pair, under.room.ledger
    known = await ledger.read(open_mismatches, pair.name)
    periods = periods_to_ask(under.started_at, pair.policy.periods, known)
    suspects = frozenset(one.local_code for one in known if one.kind == MismatchKind.END_DATE_REWRITTEN)
    dossiers = await ledger.read(dossiers_as_of, pair=pair.name, at=under.started_at)
    followed = Followed(dossiers, suspects, turn=under.pass_id)
    readings = await read_both(pair, periods, followed, at=under.started_at, progress=under.progress)
    under.progress("judging")
    now = under.room.clock()
    recorded = await ledger.write(record_and_judge, pair, under.pass_id, readings, now, under.actor)
    _tell_errors(pair, readings)
    return await _outcome(under, readings, recorded)


async def _outcome(under: _Under, readings: DossierReadings, recorded: Recorded) -> DossierOutcome:
    errors = {asked: str(error) for asked, error in readings.errors().items()}
    counts = recorded.counts | {"moves": recorded.moves}
    is_open = any(state in ALARMING for _, state in await under.room.ledger.read(open_counts, under.pair.name))
    verdict = _verdict(is_open=is_open, is_whole=not errors)
    return DossierOutcome(
        pair=under.pair.name,
        pass_id=under.pass_id,
        verdict=verdict,
        started_at=under.started_at,
        ended_at=await _end(under, verdict.value, counts, _told(errors)),
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


async def _beat(under: _Under, running: asyncio.Task[DossierOutcome]) -> None:
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


async def _give_up(under: _Under, running: asyncio.Task[DossierOutcome], error: BaseException) -> None:
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
