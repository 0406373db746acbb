"""Publication decisions: every one that is judged, and one with its procedures, both sides and deadlines.

In: words, an instant, a number in any form, perhaps who issued it. Out: pages. A unit sees what is its own.
"""

from __future__ import annotations

from datetime import datetime

from aiohttp import web
from msgspec import Struct, structs
from sqlalchemy.orm import Session

from syncd.answers.about import About
from syncd.answers.decisions import (
    MOST,
    DecisionPage,
    DecisionRow,
    OneDecision,
    decisions_page,
    one_decision,
)
from syncd.answers.decisions import decisions as every_decision
from syncd.answers.decisions_known import DocumentSeen, documents_of
from syncd.answers.procedures import catalogue_once
from syncd.answers.publications import Judged
from syncd.answers.told import Told
from syncd.desk.asking import asked_as_of, asked_choice, asked_number, asked_text, still_working
from syncd.desk.languages import N_
from syncd.desk.pages.publications import MODE_NAMES, STEP_NAMES, told_by
from syncd.desk.rendering import render
from syncd.desk.routes import DESK, Desk, Route, visitor_of
from syncd.publication.facts import Status
from syncd.records.decisions import parse_number
from syncd.records.publication_decision import Decision, DecisionState
from syncd.records.roles import Capability
from syncd.records.text import fold

TITLE = N_("Decisions")
DOCUMENT_STATES = {
    DecisionState.ISSUED: (N_("Issued"), "good"),
    DecisionState.RECALLED: (N_("Recalled"), "bad"),
    DecisionState.REPLACED: (N_("Replaced"), "warn"),
}
MOST_SHOWN = 100
"""Procedures of one decision on one page."""


async def decisions(request: web.Request) -> web.StreamResponse:
    """The list, the newest first."""
    desk, visitor, asked = request.app[DESK], visitor_of(request), asked_as_of(request)
    if desk.sources.about is None:
        return render(request, "publications_none.html", heading=TITLE, of_section="decisions")
    text, status, begin = asked_text(request), asked_choice(request, "status", tuple(Status)), asked_number(request)
    name = ("decisions", visitor.within, text, status, begin, asked.text)
    counted = await desk.counting.of(
        name, lambda: desk.ledger.read(_page, desk, asked.at, visitor.within, text, status, begin)
    )
    if counted.value is None:
        return still_working(request, TITLE, "decisions")
    return render(
        request,
        "decisions.html",
        found=counted.value,
        asked=asked,
        text=text,
        wanted_status=status,
        begin=begin,
        size=MOST,
        statuses=tuple(Status),
    )


def _page(
    session: Session, desk: Desk, at: datetime, within: str | None, text: str, status: str, begin: int
) -> DecisionPage:
    about = _about(desk)

    def answer() -> list[DecisionRow]:
        return every_decision(desk.once.judged(session, about, at), within=within)

    every = desk.once.of(session, ("decisions", about.pair, about.unit, within), at, answer)
    words = fold(text).split()
    chosen = [
        row
        for row in every
        if (not status or status in row.statuses) and all(word in fold(f"{row.number} {row.issuer}") for word in words)
    ]
    return decisions_page(chosen, begin=begin)


async def decision(request: web.Request) -> web.StreamResponse:
    """One decision with its procedures."""
    desk, visitor, asked = request.app[DESK], visitor_of(request), asked_as_of(request)
    number, issuer = request.match_info["number"], asked_text(request, "issuer")
    if desk.sources.about is None:
        raise web.HTTPNotFound
    name = ("decision", visitor.within, number, issuer, asked.text)
    counted = await desk.counting.of(
        name, lambda: desk.ledger.read(_one, desk, asked.at, visitor.within, number, issuer)
    )
    if not counted.is_known:
        return still_working(request, TITLE, "decisions")
    if counted.value is None:
        raise web.HTTPNotFound
    return render(
        request,
        "decision.html",
        one=counted.value.one,
        documents=counted.value.documents,
        document_states=DOCUMENT_STATES,
        begin=asked_number(request),
        size=MOST_SHOWN,
        asked=asked,
        steps=STEP_NAMES,
        modes=MODE_NAMES,
        **told_by(request),
    )


class Page(Struct, frozen=True):
    """One decision with its procedures, and what the document systems have shown of it, oldest first."""

    one: OneDecision
    documents: tuple[DocumentSeen, ...]


def _one(session: Session, desk: Desk, at: datetime, within: str | None, number: str, issuer: str) -> Page | None:
    about = _about(desk)
    rows = catalogue_once(desk.once, session, about.pair, at)
    found = only_of(desk.once.judged(session, about, at), parse_number(number).canonical)
    one = one_decision(rows, found, number, issuer=issuer, within=within)
    documents = documents_of(session, desk.sources.decisions, number, at) if one or within is None else ()
    if one is None and documents:
        one = _signed_alone(documents[-1].decision)
    return Page(one, documents) if one is not None else None


def _signed_alone(decision: Decision) -> OneDecision:
    """A decision that the document system alone knows."""
    number, issuer = parse_number(decision.number).canonical, decision.issuer_name or decision.issuer_code or ""
    row = DecisionRow(number=number, issuer=issuer, signed=decision.signed, procedures=0, statuses={}, units=())
    return OneDecision(row=row, procedures=(), unmatched=())


def only_of(found: Judged, number: str) -> Judged:
    """What was judged of one decision alone, so that a page of it does not look at all the others."""
    pairs = zip(found.judgements, found.attributions, strict=True)
    own = [(one, by) for one, by in pairs if one.publication.decision == number]
    judgements, attributions = tuple(one for one, _ in own), tuple(by for _, by in own)
    return structs.replace(found, judgements=judgements, attributions=attributions, told=Told())


def _about(desk: Desk) -> About:
    if desk.sources.about is None:
        raise web.HTTPNotFound
    return desk.sources.about


ROUTES = (
    Route("GET", "/decisions", "decisions", decisions, Capability.SEE),
    Route("GET", r"/decisions/{number:.+}", "decision", decision, Capability.SEE),
)
