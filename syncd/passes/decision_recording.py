"""What a pass over decisions writes down, in one transaction: readings, versions, which mismatches moved.

In: what both sources told. Out: the ledger, and a `Recorded`. All or nothing. Where a side was not read whole nothing
is judged: no mismatch is found, confirmed, resolved or gone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from syncd.answers.decisions_judged import DecisionCourse, Judged, judged_now, remember_rules
from syncd.ledger.applying import apply_moves
from syncd.ledger.decisions import DECISION_SIDES, DOCUMENTS, PORTAL, record_decisions
from syncd.ledger.mismatches import Evidence, Mismatch, mismatches_by_id, open_mismatches
from syncd.ledger.passes import require_running
from syncd.ledger.readings import record_reading
from syncd.ledger.rereads import RereadOutcome, finish_rereads, pending_rereads
from syncd.ledger.waivers import active_waivers
from syncd.passes.decision_reading import SourceReading
from syncd.passes.dossier_recording import ANSWERS
from syncd.reconcile.decisions_told import Judgement, Standing
from syncd.reconcile.lifecycle import OPEN, Event, MismatchState, Move, move, moves
from syncd.reconcile.mismatches import Observation

COUNTED: Mapping[Standing, str] = {
    Standing.AGREED: "in_sync",
    Standing.RECORDED: "in_sync",
    Standing.NOT_ENTERED: "mismatched",
    Standing.NOT_KNOWN: "mismatched",
    Standing.DIFFERS: "mismatched",
    Standing.UNKNOWN: "unread",
}
"""Under which of a pass's counts each standing falls."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was written. ``counts`` are a pass's, for the ledger and for people."""

    moves: int
    counts: dict[str, int]


def record_and_judge(
    session: Session,
    course: DecisionCourse,
    grace: timedelta,
    pass_id: int,
    told: Mapping[str, SourceReading],
    now: datetime,
    actor: str,
) -> Recorded:
    """Write everything down. Raises `ConflictError` where the pass no longer runs."""
    require_running(session, pass_id)
    remember_rules(session, course, at=max(one.ended_at for one in told.values()), actor=actor)
    asked_before = min(one.started_at for one in told.values())
    for side in DECISION_SIDES:
        _record(session, course, side, told[side], pass_id, actor)
    if not all(one.proof.whole for one in told.values()):
        _answer_rereads(session, course, {}, asked_before, now, actor)
        return Recorded(0, {})
    found = judged_now(session, course, now)
    known = open_mismatches(session, course.name)
    made = _moves(session, course, found, known, grace, now)
    evidence = Evidence(
        portal_reading_id=found.readings[PORTAL].evidence, city_reading_id=found.readings[DOCUMENTS].evidence
    )
    apply_moves(
        session, pair=course.name, pass_id=pass_id, moves=[(one, evidence) for one in made], at=now, actor=actor
    )
    _answer_rereads(session, course, by_identity(found.judgements), asked_before, now, actor)
    return Recorded(len(made), counted(found.judgements))


def _record(session: Session, course: DecisionCourse, side: str, told: SourceReading, pass_id: int, actor: str) -> None:
    reading_id = record_reading(
        session,
        pass_id=pass_id,
        pair=course.name,
        side=side,
        proof=told.proof,
        started_at=told.started_at,
        ended_at=told.ended_at,
        invalid=told.said.unreadable,
        actor=actor,
    )
    if told.proof.whole:
        record_decisions(
            session,
            pair=course.name,
            side=side,
            decisions=told.decisions,
            said=told.said,
            reading_id=reading_id,
            seen_at=told.ended_at,
            actor=actor,
        )


def by_identity(judgements: Iterable[Judgement]) -> dict[str, Judgement]:
    """Each judgement by every identity that its mismatches may go by."""
    return {identity: one for one in judgements for identity in (one.also, one.identity)}


def is_unknown(mismatch: Mismatch, judgements: Mapping[str, Judgement], *, is_sure: bool) -> bool:
    """Whether this pass can say nothing of a mismatch; of one whose decision nobody shows, where a side is unsure."""
    one = judgements.get(mismatch.local_code)
    return not is_sure if one is None else one.is_unknown(mismatch.kind, mismatch.field)


def _moves(
    session: Session,
    course: DecisionCourse,
    found: Judged,
    known: Sequence[Mismatch],
    grace: timedelta,
    now: datetime,
) -> list[Move]:
    observations = [seen for one in found.judgements for seen in one.observations]
    judgements = by_identity(found.judgements)
    is_sure = not any(one.said.unreadable for one in found.readings.values())
    made = moves(
        pair=course.name,
        now=now,
        open_mismatches=known,
        observations=observations,
        waivers=active_waivers(session, course.name, now),
        is_gone=lambda one: one.local_code not in judgements,
        is_unknown=lambda one: is_unknown(one, judgements, is_sure=is_sure),
    )
    return [*made, *_confirmed(found, observations, known, {one.mismatch_id for one in made}, grace, now)]


def _confirmed(
    found: Judged,
    observations: Iterable[Observation],
    known: Iterable[Mismatch],
    moved: set[str],
    grace: timedelta,
    now: datetime,
) -> list[Move]:
    """Suspected mismatches that are still so, unchanged, after the grace, by another whole reading of either side."""
    seen = {(one.subject, one.values) for one in observations}
    suspects = (one for one in known if one.state == MismatchState.SUSPECTED and one.id not in moved)
    again = (one for one in suspects if (one.subject, one.values_digest) in seen and _is_read_anew(one, found))
    return [move(one, Event.CONFIRMED) for one in again if _is_due(one, now, grace)]


def _is_read_anew(one: Mismatch, found: Judged) -> bool:
    """Whether both sides were read whole again since; a pair's memory is no newer than the pair's own reading."""
    then = {PORTAL: one.portal_reading_id, DOCUMENTS: one.city_reading_id}
    return all(found.readings[side].evidence != then[side] for side in DECISION_SIDES)


def _is_due(one: Mismatch, now: datetime, grace: timedelta) -> bool:
    """Whether it has been suspected for long enough; one from the future (the clock was set back) is."""
    return now - one.last_changed >= grace or one.last_changed > now


def counted(judgements: Iterable[Judgement]) -> dict[str, int]:
    """A pass's counts: how many decisions stand how, and how many mismatches of each kind were seen."""
    found = list(judgements)
    stand = Counter(COUNTED[one.standing] for one in found)
    kinds = Counter(seen.kind.value for one in found for seen in one.observations)
    return {name: stand[name] for name in ("in_sync", "mismatched", "unread")} | {"compared": len(found)} | dict(kinds)


def _answer_rereads(
    session: Session,
    course: DecisionCourse,
    judgements: Mapping[str, Judgement],
    asked_before: datetime,
    now: datetime,
    actor: str,
) -> None:
    """Answer what people asked to have read again before this pass read; without judgements nothing is known."""
    pending = [one for one in pending_rereads(session, course.name) if one.asked_at <= asked_before]
    known = mismatches_by_id(session, [one.mismatch_id for one in pending])
    outcomes = {one.id: _answer(known[one.mismatch_id], judgements) for one in pending}
    finish_rereads(session, outcomes=outcomes, now=now, actor=actor)


def _answer(one: Mismatch, judgements: Mapping[str, Judgement]) -> RereadOutcome:
    if one.state in OPEN and is_unknown(one, judgements, is_sure=False):
        return RereadOutcome.UNKNOWN
    return ANSWERS[MismatchState(one.state)]
