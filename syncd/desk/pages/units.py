"""Units: each with its numbers, and one unit with everything that is theirs, fit to be printed.

In: a period and an order in the address, whose things are seen. Out: the list; one page for a unit and those below it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from gettext import NullTranslations
from typing import Any

from aiohttp import web
from msgspec import Struct, structs
from sqlalchemy.orm import Session

from syncd.answers.belonging import belongs
from syncd.answers.tasks import TaskRow, tasks_of_unit
from syncd.answers.units import Asked, OneUnit, UnitRow, one_unit, units
from syncd.desk import heavy
from syncd.desk.aside import render_aside
from syncd.desk.asking import asked_choice, still_working
from syncd.desk.charts.patterns import definitions
from syncd.desk.counting import Counted
from syncd.desk.fields import field_text
from syncd.desk.languages import N_, P_
from syncd.desk.pages.documents import NAMES, offered
from syncd.desk.pages.drawn import Drawing
from syncd.desk.pages.index_words import period_told
from syncd.desk.pages.publications import told_by
from syncd.desk.rendering import language_of, words_of
from syncd.desk.routes import DESK, Desk, Route, visitor_of
from syncd.desk.visitor import Visitor
from syncd.records.dossiers import Dossier
from syncd.records.periods import Period
from syncd.records.roles import Capability

TITLE = N_("Units")
MOST_LISTED = 200
CODE = r"[^/]{1,80}"
LATE_DAYS = P_("%(num)d day late", "%(num)d days late")
TASK_COUNTS = {
    "assigned": N_("Given"),
    "done_on_time": N_("Done, in time"),
    "done_late": N_("Done, late"),
    "running_in_time": N_("Running, in time"),
    "running_late": N_("Running, late"),
    "no_time_limit": N_("No time limit"),
    "done": N_("Done"),
    "running": N_("Running"),
    "overdue": N_("Overdue, done or running"),
}
"""The counts of tasks, as they are called; the first six are shown."""
OF_A_UNIT = ("mismatches", "publications", "overdue-dossiers", "publication-results", "index")
"""Documents that can be made of one unit."""


class Order(Struct, frozen=True):
    """One order of the list: what it is called, and what is sorted by (the largest first; what is not known, last)."""

    title: str
    key: Callable[[UnitRow], int | Decimal | None] | None = None


ORDERS: dict[str, Order] = {
    "name": Order(N_("Unit")),
    "open": Order(N_("Open"), lambda row: row.open),
    "overdue": Order(N_("Overdue"), lambda row: row.overdue),
    "late": Order(N_("Late"), lambda row: row.late),
    "due": Order(N_("Due"), lambda row: row.due),
    "dossiers": Order(N_("Overdue dossiers"), lambda row: row.overdue_dossiers),
    "on_time": Order(N_("On time"), lambda row: row.on_time.percent if row.on_time else None),
    "online": Order(N_("Online"), lambda row: row.online.percent if row.online else None),
    "score": Order(N_("Points of publication"), lambda row: share(row)),
}
"""The columns of the list, each of which it can be ordered by."""


async def every_unit(request: web.Request) -> web.StreamResponse:
    """The list."""
    desk, within, now = request.app[DESK], visitor_of(request).within, request.app[DESK].clock()
    period, order = _period(request), asked_choice(request, "order", tuple(ORDERS)) or "name"
    quick = (
        () if desk.counting.knows(_name(within, period)) else await desk.ledger.read(_quick, desk, within, now, period)
    )
    counted = await rows_of(desk, within, period)
    rows = quick if counted.value is None else counted.value
    return await render_aside(
        request,
        "units.html",
        rows=ordered(rows, order),
        most=max((row.open for row in rows), default=0),
        order=order,
        orders=ORDERS,
        is_judged=counted.is_known and await _is_judged(desk, within),
        is_waiting=not counted.is_known,
        has_dossiers=bool(desk.sources.dossiers),
        now=now,
        **_shared(request, period),
    )


async def rows_of(desk: Desk, within: str | None, period: Period) -> Counted[tuple[UnitRow, ...]]:
    """The rows of a period, with what was judged."""
    return await heavy.asked(
        desk,
        _name(within, period),
        lambda session, at: units(session, _asked(session, desk, at, period, within), within=within),
    )


def _name(within: str | None, period: Period) -> tuple[str, str | None, Period]:
    return "units", within, period


def _quick(session: Session, desk: Desk, within: str | None, now: datetime, period: Period) -> tuple[UnitRow, ...]:
    """The rows without what was judged."""
    asked = Asked(**_about(desk, now, period), counted=heavy.counted(session, desk, within=within, now=now))
    return units(session, asked, within=within)


async def unit(request: web.Request) -> web.StreamResponse:
    """One unit. 404 where there is none, or none that may be seen."""
    desk, visitor, code, period = request.app[DESK], visitor_of(request), request.match_info["code"], _period(request)
    if not belongs(code, visitor.within):
        raise web.HTTPNotFound
    counted = await heavy.asked(
        desk, ("unit", code, visitor.within, period), lambda session, at: _one(session, desk, at, code, visitor, period)
    )
    if not counted.is_known:
        return still_working(request, TITLE, "units")
    if counted.value is None:
        raise web.HTTPNotFound
    found, publications = counted.value
    now = desk.clock()
    return await render_aside(
        request,
        "unit.html",
        found=found,
        row=found.row,
        publications=publications,
        listed=MOST_LISTED,
        is_judged=await _is_judged(desk, visitor.within),
        has_dossiers=bool(desk.sources.dossiers),
        has_tasks=bool(desk.sources.tasks),
        tasks=await _tasks(desk, code, period, now),
        task_counts=TASK_COUNTS,
        now=now,
        late_for=lambda one: late_for(words_of(request), one, now),
        field=lambda row: field_text(row.field, language_of(request), row.kind),
        documents=_documents(desk, visitor),
        names=NAMES,
        share=share,
        parent=code.rpartition(".")[0],
        **told_by(request),
        **_shared(request, period),
    )


async def _tasks(desk: Desk, code: str, period: Period, now: datetime) -> tuple[TaskRow, ...]:
    """What the monitors say of the unit's tasks; quick, so that it is never put aside."""
    sources = desk.sources.tasks
    if not sources:
        return ()
    return await desk.ledger.read(tasks_of_unit, sources=sources, unit=code, period=period, at=now)


