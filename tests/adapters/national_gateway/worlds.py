"""The older gateway over the small catalogue, running, and a side that reads it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from adapters.national_gateway import GatewaySide, definition
from loopback.faults import FaultPlan
from loopback.gateway import gateway_app
from loopback.portal import PortalState
from loopback.rest_gateway import GatewayBook
from loopback.run import running
from syncd.records.procedure import Procedure
from syncd.sides.adapter import Listed, Record, Surroundings
from syncd.sides.errors import ShapeError, SideError
from syncd.sides.http import HttpClient, HttpSettings
from syncd.sides.reading import Evidence, Proof, prove
from syncd.sides.registry import settings_for
from tests.adapters.test_national_portal import no_secret, no_wait, small_catalogue

QUICK = {"requests_per_second": 10_000, "attempts": 2, "breaker_failures": 1000, "page_size": 100}


@dataclass(slots=True)
class Older:
    """The running gateway: its address, what it shows, its fault plan."""

    url: str
    book: GatewayBook
    faults: FaultPlan = field(default_factory=FaultPlan)


@asynccontextmanager
async def older_gateway() -> AsyncIterator[Older]:
    portal, faults = PortalState(small_catalogue()), FaultPlan()
    book = GatewayBook(portal)
    async with running(gateway_app(portal.evaluation, faults, book), faults) as url:
        yield Older(url, book, faults)


def gateway_side(url: str, **settings: Any) -> GatewaySide:
    """The side, built as the daemon builds it."""

    def http(side: str, chosen: HttpSettings) -> HttpClient:
        return HttpClient(side, chosen, secret=no_secret, sleep=no_wait)

    table = {"adapter": "national-gateway", "base_url": url, **QUICK, **settings}
    assert definition.build is not None
    built = definition.build(settings_for(definition, table, "portal"), Surroundings("portal", Path(), no_secret, http))
    assert isinstance(built, GatewaySide)
    return built


@asynccontextmanager
async def reading(older: Older, **settings: Any) -> AsyncIterator[GatewaySide]:
    side = gateway_side(older.url, **settings)
    try:
        yield side
    finally:
        await side.close()


def procedures(side: Any, found: Iterable[Listed]) -> list[Procedure]:
    """Those that can be read; one record of the catalogue has an impossible date."""
    return [one for listed in found if (one := procedure(side, Record(*listed))) is not None]


def procedure(side: Any, record: Record) -> Procedure | None:
    try:
        translated: Procedure = side.canonical(record)
    except ShapeError:
        return None
    return translated


async def read(side: Any) -> tuple[list[Listed], Proof]:
    """List as a pass does: the first error ends it and is part of the proof."""
    evidence, found, failure = Evidence(), list[Listed](), None
    try:
        async for page in side.list_records(evidence):
            found += page
    except SideError as error:
        failure = error.message
    keys = [one.key for one in found]
    return found, prove(evidence, failure=failure, duplicates=len(keys) - len(set(keys)))
