"""A provincial GET bridge (``KetNoiMotCuaQuocGia``), as it answers on a loopback address.

In: what the integration API holds. Out: an aiohttp application: the API's answer as a JSON text inside ``message``;
with a bearer token where one is set (Điện Biên), without (Thanh Hóa).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from hmac import compare_digest
from typing import Final

from aiohttp import web

from loopback.faults import FaultPlan, faults_middleware
from loopback.integration import (
    IntegrationState,
    agency_procedures,
    enveloped,
    fields_of_work,
    one_decision,
    one_procedure,
    procedures,
)

BRIDGE: Final = "/KetNoiMotCuaQuocGia"
SERVICES: Final = {
    "LayDanhSachTTHC": procedures,
    "LayDanhSachTTHCDonVi": agency_procedures,
    "LayThuTuc": one_procedure,
    "LayQDCB": one_decision,
    "LayDanhMucLinhVuc": fields_of_work,
}


@dataclass(slots=True)
class BridgeState:
    """``behind``: what the API holds. ``bearer``: the token that is wanted, if any. ``words``: what it answers instead
    of JSON, e.g. when it does not reach the API. ``bare``: the answer stands in ``message`` without being a text."""

    behind: IntegrationState
    bearer: str = ""
    words: str = ""
    bare: bool = False


STATE: Final = web.AppKey("state", BridgeState)


def bridge_app(state: BridgeState, faults: FaultPlan | None = None) -> web.Application:
    """The application; ``faults`` decides which answers go wrong."""
    app = web.Application(middlewares=[faults_middleware(faults or FaultPlan())])
    app[STATE] = state
    app.router.add_get(BRIDGE + "/{service}", _answer)
    return app


async def _answer(request: web.Request) -> web.Response:
    state = request.app[STATE]
    told = request.headers.get("Authorization", "").encode()
    if state.bearer and not compare_digest(told, f"Bearer {state.bearer}".encode()):
        return _json({"message": "Authorization has been denied for this request."}, 401)
    service = SERVICES.get(request.match_info["service"])
    if service is None:
        return _json({"Message": "No HTTP resource was found."}, 404)
    if state.words:
        return _json({"message": state.words})
    try:
        answer = enveloped(state.behind, service(state.behind, dict(request.query)))
    except KeyError as missing:
        return _json({"message": f"Thiếu tham số {missing}"}, 400)
    answer.pop("error_code")
    answer.pop("message")
    return _json({"message": answer if state.bare else json.dumps(answer, ensure_ascii=False)})


def _json(body: object, status: int = 200) -> web.Response:
    text = json.dumps(body, ensure_ascii=False)
    return web.Response(
        status=status, body=text.encode("utf-8", "surrogatepass"), content_type="application/json", charset="utf-8"
    )