def _one(
    session: Session, desk: Desk, at: datetime, code: str, visitor: Visitor, period: Period
) -> tuple[OneUnit, int] | None:
    """The unit, and how many publications it has to see to, of which no more are kept than are shown."""
    found = one_unit(session, code, _asked(session, desk, at, period, code), within=visitor.within)
    if found is None:
        return None
    kept = structs.replace(found, publications=found.publications[:MOST_LISTED], dossiers=found.dossiers[:MOST_LISTED])
    return kept, len(found.publications)


def _asked(session: Session, desk: Desk, at: datetime, period: Period, within: str | None) -> Asked:
    """``within``: whose open mismatches are counted."""
    about = desk.sources.about
    found = desk.once.judged(session, about, at) if about is not None else None
    counted = heavy.counted(session, desk, within=within, now=at)
    return Asked(**_about(desk, at, period), found=found, counted=counted)


def _about(desk: Desk, at: datetime, period: Period) -> dict[str, Any]:
    return {"pairs": desk.pairs, "dossiers": desk.sources.dossiers, "period": period, "now": at}


async def _is_judged(desk: Desk, within: str | None) -> bool:
    """Whether anything is known of publications; while that is being worked out, nothing is."""
    return (await heavy.publications(desk, within)).value is not None


def _shared(request: web.Request, period: Period) -> dict[str, Any]:
    now = request.app[DESK].clock()
    return {
        "draw": Drawing(words_of(request), language_of(request)),
        "patterns": definitions(),
        "period": period,
        "periods": periods(now),
        "written": lambda one: period_told(request, Period.parse(str(one))),
    }


def periods(now: datetime) -> tuple[Period, ...]:
    """The periods that the list can be asked about: dossiers are counted by month and by year."""
    month, year = heavy.month_of(now), heavy.year_of(now)
    return year, month, month.previous, year.previous


def _period(request: web.Request) -> Period:
    offered_ = periods(request.app[DESK].clock())
    named = asked_choice(request, "period", [str(one) for one in offered_])
    return Period.parse(named) if named else offered_[0]


def ordered(rows: Sequence[UnitRow], order: str) -> list[UnitRow]:
    """The rows in one of the `ORDERS`; equal ones stay in the order of their names."""
    key = ORDERS[order].key
    if key is None:
        return list(rows)

    def place(row: UnitRow) -> tuple[bool, int | Decimal]:
        value = key(row)
        return value is None, 0 if value is None else -value

    return sorted(rows, key=place)


def share(row: UnitRow) -> Decimal | None:
    """What part of the points that there are a unit has, in hundredths."""
    if row.score is None or row.score.points is None or not row.score.maximum:
        return None
    return 100 * row.score.points / row.score.maximum


def late_for(words: NullTranslations, one: Dossier, now: datetime) -> str:
    """By how many days a dossier is late."""
    if one.due is None:
        return ""
    late = max(0, ((one.finished or now) - one.due).days)
    return words.ngettext(*LATE_DAYS, late) % {"num": late}


def _documents(desk: Desk, visitor: Visitor) -> list[str]:
    """The kinds of documents of one unit that the visitor can have made here."""
    return [one.kind.name for one in offered(desk, visitor) if not one.lack and one.kind.name in OF_A_UNIT]


ROUTES = (
    Route("GET", "/units", "units", every_unit, Capability.SEE),
    Route("GET", f"/units/{{code:{CODE}}}", "unit", unit, Capability.SEE),
)
