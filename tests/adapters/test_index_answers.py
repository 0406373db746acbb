"""The national portal's index reader against answers that the loopback portal does not give, one by one."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from adapters.national_portal import definition
from adapters.national_portal.index import PortalIndex
from loopback.catalogue.agencies import HANOI_ID
from loopback.catalogue.index_figures import units_below
from loopback.evaluation import HANDLERS
from loopback.evaluation_state import EvaluationState
from loopback.faults import FaultPlan
from loopback.run import running
from syncd.records.figures import Group
from syncd.sides.adapter import Surroundings
from syncd.sides.errors import ShapeError, SideError, StaleError, TooLargeError
from syncd.sides.http import HttpClient, HttpSettings
from syncd.sides.registry import settings_for
from tests.adapters.test_index import TODAY, YEAR, Json, figure, index_of, no_secret, table_of

Change = Callable[[Json, int], None]
LINE: Json = {"departmentId": "a", "departmentName": "A"}


@asynccontextmanager
async def spoiled(change: Change, **state: Any) -> AsyncIterator[PortalIndex]:
    """A portal whose every answer is changed: its ``data``, and which page it is."""
    shown = EvaluationState(today=TODAY)
    for key, value in state.items():
        setattr(shown, key, value)

    async def handler(request: web.Request) -> web.Response:
        asked = await request.json()
        data = json.loads(json.dumps(HANDLERS[request.path](shown, asked)))
        change(data, asked["currentPage"])
        return web.json_response({"code": "OK", "data": data, "message": "OK"}, status=201)

    app = web.Application()
    app.router.add_post("/{path:.*}", handler)
    async with running(app, FaultPlan()) as url, index_of(url) as index:
        yield index


def drop(data: Json, page: int) -> None:
    """A page in the middle that is silently empty."""
    if page == 2:
        data["evaluation"] = []


def shorten(data: Json, page: int) -> None:
    data["evaluation"] = data["evaluation"][: 10 if page == 2 else None]


def repeat(data: Json, page: int) -> None:
    if page == 3:
        data["evaluation"][0]["departmentId"] = units_below("H26")[0].id


def regrow(data: Json, page: int) -> None:
    data["pagination"]["total"] += page


def renumber(data: Json, _page: int) -> None:
    data["pagination"]["currentPage"] = 1


def mistake(data: Json, _page: int) -> None:
    data["overview"]["departmentId"] = "019d2be3-6a88-732b-8b17-b68020c8553a"


@pytest.mark.parametrize("change", [drop, shorten, repeat, regrow, renumber, mistake])
async def test_an_answer_that_is_not_whole_is_stale(change: Change) -> None:
    async with spoiled(change, page_limit=50) as index:
        with pytest.raises(StaleError):
            await index.read("dossier-digitized", YEAR, HANOI_ID)


async def test_an_empty_answer_proves_nothing() -> None:
    def empty(data: Json, _page: int) -> None:
        data["evaluation"], data["pagination"] = [], {"total": 0, "currentPage": 1, "pageSize": 200, "totalPages": 0}

    async with spoiled(empty) as index:
        with pytest.raises(StaleError, match="not one unit"):
            await index.read("transparency", YEAR, HANOI_ID)


async def test_an_endless_list_is_not_followed() -> None:
    def endless(data: Json, _page: int) -> None:
        data["pagination"]["totalPages"] = 10**9

    async with spoiled(endless) as index:
        with pytest.raises(ShapeError, match="more than 200 pages"):
            await index.read("transparency", YEAR, HANOI_ID)


async def test_pages_that_grow_beyond_any_index_are_not_read_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.service_index.MOST_BYTES", 60_000)
    async with spoiled(lambda _data, _page: None, page_limit=50) as index:
        with pytest.raises(TooLargeError):
            await index.read("transparency", YEAR, HANOI_ID)


async def test_a_tree_with_as_many_children_as_a_page_holds_is_asked_for_more() -> None:
    """Trees know no pages; should one cut at a hundred, the rest would be missing without a word."""

    def cut(data: Json, page: int) -> None:
        data["children"] = data["children"][(page - 1) * 100 : page * 100]

    def always_a_hundred(data: Json, _page: int) -> None:
        del data["children"][100:]

    async with spoiled(cut) as index:
        assert len((await table_of(index, "dvc-progress-tree")).units) == 140
    async with spoiled(always_a_hundred) as index:
        assert len((await table_of(index, "dvc-progress-tree")).units) == 101


async def test_a_national_table_with_too_few_provinces_is_stale() -> None:
    def halve(data: Json, _page: int) -> None:
        del data["evaluation"][17:]

    async with spoiled(halve) as index:
        with pytest.raises(StaleError, match="17 provinces"):
            await index.read("service-results", YEAR, HANOI_ID)


async def test_the_countrys_table_is_not_taken_for_a_provinces() -> None:
    """The portal was seen to answer a province's question with the country."""

    def country(data: Json, _page: int) -> None:
        data["overview"] = {"departmentName": "Cả nước", "totalScore": 62, "totalMaxScore": 100, "ratio": 62}

    async with spoiled(country) as index:
        with pytest.raises(StaleError, match="Cả nước"):
            await index.read("service-results-units", YEAR, HANOI_ID)


