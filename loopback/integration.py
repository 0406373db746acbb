"""The integration API (``mapi``) behind a security server, as it answers on a loopback address.

In: what the portal holds. Out: an aiohttp application: login, sessions that end, services by name, an envelope whose
``error_code`` is a number or a text and whose result is an array, an object or nothing. No pages, no total.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from hmac import compare_digest
from typing import Any, Final

from aiohttp import web

from loopback.catalogue.agencies import HANOI_CENTRE, MINISTRIES, PROVINCES
from loopback.catalogue.portal_side import Json, PortalRecord
from loopback.faults import FaultPlan, faults_middleware
from loopback.integration_records import decision, listed, procedure
from loopback.portal import PortalState
from loopback.rest_gateway import decision_number

FORWARD: Final = "/XrdAdapter/RestService/forward"
LOGIN: Final = f"{FORWARD}/mapi/login"
SHARE: Final = f"{FORWARD}/mapi/share"
INTEGRATION: Final = f"{FORWARD}/mapi/integration"
DSTCODE: Final = "VN:GOV:000.00.00.G22:vpcpdvcprovider"
EXPIRED: Final = (-1, "Phiên làm việc đã hết hạn")
KNOWN_DOSSIER: Final = "H26-260701-0001"

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class IntegrationAccess:
    """Who may read. ``providerurl``: wanted of every call where it is set."""

    username: str = "doisoat"
    password: str = "chi-dung-thu"  # noqa: S105 - it opens nothing but the loopback system
    madonvi: str = "H26"
    dstcode: str = DSTCODE
    providerurl: str = ""


@dataclass(slots=True)
class IntegrationState:
    """What the API holds, and how it misbehaves.

    ``zero``: how it writes success. ``as_object``: a single record comes as an object. ``without_result``: nothing
    found is no key ``result``. ``lost``: codes that its whole list lacks, though it shows them; ``silent``: codes of
    which it shows nothing, though it lists them. ``refusal``: an error code and a message for every service.
    ``logins`` counts.
    """

    portal: PortalState
    access: IntegrationAccess = field(default_factory=IntegrationAccess)
    zero: int | str = 0
    as_object: bool = False
    without_result: bool = False
    lost: set[str] = field(default_factory=set)
    silent: set[str] = field(default_factory=set)
    refusal: tuple[int | str, str] | None = None
    logins: int = 0
    asked: list[Json] = field(default_factory=list)
    session: str = ""

    def expire(self) -> None:
        """Let the session end, without a word to anybody."""
        self.session = ""

    def public(self) -> list[PortalRecord]:
        records = (record for record in self.portal.records.values() if record.public)
        return sorted(records, key=lambda record: (record.code, record.id))

    def rows(self, agency: str = "") -> list[Json]:
        """The list, or that of one agency and what it carries out."""
        found = (record for record in self.public() if record.code not in self.lost or agency)
        return [listed(record) for record in found if not agency or _concerns(record, agency)]


def _concerns(record: PortalRecord, agency: str) -> bool:
    publisher = str(record.detail["departmentPromulgateCode"])
    is_own = publisher == agency or publisher.startswith(f"{agency}.")
    return is_own or (record.detail["type"] == "STANDARD" and bool(record.detail["isProvince"]))


STATE: Final = web.AppKey("state", IntegrationState)


def integration_app(state: IntegrationState, faults: FaultPlan | None = None) -> web.Application:
    """The application; ``faults`` decides which answers go wrong."""
    app = web.Application(middlewares=[faults_middleware(faults or FaultPlan())], client_max_size=64 * 1024)
    app[STATE] = state
    app.router.add_post(LOGIN, _login)
    app.router.add_post(SHARE, _call)
    app.router.add_post(INTEGRATION, _call)
    return app


async def _login(request: web.Request) -> web.Response:
    state, asked = request.app[STATE], json.loads(await request.read())
    if not _is_routed(request, state.access):
        return web.Response(status=404, text="<html><body>Unknown member</body></html>", content_type="text/html")
    state.logins += 1
    known = state.access.username, state.access.password
    told = str(asked.get("username")), str(asked.get("password"))
    if not all(compare_digest(one.encode(), other.encode()) for one, other in zip(known, told, strict=True)):
        return _json({"error_code": "1", "message": f"Sai mật khẩu: {told[1]}"})
    state.session = f"phien-{state.logins:04}"
    return _json({"error_code": state.zero, "message": "thành công", "session": state.session})


def _is_routed(request: web.Request, access: IntegrationAccess) -> bool:
    """``dstcode`` and ``providerurl`` are heard in a header or in the query."""
    heard = {name: request.headers.get(name) or request.query.get(name, "") for name in ("dstcode", "providerurl")}
    return heard == {"dstcode": access.dstcode, "providerurl": access.providerurl}


async def _call(request: web.Request) -> web.Response:
    state, asked = request.app[STATE], json.loads(await request.read())
    state.asked.append(asked)
    if not _is_routed(request, state.access):
        return web.Response(status=404, text="<html><body>Unknown member</body></html>", content_type="text/html")
    if not state.session or asked.get("session") != state.session or asked.get("madonvi") != state.access.madonvi:
        return _json(_refused(*EXPIRED))
    if state.refusal is not None:
        return _json(_refused(*state.refusal))
    handler = HANDLERS.get((request.path, str(asked.get("service"))))
    if handler is None:
        return _json(_refused("-1", f"Không có dịch vụ {asked.get('service')}"))
    return _json(enveloped(state, handler(state, asked)))


def _refused(code: int | str, message: str) -> Body:
    return {"error_code": code, "message": message}


def enveloped(state: IntegrationState, result: list[Json]) -> Body:
    """The envelope in the form that the state wants."""
    body: Body = {"error_code": state.zero, "message": "thành công", "result": result}
    if not result and state.without_result:
        del body["result"]
    elif len(result) == 1 and state.as_object:
        body["result"] = result[0]
    return body


def _json(body: Body) -> web.Response:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return web.Response(body=text.encode("utf-8", "surrogatepass"), content_type="application/json", charset="utf-8")


def procedures(state: IntegrationState, _asked: Json) -> list[Json]:
    return state.rows()


def agency_procedures(state: IntegrationState, asked: Json) -> list[Json]:
    return state.rows(str(asked["maDonVi"]))


def one_procedure(state: IntegrationState, asked: Json) -> list[Json]:
    """The record, withdrawn ones included; nothing for a code that it does not have."""
    code = str(asked["maTTHC"])
    if code in state.silent:
        return []
    return [procedure(record) for record in state.portal.records.values() if record.code == code][:1]


def one_decision(state: IntegrationState, asked: Json) -> list[Json]:
    wanted = str(asked["idQDCB"])
    return [decision(record) for record in state.portal.records.values() if decision_number(record) == wanted][:1]


def _agencies(_state: IntegrationState, _asked: Json) -> list[Json]:
    named = (*MINISTRIES.values(), *PROVINCES.values(), HANOI_CENTRE)
    return [{"MADONVI": one.code, "TENDONVI": one.name, "CAPDONVI": "1"} for one in named]


def fields_of_work(state: IntegrationState, _asked: Json) -> list[Json]:
    seen = {field["code"]: field["name"] for record in state.public() for field in record.detail["categoriesDetails"]}
    return [{"MALINHVUC": code, "TENLINHVUC": name, "MANGANH": code.split("-")[0]} for code, name in seen.items()]


def _dossier(_state: IntegrationState, asked: Json) -> list[Json]:
    number = str(asked["mahoso"])
    return [{"MaHoSo": number, "TrangThaiHoSo": "4"}] if number == KNOWN_DOSSIER else []


HANDLERS: Final[dict[tuple[str, str], Callable[[IntegrationState, Json], list[Json]]]] = {
    (SHARE, "LayDanhSachTTHC"): procedures,
    (SHARE, "LayDanhSachTTHCDonVi"): agency_procedures,
    (SHARE, "LayDanhMucCoQuan"): _agencies,
    (SHARE, "LayDanhMucLinhVuc"): fields_of_work,
    (INTEGRATION, "LayThuTuc"): one_procedure,
    (INTEGRATION, "LayQDCB"): one_decision,
    (INTEGRATION, "TraCuuHoSo"): _dossier,
}
