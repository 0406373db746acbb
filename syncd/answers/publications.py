"""Publications judged as of an instant: facts from the ledger, rules from `syncd.publication`, one row each.

In: a session, who is asked about, an instant. Out: judgements with the unit that answers for each, and every row of a
register that could not be used. Facts, registers and calendar are those that were known then.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from msgspec import Struct, field
from sqlalchemy.orm import Session

from syncd.answers.about import COURSE, About, as_said
from syncd.answers.told import Told
from syncd.ledger.configurations import in_force
from syncd.ledger.publications import shown
from syncd.ledger.readings import first_whole_at
from syncd.ledger.registers import register_as_of
from syncd.publication.assignments import Assignments, read_assignments, units_of
from syncd.publication.attribution import attribute
from syncd.publication.calendar import WorkingCalendar, parse_calendar
from syncd.publication.cells import Problem
from syncd.publication.facts import Attribution, Judgement, Mode, Status, Step
from syncd.publication.gathering import Registers, gather
from syncd.publication.judging import judge_all
from syncd.publication.registers import read_decisions, read_legal_documents
from syncd.records.agencies import Agency
from syncd.records.dates import local_date
from syncd.records.directory import Directory

REGISTERS = ("legal_documents", "decisions", "assignments", "calendar")
AGENCIES = "agencies"
LATE = frozenset({Status.LATE, Status.OVERDUE})


class Judged(Struct, frozen=True, kw_only=True):
    """Every publication as of an instant. ``is_read``: whether the portal had been read whole by then at all.

    ``absent``: registers that had never been read by then. ``problems``: rows that could not be used.
    ``is_remembered``: whether the rules of then are known; where not, those of today are used. ``told``: what was made
    of it already.
    """

    at: datetime
    today: date
    judgements: tuple[Judgement, ...]
    attributions: tuple[Attribution, ...]
    calendar: WorkingCalendar
    problems: tuple[Problem, ...]
    absent: tuple[str, ...]
    is_read: bool
    is_remembered: bool = True
    told: Told = field(default_factory=Told)


def judged(session: Session, about: About, at: datetime, *, is_now: bool = False) -> Judged:
    """Judge every publication as of ``at``, by the scope and the rules that were in force then.

    Where the ledger does not remember them, ``about`` has them: those of today. So it has for ``is_now``, whatever
    another program has written down.
    """
    known = None if is_now else in_force(session, COURSE, at)
    about = about if known is None else as_said(about, known.content)
    kept = {name: register_as_of(session, name, at) for name in (*REGISTERS, AGENCIES)}
    rows: Mapping[str, Mapping[str, dict[str, Any]]] = {name: found or {} for name, found in kept.items()}
    calendar, of_calendar = read_calendar(rows["calendar"], makeup_days_count=about.makeup_days_count)
    documents, of_documents = read_legal_documents(rows["legal_documents"])
    decisions, of_decisions = read_decisions(rows["decisions"])
    directory = Directory(agencies_of(rows[AGENCIES]))
    assignments, of_assignments = read_assignments(rows["assignments"], is_known=units_of(directory, about.unit))
    first = first_whole_at(session, about.pair, "portal")
    is_read = first is not None and first <= at
    publications = gather(
        shown(session, pair=about.pair, side="portal", at=at),
        shown(session, pair=about.pair, side="city", at=at, with_missing_parts=False),
        Registers(legal_documents=documents, decisions=decisions, complete_since=about.complete_since),
        unit=about.unit,
        covers=about.scope.covers,
        watched_since=local_date(first) + timedelta(days=1) if first is not None and is_read else None,
    )
    today = local_date(at)
    judgements = judge_all(publications, today=today, calendar=calendar)
    return Judged(
        at=at,
        today=today,
        judgements=tuple(judgements),
        attributions=tuple(_attributed(judgements, directory, assignments, about.unit)),
        calendar=calendar,
        problems=(*of_calendar, *of_documents, *of_decisions, *of_assignments),
        absent=tuple(name for name, found in kept.items() if found is None),
        is_read=is_read,
        is_remembered=is_now or known is not None,
    )


def _attributed(
    judgements: Iterable[Judgement], directory: Directory, assignments: Assignments, unit: str
) -> Iterable[Attribution]:
    return (attribute(one.publication, directory, assignments, unit) for one in judgements)


def agencies_of(rows: Mapping[str, Mapping[str, Any]]) -> list[Agency]:
    """The agencies as the ledger remembers them."""
    return [Agency(code=code, **{name: str(row.get(name) or "") for name in _AGENCY}) for code, row in rows.items()]


_AGENCY = ("name", "portal_id", "parent_code")


def read_calendar(
    rows: Mapping[str, Mapping[str, Any]], *, makeup_days_count: bool
) -> tuple[WorkingCalendar, tuple[Problem, ...]]:
    """The project's calendar with the Office's days; a register that cannot be read adds none, and is a problem."""
    try:
        parsed = parse_calendar(dict(row) for row in rows.values())
    except ValueError as error:
        return WorkingCalendar(makeup_days_count=makeup_days_count), (Problem("calendar", "", str(error)),)
    return WorkingCalendar(parsed, makeup_days_count=makeup_days_count), ()


def is_late(judgement: Judgement) -> bool:
    """Whether a step is late or overdue under either reading."""
    return any(one.status in LATE for one in judgement.deadlines)


def is_due_within(judgement: Judgement, today: date, last: date) -> bool:
    """Whether a step's deadline, under either reading, is not met yet and ends from today until ``last``."""
    return any(
        one.status is Status.DUE and one.day is not None and today <= one.day <= last for one in judgement.deadlines
    )


