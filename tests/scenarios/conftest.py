"""Running loopback systems, and the story of each pair: first sight, grace, second look, and nothing more.

In: the smallest catalogue. Out: `Story`, told once for each kind of city, with the ledger that it left: other scenarios
begin where it ended, on a copy.
"""

from __future__ import annotations

import asyncio
import gc
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from loopback.catalogue import Catalogue
from loopback.run import Systems, serve
from syncd.ledger import Ledger
from syncd.ledger.mismatches import Mismatch
from syncd.passes.outcome import PassOutcome
from tests.scenarios.little import Little
from tests.systems import GRACE, START, Subject, World, file_world, opencps_world, opened, small_catalogue, subject

AFTER_THE_STORY = START + 2 * GRACE

Begin = Callable[..., AbstractAsyncContextManager[World]]


@dataclass(frozen=True, slots=True)
class Story:
    """Three passes of one pair from nothing: what each said, and what was open after the first and the second.

    ``suspected``, ``ledger``: the SQLite ledger after the first pass and at the end.
    """

    suspected: Path
    ledger: Path
    expected: set[Subject]
    local_codes: dict[Subject, str]
    outcomes: tuple[PassOutcome, PassOutcome, PassOutcome]
    found: list[Mismatch]
    confirmed: list[Mismatch]
    asked_to_confirm: Counter[tuple[str, str]]


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """The smallest catalogue that holds all that is planted."""
    made = small_catalogue()
    gc.freeze()  # every event loop that closes collects garbage; these records are none
    return made


@pytest.fixture
async def systems(catalogue: Catalogue) -> AsyncIterator[Systems]:
    """Both systems, fresh. Thousands of questions a test: the loop's own debugging would take most of the time."""
    asyncio.get_running_loop().set_debug(False)
    async with serve(catalogue) as running:
        yield running


def world_of(kind: str, systems: Systems, url: str, folder: Path, **policy: Any) -> AbstractAsyncContextManager[World]:
    """The pair whose city side is of this kind: ``opencps``, or a file by its suffix."""
    if kind == "opencps":
        return opencps_world(systems, url, **policy)
    return file_world(systems, url, folder, f"city.{kind}", **policy)


def copied(ledger: Path, to: Path) -> None:
    """Copy a SQLite ledger, open or not; nothing where there is none."""
    if ledger.exists():
        with closing(sqlite3.connect(ledger)) as source, closing(sqlite3.connect(to)) as target:
            source.backup(target)


async def tell(kind: str, catalogue: Catalogue, url: str, folder: Path) -> Story:
    """Three passes from nothing."""
    async with serve(catalogue) as systems, world_of(kind, systems, url, folder) as world:
        first = await world.run()
        found = world.known()
        copied(folder / "ledger.db", folder / "suspected.db")
        world.clock.move(GRACE)
        before = world.asked.copy()
        second = await world.run()
        confirmed = world.known()
        asked = world.asked - before
        third = await world.run()
        return Story(
            suspected=folder / "suspected.db",
            ledger=folder / "ledger.db",
            expected=world.expected(),
            local_codes={subject(one): one.local_code for one in catalogue.planted},
            outcomes=(first, second, third),
            found=found,
            confirmed=confirmed,
            asked_to_confirm=asked,
        )


@pytest.fixture(scope="session")
def stories(catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Story]:
    """Tells the story of a kind of city, once."""
    told: dict[str, Story] = {}

    def story(kind: str) -> Story:
        if kind not in told:
            folder = tmp_path_factory.mktemp(kind)
            told[kind] = asyncio.run(tell(kind, catalogue, f"sqlite:///{folder / 'ledger.db'}", folder))
        return told[kind]

    return story


@pytest.fixture(scope="session")
def opencps_story(stories: Callable[[str], Story]) -> Story:
    return stories("opencps")


@pytest.fixture(scope="session")
def file_story(stories: Callable[[str], Story]) -> Story:
    return stories("csv")


@asynccontextmanager
async def _continued(
    kind: str, ledger: Path, systems: Systems, folder: Path, options: dict[str, Any]
) -> AsyncIterator[World]:
    copy = folder / "ledger.db"
    copied(ledger, copy)
    async with world_of(kind, systems, f"sqlite:///{copy}", folder, **options) as world:
        world.clock.now = AFTER_THE_STORY
        yield world


@pytest.fixture
def opencps_city(opencps_story: Story, systems: Systems, tmp_path: Path) -> Begin:
    """Begins the pair of portal and OpenCPS under a policy: where the story ended, or with everything suspected."""

    def begin(*, suspected: bool = False, **options: Any) -> AbstractAsyncContextManager[World]:
        ledger = opencps_story.suspected if suspected else opencps_story.ledger
        return _continued("opencps", ledger, systems, tmp_path, options)

    return begin


@pytest.fixture
async def opencps(opencps_city: Begin) -> AsyncIterator[World]:
    """Portal and OpenCPS, where the story ended: all that is planted is confirmed."""
    async with opencps_city() as world:
        yield world


@pytest.fixture
def file_city(file_story: Story, systems: Systems, tmp_path: Path) -> Begin:
    """Begins the pair of portal and CSV file where the story ended, under a policy."""

    def begin(**policy: Any) -> AbstractAsyncContextManager[World]:
        return _continued("csv", file_story.ledger, systems, tmp_path, policy)

    return begin


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """An empty ledger on SQLite."""
    with opened(f"sqlite:///{tmp_path / 'ledger.db'}") as empty:
        yield empty


@pytest.fixture
def little(ledger: Ledger) -> Little:
    return Little(ledger)
