"""The list of causes that a mismatch may have: the Office extends it, and retires from it; nothing is forgotten.

In: words in both languages. Out: the list. The name of a cause is made from its English words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from aiohttp import web
from sqlalchemy.orm import Session

from syncd.desk.forms import form_of
from syncd.desk.languages import N_
from syncd.desk.refusals import REASONS
from syncd.desk.rendering import go_to, render
from syncd.desk.routes import DESK, Route, visitor_of
from syncd.ledger.causes import causes, keep_cause, retire_cause
from syncd.ledger.refusals import RefusedError
from syncd.records.roles import Capability
from syncd.records.text import fold

LONGEST = 36
_OTHER = re.compile(r"[^a-z0-9]+")


async def every_cause(request: web.Request) -> web.StreamResponse:
    """The list."""
    return await _page(request)


async def add_cause(request: web.Request) -> web.StreamResponse:
    """One more, or the words of one that is there."""
    form, desk, visitor = await form_of(request), request.app[DESK], visitor_of(request)
    given = {name: form.get(name) for name in ("slug", "vietnamese", "english")}
    try:
        await desk.ledger.write(_keep, given, now=desk.clock(), actor=visitor.actor)
    except RefusedError as error:
        return await _page(request, given, REASONS.get(error.reason, error.message), status=422)
    return go_to(request, "causes", say=N_("The list of causes is changed."))


async def retire(request: web.Request) -> web.StreamResponse:
    """Offers a cause no more."""
    form, desk, visitor = await form_of(request), request.app[DESK], visitor_of(request)
    await desk.ledger.write(retire_cause, slug=form.get("slug"), now=desk.clock(), actor=visitor.actor)
    return go_to(request, "causes", say=N_("The list of causes is changed."))


def slug_of(english: str, taken: set[str]) -> str:
    """A name that no other cause has; empty where the words have no letters."""
    base = _OTHER.sub("_", fold(english)).strip("_")[:LONGEST].strip("_")
    tries = (base, *(f"{base}_{number}" for number in range(2, 1000)))
    return next(one for one in tries if one not in taken) if base else ""


def _keep(session: Session, given: Mapping[str, str], *, now: datetime, actor: str) -> None:
    known = {one.slug for one in causes(session, with_retired=True)}
    slug = given["slug"] if given["slug"] in known else slug_of(given["english"], known)
    words = {name: given[name] for name in ("vietnamese", "english")}
    keep_cause(session, slug=slug, **words, now=now, actor=actor)


async def _page(
    request: web.Request, given: Mapping[str, str] | None = None, fault: str = "", status: int = 200
) -> web.Response:
    several = await request.app[DESK].ledger.read(causes, with_retired=True)
    return render(
        request,
        "causes.html",
        status=status,
        causes=sorted(several, key=lambda one: one.retired_at is not None),
        given=given or {"slug": "", "vietnamese": "", "english": ""},
        fault=fault,
    )


ROUTES = (
    Route("GET", "/causes", "causes", every_cause, Capability.KEEP_LISTS),
    Route("POST", "/causes", "add_cause", add_cause, Capability.KEEP_LISTS),
    Route("POST", "/causes/retire", "retire_cause", retire, Capability.KEEP_LISTS),
)
