"""Every system that can be a side of a pair, running over one catalogue: one row a system.

In: nothing. Out: `SYSTEMS`; for each, how it is started and what an operator would write to read it. A new adapter is a
new row, and with it part of the differential test, of the captures' and of the table of capabilities.
"""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from dataclasses import dataclass, replace
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

from aiohttp import web

from loopback.bridge import BridgeState, bridge_app
from loopback.catalogue import HANOI_ID, Catalogue, CityRow, PortalRecord, generate
from loopback.catalogue.agencies import HANOI_CENTRE
from loopback.catalogue.files import CANONICAL, COLUMNS
from loopback.faults import FaultPlan
from loopback.gateway import gateway_app
from loopback.igate import igate_app
from loopback.igate_sso import SsoState, sso_app
from loopback.igate_state import ROOT_ID, IgateState
from loopback.integration import FORWARD, IntegrationAccess, IntegrationState, integration_app
from loopback.opencps import BASE, Access, OpenCpsState, opencps_app
from loopback.portal import PortalState, portal_app
from loopback.rest_gateway import GatewayBook
from loopback.run import running
from syncd.cli.demonstration.catching_up import entered
from syncd.sides.adapter import ReadingAdapter, Surroundings
from syncd.sides.http import HttpClient, HttpSettings
from syncd.sides.registry import definition, settings_for

QUICK = {"requests_per_second": 100_000, "attempts": 2, "breaker_failures": 1000}
KINDS = {"1": "standard", "2": "specific", "3": "internal"}
PASSWORD = "một-mật-khẩu-dài"
TABLE = "thu_tuc"

Table = dict[str, Any]
"""One side's table, as an operator would write it."""


@cache
def catalogue() -> Catalogue:
    """Both sides say the same: the city has typed each procedure off the portal, without a mistake."""
    made = generate(seed=7, size=600)
    return replace(made, city=tuple(row for record in made.portal if (row := typed_off(record)) is not None))


def typed_off(record: PortalRecord) -> CityRow | None:
    """The city's row of a record; None for one that is spoiled on the portal, or that nobody would type off."""
    try:
        return entered(record) if record.code.strip() == record.code else None
    except (AttributeError, IndexError, KeyError, OverflowError, TypeError, ValueError):
        return None


@dataclass(frozen=True)
class Running:
    """A system that runs: the table of its side, the secrets that the table names, and how it can misbehave."""

    table: Table
    secrets: dict[str, str]
    faults: FaultPlan


def as_it_is(app: web.Application) -> web.Application:
    return app


@dataclass(frozen=True)
class Stage:
    """Where and over what a system runs. ``wrap`` may stand in front of its application."""

    folder: Path
    shown: Catalogue
    wrap: Callable[[web.Application], web.Application] = as_it_is


@dataclass(frozen=True)
class System:
    """One system. ``identity``: of which generation its portal ids are; ``shows``: which records of the portal are on
    it; ``apart``: fields whose words are the system's own, with the reason."""

    name: str
    over: Callable[[Stage], AbstractAsyncContextManager[Running]]
    identity: str
    shows: Callable[[PortalRecord], bool]
    apart: dict[str, str]

    def start(self, folder: Path) -> AbstractAsyncContextManager[Running]:
        """The system over the small catalogue."""
        return self.over(Stage(folder, catalogue()))


def surroundings(secrets: dict[str, str], folder: Path, side: str = "portal") -> Surroundings:
    """What the daemon hands to an adapter; nothing is waited for."""

    def http(label: str, settings: HttpSettings) -> HttpClient:
        return HttpClient(label, settings, secret=secrets.__getitem__, sleep=no_wait)

    return Surroundings(side, folder, secrets.__getitem__, http, frozenset({HANOI_ID}))


async def no_wait(_seconds: float) -> None: ...


@asynccontextmanager
async def reading(system: System, folder: Path) -> AsyncIterator[ReadingAdapter]:
    """A side over the system, built as the daemon builds it."""
    async with system.start(folder) as found:
        side = built(found, folder)
        try:
            yield side
        finally:
            await side.close()


def built(found: Running, folder: Path) -> ReadingAdapter:
    known = definition(found.table["adapter"])
    assert known.build is not None
    return known.build(settings_for(known, found.table, "side"), surroundings(found.secrets, folder))


@asynccontextmanager
async def national_portal(stage: Stage) -> AsyncIterator[Running]:
    faults = FaultPlan()
    async with running(stage.wrap(portal_app(PortalState(stage.shown), faults)), faults) as url:
        yield Running({"adapter": "national-portal", "base_url": url, "page_size": 100, **QUICK}, {}, faults)


@asynccontextmanager
async def national_gateway(stage: Stage) -> AsyncIterator[Running]:
    faults, portal = FaultPlan(), PortalState(stage.shown)
    names = {HANOI_CENTRE.name: HANOI_CENTRE.code}
    async with running(stage.wrap(gateway_app(portal.evaluation, faults, GatewayBook(portal))), faults) as url:
        table = {"adapter": "national-gateway", "base_url": url, "page_size": 100, "agency_codes": names, **QUICK}
        yield Running(table, {}, faults)


