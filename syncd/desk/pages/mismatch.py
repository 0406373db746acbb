"""One mismatch: both sides with what differs marked, evidence, history, the work on it, what it costs.

In: an id. Out: its page; a raw record; its publication and points, which take longer and come after.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from aiohttp import web
from msgspec import Struct
from sqlalchemy.orm import Session

from syncd.answers.belonging import belongs
from syncd.answers.decisions_known import calendar_of, public_by
from syncd.answers.evidence import Raw
from syncd.answers.impact import ImpactRow
from syncd.answers.index_figures import open_once
from syncd.answers.marks import Tokens
from syncd.answers.one_mismatch import OneMismatch, one_mismatch, points_of, publications_of
from syncd.answers.publications import PublicationRow
from syncd.answers.queue import Filter, visible_ids
from syncd.answers.queue_beside import Beside, beside
from syncd.answers.queue_filter import OPEN_STATES
from syncd.desk.fields import field_text
from syncd.desk.heavy import year_of
from syncd.desk.languages import N_
from syncd.desk.pages.acts import ACTS
from syncd.desk.pages.history import OUTCOMES, last_day, told
from syncd.desk.pages.naming import Names, names
from syncd.desk.pages.queue import MISMATCH, filter_in, inside_of, lines_of, state_tokens
from syncd.desk.pages.selection import Selection, selected
from syncd.desk.pages.tones import pairs
from syncd.desk.rendering import language_of, render, ways_of, words_of
from syncd.desk.routes import DESK, Desk, Route, visitor_of
from syncd.reconcile.decisions_matching import parts_of
from syncd.reconcile.differences import DifferenceClass
from syncd.reconcile.mismatches import OF_DECISIONS, MismatchKind
from syncd.records.periods import Period
from syncd.records.roles import Capability
from syncd.sides.reading import ReadingVerdict

SHOWN_OF_HISTORY = 40
CLASSES = {
    DifferenceClass.FORM_ONLY: N_("The same words, written in another form: case, spaces or Unicode form."),
    DifferenceClass.TONE_MARK: N_("The same letters; only the marks on them differ."),
    DifferenceClass.ORDER: N_("The same entries in another order."),
    DifferenceClass.MAPPED: N_("Different words that the tables of equivalents call the same."),
    DifferenceClass.REAL: N_("The two sides say different things."),
}
"""What each class of a difference means."""
SIDES = ("portal", "city")
ONLY_ON = {
    MismatchKind.MISSING_IN_CITY: "portal",
    MismatchKind.MISSING_ON_PORTAL: "city",
    MismatchKind.UNMAPPED_CODE: "city",
    MismatchKind.DECISION_NOT_ENTERED: "city",
    MismatchKind.DECISION_UNKNOWN: "portal",
}
"""Kinds that say by themselves which side alone has the record."""
PROOFS = {
    ReadingVerdict.WHOLE: (N_("whole"), "good"),
    ReadingVerdict.PARTIAL: (N_("partial"), "warn"),
    ReadingVerdict.REFUSED: (N_("refused"), "bad"),
}


class Sheet(Struct, frozen=True):
    """Everything that the page asked of the ledger. ``selection``: the mismatch as an act would find it. ``public_by``:
    the last day by law of a decision that is not entered.
    """

    one: OneMismatch
    beside: Beside
    names: Names
    selection: Selection
    public_by: date | None = None


class Worth(Struct, frozen=True):
    """The publications of a mismatch's procedure, and the points that mending brings in a period."""

    publications: tuple[PublicationRow, ...]
    impacts: tuple[ImpactRow, ...]
    period: Period


async def mismatch(request: web.Request) -> web.StreamResponse:
    """The page."""
    desk, wanted = request.app[DESK], filter_in(request)
    sheet = await desk.ledger.read(_sheet, request, wanted)
    if sheet is None:
        raise web.HTTPNotFound
    one, language = sheet.one, language_of(request)
    history = told(one.history, sheet.names, language, words_of(request))
    is_whole = request.query.get("history") == "all"
    inside = inside_of(wanted)
    ways = ways_of(request)

    def way(mismatch_id: str) -> str:
        return ways.url("mismatch", id=mismatch_id, **{"in": inside}) if mismatch_id else ""

    return render(
        request,
        "mismatch.html",
        one=one,
        it=one.mismatch,
        names=sheet.names,
        unit=sheet.names.unit(one.unit, one.mismatch.agency_name),
        field=field_text(one.mismatch.field, language, one.mismatch.kind) if one.mismatch.field else "",
        wording=one.wording.vietnamese
        if language == "vi"
        else f"{one.wording.english[:1].upper()}{one.wording.english[1:]}",
        class_text=CLASSES.get(one.mismatch.difference, ""),  # type: ignore[call-overload]
        sides=[(side, _tokens(one, side, language), getattr(one, side), _has(one, side)) for side in SIDES],
        waived_until=last_day(one.waiver.expires_at) if one.waiver else None,
        has_values=bool(one.mismatch.portal_value or one.mismatch.city_value),
        tones=pairs(one.portal_tokens, one.city_tokens),
        is_open=one.mismatch.state in OPEN_STATES,
        history=history if is_whole else history[-SHOWN_OF_HISTORY:],
        left_out=0 if is_whole else max(0, len(history) - SHOWN_OF_HISTORY),
        others=lines_of(one.others, sheet.names, language),
        outcomes=OUTCOMES,
        proofs=PROOFS,
        acts=ACTS,
        seen=sheet.selection.seen,
        inside=inside,
        back=ways.url("queue") + (f"?{inside}" if inside else ""),
        next_one=way(sheet.beside.after),
        previous_one=way(sheet.beside.before),
        way=way,
        procedure=_procedure(request, one),
        decision=_decision(request, one),
        public_by=sheet.public_by,
        only_on=ONLY_ON,
    )


