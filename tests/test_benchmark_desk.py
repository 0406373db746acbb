"""The benchmark of the desk visits every route, and each address that it visits is there."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from benchmarks import year
from benchmarks.desk import Size
from benchmarks.desk_office import build
from benchmarks.desk_pages import exports, meanwhile, pages, until_warm
from benchmarks.desk_routes import ADDRESSES, EXPORTS, SEARCHES, UNMEASURED
from benchmarks.desk_served import serving
from benchmarks.loop_watch import Watch
from syncd.desk.app import routes
from syncd.ledger import open_ledger


def test_every_route_that_is_visited_by_get_is_measured() -> None:
    """Or it is said why not."""
    assert {route.name for route in routes() if route.method == "GET"} == {*ADDRESSES, *UNMEASURED}


async def test_a_small_desk_answers_every_address_and_makes_every_document(tmp_path: Path) -> None:
    """With 200; a line of the table shows any other status behind the address."""
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    await asyncio.to_thread(build, url, Size(60, 6, 10), year.Size(records=60, days=12, daily=0.05, units=3))
    with open_ledger(url) as ledger:
        async with serving(ledger) as bench:
            await until_warm(bench)
            visited = await pages(bench, 1, "")
            made = await exports(bench, "")
            await meanwhile(bench)
    several = sum(map(len, ADDRESSES.values()))
    assert len(visited) >= several + len(SEARCHES)
    assert [line.name for line in (*visited, *made) if line.name.endswith(")") and line.name[-4:-1].isdigit()] == []
    assert len(made) == len(EXPORTS)


async def test_a_stall_of_the_loop_is_seen_once() -> None:
    """As it was felt; what the program spent on a processor meanwhile is no more than that."""
    async with Watch() as watch:
        await asyncio.sleep(0.01)
        watch.take()
        time.sleep(0.06)  # noqa: ASYNC251 - this is the stall
        await asyncio.sleep(0.01)
        found = watch.take()
        await asyncio.sleep(0.01)
        after = watch.take()
    assert found.felt >= 50
    assert found.held < found.felt
    assert after.felt < found.felt
