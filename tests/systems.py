"""The loopback systems as pairs: real adapters, real HTTP, a ledger, a virtual clock.

In: running loopback systems and the address of a ledger. Out: a `World` in which passes run, the events happen, and the
city catches up. Waiting between retries is not waited for.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from adapters.file import definition as file_definition
from adapters.national_portal import definition as portal_definition
from adapters.opencps import definition as opencps_definition
from loopback.catalogue import (
    FILE_CARRIES,
    HANOI_ID,
    OPENCPS_CARRIES,
    Catalogue,
    Change,
    CityRow,
    Event,
    Planted,
    expected,
    generate,
)
from loopback.catalogue.files import CANONICAL, LEVELS_APART, as_csv, as_jsonl
from loopback.run import Systems
from syncd.ledger import Ledger, open_ledger, upgrade
from syncd.ledger.mismatches import Mismatch, open_mismatches
from syncd.passes.one_pass import PassOutcome, run_pass
from syncd.passes.pair import Pair, Policy, Side
from syncd.reconcile.comparison import Rules, comparable
from syncd.reconcile.grace import GracePolicy
from syncd.reconcile.scope import DepartmentScope
from syncd.records.codes import Equivalences
from syncd.sides.adapter import AdapterDefinition, ReadingAdapter, Surroundings
from syncd.sides.http import HttpClient, HttpSettings
from tests.worlds import make_room

START = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
GRACE = timedelta(minutes=10)
ATTEMPTS = 3
QUICK: dict[str, Any] = {
    "requests_per_second": 100_000,
    "attempts": ATTEMPTS,
    "breaker_failures": 1_000,
    "read_timeout": 0.5,
}

Subject = tuple[str, str, str]


@lru_cache(maxsize=1)
def small_catalogue() -> Catalogue:
    """The smallest catalogue that holds all that is planted."""
    return generate(seed=7, size=600)


@dataclass(slots=True)
class VirtualClock:
    """A clock that stands still until it is moved."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def move(self, by: timedelta) -> None:
        self.now += by


async def at_once(_seconds: float) -> None:
    """Wait for nothing but the others."""
    await asyncio.sleep(0)


@dataclass(slots=True)
class World:
    """One pair between running systems. ``asked``: how often each operation of each side was tried, by (side, operation).

    ``follow`` lets the city's records appear on its side; ``subject`` says how its planted mismatches are known.
    """

    systems: Systems
    pair: Pair
    ledger: Ledger
    clock: VirtualClock
    asked: Counter[tuple[str, str]]
    carries: frozenset[str]
    subject: Callable[[Planted], Subject]
    follow: Callable[[], None]
    happened: list[Event] = field(default_factory=list)

    async def run(self, **options: Any) -> PassOutcome:
        """One pass; then half a minute goes by."""
        outcome = await run_pass(self.pair, make_room(self.ledger, self.clock), actor="test", **options)
        self.clock.move(timedelta(seconds=30))
        return outcome

    async def settle(self) -> PassOutcome:
        """A pass, the grace time, and the pass that confirms."""
        await self.run()
        self.clock.move(GRACE)
        return await self.run()

    def known(self) -> list[Mismatch]:
        return self.ledger.read_now(open_mismatches, self.pair.name)

    def subjects(self, *states: str) -> set[Subject]:
        """What is open (in these states): kind, code (else the city's), field."""
        return {(one.kind, one.code or one.local_code, one.field) for one in self.known() if not states or one.state in states}

    def expected(self, events: Iterable[Event] = ()) -> set[Subject]:
        return {self.subject(one) for one in expected(self.systems.catalogue, self.carries, events)}

    def happens(self, event: Event) -> None:
        """Let the portal change."""
        self.systems.portal.advance(event)

    def city_writes(self, row: CityRow) -> None:
        """Let the city write a row down."""
        self.systems.opencps.put(row)
        self.follow()

    def row_of(self, event: Event) -> CityRow:
        """The city's row of an event's procedure."""
        code = event.record.code
        return next(row for row in self.systems.opencps.database.values() if row.portal_id == event.record.id or row.mapped_code == code)

    def city_follows(self, event: Event) -> None:
        """Let the city do what the event asks of it."""
        self.city_writes(FOLLOWING[event.change](self, event))


def _closed(world: World, event: Event) -> CityRow:
    return replace(world.row_of(event), active=False)


def _reopened(world: World, event: Event) -> CityRow:
    return replace(world.row_of(event), active=True)


def _renamed(world: World, event: Event) -> CityRow:
    return replace(world.row_of(event), name=str(event.record.detail["name"]))


def _decided(world: World, event: Event) -> CityRow:
    proposal = event.record.detail["procedureProposal"]
    day = datetime.fromtimestamp(proposal["decisionDate"] / 1000, UTC) + timedelta(hours=7)
    return replace(world.row_of(event), decision_number=str(proposal["proposalNumber"]), decision_day=day.date())
