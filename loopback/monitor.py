"""A city's monitor of directives and documents, as it answers on a loopback address, in the forms its clients read.

In: tasks and a day. Out: an aiohttp application: counts by unit in pages, the totals of one unit by code,
the list of tasks in pages. What it does wrong is switched on by `MonitorQuirks`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from aiohttp import web

from loopback.faults import FaultPlan, faults_middleware
from loopback.monitor_tasks import Counts, Task, counted, grouped, total_of, with_old_tones

UNITS_PATH: Final = "/api/nhiem-vu/don-vi"
TOTALS_PATH: Final = "/api/nhiem-vu/tong-hop"
LIST_PATH: Final = "/api/nhiem-vu/danh-sach"
LOGIN_PAGE: Final = (
    "<!DOCTYPE html><html><head><title>Đăng nhập</title></head><body><form><input name='user'></form></body></html>"
)
SESSION_OVER: Final = "Phiên làm việc đã hết hạn"


@dataclass(slots=True)
class MonitorQuirks:
    """How it misbehaves. ``as_text``: counts are texts such as "1.234"; ``total_off``: its total is not the sum;
    ``shouting``: names in capitals, tone marks in their other place; ``lost_page``: this page is empty;
    ``refusing``: an error envelope with status 200; ``login_page``: HTML with status 200; ``doubled``: a unit twice.
    """

    as_text: bool = False
    total_off: int = 0
    shouting: bool = False
    lost_page: int | None = None
    refusing: bool = False
    login_page: bool = False
    doubled: bool = False


@dataclass(slots=True)
class MonitorState:
    """What it knows, on which day. ``asked``: the query or body of every request."""

    tasks: Sequence[Task]
    today: date
    quirks: MonitorQuirks = field(default_factory=MonitorQuirks)
    asked: list[dict[str, Any]] = field(default_factory=list)


STATE: Final = web.AppKey("state", MonitorState)


def monitor_app(state: MonitorState, faults: FaultPlan | None = None) -> web.Application:
    """The application; ``faults`` decides which answers go wrong."""
    app = web.Application(middlewares=[faults_middleware(faults or FaultPlan()), _quirky])
    app[STATE] = state
    app.router.add_get(UNITS_PATH, _units)
    app.router.add_get(TOTALS_PATH, _totals)
    app.router.add_post(LIST_PATH, _list)
    return app


@web.middleware
async def _quirky(request: web.Request, handler: Callable[[web.Request], Any]) -> web.StreamResponse:
    state = request.app[STATE]
    state.asked.append(dict(request.query) if request.method == "GET" else await request.json())
    if state.quirks.login_page:
        return web.Response(text=LOGIN_PAGE, content_type="text/html")
    if state.quirks.refusing:
        return _json({"success": False, "code": "401", "message": SESSION_OVER, "data": None})
    answer: web.StreamResponse = await handler(request)
    return answer


async def _units(request: web.Request) -> web.Response:
    state, asked = request.app[STATE], request.query
    counts = counted(state.tasks, _day(asked["tuNgay"]), _day(asked["denNgay"]), state.today)
    rows = [_unit(one, state.quirks) for one in counts]
    if state.quirks.doubled:
        rows.append(rows[0])
    total = _numbers(total_of(counts), state.quirks)
    total["tongSoNhiemVu"] = _written(total_of(counts).assigned + state.quirks.total_off, state.quirks)
    page, size = int(asked.get("trang", "1")), int(asked.get("soLuong", "1000"))
    return _json({"success": True, "tong": total, **_paged(rows, page, size, state.quirks)})


def _unit(counts: Counts, quirks: MonitorQuirks) -> dict[str, Any]:
    name = with_old_tones(counts.unit_name) if quirks.shouting else counts.unit_name
    return {"name": name, **_numbers(counts, quirks)}


def _numbers(counts: Counts, quirks: MonitorQuirks) -> dict[str, Any]:
    """The four sums of the mobile application, and the parts that the web application shows."""
    done = counts.done_on_time + counts.done_late
    numbers = {
        "tongSoNhiemVu": counts.assigned,
        "nhiemVuHoanThanh": done,
        "nhiemVuChuaHoanThanh": counts.assigned - done,
        "nhiemVuQuaHan": counts.done_late + counts.running_late,
        "hoanThanhDungHan": counts.done_on_time,
        "hoanThanhQuaHan": counts.done_late,
        "dangThucHienTrongHan": counts.running_in_time,
        "dangThucHienQuaHan": counts.running_late,
        "khongThoiHan": counts.no_time_limit,
    }
    return {name: _written(count, quirks) for name, count in numbers.items()}


async def _totals(request: web.Request) -> web.Response:
    state, asked = request.app[STATE], request.query
    counts = counted(state.tasks, _day(asked["tuNgay"]), _day(asked["denNgay"]), state.today)
    one = next((each for each in counts if each.unit == asked["donVi"]), None)
    if one is None:
        return _json({"success": False, "code": "404", "message": "Không tìm thấy đơn vị", "data": None})
    numbers = {
        "TONG_SO_NHIEM_VU": ("Tổng số nhiệm vụ", one.assigned),
        "HOAN_THANH_NHIEM_VU": ("Hoàn thành", one.done_on_time + one.done_late),
        "NHIEM_VU_DANG_THUC_HIEN": ("Đang thực hiện", one.assigned - one.done_on_time - one.done_late),
        "HOAN_THANH_QUA_HAN": ("Hoàn thành quá hạn", one.done_late),
        "DANG_THUC_HIEN_TRONG_HAN": ("Đang thực hiện trong hạn", one.running_in_time),
        "DANG_THUC_HIEN_QUA_HAN": ("Đang thực hiện quá hạn", one.running_late),
    }
    listed = [
        {"code": code, "name": name, "value": _written(count, state.quirks)} for code, (name, count) in numbers.items()
    ]
    return _json({"success": True, "data": listed})


async def _list(request: web.Request) -> web.Response:
    state, asked = request.app[STATE], await request.json()
    first, last = _day(asked["tuNgay"]), _day(asked["denNgay"])
    rows = [_task(one) for one in state.tasks if first <= one.assigned <= last]
    page = asked["batDau"] // asked["soLuong"] + 1
    return _json({"success": True, **_paged(rows, page, asked["soLuong"], state.quirks)})


def _task(task: Task) -> dict[str, Any]:
    """Days as instants with an offset, as .NET writes them."""
    return {
        "so": task.number,
        "donVi": {"ma": task.unit, "ten": task.unit_name},
        "ngayGiao": f"{task.assigned}T08:00:00+07:00",
        "hanXuLy": f"{task.due}T17:00:00+07:00" if task.due else None,
        "ngayHoanThanh": f"{task.done}T09:30:00+07:00" if task.done else "",
    }


def _paged(rows: Sequence[dict[str, Any]], page: int, size: int, quirks: MonitorQuirks) -> dict[str, Any]:
    shown = [] if page == quirks.lost_page else rows[(page - 1) * size : page * size]
    return {"data": list(shown), "totalRecords": len(rows)}


def _written(count: int, quirks: MonitorQuirks) -> int | str:
    return grouped(count) if quirks.as_text else count


def _day(text: str) -> date:
    return datetime.strptime(text, "%d/%m/%Y").date()  # noqa: DTZ007 - a calendar day has no zone


def _json(body: object) -> web.Response:
    return web.Response(text=json.dumps(body, ensure_ascii=False), content_type="application/json")
