"""Publication decisions of the portal and of the document-management system, judged as of an instant.

In: a session, a course, an instant. Out: what both sides told, and one judgement for each decision; or why nothing can
be said. The pass that records mismatches and whoever asks about the past use these same functions.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from msgspec import Struct, structs
from sqlalchemy.orm import Session

from syncd.answers.decisions_remembered import OF_PROCEDURES, latest_of_pair, memory_of, remembered_by
from syncd.ledger.configurations import in_force, remember_configuration
from syncd.ledger.decisions import (
    DOCUMENTS,
    PORTAL,
    KnownReading,
    Said,
    SeenDecision,
    decisions_as_of,
    known_reading,
    last_decision_change,
)
from syncd.ledger.readings import last_reading, last_whole
from syncd.reconcile.decisions import judge
from syncd.reconcile.decisions_told import DecisionRules, Judgement, Telling
from syncd.records.codes import root
from syncd.records.decisions import parse_number
from syncd.records.publication_decision import Decision

__all__ = ["OF_PROCEDURES", "DecisionCourse", "Judged", "judged", "judged_now", "portal_memory"]

NOT_REMEMBERED = "how the course was configured then is not remembered: judged by the configuration of today"


class DecisionCourse(Struct, frozen=True, kw_only=True):
    """One course: its name, the pair whose portal it looks at (None: the portal is asked itself), its rules.

    ``fresh_for``: how old the pair's last whole reading may be; older, it says nothing about absence.
    """

    name: str
    rules: DecisionRules
    pair: str | None = None
    fresh_for: timedelta = timedelta(minutes=30)


class Judged(Struct, frozen=True, kw_only=True):
    """Every decision as of an instant. ``unknown``: why nothing can be said of them, in English words, by side.

    ``readings``: the whole readings that this rests on; a mismatch's evidence is ``KnownReading.evidence``. ``remark``:
    what must be said with every answer about then; empty where there is nothing to say.
    """

    at: datetime
    judgements: tuple[Judgement, ...]
    unknown: Mapping[str, str]
    readings: Mapping[str, KnownReading]
    remark: str = ""

    @property
    def is_known(self) -> bool:
        return not self.unknown


def judged_now(session: Session, course: DecisionCourse, now: datetime) -> Judged:
    """Judge every decision as both sides are known now, by today's rules.

    What was written down while the clock was ahead counts as well: no document is hidden until its instant comes.
    """
    return _judged(session, course, newest(session, course, now))


def newest(session: Session, course: DecisionCourse, now: datetime) -> datetime:
    """Now, or the last instant that anything of a course was written down for, where the clock was ahead then."""
    wanted = [last_reading(session, course.name, side) for side in (PORTAL, DOCUMENTS)]
    ended = [one.ended_at for one in wanted if one is not None]
    changed = last_decision_change(session, pair=course.name)
    known = [] if course.pair is None else [latest_of_pair(session, course.pair, now)]
    return max([now, *ended, *known, *([changed] if changed else [])])


def judged(session: Session, course: DecisionCourse, at: datetime) -> Judged:
    """Judge every decision as both sides' last whole readings before ``at`` show them, by the rules of then.

    Where a side's newest reading is not whole, judgements still say what was known; ``unknown`` says that it is old.
    """
    remembered = in_force(session, course.name, at)
    if remembered is not None:
        return _judged(session, as_said(course, remembered.content), at)
    found = _judged(session, course, at)
    return structs.replace(found, remark=NOT_REMEMBERED) if found.readings else found


def remember_rules(session: Session, course: DecisionCourse, *, at: datetime, actor: str) -> None:
    """Remember that a course is judged so from ``at`` on."""
    said = {
        "issuers": sorted(course.rules.issuers),
        "since": course.rules.since.isoformat(),
        "expects_uncoded": course.rules.expects_uncoded,
        "pair": course.pair,
    }
    remember_configuration(session, course=course.name, content=said, at=at, actor=actor)


def as_said(course: DecisionCourse, said: Mapping[str, Any]) -> DecisionCourse:
    """The same course, by the rules that were remembered."""
    rules = DecisionRules(
        issuers=frozenset(said["issuers"]),
        since=date.fromisoformat(said["since"]),
        expects_uncoded=said["expects_uncoded"],
    )
    return structs.replace(course, rules=rules, pair=said["pair"])


def _judged(session: Session, course: DecisionCourse, at: datetime) -> Judged:
    readings = {side: known_reading(session, pair=course.name, side=side, at=at) for side in (PORTAL, DOCUMENTS)}
    unknown = {side: why for side in readings if (why := _unknown(session, course, side, at))}
    portal, documents = readings[PORTAL], readings[DOCUMENTS]
    if portal is None or documents is None:
        never = {side: f"the {side} was never read whole" for side, one in readings.items() if one is None}
        known = {side: one for side, one in readings.items() if one is not None}
        return Judged(at=at, judgements=(), unknown={**unknown, **never}, readings=known)
    portal = _resting(session, course, portal, at)
    found = judge(
        _of_portal(session, course, portal, at), _listed(session, course, DOCUMENTS, documents, at), course.rules
    )
    return Judged(at=at, judgements=tuple(found), unknown=unknown, readings={PORTAL: portal, DOCUMENTS: documents})


def _resting(session: Session, course: DecisionCourse, reading: KnownReading, at: datetime) -> KnownReading:
    """The reading with the pair's own reading that is judged here, which may be newer than what it was taken from."""
    own = None if course.pair is None else last_whole(session, course.pair, PORTAL, as_of=at)
    return reading if own is None else structs.replace(reading, said=structs.replace(reading.said, rests_on=own.id))


