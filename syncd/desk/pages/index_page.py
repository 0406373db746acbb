"""The Service Index: what the portal says, what its counts give, what ours give; what mending open things would bring.

In: a period, a unit, an instant, chosen things, all in the address. Out: one page; the joint gain is a recount.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from aiohttp import web
from msgspec import Struct, structs
from sqlalchemy.orm import Session

from syncd.answers.belonging import belongs
from syncd.answers.collation import in_order
from syncd.answers.index_figures import (
    GAINS,
    SIZE,
    ImpactPage,
    Joint,
    impacts_page,
    joint,
    open_once,
    own_counts,
)
from syncd.answers.service_index import IndexAnswer, TrendPoint, index_answer, unit_of
from syncd.desk.asking import AsOf, asked_as_of, asked_choice, asked_number, asked_text, still_working
from syncd.desk.languages import N_
from syncd.desk.pages.index_words import ACTIONS, BRINGS, KINDS, action_told, lack_told, named, period_told
from syncd.desk.rendering import render
from syncd.desk.routes import DESK, Desk, Route, visitor_of
from syncd.ledger.index import periods_known, tables_as_of
from syncd.publication.index.comparison import IndexRow
from syncd.records.dates import local_date
from syncd.records.figures import IndexUnit
from syncd.records.periods import Period, PeriodKind
from syncd.records.roles import Capability

TITLE = N_("Service index")
MOST_MENDED = 50
LONGEST_ID = 400


class Asked(Struct, frozen=True):
    """What the address asks."""

    at: datetime
    within: str | None
    period: Period | None
    unit: str
    brings: str
    begin: int
    mend: tuple[str, ...]


class IndexPage(Struct, frozen=True, kw_only=True):
    """Everything on the page. ``impacts`` is None where no publications are judged."""

    period: Period
    answer: IndexAnswer
    periods: tuple[Period, ...]
    units: tuple[IndexUnit, ...]
    impacts: ImpactPage | None
    joint: Joint | None


async def index(request: web.Request) -> web.StreamResponse:
    """The page."""
    desk, at = request.app[DESK], asked_as_of(request)
    if not desk.sources.root:
        return render(request, "publications_none.html", heading=TITLE, of_section="index")
    asked = _asked(request, at)
    name = ("index", at.text, *structs.astuple(asked)[1:])
    counted = await desk.counting.of(name, lambda: desk.ledger.read(_page, desk, asked))
    if counted.value is None:
        return still_working(request, TITLE, "index")
    found = counted.value
    return render(
        request,
        "service_index.html",
        found=found,
        asked=at,
        period=found.period,
        unit=asked.unit,
        brings=asked.brings,
        mend=asked.mend,
        of_rows=_once(found.answer.rows),
        by_kind=_by_kind((*found.periods, found.period)),
        written=lambda one: period_told(request, one),
        unit_names={one.code: one.name for one in found.units},
        in_words=lambda row: action_told(request, row),
        lack=lambda text: lack_told(request, text),
        named=lambda row: named(request, row),
        is_drifting=len(found.answer.drift) > len({one.endpoint for one in found.answer.drift}),
        is_closed=found.period.last < local_date(at.at),
        bars=bars_of(found.answer.trend),
        actions=ACTIONS,
        brings_names=BRINGS,
        kinds=KINDS,
        size=SIZE,
        most_mended=MOST_MENDED,
    )


def _asked(request: web.Request, at: AsOf) -> Asked:
    mend = dict.fromkeys(one for one in request.query.getall("mend", []) if 0 < len(one) <= LONGEST_ID)
    return Asked(
        at.at,
        visitor_of(request).within,
        _period(request.query.get("period", "")),
        asked_text(request, "unit"),
        asked_choice(request, "brings", tuple(BRINGS)) or GAINS,
        asked_number(request),
        tuple(mend)[:MOST_MENDED],
    )


def _period(text: str) -> Period | None:
    """The period in the address. Raises 400 for what is none."""
    try:
        return Period.parse(text) if text else None
    except ValueError as error:
        raise web.HTTPBadRequest from error


def _page(session: Session, desk: Desk, asked: Asked) -> IndexPage:
    sources, at = desk.sources, asked.at
    known = tuple(_parsed(periods_known(session, root=sources.root, until=at)))
    period = asked.period or usual_period(known, at)
    found = desk.once.judged(session, sources.about, at) if sources.about else None
    kept = [one.table for one in tables_as_of(session, period=str(period), root=sources.root, at=at)]
    unit = unit_of(kept, asked.unit) if asked.unit else None
    of_unit = (unit.code or asked.unit) if unit else asked.unit or None
    answer = index_answer(
        session,
        root=sources.root,
        period=period,
        unit=asked.unit or None,
        at=at,
        own=own_counts(found, period, unit=of_unit, city=sources.unit),
    )
    units = {one.code or one.id: one for table in kept for one in table.units if _is_below(one, sources.unit)}
    impacts, together = _impacts(session, desk, asked, period, of_unit or "")
    return IndexPage(
        period=period,
        answer=answer,
        periods=known,
        units=tuple(in_order(units.values(), lambda one: one.name)),
        impacts=impacts,
        joint=together,
    )


def usual_period(known: Sequence[Period], at: datetime) -> Period:
    """The running year where something is known of it, else the newest that something is known of."""
    year = Period.of(local_date(at), PeriodKind.YEAR)
    return year if year in known or not known else max(known, key=lambda one: one.last)


def _is_below(one: IndexUnit, city: str) -> bool:
    return bool(one.code) and bool(city) and one.code != city and belongs(one.code, city)


def _impacts(
    session: Session, desk: Desk, asked: Asked, period: Period, unit: str
) -> tuple[ImpactPage | None, Joint | None]:
    sources = desk.sources
    if sources.about is None:
        return None, None
    opened = open_once(
        desk.once,
        session,
        sources.about,
        asked.at,
        root=sources.root or None,
        period=period,
        dossiers=sources.dossiers,
    )
    of_unit = "" if unit == sources.unit else unit
    page = impacts_page(opened.rows, within=asked.within, unit=of_unit, brings=asked.brings, begin=asked.begin)
    return page, joint(opened, asked.mend, within=asked.within) if asked.mend else None


def _parsed(texts: Iterable[str]) -> Iterable[Period]:
    for text in texts:
        try:
            yield Period.parse(text)
        except ValueError:
            continue


def _by_kind(periods: Iterable[Period]) -> dict[PeriodKind, list[Period]]:
    """The newest of each kind first."""
    ordered = sorted(set(periods), key=lambda one: one.first, reverse=True)
    return {kind: several for kind in KINDS if (several := [one for one in ordered if one.kind is kind])}


def _once(rows: Sequence[IndexRow]) -> list[IndexRow]:
    """The rows without those of a second interface that says the same."""
    found: dict[tuple[object, ...], IndexRow] = {}
    for row in rows:
        found.setdefault((row.group, row.code, row.portal, row.recomputed), row)
    return list(found.values())


def bars_of(trend: Sequence[TrendPoint]) -> list[dict[str, Any]]:
    """The trend as bars: the height of each of 100 points, in the pixels of a drawing 60 high."""
    return [
        {"point": one, "height": round(float(one.total) * 0.6, 1) if one.total is not None else 0.0} for one in trend
    ]


ROUTES = (Route("GET", "/index", "index", index, Capability.SEE),)
