"""Publications and decisions for programs: every one with its deadlines by both readings.

In: filters, an instant. Out: frozen rows, narrowed to what the token's user sees.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from msgspec import Struct
from sqlalchemy.orm import Session

from syncd.answers.about import About
from syncd.answers.decisions import DecisionRow, OneDecision, decisions, decisions_page, one_decision
from syncd.answers.procedures import catalogue_once
from syncd.answers.publication_list import (
    SPANS,
    PublicationFilter,
    PublicationPage,
    UnitChoice,
    publications_page,
    table_once,
)
from syncd.answers.publications import PublicationRow
from syncd.desk.api.answering import Listing
from syncd.desk.api.operations import Asked, Operation
from syncd.desk.api.paging import begin_of, place
from syncd.desk.api.parameters import AS_OF, PAGING, absent, choice, text, yes_or_no
from syncd.desk.api.problems import ProblemError
from syncd.desk.api.procedures import ProcedureLine, line_of
from syncd.desk.routes import Desk
from syncd.publication.facts import Status

TAG = "Publications"
MOST_PROBLEMS = 100
NOTHING_JUDGED = "no publications are judged at this desk: its configuration lacks [publication]"


class RegisterFault(Struct, frozen=True):
    """A row of a register that cannot be used, and why."""

    register: str
    row: str
    reason: str


class Publications(Listing, frozen=True, kw_only=True):
    """A page of publications, the most pressing first. ``total``: of the filter.

    ``seen``, ``statuses``, ``late``, ``due`` (by working days ahead) and ``units`` are of everything that is seen,
    whatever the filter. ``problems``: the first rows of registers that could not be used. ``absent``: registers that
    were never read. ``is_read``: whether the portal was read whole by then at all.
    """

    rows: tuple[PublicationRow, ...]
    total: int
    today: date
    seen: int
    statuses: Mapping[str, int]
    late: int
    due: Mapping[str, int]
    units: tuple[UnitChoice, ...]
    problems: tuple[RegisterFault, ...]
    absent: tuple[str, ...]
    is_read: bool


class Decisions(Listing, frozen=True, kw_only=True):
    """A page of decisions, the newest first. ``total``: on all pages."""

    rows: tuple[DecisionRow, ...]
    total: int


class DecisionProcedure(Struct, frozen=True, kw_only=True):
    """One procedure of a decision: how it is shown, where the decision is cited, its deadlines (null: not judged)."""

    procedure: ProcedureLine
    is_cited_by_portal: bool
    is_cited_by_city: bool
    first_public: datetime | None
    publication: PublicationRow | None


class Decision(Struct, frozen=True, kw_only=True):
    """One decision with its procedures. ``unmatched``: publications of it that neither side has shown."""

    row: DecisionRow
    procedures: tuple[DecisionProcedure, ...]
    unmatched: tuple[PublicationRow, ...]


def about_of(desk: Desk) -> About:
    """Whose publications are judged. Raises `ProblemError` (404) where none are."""
    if desk.sources.about is None:
        raise ProblemError(404, NOTHING_JUDGED)
    return desk.sources.about


async def several(asked: Asked) -> Publications:
    """A page of publications."""
    desk, query, about = asked.desk, asked.query, about_of(asked.desk)
    begin = begin_of(query["cursor"], "publications")
    wanted = PublicationFilter(
        text=query["q"],
        status=query["status"],
        portal_status=query["portal_status"],
        unit=query["unit"],
        late=query["late"] == "yes",
        due_within=int(query["due_within"]) if query["due_within"] else None,
    )

    def ask(session: Session) -> PublicationPage:
        table = table_once(desk.once, session, about, asked.as_of)
        return publications_page(table, wanted, within=asked.within, begin=begin, size=query["limit"])

    found = await desk.ledger.read(ask)
    return Publications(
        rows=found.rows,
        total=found.total,
        next=place(found.next, "publications"),
        today=found.today,
        seen=found.seen,
        statuses=found.statuses,
        late=found.late,
        due={str(span): count for span, count in found.due.items()},
        units=found.units,
        problems=tuple(RegisterFault(one.register, one.row, one.reason) for one in found.problems[:MOST_PROBLEMS]),
        absent=found.absent,
        is_read=found.is_read,
    )


async def listed(asked: Asked) -> Decisions:
    """A page of decisions."""
    desk, query, about = asked.desk, asked.query, about_of(asked.desk)
    begin = begin_of(query["cursor"], "decisions")

    def ask(session: Session) -> list[DecisionRow]:
        return decisions(desk.once.judged(session, about, asked.as_of), within=asked.within, text=query["q"])

    page = decisions_page(await desk.ledger.read(ask), begin=begin, size=query["limit"])
    return Decisions(rows=page.rows, total=page.total, next=place(page.next, "decisions"))


async def one(asked: Asked) -> Decision:
    """One decision."""
    desk, query, about = asked.desk, asked.query, about_of(asked.desk)

    def ask(session: Session) -> OneDecision | None:
        found = desk.once.judged(session, about, asked.as_of)
        rows = catalogue_once(desk.once, session, about.pair, asked.as_of)
        return one_decision(rows, found, query["number"], issuer=query["issuer"], within=asked.within)

    found = await desk.ledger.read(ask)
    if found is None:
        raise absent(f"decision {query['number'][:40]!r}")
    return _decision(found)


def _decision(found: OneDecision) -> Decision:
    procedures = (
        DecisionProcedure(
            procedure=line_of(one.procedure),
            is_cited_by_portal=one.is_cited_by_portal,
            is_cited_by_city=one.is_cited_by_city,
            first_public=one.first_public,
            publication=one.publication,
        )
        for one in found.procedures
    )
    return Decision(row=found.row, procedures=tuple(procedures), unmatched=found.unmatched)


NUMBER = text("number", "The decision's number in any form, such as 3501/QĐ-UBND.", is_needed=True)
ISSUER = text("issuer", "Who signed it, where a number alone may be two agencies'.")
OPERATIONS = (
    Operation(
        method="GET",
        path="/publications",
        name="api_publications",
        tag=TAG,
        summary="List publications",
        about="Every procedure of every decision with its deadlines, by the law's reading and by the portal's.",
        handler=several,
        answer=Publications,
        parameters=(
            text("q", "In which all these words stand, marks and forms of codes aside."),
            choice("status", "How they stand by the law's reading.", Status),
            choice("portal_status", "How they stand by the portal's reading.", Status),
            text("unit", "Of this unit and those below it, by its code."),
            yes_or_no("late", "`yes`: only what is late or overdue under either reading."),
            choice("due_within", "Only what ends within so many working days, today included.", tuple(map(str, SPANS))),
            AS_OF,
            *PAGING,
        ),
    ),
    Operation(
        method="GET",
        path="/decisions",
        name="api_decisions",
        tag=TAG,
        summary="List publication decisions",
        about="The newest first, each with how many of its procedures stand how.",
        handler=listed,
        answer=Decisions,
        parameters=(text("q", "In whose number or issuer all these words stand."), AS_OF, *PAGING),
    ),
    Operation(
        method="GET",
        path="/decision",
        name="api_decision",
        tag=TAG,
        summary="Read one publication decision",
        about="Its procedures, how both sides show them, and their deadlines. The number is in the query, for its /.",
        handler=one,
        answer=Decision,
        parameters=(NUMBER, ISSUER, AS_OF),
    ),
)
