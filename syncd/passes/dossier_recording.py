"""What a dossier pass writes down, in one transaction: what was read, what is wrong, which mismatches moved.

In: readings. Out: the ledger, and a `Recorded`. All or nothing: a finding cannot be lost between two commits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from syncd.ledger.applying import apply_moves
from syncd.ledger.dossiers import dossier_history, record_dossiers, record_failed_tallies, record_tallies
from syncd.ledger.mismatches import Evidence, Mismatch, mismatches_by_id, open_mismatches
from syncd.ledger.passes import require_running
from syncd.ledger.rereads import RereadOutcome, finish_rereads, pending_rereads
from syncd.ledger.waivers import active_waivers
from syncd.passes.dossier_pair import DossierPair
from syncd.passes.dossier_reading import DossierReadings, Overdue
from syncd.passes.pair import SIDES, SideName
from syncd.reconcile.end_dates import Sighting, is_running_late, rewriting
from syncd.reconcile.lifecycle import OPEN, Event, MismatchState, Move, move, moves
from syncd.reconcile.mismatches import MismatchKind, Observation
from syncd.reconcile.steadying import steadied
from syncd.reconcile.tallies import END_STATE, Findings, compare_tallies, with_overdue
from syncd.records.dossiers import Tallies
from syncd.records.periods import Period
from syncd.sides.errors import SideError

ANSWERS: dict[MismatchState, RereadOutcome] = {
    MismatchState.SUSPECTED: RereadOutcome.NOT_CONFIRMED,
    MismatchState.CONFIRMED: RereadOutcome.CONFIRMED,
    MismatchState.WAIVED: RereadOutcome.CONFIRMED,
    MismatchState.RESOLVED: RereadOutcome.RESOLVED,
    MismatchState.VANISHED: RereadOutcome.VANISHED,
}
"""The answer to who asked for another look, by the state that it left the mismatch in."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was written. ``counts`` are a pass's, for the ledger and for people."""

    moves: int
    counts: dict[str, int]


@dataclass(slots=True)
class _Judged:
    """What a pass can say. ``overdue`` is None where nothing can be said of single dossiers."""

    findings: Findings = field(default_factory=Findings)
    rewritten: list[Observation] = field(default_factory=list)
    overdue: Overdue | None = None

    @property
    def observations(self) -> list[Observation]:
        return [*self.findings.observations, *self.rewritten]

    def is_gone(self, mismatch: Mismatch) -> bool:
        """Whether no side has the unit, or the city the dossier, any more."""
        if mismatch.kind == MismatchKind.TALLY_DIFFERS:
            is_read = mismatch.local_code in self.findings.periods
            return is_read and (mismatch.code, mismatch.local_code) not in self.findings.units
        asked = self.overdue.asked if self.overdue else ()
        return (
            self.overdue is not None
            and mismatch.local_code in asked
            and mismatch.local_code not in self.overdue.present
        )

    def is_unknown(self, mismatch: Mismatch) -> bool:
        """Whether this pass was not told what it would take to judge the mismatch."""
        if self.is_gone(mismatch):
            return False
        if mismatch.kind == MismatchKind.TALLY_DIFFERS:
            return (mismatch.code, mismatch.local_code, mismatch.field) not in self.findings.said
        return self.overdue is None or mismatch.local_code not in self.overdue.asked


def record_and_judge(
    session: Session, pair: DossierPair, pass_id: int, readings: DossierReadings, now: datetime, actor: str
) -> Recorded:
    """Write everything down. Raises `ConflictError` where the pass no longer runs."""
    require_running(session, pass_id)
    known = open_mismatches(session, pair.name)
    _record_tallies(session, pair, readings, actor)
    judged = _Judged(findings=_compare(pair, readings))
    if isinstance(readings.overdue, Overdue):
        judged.overdue = readings.overdue
        judged.rewritten = _record_dossiers(session, pair, readings.overdue, known, readings.at, actor)
    made = _moves(session, pair, judged, known, now)
    apply_moves(
        session, pair=pair.name, pass_id=pass_id, moves=[(one, Evidence()) for one in made], at=now, actor=actor
    )
    _answer_rereads(session, pair, judged, readings.at, now, actor)
    return Recorded(len(made), _counts(judged, readings))


def _answer_rereads(
    session: Session, pair: DossierPair, judged: _Judged, read_at: datetime, now: datetime, actor: str
) -> None:
    """Answer what people asked to have read again before this pass read: every pass reads everything again."""
    pending = [one for one in pending_rereads(session, pair.name) if one.asked_at <= read_at]
    known = mismatches_by_id(session, [one.mismatch_id for one in pending])
    outcomes = {one.id: _answer(known[one.mismatch_id], judged) for one in pending}
    finish_rereads(session, outcomes=outcomes, now=now, actor=actor)


