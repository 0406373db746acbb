"""The older gateway as a source of the Service Index: one report, for the country and for the units of one province.

In: settings and surroundings. Out: what `IndexReader` promises. The report declares no total: it ends with a page that
is not full, and a national one must hold every province.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from adapters.national_report.rows import figures, rows_of
from adapters.national_report.settings import ReportSettings
from adapters.service_index import MOST_UNITS, require_bounded, require_national, require_once
from syncd.records.figures import IndexTable
from syncd.records.periods import Period, PeriodKind
from syncd.sides.adapter import Surroundings
from syncd.sides.errors import ShapeError, StaleError
from syncd.sides.http import HttpClient

PATH = "/jsp/rest.jsp"
SERVICE = "report_tinh_766_service"
UNITS = f"{SERVICE}-units"
EVERYONE = "0"
HEADERS = {"X-Requested-With": "XMLHttpRequest"}
SURE = Period(2025, PeriodKind.YEAR)
"""A year that the report is known to hold."""

ROOTS: dict[str, Callable[[str], str]] = {SERVICE: lambda _root: EVERYONE, UNITS: lambda root: root}
"""What ``p_tinh_id`` is, by endpoint: every province, or the one whose units are wanted (``389181``)."""


def asked(endpoint: str, period: Period, root: str, page: int, size: int) -> dict[str, Any]:
    """The report's parameters, as its own page sends them; a quarter or month of 0 means the whole year."""
    return {
        "type": "ref",
        "service": SERVICE,
        "p_nam": str(period.year),
        "p_6thang": 0,
        "p_quy": period.number if period.kind is PeriodKind.QUARTER else 0,
        "p_thang": period.number if period.kind is PeriodKind.MONTH else 0,
        "p_tinh_id": ROOTS[endpoint](root),
        "p_huyen_id": "",
        "p_xa_id": EVERYONE,
        "p_default": 0,
        "p_loaidonvi": 1,
        "loaichitieu": 0,
        "pageIndex": page,
        "pageSize": size,
    }


class ReportIndex:
    """Reads the report. Built by the entry point; never writes."""

    def __init__(self, settings: ReportSettings, surroundings: Surroundings) -> None:
        self._size = settings.page_size
        self._http: HttpClient = surroundings.http(surroundings.side, settings)

    @property
    def endpoints(self) -> tuple[str, ...]:
        return tuple(ROOTS)

    def offers(self, endpoint: str, period: Period) -> bool:  # noqa: ARG002 - months, quarters and years alike
        return endpoint in ROOTS

    async def read(self, endpoint: str, period: Period, root: str) -> tuple[bytes, ...]:
        """Every page, whole. Raises `KeyError` for an endpoint that is not one of `endpoints`."""
        pages: list[bytes] = []
        ids: list[str] = []
        while True:
            body, shown = await self._page(endpoint, period, root, len(pages) + 1)
            if pages and shown == ids:
                break  # it knows no pages and shows everything each time
            if shown or not pages:
                pages.append(body)
                require_bounded(pages, where=PATH)
            ids += shown
            if len(ids) > MOST_UNITS:
                raise ShapeError(f"more than {MOST_UNITS} rows", where=PATH, path="$")
            if len(shown) < self._size:
                break
        _require_whole(endpoint, ids, root)
        return tuple(pages)

    async def _page(self, endpoint: str, period: Period, root: str, number: int) -> tuple[bytes, list[str]]:
        def parse(body: bytes) -> tuple[bytes, list[str]]:
            return body, [row.ID for row in rows_of(body, where=PATH)]

        params = msgspec.json.encode(asked(endpoint, period, root, number, self._size)).decode()
        return await self._http.ask(
            "POST", PATH, operation="index", safe=True, form={"params": params}, headers=HEADERS, parse=parse
        )

    def figures(self, endpoint: str, pages: Sequence[bytes]) -> IndexTable:
        return figures(endpoint, pages, where=PATH)

    async def check(self) -> str:
        """Read the national table of a year that is surely there, and say how many provinces it holds."""
        _body, shown = await self._page(SERVICE, SURE, "", 1)
        return f"the older gateway answers: its index of {SURE} holds {len(shown)} provinces"

    async def close(self) -> None:
        await self._http.close()


def _require_whole(endpoint: str, ids: Sequence[str], root: str) -> None:
    if not ids:
        raise StaleError("not one row came; an empty report proves nothing", where=PATH)
    require_once(ids, where=PATH, what="the unit")
    if endpoint == SERVICE:
        require_national(ids, root, where=PATH)
