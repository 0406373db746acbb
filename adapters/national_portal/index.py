"""The national portal as a source of the Service Index: its evaluation interfaces of 2026.

In: settings and surroundings. Out: what `IndexReader` promises. An answer that is not whole (a page lost, a total that
is not met, a unit twice, another unit than the one asked for) is an error, never less.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from adapters.national_portal.api import SUCCESS, opened
from adapters.national_portal.evaluation import Found, metric_page, online_page, payment_page, progress_page
from adapters.national_portal.evaluation_results import national_page, units_page
from adapters.national_portal.evaluation_wire import Answer, Outline
from adapters.national_portal.settings import PortalSettings
from adapters.service_index import MOST_UNITS, index_table, ranked, require_bounded, require_national, require_once
from syncd.records.figures import Figure, Group, IndexTable, IndexUnit, Indicator
from syncd.records.periods import Period, PeriodKind
from syncd.sides.adapter import Surroundings
from syncd.sides.errors import ShapeError, StaleError
from syncd.sides.http import HttpClient, decode

EVALUATION = "/api/v1/reporting/evaluation"
MOST_PAGES = 200
FIRST_YEAR = Period(2026, PeriodKind.YEAR)

Json = dict[str, Any]


def timed(period: Period, root: str) -> Json:
    """``{"timeType": "quarter", "year": 2026, "quarter": 3, "rootDepartmentId": …}``."""
    part = {} if period.kind is PeriodKind.YEAR else {period.kind.value: period.number}
    return {"timeType": period.kind.value, "year": period.year, **part, "rootDepartmentId": root}


def dated(period: Period, root: str) -> Json:
    """Satisfaction alone takes days."""
    return {"fromDate": str(period.first), "toDate": str(period.last), "rootDepartmentId": root}


def national(period: Period, _root: str) -> Json:
    """Every province: there is no root."""
    return {key: told for key, told in timed(period, "").items() if key != "rootDepartmentId"} | {
        "departmentType": "ADMINISTRATIVE_UNIT"
    }


class Question(NamedTuple):
    """One interface: its last word in the address, what it is asked, how many units a page, and what a page says."""

    path: str
    asks: Callable[[Period, str], Json]
    size: int
    read: Callable[[bytes, str], Found]


QUESTIONS: dict[str, Question] = {
    "transparency": Question("transparency", timed, 200, metric_page(Group.TRANSPARENCY)),
    "handling-satisfaction": Question("handling-satisfaction", dated, 200, metric_page(Group.SATISFACTION)),
    "dossier-digitized": Question("dossier-digitized", timed, 200, metric_page(Group.DIGITISATION)),
    "dvc-progress-tree": Question("dvc-progress-tree", timed, 100, progress_page),
    "provide-online-tree": Question("provide-online-tree", timed, 200, online_page),
    "formality-online-payment-tree": Question("formality-online-payment-tree", timed, 100, payment_page),
    "service-results": Question("service-results", national, 100, national_page),
    "service-results-units": Question("service-results", timed, 200, units_page),
}
"""By the endpoint's name. ``service-results`` is asked twice: for the country, and for the units below the root."""


