"""Running loopback systems, and the story of each pair: first sight, grace, second look, and nothing more.

In: the smallest catalogue. Out: `Story`, told once for each kind of city, with the ledger that it left: other scenarios
begin where it ended, on a copy.
"""

from __future__ import annotations

import asyncio
import gc
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from loopback.catalogue import Catalogue
from loopback.run import Systems, serve
from syncd.ledger.mismatches import Mismatch
from syncd.passes.one_pass import PassOutcome
from tests.systems import GRACE, START, Subject, World, file_world, opencps_world, small_catalogue

AFTER_THE_STORY = START + 2 * GRACE

Begin = Callable[..., AbstractAsyncContextManager[World]]


@dataclass(frozen=True, slots=True)
class Story:
    """Three passes of one pair from nothing: what each said, and what was open after the first and the second."""

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
    """Both systems, fresh."""
    async with serve(catalogue) as running:
        yield running


def world_of(kind: str, systems: Systems, url: str, folder: Path, **policy: Any) -> AbstractAsyncContextManager[World]:
    """The pair whose city side is of this kind: ``opencps``, or a file by its suffix."""
    if kind == "opencps":
        return opencps_world(systems, url, **policy)
    return file_world(systems, url, folder, f"city.{kind}", **policy)


async def tell(kind: str, catalogue: Catalogue, url: str, folder: Path) -> Story:
    """Three passes from nothing."""
    async with serve(catalogue) as systems, world_of(kind, systems, url, folder) as world:
        first = await world.run()
        found = world.known()
        world.clock.move(GRACE)
        before = world.asked.copy()
        second = await world.run()
        confirmed = world.known()
        asked = world.asked - before
        third = await world.run()
        return Story(
            ledger=folder / "ledger.db",
            expected=world.expected(),
            local_codes={world.subject(one): one.local_code for one in catalogue.planted},
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


def _continued(kind: str, story: Story, systems: Systems, folder: Path, policy: dict[str, Any]) -> Any:
    copy = folder / "ledger.db"
    shutil.copy(story.ledger, copy)
    return world_of(kind, systems, f"sqlite:///{copy}", folder, **policy)


@pytest.fixture
async def opencps(opencps_story: Story, systems: Systems, tmp_path: Path) -> AsyncIterator[World]:
    """Portal and OpenCPS, where the story ended: all that is planted is confirmed."""
    async with _continued("opencps", opencps_story, systems, tmp_path, {}) as world:
        world.clock.now = AFTER_THE_STORY
        yield world


@pytest.fixture
def file_city(file_story: Story, systems: Systems, tmp_path: Path) -> Begin:
    """Begins the pair of portal and CSV file where the story ended, under a policy."""

    def begin(**policy: Any) -> AbstractAsyncContextManager[World]:
        return _continued("csv", file_story, systems, tmp_path, policy)

    return begin
