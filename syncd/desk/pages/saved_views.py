"""Saved views: states of the queue that somebody keeps under a name.

In: the filter of a page, a name. Out: back to the queue. What is kept is written anew from the filter, so that a view
is never anything but a filter.
"""

from __future__ import annotations

from aiohttp import web

from syncd.desk.forms import form_of
from syncd.desk.languages import N_
from syncd.desk.pages.queue import parsed, way_to
from syncd.desk.rendering import go_back
from syncd.desk.routes import DESK, Route, visitor_of
from syncd.desk.ways import query_of
from syncd.ledger.saved_views import drop_view, save_view
from syncd.records.roles import Capability


async def keep_view(request: web.Request) -> web.StreamResponse:
    """Keeps the state of the page under a name; only who keeps lists may share it with everybody."""
    form, desk, visitor = await form_of(request), request.app[DESK], visitor_of(request)
    wanted = parsed(form.get("query"))
    await desk.ledger.write(
        save_view,
        user_id=visitor.user_id,
        name=form.get("name"),
        address=query_of(wanted.query()).removeprefix("?"),
        is_shared=bool(form.get("shared")) and visitor.may(Capability.KEEP_LISTS),
        now=desk.clock(),
        actor=visitor.actor,
    )
    return go_back(way_to(request, wanted), say=N_("The view is saved."))


async def forget_view(request: web.Request) -> web.StreamResponse:
    """Drops one of one's own views."""
    form, desk, visitor = await form_of(request), request.app[DESK], visitor_of(request)
    view_id = int(request.match_info["view_id"])
    dropped = await desk.ledger.write(
        drop_view, view_id=view_id, user_id=visitor.user_id, now=desk.clock(), actor=visitor.actor
    )
    if not dropped:
        raise web.HTTPNotFound
    return go_back(form.get("back"), say=N_("The view is gone."))


ROUTES = (
    Route("POST", "/queue/views", "keep_view", keep_view, Capability.SEE),
    Route("POST", r"/queue/views/{view_id:\d{1,9}}/drop", "forget_view", forget_view, Capability.SEE),
)
