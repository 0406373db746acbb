"""The first page: is everything in sync, can we tell, what is late, how the index stands, what changed since yesterday.

In: the present instant, whose things are seen. Out: one page, live after each pass. What is heavy is shown as soon as
it is known; what is not known says so.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from decimal import Decimal
from functools import partial
from gettext import NullTranslations
from typing import NamedTuple

from aiohttp import web
from sqlalchemy.orm import Session

from syncd.answers.changes import ChangeKind, Span, opened_and_closed
from syncd.answers.once import UnitPoints
from syncd.answers.overview import DAYS_BACK, Bar, Overview, PairState, SideState, overview
from syncd.desk import heavy
from syncd.desk.aside import render_aside
from syncd.desk.badges import Badge
from syncd.desk.charts.patterns import definitions
from syncd.desk.languages import N_
from syncd.desk.pages.drawn import SEVERITIES, Drawing, day_of, longest
from syncd.desk.pages.index_words import period_told
from syncd.desk.pages.publications import told_by
from syncd.desk.rendering import language_of, words_of
from syncd.desk.routes import DESK, Desk, Route, visitor_of
from syncd.desk.writing import HANOI, NOTHING
from syncd.publication.facts import Status
from syncd.records.periods import Period
from syncd.records.roles import Capability
from syncd.sides.reading import ReadingVerdict

BACK = timedelta(hours=24)
ANEW = 20
"""Seconds."""
MOST_BARS = 10
WORST = ("unknown", "mismatched", "in_sync")
CHANGES: dict[ChangeKind, Badge] = {
    ChangeKind.NEW: Badge("+", N_("Found"), "warn"),
    ChangeKind.CONFIRMED: Badge("●", N_("Confirmed"), "bad"),
    ChangeKind.CHANGED: Badge("≠", N_("Changed"), "quiet"),
    ChangeKind.RESOLVED: Badge("✓", N_("Resolved"), "good"),
    ChangeKind.VANISHED: Badge("∅", N_("Vanished"), "quiet"),
    ChangeKind.WAIVED: Badge("◐", N_("Waived"), "info"),
    ChangeKind.WAIVER_ENDED: Badge("◑", N_("Waiver ended"), "warn"),
}
NEVER_WHOLE = N_("%(side)s was never read whole")
NOT_WHOLE = N_("%(side)s: the newest reading is not whole")
REFUSED = N_("%(side)s: the newest reading was refused")
TOO_OLD = N_("%(side)s: the last whole reading is too old")
_SIDE_NAMES = {"portal": N_("The portal"), "city": N_("The city's system")}


class Reason(NamedTuple):
    """Why nothing can be said; ``detail``: what the reading itself gave as its reasons, in English."""

    text: str
    detail: tuple[str, ...] = ()


async def first_page(request: web.Request) -> web.StreamResponse:
    """The page. What is quick is asked before what is heavy, which would slow it down."""
    desk, within, now = request.app[DESK], visitor_of(request).within, request.app[DESK].clock()
    days = await days_back(desk, within, now)
    state = await desk.ledger.read(stated, desk, within, now, days)
    publications, index, points = await asyncio.gather(
        heavy.publications(desk, within), heavy.index(desk, within), heavy.points(desk, within)
    )
    draw = Drawing(words_of(request), language_of(request))
    return await render_aside(
        request,
        "overview.html",
        state=state,
        verdict=worst(state.pairs),
        why=[(pair, list(reasons(draw.words, pair))) for pair in state.pairs],
        publications=publications,
        index=index,
        points=points,
        is_waiting=not (publications.is_known and index.is_known and points.is_known),
        draw=draw,
        patterns=definitions(),
        shown_units=state.units[:MOST_BARS],
        other_units=state.units[MOST_BARS:],
        parents=parents(state.units),
        longest=longest,
        severities=SEVERITIES,
        changes=CHANGES,
        day_of=day_of,
        since=state.at - BACK,
        written=lambda period: period_told(request, Period.parse(str(period))),
        delta=partial(delta, draw),
        winning=winning,
        standing=Status,
        **told_by(request),
    )


def stated(session: Session, desk: Desk, within: str | None, now: datetime, days: Sequence[Span]) -> Overview:
    """How things stand; asked anew whenever something has happened, and each `ANEW` for the ages of readings."""
    stands = (heavy.stands(session, now), int(now.timestamp() // ANEW))

    def answer() -> Overview:
        return overview(
            session,
            pairs=desk.pairs,
            within=within,
            now=now,
            since=now - BACK,
            fresh_for=desk.fresh_for,
            days=days,
            counted=heavy.counted(session, desk, within=within, now=now),
        )

    return desk.derived.of(("overview", within), stands, answer)


async def days_back(desk: Desk, within: str | None, now: datetime) -> tuple[Span, ...]:
    """The last days, from midnight to midnight in Hà Nội; those that are over are counted once."""
    today = now.astimezone(HANOI).date()
    midnights = [datetime.combine(today - timedelta(days=day), time(), HANOI) for day in range(DAYS_BACK - 1, -1, -1)]

    async def count(instants: Sequence[datetime]) -> tuple[Span, ...]:
        return await desk.ledger.read(opened_and_closed, instants, pairs=desk.pairs, within=within)

    past, running = await asyncio.gather(
        desk.counting.kept(("days", within, today), lambda: count(midnights)), count((midnights[-1], now))
    )
    return (*past, *running)


def worst(pairs: Sequence[PairState]) -> str:
    """The verdict of all pairs together; without any pair nothing is known."""
    return min((pair.verdict for pair in pairs), key=WORST.index, default="unknown")


def reasons(words: NullTranslations, pair: PairState) -> Iterator[Reason]:
    """Why nothing can be said of a pair, in the visitor's language."""
    for side in (pair.portal, pair.city):
        text = _why(side, pair.fresh_for)
        if text:
            name = words.gettext(_SIDE_NAMES[side.side])
            yield Reason(words.gettext(text) % {"side": name}, side.reasons if side.age is not None else ())


def _why(side: SideState, fresh_for: timedelta | None) -> str:
    if side.age is None:
        return NEVER_WHOLE
    if side.latest_verdict != ReadingVerdict.WHOLE:
        return REFUSED if side.latest_verdict == ReadingVerdict.REFUSED else NOT_WHOLE
    return TOO_OLD if fresh_for is not None and side.age > fresh_for else ""


def parents(bars: Sequence[Bar]) -> frozenset[str]:
    """The units that have others of the list below them: the queue of such a unit holds more than its own."""
    codes = [one.value for one in bars]
    heads = {code[:at] for code in codes for at, char in enumerate(code) if char == "."}
    return frozenset(heads.intersection(codes))


def winning(found: heavy.Winnable | None) -> list[UnitPoints]:
    """The units that would win something, or of which nobody knows what."""
    several = found.units if found is not None else ()
    return [one for one in several if one.city is None or one.city > 0 or (one.own or 0) > 0]


def delta(draw: Drawing, now: Decimal | None, before: Decimal | None) -> str:
    """``+1,29``: how points moved; a dash where one of them is not known."""
    if now is None or before is None:
        return NOTHING
    moved = now - before
    return f"{'+' if moved > 0 else ''}{draw.number(moved, 2)}"


ROUTES = (Route("GET", "/", "overview", first_page, Capability.SEE),)
