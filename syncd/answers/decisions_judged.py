"""Publication decisions of the portal and of the document-management system, judged as of an instant.

In: a session, a course, an instant. Out: what both sides told, and one judgement for each decision; or why nothing can
be said. The pass that records mismatches and whoever asks about the past use these same functions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct, structs
from sqlalchemy.orm import Session

from syncd.ledger.decisions import DOCUMENTS, PORTAL, KnownReading, Said, SeenDecision, decisions_as_of, known_reading
from syncd.ledger.publications import DecisionSeen, Shown, shown
from syncd.ledger.readings import first_whole_at, last_reading, last_whole
from syncd.reconcile.decisions import judge
from syncd.reconcile.decisions_told import Current, DecisionRules, Judgement, Telling
from syncd.records.codes import root
from syncd.records.dates import local_date
from syncd.records.decisions import parse_number
from syncd.records.procedure import Kind
from syncd.records.publication_decision import Decision

OF_PROCEDURES = frozenset({"number", "signed", "issuer_code", "issuer_name", "codes", "published"})
"""What a pair's portal says of a decision, through the procedures that name it."""


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

    ``readings``: the whole readings that this rests on; a mismatch's evidence is ``KnownReading.evidence``.
    """

    at: datetime
    judgements: tuple[Judgement, ...]
    unknown: Mapping[str, str]
    readings: Mapping[str, KnownReading]

    @property
    def is_known(self) -> bool:
        return not self.unknown


def judged(session: Session, course: DecisionCourse, at: datetime) -> Judged:
    """Judge every decision as both sides' last whole readings before ``at`` show them.

    Where a side's newest reading is not whole, judgements still say what was known; ``unknown`` says that it is old.
    """
    readings = {side: known_reading(session, pair=course.name, side=side, at=at) for side in (PORTAL, DOCUMENTS)}
    unknown = {side: why for side in readings if (why := _unknown(session, course, side, at))}
    portal, documents = readings[PORTAL], readings[DOCUMENTS]
    if portal is None or documents is None:
        never = {side: f"the {side} was never read whole" for side, one in readings.items() if one is None}
        known = {side: one for side, one in readings.items() if one is not None}
        return Judged(at=at, judgements=(), unknown={**unknown, **never}, readings=known)
    found = judge(
        _of_portal(session, course, portal, at), _listed(session, course, DOCUMENTS, documents, at), course.rules
    )
    return Judged(at=at, judgements=tuple(found), unknown=unknown, readings={PORTAL: portal, DOCUMENTS: documents})


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
    records = shown(session, pair=course.pair, side=PORTAL, at=at, with_missing_parts=False)
    decisions, gone = named_by(records, at)
    return Telling(
        decisions=decisions,
        carries=reading.said.carries,
        gone=gone,
        since=reading.said.since,
        current={one.code: _current(one) for one in sorted(records, key=lambda one: one.is_shown_now)},
    )


def _listed(session: Session, course: DecisionCourse, side: str, reading: KnownReading, at: datetime) -> Telling:
    """What a source listed. What is there stands before what is gone: of copies the first that says something counts.

    What a portal that is asked itself shows no more is not on it; a document that was once there is known for ever.
    """
    seen = decisions_as_of(session, pair=course.name, side=side, at=at)
    ordered = sorted(seen, key=lambda one: one.gone_at is not None)
    kept = [one for one in ordered if side == DOCUMENTS or one.gone_at is None]
    return Telling(
        decisions=tuple(_normal(one) for one in kept),
        carries=reading.said.carries,
        gone=frozenset(one.decision.key for one in kept if one.gone_at is not None),
        since=reading.said.since,
        is_sure=not reading.said.unreadable,
    )


def _normal(seen: SeenDecision) -> Decision:
    """Codes as the portal writes them, whatever the city hangs on to them."""
    codes = seen.decision.codes
    return structs.replace(seen.decision, codes=tuple(root(one.strip()) or one.strip() for one in codes or ()) or codes)


def portal_memory(
    session: Session, course: DecisionCourse, at: datetime
) -> tuple[tuple[Decision, ...], Said, datetime] | str:
    """What the pair's portal shows now, what it can say, and when it was read; or why it says nothing."""
    pair = course.pair or ""
    reading, newest = last_whole(session, pair, PORTAL, as_of=at), last_reading(session, pair, PORTAL, as_of=at)
    first = first_whole_at(session, pair, PORTAL)
    if reading is None or first is None or newest is None:
        return f"the portal of the pair {pair} was never read whole"
    if newest.id != reading.id:
        return f"the newest reading of the portal of the pair {pair} is {newest.verdict}"
    if at - reading.ended_at > course.fresh_for:
        return f"the last whole reading of the portal of the pair {pair} is older than {course.fresh_for}"
    decisions, gone = named_by(shown(session, pair=pair, side=PORTAL, at=at, with_missing_parts=False), at)
    said = Said(carries=OF_PROCEDURES, since=local_date(first) + timedelta(days=1), rests_on=reading.id)
    return tuple(one for one in decisions if one.key not in gone), said, reading.ended_at


def named_by(records: Iterable[Shown], at: datetime) -> tuple[tuple[Decision, ...], frozenset[str]]:
    """The decisions that records have ever named, each once, and the keys of those that none names now.

    Records of one decision may name two issuers, one below the other: it is the higher one's.
    """
    several: defaultdict[str, list[tuple[Shown, DecisionSeen]]] = defaultdict(list)
    for record in records:
        for seen in record.decisions:
            if seen.number:
                several[_key(record, seen)].append((record, seen))
    made = {key: _named_decision(key, named, at) for key, named in sorted(several.items())}
    return tuple(one for one, _ in made.values()), frozenset(key for key, (_, is_now) in made.items() if not is_now)


def _key(record: Shown, seen: DecisionSeen) -> str:
    issuer = _issuer(record).partition(".")[0]
    return "|".join((parse_number(seen.number).canonical, seen.signed.isoformat() if seen.signed else "", issuer))


def _issuer(record: Shown) -> str:
    return (record.procedure.publisher_code or "") if record.procedure else ""


def _named_decision(key: str, named: Sequence[tuple[Shown, DecisionSeen]], at: datetime) -> tuple[Decision, bool]:
    now = [record for record, seen in named if _names_now(record, seen, at)]
    highest = min((record for record, _ in named), key=lambda record: (len(_issuer(record)), _issuer(record)))
    clicks = [seen.first_public for _, seen in named if seen.first_public is not None]
    decision = Decision(
        key=key,
        number=named[0][1].number,
        signed=named[0][1].signed,
        issuer_code=_issuer(highest) or None,
        issuer_name=highest.procedure.publisher_name if highest.procedure else None,
        codes=tuple(sorted({record.code for record in now})),
        published=local_date(min(clicks)) if clicks else None,
    )
    return decision, bool(now)


def _names_now(record: Shown, seen: DecisionSeen, at: datetime) -> bool:
    """Whether a record that the public can see names a decision now."""
    said = record.procedure
    is_newest = said is not None and (said.decision_number or "", said.decision_date) == (seen.number, seen.signed)
    return record.is_shown_now and seen.last_seen >= at and is_newest


def _current(record: Shown) -> Current:
    said = record.procedure
    if said is None or not record.is_shown_now:
        return Current(None)
    is_citys = None if said.kind is None else said.kind is Kind.SPECIFIC
    return Current(said.decision_date, is_citys)
