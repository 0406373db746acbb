"""A city's settlement system of the OpenCPS family, as it answers on a loopback address.

In: a catalogue. Out: an aiohttp application: REST v2 with ``groupId`` and Basic authentication. Lists are answered from
a search index that may lag behind the database until `OpenCpsState.reindex`; single records from the database. Its
dossiers are a book of their own.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Final, TypeVar

from aiohttp import web
from aiohttp.typedefs import Handler

from loopback.catalogue import Catalogue, CityRow, Json
from loopback.catalogue.stock import STEPS
from loopback.faults import FaultPlan, faults_middleware
from loopback.opencps_book import DossierBook
from loopback.opencps_dossiers import add_dossiers

Row = TypeVar("Row")

BASE: Final = "/o/rest/v2"
SERVICE_INFOS: Final = f"{BASE}/serviceinfos"
MAPPINGS: Final = f"{BASE}/nps/serviceinfodvcqg"

_ENTERED: Final = datetime(2025, 7, 1, 8, 15, 30)  # noqa: DTZ001 - OpenCPS writes local times without a zone
_ESCAPES: Final = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord('"'): "&#34;", ord("'"): "&#39;"}


@dataclass(frozen=True, slots=True)
class Access:
    """Who may read: the site's group, and a user with a password (of the loopback system only)."""

    group_id: str = "35166"
    username: str = "doisoat"
    password: str = "chi-dung-thu"  # noqa: S105 - it opens nothing but the loopback system

    @property
    def authorisation(self) -> str:
        """The header of Basic authentication."""
        return "Basic " + b64encode(f"{self.username}:{self.password}".encode()).decode("ascii")


