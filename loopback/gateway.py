"""The older gateway (``jsp/rest.jsp``), as it answers on a loopback address: the Service Index and the agencies, and
where it is given a `GatewayBook`, the public catalogue.

In: what the portal shows. Out: an aiohttp application: POST with one form field ``params`` that holds JSON;
bare arrays whose values are all strings. Everything that it does not know gets an HTML page, with status 200.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Final

from aiohttp import web

from loopback.catalogue.index_figures import ALL_PROVINCES, COMMUNE, DEPARTMENT, PROVINCE, Unit, units_below
from loopback.catalogue.portal_side import Json
from loopback.evaluation_state import EvaluationState, Span, span_asked
from loopback.faults import FaultPlan, faults_middleware
from loopback.rest_gateway import EXPORT, PUBLIC_SERVICES, GatewayBook, workbook

REST: Final = "/jsp/rest.jsp"
REPORT: Final = "report_tinh_766_service"
AGENCIES: Final = "get_list_agency_service_v2"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ERROR_PAGE: Final = (
    "<!DOCTYPE html><html><head><title>Cổng Dịch vụ công Quốc gia</title></head><body>"
    "<h1>Hệ thống đang bận</h1><p>Đã có lỗi xảy ra, vui lòng thử lại sau.</p></body></html>"
)
KINDS: Final = {PROVINCE: ("1", "1"), DEPARTMENT: ("2", "1"), COMMUNE: ("3", "2")}
"""``LOAI_COQUAN`` and ``CAPDONVIID``."""

Rows = list[dict[str, str]]
STATE: Final = web.AppKey("state", EvaluationState)
BOOK: Final = web.AppKey("book", GatewayBook)


def gateway_app(
    state: EvaluationState, faults: FaultPlan | None = None, book: GatewayBook | None = None
) -> web.Application:
    """The application; ``faults`` decides which answers go wrong. Without a ``book`` it has no catalogue."""
    app = web.Application(middlewares=[faults_middleware(faults or FaultPlan())], client_max_size=64 * 1024)
    app[STATE] = state
    if book is not None:
        app[BOOK] = book
    app.router.add_route("*", "/{path:.*}", _answer)
    return app


async def _answer(request: web.Request) -> web.Response:
    """The rows asked for; its error page for everything else."""
    book = request.app.get(BOOK)
    if request.method == "GET" and request.path == EXPORT and book is not None:
        return web.Response(body=workbook(book, request.query.get("keyword", "")), content_type=XLSX)
    if request.method != "POST" or request.path != REST:
        return _error()
    try:
        asked = json.loads(str((await request.post()).get("params", "")))
        if book is not None and asked["service"] in PUBLIC_SERVICES:
            rows: Rows | dict[str, Rows] = book.wrapped(PUBLIC_SERVICES[asked["service"]](book, asked))
        else:
            rows = _SERVICES[asked["service"]](request.app[STATE], asked)
    except (KeyError, TypeError, ValueError):
        return _error()
    body = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
    return web.Response(text=body, content_type="text/html")


def _error() -> web.Response:
    return web.Response(text=ERROR_PAGE, content_type="text/html")


def _report(state: EvaluationState, asked: Json) -> Rows:
    """The provinces best first, or the units of one, numbered over all levels."""
    span = _span(state, asked)
    root = str(asked.get("p_tinh_id", "0"))
    units = ALL_PROVINCES if root == "0" else units_below(_province(root).code)
    points = state.points(units, span)
    best_first = sorted(units, key=lambda unit: (-sum(points[unit].values(), Decimal(0)), unit.code))
    rows = [_row(unit, points[unit], place) for place, unit in enumerate(best_first, 1)]
    return _paged(rows, asked)


def _province(old_id: str) -> Unit:
    """Raises `KeyError`."""
    return {unit.old_id: unit for unit in ALL_PROVINCES}[old_id]


def _span(state: EvaluationState, asked: Json) -> Span:
    year, quarter, month = (int(asked.get(key, 0)) for key in ("p_nam", "p_quy", "p_thang"))
    kind = "month" if month else "quarter" if quarter else "year"
    return span_asked(state, {"timeType": kind, "year": year, "quarter": quarter, "month": month})


def _paged(rows: Rows, asked: Json) -> Rows:
    page, size = int(asked.get("pageIndex", 1)), int(asked.get("pageSize", 10))
    return rows[(page - 1) * size : page * size]


def _row(unit: Unit, points: dict[str, Decimal], place: int) -> dict[str, str]:
    kind, level = KINDS[unit.kind]
    return {
        "ID": unit.old_id,
        "TEN": unit.name,
        "TEN_COQUAN": unit.name,
        "MA_COQUAN": unit.code,
        "LOAI_COQUAN": kind,
        "CAPDONVIID": level,
        "ID_COQUAN": unit.old_id,
        **{column: _written(points[column]) for column in ("TDGQ", "MDHL", "MDSH", "TTTT", "CLGQ", "CKMB")},
        "TONG_SCORE": _written(sum(points.values(), Decimal(0))),
        "ROW_STT": str(place),
    }


def _written(number: Decimal) -> str:
    """``10``, ``8.36``: no zero at the end."""
    return f"{number:f}".rstrip("0").rstrip(".") if "." in f"{number:f}" else f"{number:f}"


def _agencies(_state: EvaluationState, asked: Json) -> Rows:
    return _paged(
        [{"ID": unit.old_id, "AGENCY_NAME": unit.name, "NAME": unit.name, "CODE": unit.code} for unit in ALL_PROVINCES],
        {"pageSize": 1000, **asked},
    )


_SERVICES: Final[dict[str, Callable[[EvaluationState, Json], Rows]]] = {
    REPORT: _report,
    AGENCIES: _agencies,
}
