"""No visitor waits for heavy answers: they are there when the desk opens, and anew after each change."""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import Iterator

import pytest
from aiohttp import web

from syncd.answers import once as answers
from syncd.desk import warming as module
from syncd.desk.routes import DESK
from syncd.desk.warming import COLLECTING, TURN, keep_warm, warming
from syncd.ledger.errors import LedgerBusyError
from syncd.records.roles import Role
from tests.answers.town import find, seen
from tests.desk.conftest import Build
from tests.desk.living import AS_OF, living, living_ledger

empty_ledger = living_ledger
PAGES = ("/", "/units", "/publications", "/procedures", "/decisions", "/index", "/queue")


@pytest.fixture(autouse=True)
def unfrozen() -> Iterator[None]:
    """What is frozen does not outlive the test."""
    yield
    gc.unfreeze()


class Told:
    """Counts how often all answers were new, and waits for the next time."""

    def __init__(self) -> None:
        self.times, self.event = 0, asyncio.Event()

    def __call__(self) -> None:
        self.times += 1
        self.event.set()

    async def next(self) -> None:
        self.event.clear()
        async with asyncio.timeout(60):
            await self.event.wait()


async def test_a_first_visit_asks_for_nothing_heavy(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    """Publications are judged before anybody comes, and again when something has happened; not when nothing has."""
    judged = []
    monkeypatch.setattr(answers, "judged", lambda *given, _own=answers.judged: judged.append(1) or _own(*given))
    house, told = await living(build), Told()
    keeping = asyncio.create_task(keep_warm(house.desk, every=0.01, ended=told))
    await told.next()
    assert len(judged) == 1
    browser = await house.signed_in(Role.AUDITOR)
    for page in PAGES:
        answer = await browser.get(page)
        assert answer.status == 200, page
    assert len(judged) == 1
    before = told.times
    await asyncio.sleep(0.05)
    assert told.times == before
    await asyncio.to_thread(find, house.ledger, seen("1.777777"), at=AS_OF)
    await told.next()
    assert len(judged) == 2
    keeping.cancel()
    with pytest.raises(asyncio.CancelledError):
        await keeping


async def test_a_ledger_that_cannot_be_read_is_asked_again(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    """The desk goes on, and the log says so."""
    house, told, asked = await living(build), Told(), []

    async def warm(_desk: object) -> None:
        asked.append(1)
        if len(asked) == 1:
            raise LedgerBusyError("is busy", where="here", action="wait")

    monkeypatch.setattr(module, "warm", warm)
    keeping = asyncio.create_task(keep_warm(house.desk, every=0, ended=told))
    await told.next()
    assert len(asked) == 2
    keeping.cancel()
    with pytest.raises(asyncio.CancelledError):
        await keeping


async def test_threads_take_short_turns_while_a_desk_is_open(build: Build) -> None:
    """And the usual ones again when it is closed."""
    house = await living(build)
    app, before, usual = web.Application(), sys.getswitchinterval(), gc.get_threshold()
    app[DESK] = house.desk
    told = Told()
    app.cleanup_ctx.append(warming(every=0.01, ended=told))
    runner = web.AppRunner(app)
    await runner.setup()
    assert sys.getswitchinterval() == pytest.approx(TURN)
    assert gc.get_threshold() == COLLECTING != usual
    await told.next()
    assert gc.get_freeze_count() > 0
    await runner.cleanup()
    assert sys.getswitchinterval() == pytest.approx(before)
    assert (gc.isenabled(), gc.get_threshold(), gc.get_freeze_count()) == (True, usual, 0)
