"""An iGate site over the small catalogue, running with its Keycloak, and sides that read it."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from aiohttp import web

from adapters.igate import IgateDossiers, IgateSettings, IgateSide, definition
from loopback.catalogue import Catalogue
from loopback.faults import FaultPlan
from loopback.igate import igate_app
from loopback.igate_dossiers import LEVEL_QUERY
from loopback.igate_sso import SsoState, sso_app
from loopback.igate_state import ROOT_ID, IgateState
from loopback.run import running
from syncd.sides.adapter import Listed, Record, Surroundings
from syncd.sides.http import HttpClient, HttpSettings
from syncd.sides.registry import settings_for
from tests.adapters.national_integration.worlds import Clock
from tests.adapters.test_national_portal import no_wait, small_catalogue

QUICK = {"requests_per_second": 100_000, "attempts": 2, "breaker_failures": 1000, "page_size": 100}
NO_PROCEDURES = Catalogue(seed=7, portal=(), city=(), equivalences={}, planted=(), events=(), registers={})


@cache
def lasting_catalogue() -> Catalogue:
    """The small catalogue; every event loop that closes collects garbage, and these records are none."""
    made = small_catalogue()
    gc.freeze()
    return made


@dataclass(slots=True)
class Site:
    """The running site: its addresses, what it holds, its fault plans, and the clock of it and of its readers."""

    url: str
    sso_url: str
    state: IgateState
    clock: Clock
    faults: FaultPlan = field(default_factory=FaultPlan)
    sso_faults: FaultPlan = field(default_factory=FaultPlan)

    @property
    def sso(self) -> SsoState:
        return self.state.sso


@asynccontextmanager
async def igate(catalogue: Catalogue | None = None) -> AsyncIterator[Site]:
    clock, faults, sso_faults = Clock(), FaultPlan(), FaultPlan()
    state = IgateState(catalogue or lasting_catalogue(), SsoState(clock=clock))
    async with (
        running(igate_app(state, faults), faults) as url,
        running(sso_app(state.sso, sso_faults), sso_faults) as sso_url,
    ):
        yield Site(url, sso_url, state, clock, faults, sso_faults)


def table(site: Site, **settings: Any) -> dict[str, Any]:
    """One side's table as an operator would write it."""
    return {
        "adapter": "igate",
        "base_url": site.url,
        "sso_url": site.sso_url,
        "client_id": site.sso.client_id,
        "client_secret_secret": "igate-client",
        "agency_id": ROOT_ID,
        **QUICK,
        **settings,
    }


def by_password(site: Site) -> dict[str, Any]:
    """How a member of the staff signs in, through the public client."""
    return {
        "grant": "password",
        "client_id": "web-onegate",
        "client_secret_secret": None,
        "username": site.sso.username,
        "password_secret": "igate-password",
    }


def around(site: Site, **told: str) -> Surroundings:
    """The surroundings; ``told`` replaces secrets by name, with ``_`` for ``-``."""
    secrets = {"igate-client": site.sso.client_secret, "igate-password": site.sso.password}
    secrets |= {name.replace("_", "-"): text for name, text in told.items()}

    def http(side: str, chosen: HttpSettings) -> HttpClient:
        return HttpClient(side, chosen, secret=secrets.__getitem__, sleep=no_wait)

    return Surroundings("city", Path(), secrets.__getitem__, http)


def checked(site: Site, **settings: Any) -> IgateSettings:
    made = settings_for(definition, table(site, **settings), "city")
    assert isinstance(made, IgateSettings)
    return made


@asynccontextmanager
async def reading(site: Site, secrets: dict[str, str] | None = None, **settings: Any) -> AsyncIterator[IgateSide]:
    """A side over the site, built as the daemon builds it, but for its clock."""
    side = IgateSide(checked(site, **settings), around(site, **(secrets or {})), site.clock)
    try:
        yield side
    finally:
        await side.close()


@asynccontextmanager
async def counting(site: Site, **settings: Any) -> AsyncIterator[IgateDossiers]:
    """A counter of the site's dossiers."""
    asked = {"statistics_query": LEVEL_QUERY, "page_size": 10, **settings}
    reader = IgateDossiers(checked(site, **asked), around(site), site.clock)
    try:
        yield reader
    finally:
        await reader.close()


async def records(side: IgateSide, found: list[Listed]) -> dict[str, Record]:
    """Every record by key, with its details where there are any."""
    has_details = side.capabilities.details
    return {one.key: Record(*one, await side.fetch_detail(one) if has_details else None) for one in found}


class Served(Protocol):
    """Makes a site that gives just these answers by path; a list answers page after page, from the first."""

    async def __call__(self, answers: dict[str, Any]) -> Site: ...


@asynccontextmanager
async def answering() -> AsyncIterator[Served]:
    """A gateway with answers made by hand, beside the loopback Keycloak."""
    async with AsyncExitStack() as stack:
        site = await stack.enter_async_context(igate(NO_PROCEDURES))

        async def make(answers: dict[str, Any]) -> Site:
            async def handler(request: web.Request) -> web.Response:
                site.state.asked.append(request.path_qs)
                answer = answers[request.path]
                if isinstance(answer, list) and answer and isinstance(answer[0], dict) and "content" in answer[0]:
                    answer = answer[min(int(request.query["page"]), len(answer) - 1)]
                return web.json_response(answer)

            app = web.Application()
            app.router.add_get("/{path:.*}", handler)
            site.url = await stack.enter_async_context(running(app))
            return site

        yield make
