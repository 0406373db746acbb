"""The portal as a counter of dossiers, against the loopback portal and against answers of its shape."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Protocol

import pytest
from aiohttp import web

from adapters.national_portal.dossiers import PortalDossiers
from adapters.national_portal.settings import PortalSettings
from loopback.catalogue import Catalogue
from loopback.catalogue.agencies import HANOI_ID
from loopback.run import Systems, running, serve
from syncd.records.dossiers import Tallies, Tally
from syncd.records.periods import Period
from syncd.sides.adapter import Surroundings
from syncd.sides.errors import BlockedError, PermanentError, ShapeError, SideError, StaleError
from syncd.sides.http import HttpClient, HttpSettings

QUICK = {"requests_per_second": 100_000, "attempts": 1, "breaker_failures": 1_000}
TODAY = date(2026, 11, 25)
MONTH, YEAR = Period.parse("2026-10"), Period.parse("2026")
EMPTY = Catalogue(seed=7, portal=(), city=(), equivalences={}, planted=(), events=(), registers={})
PATH = "/api/v1/reporting/evaluation/"


@pytest.fixture
async def systems() -> AsyncIterator[Systems]:
    async with serve(EMPTY) as started:
        started.portal.evaluation.today = TODAY
        yield started


def built(url: str) -> PortalDossiers:
    def no_secret(name: str) -> str:
        raise KeyError(name)

    def http(side: str, own: HttpSettings) -> HttpClient:
        return HttpClient(side, own, secret=no_secret)

    settings = PortalSettings(adapter="national-portal", base_url=url, **QUICK)
    return PortalDossiers(settings, Surroundings("portal", Path(), no_secret, http))


@pytest.fixture
async def reader(systems: Systems) -> AsyncIterator[PortalDossiers]:
    made = built(systems.portal_url)
    yield made
    await made.close()
    await made.close()


class Made(Protocol):
    """Makes a reader of a portal that gives just these answers, by interface."""

    async def __call__(self, **answers: Any) -> PortalDossiers: ...


@pytest.fixture
async def portal_of() -> AsyncIterator[Made]:
    async with AsyncExitStack() as stack:

        async def make(**answers: Any) -> PortalDossiers:
            shown = {"progress": tree(), "online": online(), "transparency": transparency(), **answers}
            by_path = dict(
                zip(("dvc-progress-tree", "provide-online-tree", "transparency"), shown.values(), strict=True)
            )

            async def handler(request: web.Request) -> web.Response:
                data = by_path[request.path.removeprefix(PATH)]
                return web.json_response({"code": "OK", "data": data, "message": "OK"}, status=201)

            app = web.Application()
            app.router.add_post("/{path:.*}", handler)
            made = built(await stack.enter_async_context(running(app)))
            stack.push_async_callback(made.close)
            return made

        yield make


def unit(number: int, **counts: Any) -> dict[str, Any]:
    named = {"departmentId": f"id-{number}", "departmentCode": f"H44.{number:02d}", "departmentName": f"Sở {number}"}
    return {**named, "level": "PROVINCE", "totalReceived": 10, "totalOnTime": 7, "totalOverdue": 3, **counts}


def root(**counts: Any) -> dict[str, Any]:
    return {"departmentId": "root", "departmentCode": "H44", "departmentName": "UBND tỉnh Phú Thọ", **counts}


def tree(**parent: Any) -> dict[str, Any]:
    counts = {"totalReceived": 20, "totalOnTime": 14, "totalCompleted": 17}
    return {"parent": root(**{**counts, **parent}), "children": [unit(1), unit(2)], "monthlyChart": []}


def online() -> dict[str, Any]:
    return {"parent": root(channelOnlineSum=15), "children": [unit(1), unit(2)]}


def transparency(*numerators: int | None) -> dict[str, Any]:
    told = numerators or (9, 8)
    rows = [
        unit(number, metrics=[{"code": "DOSSIER_SYNC", "numerator": numerator, "denominator": 10}])
        for number, numerator in enumerate(told, 1)
    ]
    pagination = {"total": len(rows), "currentPage": 1, "pageSize": 200, "totalPages": 1}
    return {"overview": root(metrics=[]), "evaluation": rows, "pagination": pagination}


async def tallies(reader: PortalDossiers, at: str = "root") -> Tallies:
    return await reader.read_tallies(MONTH, at)


@pytest.mark.parametrize("period", [MONTH, YEAR, Period.parse("2026-Q4")])
async def test_every_unit_of_the_loopback_portal_is_counted(
    systems: Systems, reader: PortalDossiers, period: Period
) -> None:
    found = await reader.read_tallies(period, HANOI_ID)
    whole, *units = found.tallies

    assert found.period == period
    assert whole.unit_code == "H26"
    assert len({one.unit_code for one in found.tallies}) == len(found.tallies) > 2
    assert whole.received == sum(one.received or 0 for one in units)
    assert all(one.synchronised is not None for one in units)


async def test_counts_of_the_root_and_of_units_stand_where_they_belong(portal_of: Made) -> None:
    whole, first, second = (await tallies(await portal_of())).tallies

    assert whole == Tally(
        unit_code="H44",
        unit_name="UBND tỉnh Phú Thọ",
        received=20,
        finished=17,
        finished_on_time=14,
        not_on_time=6,
        online=15,
    )
    assert first == Tally(
        unit_code="H44.01", unit_name="Sở 1", received=10, finished_on_time=7, not_on_time=3, synchronised=9
    )
    assert second.synchronised == 8


async def test_what_the_portal_leaves_null_is_unknown_and_not_zero(portal_of: Made) -> None:
    whole, first, _ = (
        await tallies(await portal_of(progress=tree(totalOnTime=None), transparency=transparency(None, 8)))
    ).tallies

    assert (whole.finished_on_time, whole.not_on_time) == (None, None)
    assert first.synchronised is None


async def test_only_counts_that_it_promises_are_filled(portal_of: Made) -> None:
    """Late ones are not told apart from running ones, so none is claimed to be late."""
    reader = await portal_of()
    names = set(Tally.__struct_fields__) - {"unit_code", "unit_name"}
    filled = {name for one in (await tallies(reader)).tallies for name in names if getattr(one, name) is not None}

    assert filled == reader.counts


@pytest.mark.parametrize(
    ("answers", "error", "words"),
    [
        ({"progress": tree(totalReceived=-1)}, ShapeError, "a count of -1"),
        ({"progress": tree(totalReceived="20")}, ShapeError, "totalReceived"),
        ({"progress": tree(departmentId="other")}, StaleError, "about 'other'"),
        ({"progress": {"parent": root(), "children": [unit(1), unit(1)]}}, SideError, "id-1"),
        ({"online": {"parent": root(departmentId="other"), "children": [unit(1)]}}, StaleError, "about 'other'"),
        ({"progress": None}, ShapeError, r"\$"),
    ],
)
async def test_an_answer_that_cannot_be_right_is_an_error(
    portal_of: Made, answers: dict[str, Any], error: type[SideError], words: str
) -> None:
    with pytest.raises(error, match=words):
        await tallies(await portal_of(**answers))


async def test_a_page_that_is_missing_is_an_error(portal_of: Made) -> None:
    short = transparency()
    short["pagination"]["total"] = 3

    with pytest.raises(StaleError):
        await tallies(await portal_of(transparency=short))


async def test_a_month_that_is_not_over_is_refused(reader: PortalDossiers) -> None:
    with pytest.raises(PermanentError, match="chưa kết thúc"):
        await reader.read_tallies(Period.parse("2026-11"), HANOI_ID)


@pytest.mark.parametrize("interface", ["dvc-progress-tree", "provide-online-tree", "transparency"])
async def test_a_firewall_before_any_of_its_interfaces_is_an_error(
    systems: Systems, reader: PortalDossiers, interface: str
) -> None:
    systems.portal_faults.add("block_page_201", path=interface, times=None)

    with pytest.raises(BlockedError):
        await reader.read_tallies(MONTH, HANOI_ID)


async def test_it_lists_no_dossiers(reader: PortalDossiers) -> None:
    assert not reader.lists_overdue
    with pytest.raises(PermanentError):
        await reader.read_overdue(HANOI_ID, datetime(2026, 11, 25, tzinfo=UTC))
    with pytest.raises(PermanentError):
        await reader.read_again(["1"])


async def test_a_check_says_that_it_answers(reader: PortalDossiers) -> None:
    assert "national portal answers" in await reader.check()