class OpenCpsState:
    """What the city's system holds. Changes go to the database; the lists see them after `reindex`."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.database: dict[int, CityRow] = {row.number: row for row in catalogue.city}
        self.mappings: list[Json] = [_mapping(number, row) for number, row in enumerate(_mapped(catalogue.city), 1)]
        self.mappings.append({**_EMPTY_MAPPING, "serviceInfoMappingId": len(self.mappings) + 1})
        self.dossiers = DossierBook(catalogue.seed)
        self.index: list[CityRow] = []
        self.reindex()

    def put(self, row: CityRow) -> None:
        """Write a row into the database."""
        self.database[row.number] = row

    def remove(self, number: int) -> None:
        """Delete a row from the database. Raises `KeyError`."""
        del self.database[number]

    def reindex(self) -> None:
        """Let the search index catch up with the database."""
        self.index = sorted(self.database.values(), key=lambda row: row.number)


_EMPTY_MAPPING: Final[Json] = {
    "serviceInfoMappingId": 0,
    "serviceCode": "TTHC_CHUA_ANH_XA",
    "serviceCodeDVCQG": "",
    "serviceNameDVCQG": "",
    "synced": 0,
}


def _mapped(rows: Iterable[CityRow]) -> list[CityRow]:
    return [row for row in rows if row.mapped_code]


def _mapping(number: int, row: CityRow) -> Json:
    """A row of the mapping table; ``synced`` is 0 for ever."""
    return {
        "serviceInfoMappingId": number,
        "serviceCode": row.local_code,
        "serviceCodeDVCQG": row.mapped_code,
        "serviceNameDVCQG": escaped(row.name),
        "synced": 0,
    }


STATE: Final = web.AppKey("state", OpenCpsState)
ACCESS: Final = web.AppKey("access", Access)


def opencps_app(state: OpenCpsState, faults: FaultPlan | None = None, access: Access | None = None) -> web.Application:
    """The application; ``faults`` decides which answers go wrong."""
    app = web.Application(middlewares=[faults_middleware(faults or FaultPlan()), _admit])
    app[STATE] = state
    app[ACCESS] = access or Access()
    app.router.add_get(SERVICE_INFOS, _service_infos)
    app.router.add_get(SERVICE_INFOS + "/{key}", _service_info)
    app.router.add_get(MAPPINGS, _mappings)
    app.router.add_get(MAPPINGS + "/{code}", _mapping_of)
    add_dossiers(app, state.dossiers)
    return app


@web.middleware
async def _admit(request: web.Request, handler: Handler) -> web.StreamResponse:
    """401 without the right user, 403 without the group."""
    access = request.app[ACCESS]
    if not compare_digest(request.headers.get("Authorization", "").encode(), access.authorisation.encode()):
        return _json({"code": 401, "description": "Non-Authorized."}, 401, {"WWW-Authenticate": "Basic"})
    if request.headers.get("groupId") != access.group_id:
        return _json({"code": 403, "description": "No permission."}, 403)
    return await handler(request)


def _json(document: Json, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    return web.Response(status=status, body=body, content_type="application/json", charset="utf-8", headers=headers)


async def _service_infos(request: web.Request) -> web.Response:
    """The list, out of the search index; ``end`` absent or 0 means everything."""
    words, active = request.query.get("keyword", ""), request.query.get("active", "")
    rows = [
        row
        for row in request.app[STATE].index
        if (words in row.local_code or words in row.name) and active in ("", _flag(row.active))
    ]
    page = [list_row(row) for row in _window(request, rows)]
    return _json({"total": len(rows), "data": page})


async def _mappings(request: web.Request) -> web.Response:
    rows = request.app[STATE].mappings
    return _json({"total": len(rows), "data": list(_window(request, rows))})


def _window(request: web.Request, rows: Sequence[Row]) -> Sequence[Row]:
    """The rows from ``start`` up to ``end``; numbers that are none count as absent."""
    start, end = (_whole(request.query.get(name, "")) for name in ("start", "end"))
    return rows[start : end or None]


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


async def _service_info(request: web.Request) -> web.Response:
    """One record by id or code, out of the database."""
    key, database = request.match_info["key"], request.app[STATE].database
    row = database.get(int(key)) if key.isascii() and key.isdigit() else None
    found = row or next((row for row in database.values() if row.local_code == key), None)
    return _json(detail_row(found)) if found else _absent("ServiceInfo")


async def _mapping_of(request: web.Request) -> web.Response:
    code = request.match_info["code"]
    found = next((row for row in request.app[STATE].mappings if row["serviceCode"] == code), None)
    return _json(found) if found else _absent("ServiceInfoMapping")


def _absent(what: str) -> web.Response:
    return _json({"code": 404, "description": f"No {what} exists with the given key"}, 404)


def list_row(row: CityRow) -> Json:
    """A row as the index holds it: dates as ``yyyyMMddHHmmss``."""
    entered, changed = _times(row)
    return _service(row) | {"createDate": f"{entered:%Y%m%d%H%M%S}", "modifiedDate": f"{changed:%Y%m%d%H%M%S}"}


def detail_row(row: CityRow) -> Json:
    """A row as the database shows it: dates with twelve hours and no word of morning or afternoon."""
    entered, changed = _times(row)
    form = "%d-%m-%Y %I:%M:%S"
    return _service(row) | {"createDate": entered.strftime(form), "modifiedDate": changed.strftime(form)}


def _service(row: CityRow) -> Json:
    """The record; every text is HTML-escaped, as its forms write it."""
    return {
        "serviceInfoId": row.number,
        "serviceCode": escaped(row.local_code),
        "serviceName": row.number if row.poisoned else escaped(row.name),
        "serviceNameTitle": escaped(row.name[:500]),
        "processText": "<br>".join(STEPS[:3]),
        "methodText": "Trực tiếp; trực tuyến; dịch vụ bưu chính",
        "dossierText": "",
        "conditionText": "",
        "durationText": f"{row.number % 20 + 1} ngày làm việc",
        "applicantText": "Cá nhân; tổ chức",
        "resultText": "Giấy chứng nhận",
        "regularText": "Nghị định số 118/2025/NĐ-CP",
        "feeText": "Không",
        "administrationCode": row.publisher_code,
        "administrationName": escaped(row.publisher_name),
        "administrationIndex": "1",
        "domainCode": escaped(row.field_code),
        "domainName": escaped(row.field_name),
        "domainIndex": "1",
        "maxLevel": 2 + row.number % 3,
        "active": _flag(row.active),
        "govAgencyText": escaped("; ".join(row.executors)),
        "tagCode": "",
        "tagName": "",
    }


def _times(row: CityRow) -> tuple[datetime, datetime]:
    entered = _ENTERED + timedelta(minutes=row.number)
    return entered, entered + timedelta(hours=row.number % 500)


def _flag(flag: bool) -> str:
    return "true" if flag else "false"


def escaped(text: str) -> str:
    """The text as OpenCPS stores it: HTML-escaped once."""
    return text.translate(_ESCAPES)
