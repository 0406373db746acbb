"""The integration API over the small catalogue, running, and a side that reads it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from adapters.national_integration import IntegrationSettings, IntegrationSide, definition
from loopback.faults import FaultPlan
from loopback.integration import FORWARD, IntegrationAccess, IntegrationState, integration_app
from loopback.portal import PortalState
from loopback.run import running
from syncd.reconcile.equality import FIELD_RULES, take_form
from syncd.records.procedure import Procedure
from syncd.sides.adapter import Surroundings
from syncd.sides.http import HttpClient, HttpSettings
from syncd.sides.registry import settings_for
from tests.adapters.test_national_portal import no_wait, small_catalogue

QUICK = {"requests_per_second": 100_000, "attempts": 2, "breaker_failures": 1000}
KINDS = {"1": "standard", "2": "specific", "3": "internal"}
OTHERWISE = frozenset({"portal_id"})
"""Identities of two generations."""

LEVELS = {"9": "other"}


@dataclass(slots=True)
class Clock:
    """Monotonic seconds that pass when a test says so."""

    at: float = 1000.0

    def __call__(self) -> float:
        return self.at


@dataclass(slots=True)
class Axis:
    """The running API: its address, what it holds, its fault plan, and the clock of the sides that read it."""

    url: str
    state: IntegrationState
    faults: FaultPlan = field(default_factory=FaultPlan)
    clock: Clock = field(default_factory=Clock)


@asynccontextmanager
async def integration_api(access: IntegrationAccess | None = None) -> AsyncIterator[Axis]:
    state, faults = IntegrationState(PortalState(small_catalogue()), access or IntegrationAccess()), FaultPlan()
    async with running(integration_app(state, faults), faults) as url:
        yield Axis(url, state, faults)


def around(password: str) -> Surroundings:
    def secret(name: str) -> str:
        assert name == "mapi-password"
        return password

    def http(side: str, chosen: HttpSettings) -> HttpClient:
        return HttpClient(side, chosen, secret=secret, sleep=no_wait)

    return Surroundings("portal", Path(), secret, http)


def table(axis: Axis, **settings: Any) -> dict[str, Any]:
    """One side's table as an operator would write it."""
    access = axis.state.access
    return {
        "adapter": "national-integration",
        "base_url": axis.url,
        "adapter_path": FORWARD,
        "share_path": "/mapi/share",
        "integration_path": "/mapi/integration",
        "dstcode": access.dstcode,
        "username": access.username,
        "password_secret": "mapi-password",
        "madonvi": access.madonvi,
        "kinds": KINDS,
        "levels": LEVELS,
        **QUICK,
        **settings,
    }


@asynccontextmanager
async def reading(axis: Axis, *, password: str | None = None, **settings: Any) -> AsyncIterator[IntegrationSide]:
    """A side over the API, built as the daemon builds it, but for its clock."""
    checked = settings_for(definition, table(axis, **settings), "portal")
    assert isinstance(checked, IntegrationSettings)
    clock: Callable[[], float] = axis.clock
    side = IntegrationSide(checked, around(axis.state.access.password if password is None else password), clock)
    try:
        yield side
    finally:
        await side.close()


def compared(record: Procedure, name: str) -> Any:
    """A field as the core compares it."""
    if name == "methods":
        ways = record.methods or ()
        record = replace(
            record,
            methods=tuple(replace(way, fees=tuple(replace(fee, kind="") for fee in way.fees)) for way in ways),
        )
    value, rule = getattr(record, name), FIELD_RULES.get(name)
    return value if rule is None or value is None else take_form(rule, value, {})
