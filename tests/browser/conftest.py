"""One Chromium for each worker, and houses for it to visit.

In: Debian's Chromium. Out: `chromium`, and houses over a city that is alive. Without it, all of this folder is skipped.

All tests and fixtures of this folder share the loop of the session, because the browser belongs to one loop.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from syncd.records.roles import Role
from tests.browser.sitting import CHROMIUM, known
from tests.browser.visiting import Visiting, invite, visit_to
from tests.desk.conftest import START, House, building, empty_ledger
from tests.desk.furnished import furnished
from tests.desk.lively import ids_beside, lively_file
from tests.desk.living import living, living_ledger

__all__ = ["empty_ledger", "living_ledger"]
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One loop for all of this folder; no Chromium, no tests."""
    for one in items:
        if HERE in one.path.parents:
            one.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
            one.add_marker(pytest.mark.skipif(not CHROMIUM.exists(), reason="chromium is absent"))


@pytest.fixture(params=["vi", "en"])
def language(request: pytest.FixtureRequest) -> str:
    """Each journey is made in both languages."""
    return str(request.param)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """The browser of this worker."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        await browser.close()


@pytest.fixture(scope="session")
def lively_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Mismatches in every state, with evidence and work; its ids stand beside it."""
    return lively_file(tmp_path_factory.mktemp("lively"), START)


@pytest.fixture
def ids(lively_ledger: Path) -> dict[str, str]:
    """The mismatches of the lively ledger that tests speak of."""
    return ids_beside(lively_ledger)


@pytest_asyncio.fixture(loop_scope="session")
async def house(lively_ledger: Path, tmp_path: Path) -> AsyncIterator[House]:
    """A desk with a queue full of work."""
    async with building(lively_ledger, tmp_path) as build:
        yield await build(more={"pairs": ("ha-noi",)})


@pytest_asyncio.fixture(loop_scope="session")
async def desk(house: House) -> House:
    """The same with the people that `visit` knows."""
    await invite(house)
    return house


@pytest.fixture
def visit(chromium: Browser, desk: House) -> Visiting:
    """``await visit("hoa", "/queue", language="en", scheme="dark", size=PHONE, script=False)``."""
    return partial(visit_to, chromium, desk)


@pytest_asyncio.fixture(loop_scope="session")
async def city(living_ledger: Path, tmp_path: Path) -> AsyncIterator[House]:
    """A desk over a city with an index, publications, dossiers, readings of today."""
    async with building(living_ledger, tmp_path) as build:
        yield await living(build)


@pytest_asyncio.fixture(loop_scope="session")
async def archive(empty_ledger: Path, tmp_path: Path) -> AsyncIterator[House]:
    """A desk over a city whose procedures have changed."""
    async with building(empty_ledger, tmp_path) as build:
        yield await furnished(build)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def gallery(living_ledger: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """The city again, for pages that are looked at only; an operator for each language is known."""
    async with building(living_ledger, tmp_path_factory.mktemp("gallery")) as build:
        house = await living(build)
        for code in ("vi", "en"):
            await known(house, code, Role.OPERATOR, code)
        yield house


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def workshop(lively_ledger: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """The queue again, for the same."""
    async with building(lively_ledger, tmp_path_factory.mktemp("workshop")) as build:
        house = await build(more={"pairs": ("ha-noi",)})
        for code in ("vi", "en"):
            await known(house, code, Role.OPERATOR, code)
        yield house