@asynccontextmanager
async def national_integration(stage: Stage) -> AsyncIterator[Running]:
    faults, access = FaultPlan(), replace(IntegrationAccess(), password=PASSWORD)
    state = IntegrationState(PortalState(stage.shown), access)
    async with running(stage.wrap(integration_app(state, faults)), faults) as url:
        table = {
            "adapter": "national-integration",
            "base_url": url,
            "adapter_path": FORWARD,
            "share_path": "/mapi/share",
            "integration_path": "/mapi/integration",
            "dstcode": access.dstcode,
            "username": access.username,
            "password_secret": "password",
            "madonvi": access.madonvi,
            "kinds": KINDS,
            "levels": {"9": "other"},
            **QUICK,
        }
        yield Running(table, {"password": PASSWORD}, faults)


@asynccontextmanager
async def provincial_bridge(stage: Stage) -> AsyncIterator[Running]:
    faults, state = FaultPlan(), BridgeState(IntegrationState(PortalState(stage.shown)))
    state.bearer = "a-token-of-the-bridge"
    async with running(stage.wrap(bridge_app(state, faults)), faults) as url:
        table = {
            "adapter": "provincial-bridge",
            "base_url": url,
            "bearer_secret": "token",
            "kinds": KINDS,
            "levels": {"9": "other"},
            **QUICK,
        }
        yield Running(table, {"token": state.bearer}, faults)


@asynccontextmanager
async def opencps(stage: Stage) -> AsyncIterator[Running]:
    faults, access = FaultPlan(), replace(Access(), password=PASSWORD)
    async with running(stage.wrap(opencps_app(OpenCpsState(stage.shown), faults, access)), faults) as url:
        table = {
            "adapter": "opencps",
            "base_url": f"{url}{BASE}",
            "group_id": access.group_id,
            "basic_user": access.username,
            "basic_password_secret": "password",
            **QUICK,
        }
        yield Running(table, {"password": PASSWORD}, faults)


@asynccontextmanager
async def igate(stage: Stage) -> AsyncIterator[Running]:
    faults, sso = FaultPlan(), SsoState(clock=lambda: 1000.0)
    state = IgateState(stage.shown, sso)
    async with (
        running(stage.wrap(igate_app(state, faults)), faults) as url,
        running(sso_app(sso, FaultPlan())) as sso_url,
    ):
        table = {
            "adapter": "igate",
            "base_url": url,
            "sso_url": sso_url,
            "client_id": sso.client_id,
            "client_secret_secret": "client",
            "agency_id": ROOT_ID,
            "sector_codes": {own: code for code, own in state.abbreviations.items()},
            **QUICK,
        }
        yield Running(table, {"client": sso.client_secret}, faults)


@asynccontextmanager
async def file(stage: Stage) -> AsyncIterator[Running]:
    text = StringIO(newline="")
    writer = csv.writer(text)
    writer.writerows([[*COLUMNS, "Mã quốc gia"], *city_rows(stage.shown)])
    (stage.folder / "thủ-tục.csv").write_text(text.getvalue(), encoding="utf-8-sig")
    columns = {field: title for title, field in CANONICAL.items()} | {"code": "Mã quốc gia"}
    yield Running({"adapter": "file", "path": "thủ-tục.csv", "columns": columns}, {}, FaultPlan())


@asynccontextmanager
async def sql(stage: Stage) -> AsyncIterator[Running]:
    fields = [*CANONICAL.values(), "code"]
    with closing(sqlite3.connect(stage.folder / "city.db")) as database:
        database.execute(f"CREATE TABLE {TABLE} ({', '.join(fields)})")
        database.executemany(f"INSERT INTO {TABLE} VALUES ({', '.join('?' * len(fields))})", city_rows(stage.shown))  # noqa: S608
        database.commit()
    table = {"adapter": "sql", "url": "sqlite:///city.db", "table": TABLE, "columns": {one: one for one in fields}}
    yield Running(table, {}, FaultPlan())


def city_rows(shown: Catalogue) -> list[list[str]]:
    """The city's rows as texts, with the portal's code last."""
    return [[*(value(row) for value in COLUMNS.values()), row.mapped_code] for row in shown.city]


def is_public(record: PortalRecord) -> bool:
    return record.public


def is_on_the_gateway(record: PortalRecord) -> bool:
    return record.public and record.detail["type"] != "STANDARD_INTERNAL"


def is_with_the_city(record: PortalRecord) -> bool:
    return typed_off(record) is not None


def is_in_force(record: PortalRecord) -> bool:
    return record.public and is_with_the_city(record)


SYSTEMS: tuple[System, ...] = (
    System("national-portal", national_portal, "uuid", lambda _: True, {}),
    System("national-gateway", national_gateway, "number", is_on_the_gateway, {}),
    System("national-integration", national_integration, "number", is_public, {}),
    System("provincial-bridge", provincial_bridge, "number", is_public, {}),
    System("opencps", opencps, "", is_with_the_city, {}),
    System("igate", igate, "", is_in_force, {}),
    System("file", file, "uuid", is_with_the_city, {}),
    System("sql", sql, "uuid", is_with_the_city, {}),
)
NAMED = {system.name: system for system in SYSTEMS}