def _answer(mismatch: Mismatch, judged: _Judged) -> RereadOutcome:
    if mismatch.state in OPEN and judged.is_unknown(mismatch):
        return RereadOutcome.UNKNOWN
    return ANSWERS[MismatchState(mismatch.state)]


def _record_tallies(session: Session, pair: DossierPair, readings: DossierReadings, actor: str) -> None:
    for side in SIDES:
        for period, answer in readings.tallies[side].items():
            _record_answer(session, pair, side, period, answer, readings, actor)


def _record_answer(
    session: Session,
    pair: DossierPair,
    side: SideName,
    period: Period,
    answer: Tallies | SideError,
    readings: DossierReadings,
    actor: str,
) -> None:
    if isinstance(answer, SideError):
        reason = str(answer)[:500]
        record_failed_tallies(
            session, pair=pair.name, side=side, period=period, reason=reason, read_at=readings.at, actor=actor
        )
        return
    tallies = answer
    if side == "city" and isinstance(readings.overdue, Overdue):
        tallies = with_overdue(answer, readings.overdue.present.values(), readings.at, pair.city.root)
    record_tallies(session, pair=pair.name, side=side, tallies=tallies, read_at=readings.at, actor=actor)


def _compare(pair: DossierPair, readings: DossierReadings) -> Findings:
    """Every period that both sides have told whole."""
    found = Findings()
    for period, portal in readings.tallies["portal"].items():
        city = readings.tallies["city"].get(period)
        if isinstance(portal, Tallies) and isinstance(city, Tallies):
            found.add(compare_tallies(portal, city, pair.policy.rules))
    return found


def _record_dossiers(
    session: Session, pair: DossierPair, overdue: Overdue, known: Iterable[Mismatch], at: datetime, actor: str
) -> list[Observation]:
    """Remember the dossiers, and look at the history of those that changed or are suspected."""
    present = list(overdue.present.values())
    changes = record_dossiers(session, pair=pair.name, dossiers=present, seen_at=at, actor=actor)
    returned = (one.number for one in changes.new if one.finished is not None)
    changed = (after.number for _, after in changes.changed if after.finished is not None)
    suspected = (one.local_code for one in known if one.kind == MismatchKind.END_DATE_REWRITTEN)
    numbers = dict.fromkeys((*changed, *returned, *suspected))
    found = (_rewriting(session, pair, number, at) for number in numbers if number in overdue.present)
    return [one for one in found if one is not None]


def _rewriting(session: Session, pair: DossierPair, number: str, at: datetime) -> Observation | None:
    history = dossier_history(session, pair=pair.name, number=number, until=at)
    return rewriting([Sighting(since, dossier) for since, _, dossier in history], pair.policy.entry_lag)


def _moves(
    session: Session, pair: DossierPair, judged: _Judged, known: Sequence[Mismatch], now: datetime
) -> list[Move]:
    observations = steadied(judged.observations, known)
    made = moves(
        pair=pair.name,
        now=now,
        open_mismatches=known,
        observations=observations,
        waivers=active_waivers(session, pair.name, now),
        is_gone=judged.is_gone,
        is_unknown=judged.is_unknown,
    )
    return [*made, *_confirmed(pair, observations, known, {one.mismatch_id for one in made}, now)]


def _confirmed(
    pair: DossierPair, observations: Iterable[Observation], known: Iterable[Mismatch], moved: set[str], now: datetime
) -> list[Move]:
    """Suspected mismatches that a later pass has found again, unchanged, after the grace time: whole readings are the
    second look that counts can have."""
    seen = {(one.subject, one.values) for one in observations}
    suspects = (one for one in known if one.state == "suspected" and one.id not in moved)
    again = (one for one in suspects if (one.subject, one.values_digest) in seen)
    return [move(one, Event.CONFIRMED) for one in again if _is_due(one, now, pair)]


def _is_due(mismatch: Mismatch, now: datetime, pair: DossierPair) -> bool:
    """Whether it has been suspected for long enough; one from the future (the clock was set back) is."""
    return now - mismatch.last_changed >= pair.policy.grace or mismatch.last_changed > now


def _counts(judged: _Judged, readings: DossierReadings) -> dict[str, int]:
    kinds = Counter(one.kind.value for one in judged.observations)
    present = judged.overdue.present.values() if judged.overdue else ()
    found = judged.findings
    return {
        "compared": len(found.said),
        "units": len(found.units),
        "units_portal_only": found.portal_only,
        "units_city_only": found.city_only,
        "overdue": sum(is_running_late(one, readings.at) for one in present),
        "undelivered_end_states": sum(one.field == END_STATE for one in found.observations),
        "unread": len(readings.errors()),
        **{kind.value: kinds[kind.value] for kind in (MismatchKind.TALLY_DIFFERS, MismatchKind.END_DATE_REWRITTEN)},
    }
