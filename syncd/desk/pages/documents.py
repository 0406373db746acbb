"""Documents: letters, workbooks and tables, as of any instant; each one that is made stands in the audit trail.

In: a kind, and a form with its format, period, unit and instant. Out: a page that asks, then the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Final

from aiohttp import web
from msgspec import Struct
from sqlalchemy.orm import Session

from syncd.answers.belonging import belongs
from syncd.answers.collation import in_order
from syncd.answers.publication_list import PublicationFilter
from syncd.answers.publications import AGENCIES, agencies_of
from syncd.desk.asking import AsOf, as_of, asked_as_of
from syncd.desk.forms import Form, form_of
from syncd.desk.handing import hand_over
from syncd.desk.languages import N_
from syncd.desk.pages.index_words import period_told
from syncd.desk.pages.publications import filter_of
from syncd.desk.rendering import render
from syncd.desk.routes import DESK, Desk, Route, visitor_of
from syncd.desk.security.sessions import GUARD
from syncd.desk.visitor import Visitor
from syncd.documents.kinds import KINDS, Kind
from syncd.documents.wanted import OPEN, DocumentFormat, Wanted
from syncd.ledger.registers import register_as_of
from syncd.reconcile.lifecycle import MismatchState
from syncd.records.agencies import Agency
from syncd.records.dates import local_date
from syncd.records.directory import is_code
from syncd.records.periods import Period, PeriodKind
from syncd.records.roles import Capability

NAMES: Final = {
    "index-announcement": N_("Announcement of the Service Index"),
    "publication-results": N_("Results of signing and making public"),
    "overdue-dossiers": N_("Overdue dossiers"),
    "sync-obstacles": N_("Synchronisation obstacles"),
    "mismatches": N_("List of mismatches"),
    "publications": N_("Publications against their deadlines"),
    "index": N_("Service Index of one unit"),
}
TEXTS: Final = {
    "index-announcement": N_("The monthly letter with the results of every unit and its annexes."),
    "publication-results": N_("Who signed and made public in time, by unit, with the list of what was late."),
    "overdue-dossiers": N_("Dossiers past their day, by unit, with a list to settle."),
    "sync-obstacles": N_("What only the portal's operator can mend, with the evidence of each reading."),
    "mismatches": N_("Every mismatch with both values, to work on in a spreadsheet."),
    "publications": N_("Every procedure of every decision with its deadlines by both readings."),
    "index": N_("Every group and indicator, with the portal's points and the recomputed ones."),
}
SET_UP: Final = {
    "about": N_("No publications are judged here: the configuration lacks [publication]."),
    "root": N_("No index is read here: the configuration lacks [index]."),
    "dossiers": N_("No dossiers are read here: the configuration lacks [[dossiers]]."),
}
FORMATS: Final = {
    DocumentFormat.DOCX: N_("Letter (DOCX, layout of Decree 30/2020)"),
    DocumentFormat.XLSX: N_("Workbook (XLSX)"),
    DocumentFormat.CSV: N_("Table (CSV, UTF-8)"),
}
STATES: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "open": (N_("Open (suspected and confirmed)"), OPEN),
    "confirmed": (N_("Confirmed"), (MismatchState.CONFIRMED,)),
    "waived": (N_("Waived"), (MismatchState.WAIVED,)),
    "all": (N_("All, ended ones too"), tuple(MismatchState)),
}
FILTERED: Final = frozenset({"publications"})
"""Kinds that the filter of their page narrows; it may name a unit that stands in no list of agencies."""
WITH_PERIOD: Final = frozenset({"publication-results"})
"""Kinds that may be narrowed to a period although they take none by themselves."""
BACK: Final = {PeriodKind.MONTH: 15, PeriodKind.QUARTER: 6, PeriodKind.YEAR: 3}
"""How many periods of each kind are offered."""
LONGEST_NUMBER = 40
FAULTS: Final = {
    "form": N_("Choose a format that this document has and your role may make."),
    "period": N_("Choose one of the periods."),
    "unit": N_("Choose one of the units."),
    "number": N_("The number is too long."),
    "dated": N_("That is no day."),
    "states": N_("Choose one of these."),
}


class Offered(Struct, frozen=True):
    """One kind as somebody sees it. ``lack``: why it cannot be made here, empty where it can."""

    kind: Kind
    formats: tuple[DocumentFormat, ...]
    lack: str


def offered(desk: Desk, visitor: Visitor) -> list[Offered]:
    """Every kind that the visitor may have, in at least one format."""
    found = (
        Offered(
            kind,
            tuple(form for form in kind.formats if visitor.may(kind.needs(form))),
            next((SET_UP[part] for part in kind.sources if not getattr(desk.sources, part)), ""),
        )
        for kind in KINDS.values()
    )
    return [one for one in found if one.formats]


async def documents(request: web.Request) -> web.StreamResponse:
    """Every kind."""
    visitor = visitor_of(request)
    several = offered(request.app[DESK], visitor)
    return render(request, "documents.html", offered=several, names=NAMES, texts=TEXTS)


async def document(request: web.Request) -> web.StreamResponse:
    """The form of one kind; the address may fill it."""
    one = _offered(request)
    given = {name: request.query.get(name, "")[:LONGEST_NUMBER] for name in ("period", "unit", "form", "states")}
    return await _asking(request, one, asked_as_of(request), given)


async def make_document(request: web.Request) -> web.StreamResponse:
    """The file; or the form again, with what is wrong."""
    one, form, desk, visitor = _offered(request), await form_of(request), request.app[DESK], visitor_of(request)
    asked = as_of(form.get("as_of"), desk.clock())
    if one.lack:
        return await _asking(request, one, asked, {}, status=422)
    units = await desk.ledger.read(_units, desk, visitor.within)
    faults = {name: FAULTS[name] for name in _wrong(one, form, visitor, units)}
    if faults:
        given = {name: form.get(name) for name in ("period", "unit", "form", "states", "number", "dated")}
        return await _asking(request, one, asked, given, faults=faults, status=422)
    wanted = Wanted(
        as_of=asked.at,
        form=DocumentFormat(form.get("form")),
        period=Period.parse(form.get("period")) if form.get("period") and takes_period(one.kind) else None,
        within=form.get("unit") or visitor.within,
        letter=request.app[GUARD].settings.letter,
        number=form.get("number"),
        dated=date.fromisoformat(form.get("dated")) if form.get("dated") else None,
        states=STATES[form.get("states") or "open"][1],
        only=_only(one.kind, form),
    )
    return await hand_over(request, one.kind.name, wanted)


def _only(kind: Kind, form: Form) -> PublicationFilter:
    """Which publications, as the page of them was filtered; of which unit is said for every kind alike."""
    given = {name: value for name, value in form.pairs if name != "unit"}
    return filter_of(given) if kind.name in FILTERED else PublicationFilter()


def _wrong(one: Offered, form: Form, visitor: Visitor, units: Sequence[Agency]) -> Iterable[str]:
    unit, number = form.get("unit"), form.get("number")
    if form.get("form") not in one.formats:
        yield "form"
    if not _is_readable(Period.parse, form.get("period")):
        yield "period"
    is_known = any(each.code == unit for each in units) or (one.kind.name in FILTERED and is_code(unit))
    if unit and not (belongs(unit, visitor.within) and is_known):
        yield "unit"
    if len(number) > LONGEST_NUMBER or not number.isprintable():
        yield "number"
    if not _is_readable(date.fromisoformat, form.get("dated")):
        yield "dated"
    if form.get("states") not in ("", *STATES):
        yield "states"


def _is_readable(read: object, text: str) -> bool:
    try:
        return not text or bool(read(text))  # type: ignore[operator]
    except ValueError:
        return False


def takes_period(kind: Kind) -> bool:
    """Whether a document of this kind can be of a period."""
    return kind.period is not None or kind.name in WITH_PERIOD


async def _asking(
    request: web.Request,
    one: Offered,
    asked: AsOf,
    given: Mapping[str, str],
    *,
    faults: Mapping[str, str] | None = None,
    status: int = 200,
) -> web.Response:
    desk, visitor = request.app[DESK], visitor_of(request)
    units = await desk.ledger.read(_units, desk, visitor.within)
    usual = one.kind.period(local_date(asked.at)) if one.kind.period else None
    return render(
        request,
        "document.html",
        status=status,
        one=one,
        asked=asked,
        given={"form": one.formats[0].value, "states": "open"}
        | {name: value for name, value in given.items() if value},
        faults=faults or {},
        names=NAMES,
        texts=TEXTS,
        formats=FORMATS,
        states=STATES,
        units=units,
        usual=usual,
        periods=periods_before(asked.at) if takes_period(one.kind) else (),
        written=lambda period: period_told(request, period),
        is_letter=DocumentFormat.DOCX in one.formats,
        has_states=one.kind.name == "mismatches",
    )


def periods_before(at: datetime) -> list[Period]:
    """The running periods of each kind, and some before them."""
    found = []
    for kind, number in BACK.items():
        period = Period.of(local_date(at), kind)
        for _ in range(number):
            found.append(period)
            period = period.previous
    return found


def _offered(request: web.Request) -> Offered:
    """The kind in the address. Raises 404 where there is none that the visitor may have."""
    name = request.match_info["kind"]
    found = next((one for one in offered(request.app[DESK], visitor_of(request)) if one.kind.name == name), None)
    if found is None:
        raise web.HTTPNotFound
    return found


def _units(session: Session, desk: Desk, within: str | None) -> list[Agency]:
    """The units that may be asked about, by name."""
    known = agencies_of(register_as_of(session, AGENCIES, desk.clock()) or {})
    own = [one for one in known if belongs(one.code, within) and one.code != desk.sources.unit]
    return in_order(own, lambda one: one.name)


ROUTES = (
    Route("GET", "/documents", "documents", documents, Capability.EXPORT),
    Route("GET", r"/documents/{kind:[a-z-]{1,40}}", "document", document, Capability.EXPORT),
    Route("POST", r"/documents/{kind:[a-z-]{1,40}}", "make_document", make_document, Capability.EXPORT),
)
