"""The queue: what is open, filtered, searched, ordered, page by page; every state of it stands in its address.

In: an address. Out: the page; one row or the count of what is new, for pages that are open already; saved views.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

from aiohttp import web
from msgspec import structs
from sqlalchemy.orm import Session

from syncd.answers.marks import Mark, Token, Tokens
from syncd.answers.queue import Facets, Filter, Page, QueueRow, visible_ids
from syncd.answers.queue_beside import age_counts, news, work_counts
from syncd.answers.queue_rows import rows_of
from syncd.desk.aside import render_aside
from syncd.desk.asking import EARLIEST, LATEST
from syncd.desk.fields import field_text
from syncd.desk.heavy import listed
from syncd.desk.pages.acts import BULK
from syncd.desk.pages.excerpts import excerpts
from syncd.desk.pages.naming import Names, names
from syncd.desk.pages.queue_menus import AGES, LATER, PRESETS, Counts, Words, chips, menu, menus, orders
from syncd.desk.rendering import language_of, render, ways_of, words_of
from syncd.desk.routes import DESK, Desk, Route, visitor_of
from syncd.desk.ways import query_of
from syncd.documents.words import value_words
from syncd.ledger.saved_views import SavedView, views_of
from syncd.reconcile.mismatches import KINDS, OF_DECISIONS, MismatchKind
from syncd.records.roles import Capability

SIZE = 50
LONGEST_IN = 1_500
"""Characters of a filter that is carried in another page's address."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row as it is shown. ``wording`` stands where there are no two values to put side by side. ``city_side``: the
    badge of the city's side; of a decision it is the document system's.
    """

    row: QueueRow
    field: str
    unit: str
    assignee: str
    cause: str
    wording: str
    portal: Tokens
    city: Tokens
    city_side: str = "city"


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything that the page asked of the ledger."""

    page: Page
    facets: Facets
    views: list[SavedView]
    names: Names
    lines: list[Line]


async def queue(request: web.Request) -> web.StreamResponse:
    """The queue. An address that asks for what cannot be shows everything that is open, and says so (400)."""
    now, fault, cursor = request.app[DESK].clock(), "", request.query.get("cursor", "")
    try:
        wanted = Filter.parse(query_in(request))
        shown = await _ask(request, wanted, cursor, now)
    except ValueError as error:
        wanted, fault, cursor = Filter(), str(error), ""
        shown = await _ask(request, wanted, cursor, now)
    words = Words(language_of(request), words_of(request))
    several = menus(wanted, Counts(shown.facets), shown.names, words)
    return await render_aside(
        request,
        "queue.html",
        status=400 if fault else 200,
        fault=fault,
        wanted=wanted,
        inside=inside_of(wanted),
        lines=shown.lines,
        total=shown.page.total,
        next_page=way_to(request, wanted, cursor=shown.page.next) if shown.page.next else "",
        previous_page=way_to(request, wanted, cursor=shown.page.previous) if shown.page.previous else "",
        menus=several,
        orders=orders(wanted, words),
        chips=chips(several, wanted, words),
        views=shown.views,
        presets=[(text, one, one == wanted) for text, one in PRESETS],
        way=lambda one: way_to(request, one),
        unfiltered=Filter(order=wanted.order),
        since=now.isoformat(),
        BULK=BULK,
        hidden=_hidden(structs.replace(wanted, text="")),
    )


async def queue_row(request: web.Request) -> web.StreamResponse:
    """One row, for a page that shows it already."""
    desk, visitor, wanted = request.app[DESK], visitor_of(request), filter_in(request)
    line = await desk.ledger.read(
        _one_line, request.match_info["id"], language_of(request), within=visitor.within, now=desk.clock()
    )
    if line is None:
        raise web.HTTPNotFound
    return render(request, "queue_row.html", line=line, inside=inside_of(wanted), back=way_to(request, wanted))


async def queue_menu(request: web.Request) -> web.StreamResponse:
    """One menu with its counts, which are asked when it is opened."""
    desk, visitor, wanted = request.app[DESK], visitor_of(request), filter_in(request)
    ask: dict[str, Any] = {"within": visitor.within, "now": desk.clock(), "me": visitor.login}
    name = request.match_info["name"]
    counts = await desk.ledger.read(_later, name, wanted, ask)
    known = await desk.ledger.read(names, desk.clock())
    found = menu(name, wanted, counts, known, Words(language_of(request), words_of(request)))
    return render(request, "queue_menu.html", menu=found, way=lambda one: way_to(request, one))


def _later(session: Session, name: str, wanted: Filter, ask: dict[str, Any]) -> Counts:
    if name == "older":
        return Counts(ages=age_counts(session, wanted, AGES, **ask))
    return Counts(work=work_counts(session, wanted, **ask))