class PublicationRow(Struct, frozen=True, kw_only=True, gc=False):
    """One publication as people and programs read it; names are those of the columns.

    For each step (``sign``, ``public``) and reading (``law``, ``portal``): the last day, the status, and how many days
    late it is (negative: days left, or days early), calendar or working as ``…_unit`` says.
    """

    code: str
    name: str
    kind: str
    authority: str
    legal_basis: str
    effective: date | None
    ministry_decision: str
    ministry_signed: date | None
    decision: str
    signed: date | None
    made_public: datetime | None
    last_public: datetime | None
    sign_law_day: date | None
    sign_law_status: str
    sign_law_days: int | None
    sign_portal_day: date | None
    sign_portal_status: str
    sign_portal_days: int | None
    public_law_day: date | None
    public_law_status: str
    public_law_days: int | None
    public_portal_day: date | None
    public_portal_status: str
    public_portal_days: int | None
    days_late: int | None
    status: str
    portal_status: str
    unit_code: str
    unit_name: str
    unit_why: str
    reason: str
    rules: str
    unofficial_years: str


STEPS = (("sign", Step.SIGN), ("public", Step.PUBLISH))
MODES = (("law", Mode.LEGAL), ("portal", Mode.PORTAL))


def row_of(judgement: Judgement, attribution: Attribution) -> PublicationRow:
    """One judgement as a row."""
    publication = judgement.publication
    deadlines = {
        f"{step}_{mode}": judgement.deadline(*which)
        for step, of_step in STEPS
        for mode, of_mode in MODES
        for which in ((of_step, of_mode),)
    }
    cells: dict[str, Any] = {}
    for name, deadline in deadlines.items():
        cells[f"{name}_day"] = deadline.day
        cells[f"{name}_status"] = deadline.status.value
        cells[f"{name}_days"] = deadline.days
    late = [one.days for one in judgement.deadlines if one.mode is Mode.LEGAL and one.status in LATE and one.days]
    known = (_basis(one.number, one.effective) for one in publication.bases)
    unofficial = {year for one in judgement.deadlines for year in one.unofficial}
    effective = [one.effective for one in publication.bases if one.effective is not None]
    return PublicationRow(
        code=publication.code,
        name=publication.name,
        kind=publication.kind.value if publication.kind else "",
        authority=publication.authority.value,
        legal_basis="; ".join((*known, *publication.unknown_bases)),
        effective=max(effective, default=None),
        ministry_decision=publication.ministry_decision,
        ministry_signed=publication.ministry_signed,
        decision=publication.decision,
        signed=publication.signed,
        made_public=publication.first_public,
        last_public=publication.latest_public,
        **cells,
        days_late=max(late, default=None),
        status=judgement.legal.value,
        portal_status=judgement.portal.value,
        unit_code=attribution.unit_code,
        unit_name=attribution.unit_name,
        unit_why=attribution.why,
        reason="; ".join(_pieces(one.reason for one in judgement.deadlines)),
        rules=" ".join(dict.fromkeys(one.rule for one in judgement.deadlines if one.rule)),
        unofficial_years=" ".join(str(year) for year in sorted(unofficial)),
    )


def _pieces(reasons: Iterable[str]) -> dict[str, None]:
    """Each thing that the deadlines give as a reason, once."""
    return dict.fromkeys(piece for reason in reasons if reason for piece in reason.split("; "))


def _basis(number: str, effective: date | None) -> str:
    return f"{number} ({effective:%d/%m/%Y})" if effective else number


def rows_of(
    found: Judged, *, unit: str | None = None, late: bool = False, due_within: int | None = None
) -> list[PublicationRow]:
    """The rows that are asked for, the most pressing first.

    ``unit``: of this unit and those below it. ``late``: only what is late or overdue. ``due_within``: only what is due
    within so many working days, today included.
    """
    last = found.calendar.after(found.today, due_within).day if due_within is not None else found.today
    return [
        row
        for judgement, row in pressing(found)
        if (unit is None or row.unit_code == unit or row.unit_code.startswith(f"{unit}."))
        and (not late or is_late(judgement))
        and (due_within is None or is_due_within(judgement, found.today, last))
    ]


def pressing(found: Judged) -> tuple[tuple[Judgement, PublicationRow], ...]:
    """Every judgement with its row, the most pressing first; made once for each answer."""

    def every() -> tuple[tuple[Judgement, PublicationRow], ...]:
        both = zip(found.judgements, found.attributions, strict=True)
        return tuple(sorted(((one, row_of(one, by)) for one, by in both), key=lambda each: _pressing(each[1])))

    return found.told.once("rows", every)


def _pressing(row: PublicationRow) -> tuple[int, int, str, str]:
    return PRESSING.index(Status(row.status)), -(row.days_late or 0), row.code, row.decision


PRESSING = (Status.OVERDUE, Status.DUE, Status.LATE, Status.UNKNOWN, Status.UNMEETABLE, Status.ON_TIME)
"""What must be done first, what cannot be helped last."""
