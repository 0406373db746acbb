"""The same tasks in every form that a monitor has, and a reader of each.

In: a folder, a form. Out: readers made as the daemon makes them, against real files, databases and HTTP.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from adapters.document_monitor import MonitorReader, definition
from loopback.monitor import LIST_PATH, TOTALS_PATH, UNITS_PATH, MonitorState, monitor_app
from loopback.monitor_tasks import COUNTING_QUERY, UNITS, Counts, counted, generated
from loopback.run import running
from syncd.errors import ConfigurationError
from syncd.records.periods import Period
from syncd.records.tasks import TaskReading, TaskTally
from syncd.sides.adapter import Surroundings
from syncd.sides.http import HttpClient, HttpSettings
from syncd.sides.registry import settings_for

TODAY = date(2026, 10, 10)
NOW = datetime(2026, 10, 10, 3, tzinfo=UTC)
YEAR = Period.parse("2026")
PERIODS = tuple(map(Period.parse, ("2026", "2026-Q3", "2026-09", "2026-10")))
TASKS = generated(7, TODAY)
QUICK = {"requests_per_second": 100_000, "attempts": 1, "breaker_failures": 1000}
DAYS = {"tuNgay": "{first:%d/%m/%Y}", "denNgay": "{last:%d/%m/%Y}"}
DETAILED = {
    "unit_name": "name",
    "assigned": "tongSoNhiemVu",
    "done_on_time": "hoanThanhDungHan",
    "done_late": "hoanThanhQuaHan",
    "running_in_time": "dangThucHienTrongHan",
    "running_late": "dangThucHienQuaHan",
    "no_time_limit": "khongThoiHan",
}
TASK_PATHS = {
    "task": "so",
    "unit_code": "donVi.ma",
    "unit_name": "donVi.ten",
    "due_on": "hanXuLy",
    "done_on": "ngayHoanThanh",
}
NAMES = {name: code for code, name in UNITS.items()}


def no_secret(name: str) -> str:
    raise ConfigurationError(f"there is no secret {name!r}", action="write it")


async def no_wait(_seconds: float) -> None: ...


def reader(folder: Path, **table: Any) -> MonitorReader:
    """The reader that the settings describe, built as the daemon builds it."""

    def http(side: str, chosen: HttpSettings) -> HttpClient:
        return HttpClient(side, chosen, secret=no_secret, sleep=no_wait)

    settings = settings_for(definition, {"adapter": "document-monitor", **table}, "tasks[0].source")
    assert definition.tasks is not None
    built = definition.tasks(settings, Surroundings("source", folder, no_secret, http))
    assert isinstance(built, MonitorReader)
    return built


async def read(folder: Path, period: Period = YEAR, **table: Any) -> TaskReading:
    """Read once, and let go."""
    monitor = reader(folder, **table)
    try:
        return await monitor.read_tasks(period, NOW)
    finally:
        await monitor.close()


def by_sql(url: str, query: str = COUNTING_QUERY, **more: Any) -> dict[str, Any]:
    return {"sql": {"url": url, "query": query.format(today=TODAY)}, **more}


def by_units(url: str, **more: Any) -> dict[str, Any]:
    """The list of units, in pages of three."""
    params = DAYS | {"trang": "{page}", "soLuong": "{size}"}
    rest = {"base_url": url, "path": UNITS_PATH, "params": params, "rows": "data", "fields": DETAILED, **QUICK}
    paged = {"paging": {"by": "page", "size": 3}, "count": "totalRecords"}
    success = {"success": {"path": "success", "values": ["true"], "message": "message"}}
    return {"rest": {**rest, **paged, **success, **more}, "units": NAMES}


def by_totals(url: str, **more: Any) -> dict[str, Any]:
    """One question for each unit."""
    params = DAYS | {"donVi": "{unit}"}
    rest = {"base_url": url, "path": TOTALS_PATH, "params": params, "preset": "totals", **QUICK}
    return {"rest": {**rest, "each_unit": {code: code for code in UNITS}, **more}}


def by_list(url: str, **more: Any) -> dict[str, Any]:
    """The list of tasks, in pages of 100, asked by POST."""
    body = DAYS | {"batDau": "{offset}", "soLuong": "{size}"}
    rest = {"base_url": url, "path": LIST_PATH, "method": "POST", "body": body, "rows": "data", **QUICK}
    paged = {"paging": {"by": "offset", "size": 100}, "count": "totalRecords"}
    return {"one_row_per": "task", "rest": {**rest, **paged, "fields": TASK_PATHS, **more}}


@asynccontextmanager
async def monitor() -> AsyncIterator[tuple[str, MonitorState]]:
    """A monitor that runs, and what it does wrong."""
    state = MonitorState(TASKS, TODAY)
    async with running(monitor_app(state)) as url:
        yield url, state


def expected(period: Period = YEAR) -> dict[str, TaskTally]:
    """What every form must say."""
    return {one.unit: tally(one) for one in counted(TASKS, period.first, period.last, TODAY) if one.assigned}


def tally(counts: Counts) -> TaskTally:
    return TaskTally(
        unit_code=counts.unit,
        unit_name=counts.unit_name,
        assigned=counts.assigned,
        done_on_time=counts.done_on_time,
        done_late=counts.done_late,
        running_in_time=counts.running_in_time,
        running_late=counts.running_late,
        no_time_limit=counts.no_time_limit,
    )


def by_code(reading: TaskReading) -> dict[str, TaskTally]:
    """Tallies by code; those without one task say nothing, whether a form lists them or not."""
    return {one.unit_code: one for one in reading.tallies if one.assigned}