async def queue_news(request: web.Request) -> web.StreamResponse:
    """How many are new since a page was made."""
    desk, visitor = request.app[DESK], visitor_of(request)
    wanted, since = filter_in(request), _instant(request.query.get("since", ""))
    now = desk.clock()
    number = await desk.ledger.read(news, wanted, since, within=visitor.within, now=now, me=visitor.login)
    return render(request, "queue_news.html", number=number, way=way_to(request, wanted))


def query_in(request: web.Request) -> dict[str, list[str]]:
    """The query with every value of each name."""
    return {name: request.query.getall(name) for name in request.query}


def filter_in(request: web.Request, name: str = "in") -> Filter:
    """The filter that is carried in one parameter. Raises 400 for what is none."""
    return parsed(request.query.get(name, ""))


def parsed(query: str) -> Filter:
    """A filter from the query of an address. Raises 400."""
    try:
        return Filter.parse(parse_qs(query[:LONGEST_IN].removeprefix("?"), max_num_fields=400))
    except ValueError as error:
        raise web.HTTPBadRequest from error


def inside_of(wanted: Filter) -> str:
    """The filter as the value of one parameter; nothing where it is too long to be carried."""
    query = query_of(wanted.query()).removeprefix("?")
    return query if len(query) <= LONGEST_IN else ""


def lines_of(rows: Sequence[QueueRow], known: Names, language: str) -> list[Line]:
    """Rows as they are shown."""
    return [_line(row, known, language) for row in rows]


def state_tokens(value: str, language: str) -> Tokens:
    """A state by its name, as one thing that differs as a whole."""
    words = value_words("state", value) if language == "vi" else value
    return (Token(words, Mark.DIFFERS),) if words else ()


def _line(row: QueueRow, known: Names, language: str) -> Line:
    kind_of_row = MismatchKind(row.kind)
    kind = KINDS[kind_of_row]
    has_values = bool(row.portal_value or row.city_value)
    portal, city = excerpts(row.portal_value, row.city_value) if has_values else ((), ())
    if row.field == "state":
        portal, city = state_tokens(row.portal_value, language), state_tokens(row.city_value, language)
    return Line(
        row=row,
        field=field_text(row.field, language, row.kind) if row.field else "",
        unit=known.unit(row.unit, row.unit_name),
        assignee=known.person(row.assignee),
        cause=known.cause(row.cause, language),
        wording="" if has_values else (kind.vietnamese if language == "vi" else kind.english),
        portal=portal,
        city=city,
        city_side="documents" if kind_of_row in OF_DECISIONS else "city",
    )


async def _ask(request: web.Request, wanted: Filter, cursor: str, now: datetime) -> Shown:
    """Rows and counts. Raises ValueError for a cursor of elsewhere."""
    desk, visitor = request.app[DESK], visitor_of(request)
    ask: dict[str, Any] = {"within": visitor.within, "now": now, "me": visitor.login}
    return await desk.ledger.read(_shown, desk, wanted, cursor, visitor.user_id, language_of(request), ask)


def _shown(
    session: Session, desk: Desk, wanted: Filter, cursor: str, user_id: int, language: str, ask: dict[str, Any]
) -> Shown:
    page, counts = listed(session, desk, wanted, cursor, SIZE, **ask)
    known = names(session, ask["now"])
    lines = lines_of(page.rows, known, language)
    return Shown(page, counts, views_of(session, user_id), known, lines)


def _one_line(session: Session, mismatch_id: str, language: str, *, within: str | None, now: datetime) -> Line | None:
    rows = rows_of(session, visible_ids(session, [mismatch_id], within=within), now)
    return next(iter(lines_of(rows, names(session, now), language)), None)


def _instant(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise web.HTTPBadRequest from error
    if found.tzinfo is None or not EARLIEST <= found < LATEST:
        raise web.HTTPBadRequest
    return found


def way_to(request: web.Request, wanted: Filter, **more: object) -> str:
    return ways_of(request).url("queue", **wanted.query(), **more)


def _hidden(wanted: Filter) -> list[tuple[str, str]]:
    """The filter as hidden fields of a form."""
    pairs = ((name, value) for name, value in wanted.query().items())
    return [(name, one) for name, value in pairs for one in ([value] if isinstance(value, str) else value)]


MISMATCH = "{id:M-[A-Z0-9]{16}}"
"""A mismatch's id in a path."""

ROUTES = (
    Route("GET", "/queue", "queue", queue, Capability.SEE),
    Route("GET", f"/queue/menus/{{name:{'|'.join(LATER)}}}", "queue_menu", queue_menu, Capability.SEE),
    Route("GET", "/queue/news", "queue_news", queue_news, Capability.SEE),
    Route("GET", f"/queue/rows/{MISMATCH}", "queue_row", queue_row, Capability.SEE),
)
