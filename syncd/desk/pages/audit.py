"""The audit trail: who changed what, and whether anything of it was removed or changed since.

In: filters in the address. Out: a page of entries, the newest first, with what following the chain showed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from gettext import NullTranslations
from typing import Final

import sqlalchemy as sa
from aiohttp import web
from msgspec import Struct
from sqlalchemy.orm import Session

from syncd.desk.asking import asked_number, asked_text
from syncd.desk.languages import N_
from syncd.desk.pages.audit_words import action_words, break_words, fact_name, fact_words
from syncd.desk.rendering import render, words_of
from syncd.desk.routes import DESK, Desk, Route
from syncd.ledger.audit import AuditEntry, audit_of, chain_head, trail
from syncd.ledger.audit_chain import parse_head
from syncd.ledger.audit_proof import Verification, verify_chain
from syncd.ledger.tables import AUDIT
from syncd.records.roles import Capability

SIZE: Final = 100
EVERY: Final = 600
"""Seconds for which one following of the whole chain is believed; newer rows are said to be newer."""
LONGEST_DETAIL: Final = 1_500
_HASH = re.compile(r"[0-9a-f]{64}")
NOTED = {
    True: N_("The hash that you noted is in the chain: nothing up to it was changed."),
    False: N_("The hash that you noted is not in the chain: the trail was written anew, or it was noted wrongly."),
}


class Checked(Struct, frozen=True):
    """What following the chain showed, when, and since when the trail has been kept."""

    at: datetime
    found: Verification
    since: datetime | None


class Entry(Struct, frozen=True):
    """One entry as it is shown. ``facts``: what it says, in words, by name; ``is_cut``: one was longer."""

    entry: AuditEntry
    facts: Mapping[str, str]
    is_cut: bool


class AuditPage(Struct, frozen=True, kw_only=True):
    """Some entries. ``next``: the id before which the page after begins, 0 at the end.

    ``rows``: how many stand in the chain now. ``has_noted``: whether the noted hash is in it, None where none is asked.
    """

    entries: tuple[Entry, ...]
    next: int
    rows: int
    newest: str
    has_noted: bool | None


class Asked(Struct, frozen=True, kw_only=True):
    """The filters."""

    actor: str
    action: str
    pair: str
    mismatch: str
    before: int
    noted: str


async def audit(request: web.Request) -> web.StreamResponse:
    """The trail."""
    desk, asked, words = request.app[DESK], _asked(request), words_of(request)
    found = await desk.ledger.read(_page, asked, words)
    checked = await desk.counting.of("audit chain", lambda: desk.ledger.read(_checked, desk))
    actions = await desk.counting.of("audit actions", lambda: desk.ledger.read(_actions))
    return render(
        request,
        "audit.html",
        found=found,
        asked=asked,
        checked=checked.value,
        actions=actions.value or (),
        pairs=desk.pairs,
        noted_words=NOTED,
        action_words=lambda action: action_words(action, words),
        break_words=lambda verification: break_words(verification.words, words),
    )


def _asked(request: web.Request) -> Asked:
    noted = asked_text(request, "noted").lower()
    return Asked(
        actor=asked_text(request, "actor"),
        action=asked_text(request, "action"),
        pair=asked_text(request, "pair"),
        mismatch=asked_text(request, "mismatch"),
        before=asked_number(request, "before"),
        noted=noted if _HASH.fullmatch(noted) else "",
    )


def _page(session: Session, asked: Asked, words: NullTranslations) -> AuditPage:
    entries = _entries(session, asked)
    rows, newest = parse_head(chain_head(session))
    more = len(entries) > SIZE
    return AuditPage(
        entries=tuple(_shown(one, words) for one in entries[:SIZE]),
        next=entries[SIZE - 1].id if more else 0,
        rows=rows,
        newest=newest,
        has_noted=_has(session, asked.noted) if asked.noted else None,
    )


def _entries(session: Session, asked: Asked) -> list[AuditEntry]:
    """The newest that are asked for, and one more."""
    if not asked.mismatch:
        return trail(
            session,
            pair=asked.pair or None,
            actor=asked.actor or None,
            action=asked.action or None,
            before=asked.before or None,
            limit=SIZE + 1,
        )
    found = (
        one
        for one in reversed(audit_of(session, asked.mismatch))
        if asked.pair in ("", one.pair)
        and asked.actor in ("", one.actor)
        and asked.action in ("", one.action)
        and (not asked.before or one.id < asked.before)
    )
    return [one for one, _ in zip(found, range(SIZE + 1), strict=False)]


def _shown(one: AuditEntry, words: NullTranslations) -> Entry:
    facts = {fact_name(name, words): fact_words(name, value, words) for name, value in one.detail.items()}
    cut = {name: text[:LONGEST_DETAIL] for name, text in facts.items()}
    return Entry(one, cut, cut != facts)


def _has(session: Session, noted: str) -> bool:
    return session.scalar(sa.select(AUDIT.c.id).where(AUDIT.c.chain == noted).limit(1)) is not None


def _checked(session: Session, desk: Desk) -> Checked:
    """The chain followed from its first row to its newest, once in a while."""
    now = desk.clock()

    def answer() -> Checked:
        since = session.scalar(sa.select(AUDIT.c.at).order_by(AUDIT.c.id).limit(1))
        return Checked(now, verify_chain(session), since)

    question = ("audit chain", int(now.timestamp()) // EVERY)
    return desk.once.of(session, question, now, answer, may_be_old=True)


def _actions(session: Session) -> tuple[str, ...]:
    return tuple(session.scalars(sa.select(AUDIT.c.action).distinct().order_by(AUDIT.c.action)))


ROUTES = (Route("GET", "/audit", "audit", audit, Capability.SEE_AUDIT),)
