"""The review desk as the daemon serves it: the application, with everything that it asks.

In: an open ledger, settings, the daemon's control. Out: an application that can be served.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from secrets import token_bytes

from aiohttp import web

from syncd.config import Configuration, DeskConfig, secrets_of
from syncd.courses import sources
from syncd.desk.app import desk_app, routes
from syncd.desk.live import Live
from syncd.desk.pages.oidc import oidc_routes
from syncd.desk.routes import Control, Desk
from syncd.desk.warming import warming
from syncd.ledger import Ledger
from syncd.metrics import Metrics
from syncd.rooms import desk_url
from syncd.showing import fresh_for


def desk_room(
    settings: DeskConfig,
    control: Control,
    *,
    configuration: Configuration,
    ledger: Ledger,
    clock: Callable[[], datetime],
    live: Live,
    metrics: Metrics,
) -> web.Application:
    """The desk. ``settings.listen`` is the address that was taken."""
    desk = Desk(
        ledger,
        clock,
        control,
        desk_url(settings),
        pairs=tuple(one.name for one in configuration.comparing),
        sources=sources(configuration),
        fresh_for=fresh_for(configuration),
        failed=metrics.desk_failed,
    )
    provider = oidc_routes(
        settings,
        public_url=desk_url(settings),
        clock=clock,
        secret=secrets_of(configuration),
        random=token_bytes,
    )
    app = desk_app(desk, settings, live=live, pages=(*routes(), *provider))
    app.cleanup_ctx.append(warming())
    return app
