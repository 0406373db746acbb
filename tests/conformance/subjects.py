"""Every built-in adapter with its system: the rows of the table that CI runs the conformance kit over.

In: a folder for files. Out: subjects by name. Adding an adapter is adding a row to `SUBJECTS`.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from functools import lru_cache
from pathlib import Path
from typing import Any

import xlsxwriter

from loopback.bridge import BridgeState, bridge_app
from loopback.catalogue import HANOI_ID, Catalogue, generate
from loopback.catalogue.files import CANONICAL, LEVELS_APART, as_csv, as_jsonl, city_table
from loopback.conformance import Subject, checks_lies, checks_loopback, checks_secrets, checks_sizes, checks_wire
from loopback.conformance.checks_files import CHECKS as FILE_CHECKS
from loopback.faults import FaultPlan
from loopback.gateway import gateway_app
from loopback.igate import igate_app
from loopback.igate_sso import SsoState, sso_app
from loopback.igate_state import IgateState
from loopback.integration import FORWARD, IntegrationAccess, IntegrationState, integration_app
from loopback.opencps import BASE, Access, OpenCpsState, opencps_app
from loopback.portal import PortalState, portal_app
from loopback.rest_gateway import GatewayBook
from loopback.run import running
from syncd.sides.registry import definition

SECRET = "the-s3cret-of-the-test"
KINDS = {"1": "standard", "2": "specific", "3": "internal"}
COLUMNS: dict[str, Any] = {name: title for title, name in CANONICAL.items()} | {
    field: {"column": title, "separator": LEVELS_APART.strip()}
    for title, field in CANONICAL.items()
    if field in ("executing_agencies", "levels")
}


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    return generate(seed=7, size=600)


def secret(_name: str) -> str:
    return SECRET


def _web(name: str, system: Any, **settings: Any) -> Subject:
    table = {"adapter": name, "base_url": "http://127.0.0.1:1", **settings}
    return Subject(definition(name), table, secret=secret, departments=frozenset({HANOI_ID}), system=system)


@asynccontextmanager
async def _portal() -> AsyncIterator[str]:
    plan = FaultPlan()
    async with running(portal_app(PortalState(catalogue()), plan), plan) as url:
        yield url


@asynccontextmanager
async def _gateway() -> AsyncIterator[str]:
    portal, plan = PortalState(catalogue()), FaultPlan()
    async with running(gateway_app(portal.evaluation, plan, GatewayBook(portal)), plan) as url:
        yield url


def _integration_state() -> IntegrationState:
    return IntegrationState(PortalState(catalogue()), IntegrationAccess(password=SECRET))


@asynccontextmanager
async def _integration() -> AsyncIterator[str]:
    plan = FaultPlan()
    async with running(integration_app(_integration_state(), plan), plan) as url:
        yield url


@asynccontextmanager
async def _bridge() -> AsyncIterator[str]:
    plan = FaultPlan()
    async with running(bridge_app(BridgeState(_integration_state()), plan), plan) as url:
        yield url


@asynccontextmanager
async def _opencps() -> AsyncIterator[str]:
    plan = FaultPlan()
    app = opencps_app(OpenCpsState(catalogue()), plan, Access(password=SECRET))
    async with running(app, plan) as url:
        yield url + BASE


def national_portal(_folder: Path) -> Subject:
    return _web("national-portal", _portal, page_size=100)


def national_gateway(_folder: Path) -> Subject:
    return _web("national-gateway", _gateway, page_size=200)


def national_integration(_folder: Path) -> Subject:
    access = IntegrationAccess()
    return _web(
        "national-integration",
        _integration,
        adapter_path=FORWARD,
        share_path="/mapi/share",
        integration_path="/mapi/integration",
        dstcode=access.dstcode,
        username=access.username,
        password_secret="mapi-password",
        madonvi=access.madonvi,
        kinds=KINDS,
        levels={"9": "other"},
    )


def provincial_bridge(_folder: Path) -> Subject:
    return _web("provincial-bridge", _bridge, kinds=KINDS, levels={"9": "other"}, bearer_secret="bridge-token")


def opencps(_folder: Path) -> Subject:
    access = Access()
    return _web(
        "opencps",
        _opencps,
        group_id=access.group_id,
        basic_user=access.username,
        basic_password_secret="opencps-password",
        page_size=200,
    )


@asynccontextmanager
async def _igate() -> AsyncIterator[dict[str, str]]:
    plan, sso = FaultPlan(), SsoState(client_secret=SECRET)
    async with (
        running(igate_app(IgateState(catalogue(), sso), plan), plan) as url,
        running(sso_app(sso, FaultPlan())) as sso_url,
    ):
        yield {"base_url": url, "sso_url": sso_url}


def igate(_folder: Path) -> Subject:
    return _web(
        "igate",
        _igate,
        sso_url="http://127.0.0.1:1",
        client_id=SsoState().client_id,
        client_secret_secret="igate-client",
        page_size=100,
    )


def file_csv(folder: Path) -> Subject:
    (folder / "city.csv").write_bytes(as_csv(catalogue()))
    return _file(folder, "city.csv")


def file_jsonl(folder: Path) -> Subject:
    (folder / "city.jsonl").write_bytes(as_jsonl(catalogue()))
    return _file(folder, "city.jsonl")


def file_json(folder: Path) -> Subject:
    rows = as_jsonl(catalogue()).strip().replace(b"\n", b",\n")
    (folder / "city.json").write_bytes(b"[" + rows + b"]")
    return _file(folder, "city.json")


def file_xlsx(folder: Path) -> Subject:
    rows = city_table(catalogue())
    with xlsxwriter.Workbook(str(folder / "city.xlsx")) as book:
        sheet = book.add_worksheet("TTHC")
        for number, row in enumerate([list(rows[0]), *(list(one.values()) for one in rows)]):
            sheet.write_row(number, 0, row)
    return _file(folder, "city.xlsx")


def _file(folder: Path, name: str) -> Subject:
    return Subject(definition("file"), {"adapter": "file", "path": name, "columns": COLUMNS}, folder=folder)


def sql(folder: Path) -> Subject:
    rows = [list(row.values()) for row in city_table(catalogue())]
    named = ", ".join(f'"{title}" TEXT' for title in CANONICAL)
    with closing(sqlite3.connect(folder / "city.db")) as connection:
        connection.execute(f"CREATE TABLE tthc ({named})")
        connection.executemany(f"INSERT INTO tthc VALUES ({', '.join('?' * len(CANONICAL))})", rows)  # noqa: S608
        connection.commit()
    table = {"adapter": "sql", "url": "sqlite:///city.db", "table": "tthc", "columns": COLUMNS}
    return Subject(definition("sql"), table, folder=folder)


SUBJECTS: dict[str, Callable[[Path], Subject]] = {
    "national-portal": national_portal,
    "national-gateway": national_gateway,
    "national-integration": national_integration,
    "provincial-bridge": provincial_bridge,
    "opencps": opencps,
    "igate": igate,
    "file-csv": file_csv,
    "file-jsonl": file_jsonl,
    "file-json": file_json,
    "file-xlsx": file_xlsx,
    "sql": sql,
}

OF_FILES = frozenset(check.name for check in FILE_CHECKS)
OF_HTTP = frozenset(
    check.name
    for part in (checks_wire, checks_lies, checks_sizes, checks_secrets, checks_loopback)
    for check in part.CHECKS
) | {"failing-point-reads"}
ONE_PAGE = frozenset({"cycling-cursor", "repeated-page", "shrinking-total"})
HELD = frozenset({"locked-file"} if os.geteuid() == 0 else ())

PLAYED = frozenset({"replay"})
"""Plays what another adapter was answered: that one is examined."""

NOT_APPLICABLE: dict[str, frozenset[str]] = {
    "national-portal": OF_FILES,
    "national-gateway": OF_FILES | {"cycling-cursor"},
    "national-integration": OF_FILES | ONE_PAGE,
    "provincial-bridge": OF_FILES | ONE_PAGE,
    "opencps": OF_FILES | {"cycling-cursor"},
    "igate": OF_FILES | {"cycling-cursor"},
    "file-csv": OF_HTTP | HELD | {"deep-file", "zip-bomb"},
    "file-jsonl": OF_HTTP | HELD | {"deep-file", "zip-bomb"},
    "file-json": OF_HTTP | HELD | {"zip-bomb"},
    "file-xlsx": OF_HTTP | HELD | {"nfd-file", "deep-file", "growing-file"},
    "sql": OF_HTTP | {"nfd-file", "deep-file", "zip-bomb", "growing-file"},
}
"""Which checks say nothing about each, and no other: systems without pages, without cursors, without files."""
