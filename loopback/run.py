"""The loopback systems, running: on 127.0.0.1, on ports of the system's choice.

In: a catalogue. Out: `Systems`: addresses, states that can be changed while they run, and their fault plans. Leaving
the context closes everything, answers that are still dripping included.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from aiohttp import web

from loopback.catalogue import Catalogue, generate
from loopback.faults import FaultPlan
from loopback.gateway import gateway_app
from loopback.opencps import BASE as OPENCPS_BASE
from loopback.opencps import Access, OpenCpsState, opencps_app
from loopback.portal import PortalState, portal_app
from loopback.rest_gateway import GatewayBook

HOST: Final = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Systems:
    """The systems. ``portal_url`` is the portal's root (paths begin with ``/api/v1``); ``opencps_url`` ends in
    ``/o/rest/v2``; ``gateway_url`` is the root of the older gateway, which shows the portal's index and
    its public catalogue."""

    catalogue: Catalogue
    portal_url: str
    opencps_url: str
    portal: PortalState
    opencps: OpenCpsState
    access: Access
    portal_faults: FaultPlan = field(default_factory=FaultPlan)
    opencps_faults: FaultPlan = field(default_factory=FaultPlan)
    gateway_url: str = ""
    gateway_faults: FaultPlan = field(default_factory=FaultPlan)


@asynccontextmanager
async def serve(
    catalogue: Catalogue | None = None,
    *,
    access: Access | None = None,
    portal_port: int = 0,
    opencps_port: int = 0,
    gateway: bool = False,
) -> AsyncIterator[Systems]:
    """Run both systems about ``catalogue`` (by default the one of the standard seed) until the context is left.

    ``gateway``: the older gateway as well.
    """
    shown, admitted = catalogue or generate(), access or Access()
    portal, opencps = PortalState(shown), OpenCpsState(shown)
    plans = FaultPlan(), FaultPlan(), FaultPlan()
    async with AsyncExitStack() as stack:
        portal_url = await stack.enter_async_context(running(portal_app(portal, plans[0]), plans[0], portal_port))
        city_app = opencps_app(opencps, plans[1], admitted)
        city_url = await stack.enter_async_context(running(city_app, plans[1], opencps_port))
        older_url = ""
        if gateway:
            older = gateway_app(portal.evaluation, plans[2], GatewayBook(portal))
            older_url = await stack.enter_async_context(running(older, plans[2]))
        yield Systems(
            shown,
            portal_url,
            f"{city_url}{OPENCPS_BASE}",
            portal,
            opencps,
            admitted,
            *plans[:2],
            gateway_url=older_url,
            gateway_faults=plans[2],
        )


@asynccontextmanager
async def running(app: web.Application, faults: FaultPlan | None = None, port: int = 0) -> AsyncIterator[str]:
    """Run one application; yields its address, e.g. ``http://127.0.0.1:40123``."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        site = web.TCPSite(runner, HOST, port)
        await site.start()
        host, bound = runner.addresses[0][:2]
        yield f"http://{host}:{bound}"
    finally:
        if faults is not None:
            faults.drip.gate.set()
        await runner.cleanup()
