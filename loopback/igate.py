"""A city's settlement system of the VNPT iGate 2 family, as it answers on a loopback address.

In: its state. Out: an aiohttp application: procedures that can be applied for, sectors, units, dossiers and their
statistics, all behind a bearer token. Names are texts in some answers and one for each language in others.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from aiohttp import web
from aiohttp.typedefs import Handler

from loopback.catalogue import CityRow, Json
from loopback.catalogue.index_figures import COMMUNE, HANOI, Unit, units_below
from loopback.faults import FaultPlan, faults_middleware
from loopback.igate_dossiers import add_dossiers
from loopback.igate_state import (
    ROOT_ID,
    STATE,
    IgateState,
    as_json,
    number_of,
    object_id,
    paged,
    spoken,
    spring_error,
    unit_code,
)

PROCEDURES: Final = "/bd/procedure/--can-apply"
PROCEDURE: Final = "/bd/procedure"
SECTORS: Final = "/bd/sector"
AGENCIES: Final = "/ba/agency/name+code"
DEPARTMENT_TAG: Final = "0000591c4e1bd312a6f00004"
COMMUNE_TAG: Final = "623fcedb64ba9749a03473f3"
LEVELS: Final = {
    "5f5b2c2b4e1bd312a6f3ae23": "Mức độ 2",
    "5f5b2c4b4e1bd312a6f3ae24": "Mức độ 3",
    "62b529f524023d508ef38fc0": "Mức độ 4",
}
"""Ids of this site alone."""
MALFORMED: Final = "H26.14.0101"
EVERY_WRONG: Final = 40
"""Every so many mapped rows, the ``nationCode`` was typed with the suffix of the province."""
_NOTHING: Final = (None, "", "   ")
"""How a row without a portal code shows that; or it has no such key at all."""


def igate_app(state: IgateState, faults: FaultPlan | None = None) -> web.Application:
    """The application; ``faults`` decides which answers go wrong."""
    app = web.Application(middlewares=[faults_middleware(faults or FaultPlan()), _admit])
    app[STATE] = state
    app.router.add_get(PROCEDURES, _procedures)
    app.router.add_get(PROCEDURE + "/{id}", _procedure)
    app.router.add_get(SECTORS, _sectors)
    app.router.add_get(AGENCIES, _agencies)
    add_dossiers(app)
    return app


@web.middleware
async def _admit(request: web.Request, handler: Handler) -> web.StreamResponse:
    """401 without a token that counts, in Spring's words, which repeat the token; 403 without the right."""
    state = request.app[STATE]
    state.before()
    state.asked.append(request.path)
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not state.sso.admits(token):
        said = {"error": "invalid_token", "error_description": f"Access token expired: {token}"}
        return as_json(said, 401)
    if request.path in state.forbidden:
        return spring_error(request, 403, "Forbidden")
    return await handler(request)


async def _procedures(request: web.Request) -> web.Response:
    """The list of what can be applied for; ``keyword`` finds parts of names and codes."""
    state, keyword = request.app[STATE], request.query.get("keyword", "").casefold()
    rows = [row for row in state.shown() if keyword in row.name.casefold() or keyword in row.local_code.casefold()]
    return paged(request, rows, lambda row: list_row(state, row))


async def _procedure(request: web.Request) -> web.Response:
    """The details, of what can be applied for no more as well."""
    state, number = request.app[STATE], number_of(request.match_info["id"])
    row = state.rows.get(number)
    if row is None or number in state.silent:
        return spring_error(request, 404, "Not Found")
    return as_json(detail_row(state, row))


def list_row(state: IgateState, row: CityRow) -> Json:
    """A row of the list: a name for each language; no agencies."""
    level = list(LEVELS)[row.number % len(LEVELS)]
    shown: Json = {
        "id": object_id(row.number),
        "code": row.local_code,
        "name": row.number if row.poisoned else spoken(row.name, row.number),
        "sector": _sector(state, row, spoken(row.field_name, row.number)),
        "level": {"id": level, "name": spoken(LEVELS[level])},
    }
    return shown if state.thin else shown | nation_code(state, row)


def detail_row(state: IgateState, row: CityRow) -> Json:
    """The record: names are texts; agencies with names of either kind."""
    level = list(LEVELS)[row.number % len(LEVELS)]
    return {
        "id": object_id(row.number),
        "code": row.local_code,
        **nation_code(state, row),
        "name": row.number if row.poisoned else row.name,
        "sector": _sector(state, row, row.field_name),
        "agency": [
            {"id": object_id(place), "name": spoken(name, place) if row.number % 2 else name}
            for place, name in enumerate(row.executors)
        ],
        "level": {"id": level, "name": LEVELS[level]},
        "updatedDate": "2026-07-01T01:15:30.000+0000",
    }


def _sector(state: IgateState, row: CityRow, name: Any) -> Json:
    code = state.abbreviations[row.field_code]
    return {"id": sector_id(row.field_code), "code": code, "name": name}


def sector_id(field_code: str) -> str:
    return f"6218a2a1{field_code.encode().hex():0>16}"[:24]


def nation_code(state: IgateState, row: CityRow) -> Json:
    """The portal's code as somebody typed it: mostly right, at times with a suffix; empty in four ways."""
    if row.number in state.nation_codes:
        return {"nationCode": state.nation_codes[row.number]}
    if row.mapped_code:
        suffix = (
            ".000.00.00.H26" if row.number % EVERY_WRONG == 0 and row.mapped_code.strip() == row.mapped_code else ""
        )
        return {"nationCode": row.mapped_code + suffix}
    kind = row.number % (len(_NOTHING) + 1)
    return {"nationCode": _NOTHING[kind]} if kind < len(_NOTHING) else {}


async def _sectors(request: web.Request) -> web.Response:
    state = request.app[STATE]
    names = {row.field_code: row.field_name for row in state.rows.values()}
    codes = state.abbreviations
    rows = [{"id": sector_id(code), "code": codes[code], "name": spoken(names[code])} for code in sorted(names)]
    return paged(request, rows, lambda row: row)


async def _agencies(request: web.Request) -> web.Response:
    """Units below one, of one kind where a tag is asked for; nothing below a unit that it does not know."""
    known = request.query.get("ancestor-id") == ROOT_ID
    rows = [unit_row(unit, place) for place, unit in enumerate(units_below(HANOI))] + list(_odd_units())
    tag = request.query.get("tag-id", "")
    return paged(request, [row for row in rows if known and tag in ("", row["tag"][0]["id"])], lambda row: row)


def unit_row(unit: Unit, place: int) -> Json:
    """A unit with a code of either generation."""
    return _unit(object_id(place + 1_000), unit_code(unit.code), spoken(unit.name, place), unit.kind == COMMUNE)


def _unit(identity: str, code: str | None, name: Any, is_commune: bool) -> Json:
    tag = COMMUNE_TAG if is_commune else DEPARTMENT_TAG
    above = {"id": ROOT_ID, "code": HANOI, "name": spoken("UBND Thành phố Hà Nội")}
    return {"id": identity, "code": code, "name": name, "parent": above, "tag": [{"id": tag}]}


def _odd_units() -> Iterable[Json]:
    """One without a code, one whose code is malformed, one whose name is told in English alone."""
    yield _unit(object_id(9_001), None, "Bộ phận một cửa lưu động", is_commune=False)
    yield _unit(object_id(9_002), MALFORMED, "Bộ phận tiếp nhận và trả kết quả xã Sóc Sơn", is_commune=True)
    yield _unit(object_id(9_003), "H26.999", [{"languageId": 46, "name": "Test unit"}], is_commune=True)
