"""Publications against their deadlines: by the law's reading and by the portal's, side by side, most pressing first.

In: a filter and an instant in the address. Out: a page of rows with how late each is, whose it is and why; counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from gettext import NullTranslations
from typing import Any

from aiohttp import web
from msgspec import structs
from sqlalchemy.orm import Session

from syncd.answers.about import About
from syncd.answers.publication_list import (
    SIZE,
    SPANS,
    PublicationFilter,
    PublicationPage,
    publications_page,
    table_once,
)
from syncd.answers.publications import PublicationRow
from syncd.desk.asking import LONGEST_TEXT, asked_as_of, asked_number, still_working
from syncd.desk.languages import N_, P_
from syncd.desk.pages.register_words import problem_words
from syncd.desk.rendering import language_of, render, words_of
from syncd.desk.routes import DESK, Desk, Route, visitor_of
from syncd.documents.reasons import reason_words
from syncd.publication.facts import Status
from syncd.records.roles import Capability

TITLE = N_("Publications")
MOST_PROBLEMS = 50
LATE_OR = (Status.LATE, Status.OVERDUE)
STEP_NAMES = {"sign": N_("Signing"), "public": N_("Making public")}
MODE_NAMES = {"law": N_("By law"), "portal": N_("By the portal")}
WHY = {
    "executing agency": N_("executing agency of the record"),
    "field": N_("field of work"),
    "assignment": N_("table of assignments"),
    "none": N_("nobody is named"),
    "ministry": N_("the ministry's own decision"),
}
REGISTERS = {
    "legal_documents": N_("Register of legal documents"),
    "decisions": N_("Register of decisions"),
    "assignments": N_("Table of assignments"),
    "calendar": N_("Calendar of days off"),
    "agencies": N_("List of agencies"),
}
_IN_CALENDAR = frozenset({("sign", "law")})
"""Steps whose days are calendar days; all others are working days."""
_DAYS: dict[tuple[str, bool], tuple[str, str]] = {
    ("late", True): P_("%(num)d day late", "%(num)d days late"),
    ("late", False): P_("%(num)d working day late", "%(num)d working days late"),
    ("left", True): P_("%(num)d day left", "%(num)d days left"),
    ("left", False): P_("%(num)d working day left", "%(num)d working days left"),
    ("early", True): P_("%(num)d day early", "%(num)d days early"),
    ("early", False): P_("%(num)d working day early", "%(num)d working days early"),
}
LAST_DAY, THAT_DAY = N_("ends today"), N_("on the last day")


def days_told(words: NullTranslations, row: PublicationRow, step: str, mode: str) -> str:
    """How late a step is or was, how many days are left, or how early it was; empty where that is not known."""
    status, days = (getattr(row, f"{step}_{mode}_{part}") for part in ("status", "days"))
    if days is None:
        return ""
    if days == 0:
        return words.gettext(LAST_DAY if status == Status.DUE else THAT_DAY)
    how = "late" if days > 0 else "left" if status == Status.DUE else "early"
    return words.ngettext(*_DAYS[how, (step, mode) in _IN_CALENDAR], abs(days)) % {"num": abs(days)}


def told_by(request: web.Request) -> dict[str, Any]:
    """What templates call to put a row into words: ``days(row, step, mode)`` and ``reasons(row)``."""
    words, is_vietnamese = words_of(request), language_of(request) == "vi"

    def days(row: PublicationRow, step: str, mode: str) -> str:
        return days_told(words, row, step, mode)

    def reasons(row: PublicationRow) -> str:
        return reason_words(row.reason) if is_vietnamese else row.reason

    return {"days": days, "reasons": reasons}


async def publications(request: web.Request) -> web.StreamResponse:
    """The list."""
    desk, visitor, asked = request.app[DESK], visitor_of(request), asked_as_of(request)
    about, wanted = desk.sources.about, filter_of(request.query)
    if about is None:
        return render(request, "publications_none.html", heading=TITLE, of_section="publications")
    begin = asked_number(request)
    name = ("publications", visitor.within, wanted, begin, asked.text)
    counted = await desk.counting.of(
        name, lambda: desk.ledger.read(_page, desk, about, asked.at, wanted, visitor.within, begin)
    )
    if counted.value is None:
        return still_working(request, TITLE, "publications")
    return render(
        request,
        "publications.html",
        found=counted.value,
        asked=asked,
        wanted=wanted,
        fields=fields_of(wanted),
        is_filtered=wanted != PublicationFilter(),
        spans=SPANS,
        size=SIZE,
        steps=STEP_NAMES,
        modes=MODE_NAMES,
        whys=WHY,
        registers=REGISTERS,
        most_problems=MOST_PROBLEMS,
        problem_words=lambda problem: problem_words(problem, words_of(request)),
        statuses=tuple(Status),
        **told_by(request),
    )


def filter_of(given: Mapping[str, str]) -> PublicationFilter:
    """The filter that an address, or the form of its file, gives; what is nonsense asks for nothing."""
    due = given.get("due", "")
    return PublicationFilter(
        text=given.get("q", "").strip()[:LONGEST_TEXT],
        status=_one_of(Status, given.get("status", "")),
        portal_status=_one_of(Status, given.get("portal_status", "")),
        unit=given.get("unit", "").strip()[:LONGEST_TEXT],
        late=given.get("late") == "1",
        due_within=next((span for span in SPANS if str(span) == due), None),
    )


def fields_of(wanted: PublicationFilter) -> dict[str, str]:
    """The reverse of `filter_of`, without what asks for nothing: fields of a form, names of an address."""
    fields = {
        "q": wanted.text,
        "status": wanted.status,
        "portal_status": wanted.portal_status,
        "unit": wanted.unit,
        "late": "1" if wanted.late else "",
        "due": str(wanted.due_within or ""),
    }
    return {name: value for name, value in fields.items() if value}


def _one_of(known: Iterable[str], value: str) -> str:
    return value if value in tuple(known) else ""


def _page(
    session: Session, desk: Desk, about: About, at: datetime, wanted: PublicationFilter, within: str | None, begin: int
) -> PublicationPage:
    table = table_once(desk.once, session, about, at)
    found = publications_page(table, wanted, within=within, begin=begin)
    return structs.replace(found, problems=found.problems[: MOST_PROBLEMS + 1])


ROUTES = (Route("GET", "/publications", "publications", publications, Capability.SEE),)
