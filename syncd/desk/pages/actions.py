"""Acting on mismatches, one or many: a form, for many a preview of what would change, then the change itself.

In: ids, a form. Out: one audit row for each that changed; then back to where one was, with a sentence. What is another
unit's is not there (404), also for a form that was made by hand; doing the same twice changes nothing twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from syncd.desk.forms import Form, form_of
from syncd.desk.languages import N_
from syncd.desk.pages.act_fields import KEEP, USUAL_DAYS, Asked, Faults, Values, day_of
from syncd.desk.pages.acts import ACTS, Act
from syncd.desk.pages.ground import Ground, ground_of, shifts_of
from syncd.desk.pages.selection import (
    ChangedError,
    UndoneError,
    UnseenError,
    act_on,
    ids_in_form,
    ids_in_query,
    try_on,
)
from syncd.desk.pages.telling import tell_of
from syncd.desk.refusals import REASONS
from syncd.desk.rendering import go_back, render, ways_of
from syncd.desk.routes import DESK, Handler, Route, visitor_of
from syncd.desk.ways import inside
from syncd.desk.writing import day
from syncd.ledger.refusals import RefusedError
from syncd.ledger.work import Work
from syncd.records.dates import local_date

CLOSED = N_("It was closed meanwhile, so nothing was changed.")
WAITS = N_("The wish is noted; the next pass answers it.")
CHANGED = N_("A value has changed since you saw it. Look at it as it stands now, then decide again.")
FIELD_OF = {
    "unknown_user": "assignee",
    "unknown_cause": "cause",
    "expiry_out_of_range": "until",
    "text_empty": "text",
    "text_too_long": "text",
    "text_unreadable": "text",
}


def ask_for(act: Act) -> Handler:
    """The page with the act's form."""

    async def ask(request: web.Request) -> web.StreamResponse:
        ids, every = ids_in_query(request), request.query.get("all") == "1"
        if not ids and not every:
            return go_back(request.query.get("back", ""), say=N_("Choose at least one row first."))
        ground = await ground_of(request, ids, request.query.get("filter", "") if every else None)
        if not ground.selection.about:
            raise web.HTTPNotFound
        return _page(request, act, ground, _first(request, act, ground), back=request.query.get("back", ""))

    return ask


def act_by(act: Act) -> Handler:
    """Takes the act's form: shows it again, tries it, or does it."""

    async def take(request: web.Request) -> web.StreamResponse:
        form, ids = await form_of(request), ids_in_form(await form_of(request))
        ground = await ground_of(request, ids, None)
        asked = Asked(form, ground.names, ground.selection.about, local_date(request.app[DESK].clock()))
        values, faults = act.read(asked)
        shown: dict[str, Any] = {"back": form.get("back")}
        step = form.get("step") or ("apply" if len(ids) == 1 else "preview")
        if step == "edit":
            return _page(request, act, ground, _given(form), **shown)
        if faults:
            return _page(request, act, ground, _given(form), faults=faults, status=422, **shown)
        try:
            if step == "preview":
                number = await _tried(request, act, ids, values)
                return _page(request, act, ground, _given(form), tried=number, values=values, **shown)
            return await _done(request, act, ids, values, form)
        except UnseenError:
            raise web.HTTPNotFound from None
        except ChangedError:
            return _page(request, act, ground, _given(form), conflict=CHANGED, status=409, **shown)
        except RefusedError as error:
            return _page(request, act, ground, _given(form), faults=_faults(act, error), status=422, **shown)

    return take


async def _tried(request: web.Request, act: Act, ids: Sequence[str], values: Values) -> int:
    desk, visitor = request.app[DESK], visitor_of(request)
    who: dict[str, Any] = {"within": visitor.within, "now": desk.clock(), "actor": visitor.actor}
    try:
        await desk.ledger.write(try_on, ids, act, values, **who)
    except UndoneError as undone:
        return undone.changed
    raise AssertionError("a trial is always undone")


async def _done(request: web.Request, act: Act, ids: Sequence[str], values: Values, form: Form) -> web.Response:
    desk, visitor = request.app[DESK], visitor_of(request)
    who: dict[str, Any] = {"within": visitor.within, "now": desk.clock(), "actor": visitor.actor}
    acted = await desk.ledger.write(act_on, ids, act, values, form.get("seen"), **who)
    said = act.done if tell_of(request.app, acted) else WAITS
    if not acted.changed:
        said = CLOSED if act.open_only and not acted.before.open else act.same
    fallback = ways_of(request).url("mismatch", id=ids[0]) if len(ids) == 1 else ways_of(request).url("queue")
    return go_back(inside(form.get("back"), fallback), say=said)


def _page(
    request: web.Request,
    act: Act,
    ground: Ground,
    given: Mapping[str, str],
    *,
    back: str,
    faults: Faults | None = None,
    status: int = 200,
    tried: int | None = None,
    values: Values | None = None,
    conflict: str = "",
) -> web.Response:
    about = ground.selection.about
    one = about[0] if len(about) == 1 else None
    fallback = ways_of(request).url("mismatch", id=one.id) if one else ways_of(request).url("queue")
    return render(
        request,
        "act.html",
        status=status,
        act=act,
        ground=ground,
        count=len(about),
        one=ground.sample[0] if one else None,
        given=given,
        faults=faults or {},
        conflict=conflict,
        tried=tried,
        shifts=shifts_of(act, ground, values) if values is not None else [],
        back=inside(back, fallback),
        last_day=day(last) if (last := day_of(given["until"])) else "",
        keep=KEEP,
    )


def _first(request: web.Request, act: Act, ground: Ground) -> dict[str, str]:
    """What the form says before anybody has written in it."""
    visitor, about = visitor_of(request), ground.selection.about
    work = ground.work.get(about[0].id) or Work(about[0].id)
    is_one = len(about) == 1
    today = local_date(request.app[DESK].clock())
    return {
        "assignee": work.assignee if is_one else KEEP,
        "unit": (work.unit or "") if is_one else KEEP,
        "cause": (work.cause or "") if is_one else "",
        "reference": work.report_reference if is_one else "",
        "owner": visitor.name,
        "until": str(today.fromordinal(today.toordinal() + USUAL_DAYS)) if act.name == "waive" else "",
        "reason": "",
        "text": "",
    }


def _given(form: Form) -> dict[str, str]:
    names_ = ("assignee", "unit", "cause", "reference", "owner", "until", "reason", "text")
    return {name: form.get("me") if name == "assignee" and form.get("me") else form.get(name) for name in names_}


def _faults(act: Act, error: RefusedError) -> Faults:
    field = FIELD_OF.get(error.reason, "")
    if field == "text":
        field = {"waive": "reason", "report": "reference"}.get(act.name, "text")
    return {field: REASONS.get(error.reason, error.message)}


def _routes(act: Act) -> tuple[Route, Route]:
    path = f"/act/{act.name}"
    return (
        Route("GET", path, f"act_{act.name}", ask_for(act), act.capability),
        Route("POST", path, f"act_{act.name}_now", act_by(act), act.capability),
    )


ROUTES = tuple(route for act in ACTS.values() for route in _routes(act))
