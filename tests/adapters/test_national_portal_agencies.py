"""The portal's units: its list of the first level, and what details name besides."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from adapters.national_portal.agencies import MOST_PAGES, agencies_in
from loopback.catalogue.agencies import HANOI, HANOI_DEPARTMENTS, MINISTRIES, PROVINCES
from loopback.portal import DEPARTMENTS, envelope
from loopback.run import Systems, serve
from syncd.records.agencies import Agency
from syncd.records.directory import Directory
from syncd.sides.adapter import AgencyReader
from syncd.sides.errors import PermanentError, ShapeError, SideError, StaleError
from tests.adapters.test_national_portal import portal_side, read, reading, small_catalogue
from tests.sides.server import serving


@pytest.fixture
async def systems() -> AsyncIterator[Systems]:
    """The portal, fresh."""
    async with serve(small_catalogue()) as running:
        yield running


async def test_every_ministry_and_province_is_listed_whole(systems: Systems) -> None:
    async with reading(systems) as side:
        assert isinstance(side, AgencyReader)
        assert side.capabilities.agencies
        found = {one.code: one for one in await side.list_agencies()}
    assert set(found) == set(MINISTRIES) | set(PROVINCES)
    assert found["H26"] == Agency(code="H26", name=HANOI.name, portal_id=HANOI.id)
    assert systems.portal.requests[DEPARTMENTS] > 2


async def test_units_that_details_name_are_known_as_well(systems: Systems) -> None:
    async with reading(systems) as side:
        listed, _, _ = await read(side)
        for one in listed:
            await side.fetch_detail(one)
        directory = Directory(await side.list_agencies())
    named = HANOI_DEPARTMENTS["Sở Tư pháp"]
    assert directory.by_code(named.code) == Agency(
        code=named.code, name=named.name, portal_id=named.id, parent_code="H26"
    )
    assert len(directory) > len(MINISTRIES) + len(PROVINCES)


def detail(**changed: Any) -> bytes:
    sent = {
        "id": "x",
        "departmentPromulgateId": "p",
        "departmentPromulgateCode": "H60",
        "departmentPromulgateName": "UBND  tỉnh Tuyên Quang ",
        "departmentsExecuting": [{"id": "e", "name": "Sở Tư pháp", "code": "H60.13"}],
        "departmentsAuthority": [{"id": "e", "name": "Sở Tư pháp tỉnh Tuyên Quang", "code": "H60.13"}],
        "departmentsCoordinating": [{"id": "c", "name": "Cục X", "code": "000.00.23.G08"}],
        "unitGroupsExecuting": [5, None, {"id": "g", "name": "Ủy ban nhân dân cấp tỉnh"}],
    }
    return json.dumps(sent | changed).encode()


def test_a_detail_names_each_unit_once_with_the_unit_above() -> None:
    assert agencies_in(detail()) == (
        Agency(code="H60", name="UBND tỉnh Tuyên Quang", portal_id="p"),
        Agency(code="H60.13", name="Sở Tư pháp tỉnh Tuyên Quang", portal_id="e", parent_code="H60"),
        Agency(code="000.00.23.G08", name="Cục X", portal_id="c", parent_code="G08"),
    )


@pytest.mark.parametrize(
    "unit",
    [
        {"name": "Nhóm"},
        {"name": "x", "code": " "},
        {"name": "\u200b", "code": "H1"},
        {"name": "x" * 501, "code": "H1"},
        {"name": "x", "code": "H" * 61},
    ],
)
def test_a_unit_without_code_or_name_is_left_out(unit: dict[str, str]) -> None:
    found = agencies_in(detail(departmentsExecuting=[unit], departmentsAuthority=[], departmentsCoordinating=[]))
    assert [one.code for one in found] == ["H60"]


@pytest.mark.parametrize("content", [b"", b"null", b"[]", b"{", b"{}", detail(departmentsExecuting="Sở Tư pháp")])
def test_a_detail_of_another_shape_names_none(content: bytes) -> None:
    assert agencies_in(content) == ()


def row(number: int) -> dict[str, Any]:
    return {"id": f"id-{number}", "name": f"Bộ {number}", "code": f"G{number:02}", "level": "level_1", "hasChild": True}


async def listed_from(answer: Any) -> tuple[Agency, ...]:
    """What a portal makes of it that answers ``answer(number of the question, question)``."""
    asked: list[dict[str, Any]] = []

    async def handle(request: web.Request) -> web.StreamResponse:
        asked.append(await request.json())
        found: web.Response = answer(len(asked), asked[-1])
        return found

    async with serving(handle) as url:
        side = portal_side(url)
        try:
            return await side.list_agencies()
        finally:
            await side.close()


def page(rows: list[Any], last: str | None) -> web.Response:
    return envelope({"rows": rows, "lastId": last})


async def test_an_unmoved_or_absent_cursor_ends_a_list() -> None:
    """The first list ends at once, the second when the same cursor comes again."""
    cursors = {1: None, 2: "same", 3: "same"}
    found = await listed_from(lambda n, _: page([row(n)], cursors[n]))
    assert [one.code for one in found] == ["G01", "G02", "G03"]


@pytest.mark.parametrize(
    ("answer", "kind", "said"),
    [
        (lambda *_: page([], ""), StaleError, "MINISTRY is empty"),
        (lambda n, asked: page([row(n)] if asked["type"] == "MINISTRY" else [], None), StaleError, "PROVINCE is empty"),
        (lambda n, _: page([row(n % 90)], f"{n % 2}"), StaleError, "came back to a cursor"),
        (lambda n, _: page([row(n % 90)], f"{n}"), StaleError, f"more than {MOST_PAGES} pages"),
        (lambda *_: page([row(1) | {"code": None}], None), ShapeError, "code"),
        (lambda *_: page([row(1) | {"name": " "}], None), ShapeError, "a unit with the code 'G01'"),
        (lambda *_: envelope({"items": []}), ShapeError, "rows"),
        (lambda *_: envelope(None, status=400, code="BAD_REQUEST", message="no"), PermanentError, "400"),
    ],
)
async def test_a_list_that_is_not_whole_is_an_error_and_no_list(answer: Any, kind: type[SideError], said: str) -> None:
    with pytest.raises(kind, match=said):
        await listed_from(answer)
