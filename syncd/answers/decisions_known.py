"""Publication decisions as both sides know them, as rows for people; and by which day each must be public.

In: courses of decisions, an instant, a number. Out: frozen rows. The deadline is the law's: Decree 63/2010/NĐ-CP
art. 24.2 as amended, from the day of signing that the document system shows.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from msgspec import Struct
from sqlalchemy.orm import Session

from syncd.answers.decisions_judged import DecisionCourse, Judged, judged, judged_now
from syncd.answers.publications import read_calendar
from syncd.ledger.decisions import DOCUMENTS, PORTAL, decisions_numbered
from syncd.ledger.registers import register_as_of
from syncd.publication.calendar import WorkingCalendar
from syncd.publication.deadlines import Terms
from syncd.publication.facts import Authority, Mode, Step
from syncd.publication.rules import rule_for
from syncd.reconcile.decisions_told import Judgement
from syncd.records.decisions import parse_number
from syncd.records.publication_decision import Attachment, Decision

ABSENT = "absent"


class DecisionStanding(Struct, frozen=True, kw_only=True):
    """One decision of one course. ``portal``: shown, not public (entered, without a day of publication), not shown any
    more, absent. ``documents``: its state there, or absent. ``public_by``: the last day by the law, where it is known.
    """

    course: str
    number: str
    signed: date | None
    issuer: str
    signer: str
    abstract: str
    codes: tuple[str, ...] | None
    portal: str
    documents: str
    published: date | None
    standing: str
    why: str
    public_by: date | None
    differs: tuple[str, ...]


class DecisionAnswer(Struct, frozen=True):
    """The decisions of one course. ``unknown``: why they are not sure, by side; ``remark``: how they are judged."""

    rows: tuple[DecisionStanding, ...]
    unknown: dict[str, str]
    remark: str

    @property
    def is_known(self) -> bool:
        return not self.unknown


class DocumentSeen(Struct, frozen=True, kw_only=True):
    """One version of a decision in a document system. ``until`` is None while it is so."""

    course: str
    decision: Decision
    since: datetime
    until: datetime | None

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        return self.decision.attachments


def answer(
    session: Session, course: DecisionCourse, at: datetime, *, is_now: bool, makeup_days_count: bool = True
) -> DecisionAnswer:
    """Every decision of a course, now or as of an instant, with what must be said beside the rows."""
    found = judged_now(session, course, at) if is_now else judged(session, course, at)
    calendar = calendar_of(session, at, makeup_days_count=makeup_days_count)
    return DecisionAnswer(tuple(rows_of(course, found, calendar)), dict(found.unknown), found.remark)


def rows_of(course: DecisionCourse, found: Judged, calendar: WorkingCalendar) -> list[DecisionStanding]:
    """The rows of what was judged, the newest first; those without a day last."""
    rows = [_row(course.name, one, calendar, found) for one in found.judgements]
    return sorted(rows, key=lambda row: (-(row.signed or date.min).toordinal(), row.number))


def calendar_of(session: Session, at: datetime, *, makeup_days_count: bool = True) -> WorkingCalendar:
    """The calendar with the Office's days as they were known at an instant."""
    rows = register_as_of(session, "calendar", at) or {}
    return read_calendar(rows, makeup_days_count=makeup_days_count)[0]


def public_by(signed: date | None, calendar: WorkingCalendar) -> date | None:
    """The last day by which the procedures of a province's decision must be public; None where no rule tells it."""
    rule = rule_for(Step.PUBLISH, Mode.LEGAL, Authority.PROVINCE, on=signed, shortened=False) if signed else None
    return Terms(calendar).term(rule, signed).day if rule and signed else None


def documents_of(session: Session, courses: Iterable[str], number: str, at: datetime) -> tuple[DocumentSeen, ...]:
    """What the document systems have shown of the decisions with this number, in any form, by ``at``."""
    return tuple(
        DocumentSeen(course=course, decision=decision, since=since, until=until)
        for course in courses
        for since, until, decision in decisions_numbered(session, pair=course, side=DOCUMENTS, number=number, at=at)
        if decision.is_publication
    )


def _row(course: str, one: Judgement, calendar: WorkingCalendar, found: Judged) -> DecisionStanding:
    said = one.documents or one.portal
    if said is None:
        raise ValueError(f"{one.identity}: a judgement is of a decision of either side")
    name = said.issuer_name or (one.portal.issuer_name if one.portal else None) or said.issuer_code or ""
    return DecisionStanding(
        course=course,
        number=parse_number(said.number).canonical,
        signed=said.signed,
        issuer=name,
        signer=said.signer or "",
        abstract=said.abstract or "",
        codes=said.codes,
        portal=_on_portal(one, "published" in found.readings[PORTAL].said.carries),
        documents=one.documents.state.value if one.documents else ABSENT,
        published=one.portal.published if one.portal else None,
        standing=one.standing.value,
        why="; ".join(filter(None, (one.why, *found.unknown.values()))),
        public_by=public_by(said.signed, calendar),
        differs=tuple(seen.field for seen in one.observations if seen.field),
    )


def _on_portal(one: Judgement, is_dated: bool) -> str:
    """``is_dated``: whether this portal says when a decision was made public."""
    if one.portal is None:
        return ABSENT
    if not one.is_shown:
        return "not shown any more"
    return "shown" if one.portal.published or not is_dated else "not public"