class PortalIndex:
    """Reads the index. Built by the entry point; never writes."""

    def __init__(self, settings: PortalSettings, surroundings: Surroundings) -> None:
        self._http: HttpClient = surroundings.http(surroundings.side, settings)

    @property
    def endpoints(self) -> tuple[str, ...]:
        return tuple(QUESTIONS)

    def offers(self, endpoint: str, period: Period) -> bool:  # noqa: ARG002 - the portal takes months, quarters, years
        """Every interface takes every period; the portal itself refuses one that is not over, or not begun."""
        return endpoint in QUESTIONS

    async def read(self, endpoint: str, period: Period, root: str) -> tuple[bytes, ...]:
        """Every page, whole. Raises `KeyError` for an endpoint that is not one of `endpoints`."""
        question = QUESTIONS[endpoint]
        where = f"{EVALUATION}/{question.path}"
        pages: list[bytes] = []
        outlines: list[Outline] = []
        while not _is_over(outlines, question.size):
            number = len(pages) + 1
            body, outline = await self._page(question, period, root, number)
            _require_answers(endpoint, outline, root, number, where)
            if outlines and outline.pagination is None and _ids(outline) == _ids(outlines[-1]):
                break  # a tree that knows no pages shows everything each time
            pages.append(body)
            require_bounded(pages, where=where)
            outlines.append(outline)
        _require_whole(outlines, where)
        if question.asks is national:
            require_national([one for outline in outlines for one in _ids(outline)], root, where=where)
        return tuple(pages)

    async def _page(self, question: Question, period: Period, root: str, number: int) -> tuple[bytes, Outline]:
        path = f"{EVALUATION}/{question.path}"

        def parse(body: bytes) -> tuple[bytes, Outline]:
            return body, _outline(body, path)

        asked = {**question.asks(period, root), "currentPage": number, "pageSize": question.size}
        return await self._http.ask("POST", path, operation="index", safe=True, json=asked, accept=SUCCESS, parse=parse)

    def figures(self, endpoint: str, pages: Sequence[bytes]) -> IndexTable:
        """Translate every page of one answer. Raises `StaleError` as well, for pages that are not one whole answer."""
        question = QUESTIONS[endpoint]
        where = f"{EVALUATION}/{question.path}"
        _require_whole([_outline(page, where) for page in pages], where)
        found = [question.read(page, where) for page in pages]
        units = [*found[0].head, *(unit for one in found for unit in one.units)]
        figures = [*found[0].head_figures, *(figure for one in found for figure in one.figures)]
        return index_table(endpoint, _ranked(units, figures), figures, where=where, path="$.data")

    async def check(self) -> str:
        """Read the national table of the interface's first year, and say how many provinces it holds."""
        _body, outline = await self._page(QUESTIONS["service-results"], FIRST_YEAR, "", 1)
        return f"national portal answers: its index of {FIRST_YEAR} holds {len(outline.below)} provinces"

    async def close(self) -> None:
        await self._http.close()


def _ranked(units: Sequence[IndexUnit], figures: Sequence[Figure]) -> Sequence[IndexUnit]:
    totals = {one.unit: one.score for one in figures if one.group is Group.TOTAL and one.code == Indicator.WHOLE}
    return ranked(units, totals)


def _outline(body: bytes, where: str) -> Outline:
    opened(body, where)
    return decode(body, Answer[Outline], where=where).data


def _ids(outline: Outline) -> list[str]:
    return [line.department_id or "" for line in outline.below]


def _is_over(outlines: Sequence[Outline], size: int) -> bool:
    if not outlines:
        return False
    last = outlines[-1]
    if last.pagination is not None:
        return len(outlines) >= last.pagination.totalPages
    return len(last.below) != size


def _require_answers(endpoint: str, outline: Outline, root: str, number: int, where: str) -> None:
    """Raises `StaleError` when it is not about the unit, or not the page, that was asked for."""
    head, pagination = outline.head, outline.pagination
    if head is None:
        raise ShapeError("neither overview nor parent is there", where=where, path="$.data")
    if number > MOST_PAGES or (pagination is not None and not 0 <= pagination.totalPages <= MOST_PAGES):
        raise ShapeError(f"more than {MOST_PAGES} pages", where=where, path="$.data.pagination.totalPages")
    about = head.department_id or head.department_code or ""
    is_right = {"service-results": not about, "service-results-units": bool(about)}.get(endpoint, about == root)
    if not is_right:
        raise StaleError(f"the answer is about {about[:40]!r} ({head.department_name[:80]!r})", where=where)
    if pagination is not None and pagination.currentPage not in (None, number):
        raise StaleError(f"page {number} was asked for, page {pagination.currentPage} came", where=where)
    if not outline.below:
        raise StaleError(f"page {number} shows not one unit; an empty answer proves nothing", where=where)


def _require_whole(outlines: Sequence[Outline], where: str) -> None:
    """Raises `StaleError` for pages that do not make one whole answer: no unit, one twice, a total that is not met."""
    ids = [one for outline in outlines for one in _ids(outline)]
    if not ids:
        raise StaleError("there is no page, or no unit on any", where=where)
    declared = {outline.pagination.total for outline in outlines if outline.pagination is not None}
    if len(declared) > 1:
        raise StaleError(f"the total changed while it was read: {sorted(declared)[:5]}", where=where)
    for total in declared:
        if not 0 <= total <= MOST_UNITS:
            raise ShapeError(f"outside 0 to {MOST_UNITS}", where=where, path="$.data.pagination.total")
        if total != len(ids):
            raise StaleError(f"{total} units are declared, {len(ids)} came", where=where, action="read again later")
    require_once(ids, where=where, what="the unit")