def _unknown(session: Session, course: DecisionCourse, side: str, at: datetime) -> str:
    """Why a side's last whole reading is not its newest; empty where it is."""
    newest = last_reading(session, course.name, side, as_of=at)
    whole = last_whole(session, course.name, side, as_of=at)
    if newest is None or newest == whole:
        return ""
    return f"the newest reading of the {side} is {newest.verdict}: {'; '.join(newest.reasons)}"


def _of_portal(session: Session, course: DecisionCourse, reading: KnownReading, at: datetime) -> Telling:
    if course.pair is None:
        return _listed(session, course, PORTAL, reading, at)
    return remembered_by(session, course.pair, reading, at)


def _listed(session: Session, course: DecisionCourse, side: str, reading: KnownReading, at: datetime) -> Telling:
    """What a source listed. What is there stands before what is gone: of copies the first that says something counts.

    What a portal that is asked itself shows no more is not on it; a document that was once there is known for ever.
    """
    seen = decisions_as_of(session, pair=course.name, side=side, at=at)
    ordered = sorted(seen, key=lambda one: one.gone_at is not None)
    kept = [one for one in ordered if side == DOCUMENTS or one.gone_at is None]
    return Telling(
        decisions=tuple(_normal(one) for one in kept if one.decision.is_publication),
        carries=reading.said.carries,
        gone=frozenset(one.decision.key for one in kept if one.gone_at is not None),
        since=reading.said.since,
        is_sure=not reading.said.unreadable,
        left_out=frozenset(
            (parse_number(one.decision.number).canonical, one.decision.signed)
            for one in kept
            if not one.decision.is_publication
        ),
    )


def _normal(seen: SeenDecision) -> Decision:
    """Codes as the portal writes them, whatever the city hangs on to them."""
    codes = seen.decision.codes
    return structs.replace(seen.decision, codes=tuple(root(one.strip()) or one.strip() for one in codes or ()) or codes)


def portal_memory(
    session: Session, course: DecisionCourse, at: datetime
) -> tuple[tuple[Decision, ...], Said, datetime] | str:
    """What the pair's portal shows now, what it can say, and when it was read; or why it says nothing."""
    return memory_of(session, course.pair or "", course.fresh_for, at)
