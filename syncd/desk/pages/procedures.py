"""Procedures: the catalogue of both sides as of an instant, and one procedure as it stood then, with all its versions.

In: words, an instant, a code exactly as it is written, two versions. Out: pages. What is public on the portal is
everybody's to see: nothing here is narrowed to a unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from aiohttp import web
from msgspec import Struct
from sqlalchemy.orm import Session

from syncd.answers.field_changes import FieldChange
from syncd.answers.procedure_sheet import SheetRow, sheet
from syncd.answers.procedures import (
    ABSENT,
    GONE,
    HIDDEN,
    PUBLIC,
    OneProcedure,
    ProcedurePage,
    ProcedureRow,
    VersionRow,
    catalogue_once,
    compared_versions,
    one_procedure,
    procedures_page,
)
from syncd.desk.asking import asked_as_of, asked_choice, asked_number, asked_pair, asked_text, still_working
from syncd.desk.fields import field_text
from syncd.desk.languages import N_
from syncd.desk.rendering import language_of, render
from syncd.desk.routes import DESK, Desk, Route
from syncd.desk.writing import HANOI
from syncd.records.roles import Capability

TITLE = N_("Procedures")
SIZE = 50
MOST_VERSIONS = 100
LONG = 600
"""Characters of a field above which what both sides say alike is folded away."""
PLAIN = frozenset(
    {"code", "local_code", "field_code", "publisher_code", "portal_id", "decision_date", "published_at", "state"}
)
"""Fields whose values are words, codes and days: shown as such."""
STANDINGS = {
    PUBLIC: N_("Public"),
    HIDDEN: N_("Not public"),
    GONE: N_("Gone"),
    ABSENT: N_("Never there"),
}


class Compared(Struct, frozen=True):
    """Two versions, the older first, and what changed between them."""

    before: VersionRow
    after: VersionRow
    changes: tuple[FieldChange, ...]


class ProcedureSheet(Struct, frozen=True):
    """One procedure with what both sides say, and two of its versions compared where they were asked for."""

    one: OneProcedure
    rows: tuple[SheetRow, ...]
    compared: Compared | None


async def procedures(request: web.Request) -> web.StreamResponse:
    """The catalogue, searched, a page at a time."""
    desk, asked, pair = request.app[DESK], asked_as_of(request), asked_pair(request)
    text = asked_text(request)
    portal, city = (asked_choice(request, side, tuple(STANDINGS)) for side in ("portal", "city"))
    after = request.query.get("after", "")
    name = ("procedures", pair, asked.text, text, portal, city, after)
    counted = await desk.counting.of(
        name, lambda: desk.ledger.read(_page, desk, pair, asked.at, text, portal, city, after)
    )
    if counted.value is None:
        return still_working(request, TITLE, "procedures")
    return render(
        request,
        "procedures.html",
        found=counted.value,
        asked=asked,
        pair=pair,
        pairs=desk.pairs,
        text=text,
        portal=portal,
        city=city,
        after=after,
        standings=STANDINGS,
    )


def _page(
    session: Session, desk: Desk, pair: str, at: datetime, text: str, portal: str, city: str, after: str
) -> ProcedurePage:
    rows = catalogue_once(desk.once, session, pair, at)
    return procedures_page(rows, text=text, portal=portal, city=city, after=after, size=SIZE)


async def procedure(request: web.Request) -> web.StreamResponse:
    """One procedure as of an instant."""
    desk, asked, pair = request.app[DESK], asked_as_of(request), asked_pair(request)
    code = request.match_info["code"]
    versions = (asked_number(request, "old"), asked_number(request, "new"))
    name = ("procedure", pair, code, asked.text, versions)
    counted = await desk.counting.of(name, lambda: desk.ledger.read(_sheet, desk, pair, code, asked.at, versions))
    if not counted.is_known:
        return still_working(request, TITLE, "procedures")
    if counted.value is None:
        raise web.HTTPNotFound
    language = language_of(request)
    return render(
        request,
        "procedure.html",
        found=counted.value,
        one=counted.value.one,
        asked=asked,
        pair=pair,
        field=lambda name: field_text(name, language),
        most_versions=MOST_VERSIONS,
        long=LONG,
        plain_fields=PLAIN,
        apart=sum(not row.is_same and bool(row.portal) and bool(row.city) for row in counted.value.rows),
        before_of=earlier(counted.value.one.versions),
        hanoi=lambda at: f"{minute_after(at).astimezone(HANOI):%Y-%m-%dT%H:%M}",
        length=lambda tokens: sum(len(one.text) for one in tokens),
    )


def minute_after(at: datetime) -> datetime:
    """The first whole minute at which what began at ``at`` was so: forms of instants have no seconds."""
    whole = at.replace(second=0, microsecond=0)
    return whole if whole == at else whole + timedelta(minutes=1)


def _sheet(
    session: Session, desk: Desk, pair: str, code: str, at: datetime, versions: tuple[int, int]
) -> ProcedureSheet | None:
    rows = catalogue_once(desk.once, session, pair, at)
    exactly: Sequence[ProcedureRow] = [row for row in rows if row.code == code]
    one = one_procedure(session, exactly or rows, pair, code, at)
    if one is None:
        return None
    return ProcedureSheet(one, sheet(one.portal, one.city), _compared(session, one.versions, versions))


def _compared(session: Session, known: Sequence[VersionRow], asked: tuple[int, int]) -> Compared | None:
    """Two different versions of this procedure, in the order of time, whichever was named first."""
    by_id = {one.id: one for one in known}
    chosen = [by_id[one] for one in dict.fromkeys(asked) if one in by_id]
    if len(chosen) != 2:
        return None
    before, after = sorted(chosen, key=lambda one: (one.valid_from, one.id))
    return Compared(before, after, compared_versions(session, before.id, after.id))


def earlier(versions: Sequence[VersionRow]) -> dict[int, int]:
    """For each version that is not its record's first one, the id of the one before it."""
    last: dict[tuple[str, str], int] = {}
    found = {}
    for one in reversed(versions):
        if (one.side, one.key) in last:
            found[one.id] = last[one.side, one.key]
        last[one.side, one.key] = one.id
    return found


ROUTES = (
    Route("GET", "/procedures", "procedures", procedures, Capability.SEE),
    Route("GET", r"/procedures/{code:.+}", "procedure", procedure, Capability.SEE),
)