async def mismatch_raw(request: web.Request) -> web.StreamResponse:
    """The records of one side as they were sent."""
    desk, visitor = request.app[DESK], visitor_of(request)
    ask: dict[str, Any] = {"within": visitor.within, "now": desk.clock()}
    one = await desk.ledger.read(one_mismatch, request.match_info["id"], **ask)
    if one is None:
        raise web.HTTPNotFound
    side = one.portal if request.match_info["side"] == "portal" else one.city
    raws: list[tuple[str, Raw]] = [
        (title, raw)
        for title, raw in ((N_("As it stands in the list"), side.listing), (N_("In detail"), side.detail))
        if raw is not None
    ]
    return render(request, "mismatch_raw.html", it=one.mismatch, side=side, raws=raws)


async def mismatch_worth(request: web.Request) -> web.StreamResponse:
    """Its publication with the deadlines, and the points; told later where they are still being worked out."""
    desk, visitor, mismatch_id = request.app[DESK], visitor_of(request), request.match_info["id"]
    if not await desk.ledger.read(visible_ids, [mismatch_id], within=visitor.within):
        raise web.HTTPNotFound
    counted = await desk.counting.of(
        ("worth", mismatch_id, visitor.within), lambda: desk.ledger.read(_worth, desk, mismatch_id, visitor.within)
    )
    layout = "bare.html" if "HX-Request" in request.headers else "base.html"
    about = desk.sources.about
    return render(
        request, "mismatch_worth.html", layout=layout, worth=counted.value, mismatch_id=mismatch_id, about=about
    )


def _sheet(session: Session, request: web.Request, wanted: Filter) -> Sheet | None:
    visitor, now, mismatch_id = visitor_of(request), request.app[DESK].clock(), request.match_info["id"]
    one = one_mismatch(session, mismatch_id, within=visitor.within, now=now)
    if one is None:
        return None
    return Sheet(
        one,
        beside(session, wanted, mismatch_id, within=visitor.within, now=now, me=visitor.login),
        names(session, now),
        selected(session, [mismatch_id], within=visitor.within),
        _public_by(session, request.app[DESK], one, now),
    )


def _public_by(session: Session, desk: Desk, one: OneMismatch, now: datetime) -> date | None:
    if one.mismatch.kind != MismatchKind.DECISION_NOT_ENTERED:
        return None
    about = desk.sources.about
    calendar = calendar_of(session, now, makeup_days_count=about.makeup_days_count if about else True)
    return public_by(parts_of(one.mismatch.local_code).signed, calendar)


def _worth(session: Session, desk: Desk, mismatch_id: str, within: str | None) -> Worth | None:
    now = desk.clock()
    one = one_mismatch(session, mismatch_id, within=within, now=now)
    if one is None:
        return None
    return _worth_of(session, desk, one, now, within)


def _worth_of(session: Session, desk: Desk, one: OneMismatch, now: datetime, within: str | None) -> Worth:
    about, sources, period = desk.sources.about, desk.sources, year_of(now)
    if about is None:
        return Worth((), (), period)
    judged = desk.once.judged(session, about, now)
    how: dict[str, Any] = {"root": sources.root or None, "period": period, "dossiers": sources.dossiers}
    opened = open_once(desk.once, session, about, now, **how)
    return Worth(
        tuple(row for row in publications_of(judged, one.mismatch.code) if belongs(row.unit_code, within)),
        tuple(row for row in points_of(opened.rows, one.mismatch.id) if belongs(row.unit_code, within)),
        period,
    )


def _has(one: OneMismatch, side: str) -> bool:
    """Whether a side has the record at all."""
    known = ONLY_ON.get(one.mismatch.kind)  # type: ignore[call-overload]
    evidence = getattr(one, side)
    return side == known if known else bool(evidence.version_id or evidence.key)


def _tokens(one: OneMismatch, side: str, language: str) -> Tokens:
    """The tokens of a side; a state by its name."""
    if one.mismatch.field == "state":
        return state_tokens(getattr(one.mismatch, f"{side}_value"), language)
    tokens: Tokens = getattr(one, f"{side}_tokens")
    return tokens


def _procedure(request: web.Request, one: OneMismatch) -> str:
    """The way to the procedure's own page, where there is one."""
    ways, code = ways_of(request), one.mismatch.code
    return ways.url("procedure", code=code, pair=one.mismatch.pair) if "procedure" in ways and code else ""


def _decision(request: web.Request, one: OneMismatch) -> str:
    """The way to the page of the decision that a mismatch is of; empty where it is of a procedure or has no page."""
    ways, number = ways_of(request), parts_of(one.mismatch.local_code).number
    is_shown = one.mismatch.kind in OF_DECISIONS and request.app[DESK].sources.about is not None
    return ways.url("decision", number=number) if is_shown and number and "decision" in ways else ""


ROUTES = (
    Route("GET", f"/mismatches/{MISMATCH}", "mismatch", mismatch, Capability.SEE),
    Route("GET", f"/mismatches/{MISMATCH}/raw/{{side:portal|city}}", "mismatch_raw", mismatch_raw, Capability.SEE),
    Route("GET", f"/mismatches/{MISMATCH}/worth", "mismatch_worth", mismatch_worth, Capability.SEE),
)