def unit_with(**changes: Any) -> bytes:
    """One whole answer of ``transparency`` about one unit, with changes to that unit's one metric."""
    metric = {"code": "DOSSIER_SYNC", "name": "", "numerator": 1, "denominator": 2, "ratio": 50, "score": 3}
    metric |= {"maxScore": 6, **changes}
    unit = {"departmentId": "a", "departmentName": "A", "departmentType": "PROVINCE", "totalScore": 3}
    unit |= {"totalMaxScore": 18, "ratio": 16.67, "metrics": [metric]}
    data = {"overview": unit, "evaluation": [unit | {"departmentId": "b"}]}
    return json.dumps({"code": "OK", "data": data}).encode()


def pure() -> PortalIndex:
    """The translation alone; it asks nothing."""
    settings = settings_for(definition, {"adapter": "national-portal"}, "index")

    def http(side: str, chosen: HttpSettings) -> HttpClient:
        return HttpClient(side, chosen, secret=no_secret)

    return PortalIndex(settings, Surroundings("index", Path(), no_secret, http))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"numerator": "1"}, "$.data.overview.metrics[0].numerator"),
        ({"numerator": True}, "$.data.overview.metrics[0].numerator"),
        ({"denominator": 1.5}, "$.data.overview.metrics[0].denominator"),
        ({"denominator": 10**30}, "$.data.overview.metrics[0].denominator"),
        ({"score": "3"}, "$.data.overview.metrics[0].score"),
        ({"score": True}, "$.data.overview.metrics[0].score"),
        ({"score": 1e300}, "$.data.overview.metrics[0].score"),
        ({"ratio": [50]}, "$.data.overview.metrics[0].ratio"),
        ({"code": ""}, "$.data.overview.metrics[0].code"),
        ({"code": "A\u0000"}, "$.data.overview.metrics[0].code"),
    ],
)
def test_what_is_no_figure_is_refused_with_its_path(changes: Json, path: str) -> None:
    with pytest.raises(ShapeError) as caught:
        pure().figures("transparency", [unit_with(**changes)])
    assert caught.value.path == path


def test_odd_figures_are_the_portals_own_and_stay_as_they_are() -> None:
    """Negative, more than everything, unknown: nothing is mended, nothing dropped."""
    table = pure().figures("transparency", [unit_with(code="NEW_METRIC", numerator=-7, denominator=-9, score=1e2)])
    told = figure(table, "a", Group.TRANSPARENCY, "NEW_METRIC")
    assert (told.numerator, told.denominator, told.score) == (-7, -9, Decimal(100))


@pytest.mark.parametrize(
    ("endpoint", "data", "path"),
    [
        ("transparency", {"overview": None}, "$.data"),
        ("transparency", {"evaluation": []}, "$.data"),
        (
            "dvc-progress-tree",
            {"parent": LINE, "children": 3},
            "$.data.children",
        ),
    ],
)
def test_a_missing_group_or_list_is_named_with_its_path(endpoint: str, data: Json, path: str) -> None:
    page = json.dumps({"code": "OK", "data": data}).encode()
    with pytest.raises(SideError) as caught:
        pure().figures(endpoint, [page])
    assert getattr(caught.value, "path", "$.data").startswith(path)


async def test_a_province_without_one_of_its_groups_is_a_shape_error() -> None:
    def lose(data: Json, _page: int) -> None:
        del data["evaluation"][3]["groupScores"]["MDSH"]

    async with spoiled(lose) as index:
        pages = await index.read("service-results", YEAR, HANOI_ID)
        with pytest.raises(ShapeError, match="MDSH") as caught:
            index.figures("service-results", pages)
    assert caught.value.path == "$.data.evaluation[3].groupScores"


async def test_a_lost_list_of_metrics_is_a_shape_error() -> None:
    def lose(data: Json, _page: int) -> None:
        del data["evaluation"][1]["metrics"]

    async with spoiled(lose) as index:
        pages = await index.read("transparency", YEAR, HANOI_ID)
        with pytest.raises(ShapeError, match="metrics") as caught:
            index.figures("transparency", pages)
    assert caught.value.path == "$.data.evaluation[1]"


def test_a_metric_that_comes_twice_is_not_chosen_from() -> None:
    page = json.loads(unit_with())
    page["data"]["overview"]["metrics"] *= 2
    with pytest.raises(StaleError, match="DOSSIER_SYNC"):
        pure().figures("transparency", [json.dumps(page).encode()])
