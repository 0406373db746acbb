"""The review desk as one application: every module's routes joined, behind one chain of security.

In: a desk, its settings. Out: an aiohttp application. A new page is one line in `MODULES`.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Protocol

from aiohttp import web

from syncd.config.desk import DeskConfig
from syncd.desk import live as live_pages
from syncd.desk.api import description as api
from syncd.desk.assets import Assets
from syncd.desk.forms import LARGEST_BODY
from syncd.desk.live import LIVE, Live
from syncd.desk.pages import (
    account,
    actions,
    audit,
    causes,
    decisions,
    documents,
    index_page,
    mismatch,
    overview,
    preferences,
    procedures,
    publications,
    queue,
    saved_views,
    sign_in,
    units,
    users,
)
from syncd.desk.rendering import RENDERING, Rendering
from syncd.desk.routes import DESK, Desk, Route
from syncd.desk.security.forgetting import Forgetting
from syncd.desk.security.limits import SignInLimits
from syncd.desk.security.middleware import MIDDLEWARES, TABLE, prepare
from syncd.desk.security.places import places_of
from syncd.desk.security.sessions import GUARD, Guard
from syncd.desk.security.signing_in import HASHING, Hashing
from syncd.desk.ways import Ways
from syncd.records.roles import Capability


class PageModule(Protocol):
    """A module with a table of routes."""

    @property
    def ROUTES(self) -> Sequence[Route]:  # noqa: N802 - the name of the table in every module
        """The module's table."""
        ...


MODULES: tuple[PageModule, ...] = (
    overview,
    units,
    sign_in,
    preferences,
    account,
    users,
    publications,
    index_page,
    procedures,
    decisions,
    documents,
    audit,
    queue,
    saved_views,
    mismatch,
    actions,
    causes,
    live_pages,
    api,
)


def routes() -> list[Route]:
    """Every route of the desk, but for the files that `desk_app` itself serves."""
    return list(chain.from_iterable(module.ROUTES for module in MODULES))


def desk_app(
    desk: Desk,
    settings: DeskConfig,
    *,
    live: Live | None = None,
    random: Callable[[int], bytes] = secrets.token_bytes,
    pages: Iterable[Route] | None = None,
    forgetting: Forgetting | None = None,
) -> web.Application:
    """The application. ``live``: where the daemon's announcements go; ``random``: the source of every secret.

    ``pages``: other routes than those of `MODULES`; ``forgetting``: how often old sessions go. Raises ValueError where
    two routes share a name or an address.
    """
    assets = Assets()
    table = [*(routes() if pages is None else pages), static_route(assets)]
    _require_distinct(table)
    app = web.Application(middlewares=MIDDLEWARES, client_max_size=LARGEST_BODY)
    app[DESK] = desk
    app[GUARD] = Guard(settings, places_of(desk.public_url, settings.host, settings.port), random, SignInLimits())
    app[RENDERING] = Rendering(Ways(table), assets)
    app[LIVE] = Live() if live is None else live
    app[HASHING] = Hashing()
    app[TABLE] = {one: route for route in table for one in _added(app, route)}
    app.on_response_prepare.append(prepare)
    app.on_shutdown.append(_let_go)
    app.cleanup_ctx.append((Forgetting() if forgetting is None else forgetting).beside)
    return app


def static_route(assets: Assets) -> Route:
    """The route of the files that pages load."""
    return Route("GET", "/static/{name}", "static", assets.serve, Capability.SIGN_IN)


async def _let_go(app: web.Application) -> None:
    app[LIVE].close()


def _added(app: web.Application, route: Route) -> Iterable[web.AbstractRoute]:
    methods = ("GET", "HEAD") if route.method == "GET" else (route.method,)
    resource = app.router.add_resource(route.path)
    return [resource.add_route(method, route.handler) for method in methods]


def _require_distinct(table: Sequence[Route]) -> None:
    names, addresses = Counter(route.name for route in table), Counter((route.method, route.path) for route in table)
    twice = [str(one) for counted in (names, addresses) for one, times in counted.items() if times > 1]
    if twice:
        raise ValueError(f"two routes of the desk are {', '.join(twice)}")
