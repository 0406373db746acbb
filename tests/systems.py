"""The loopback systems as pairs: real adapters, real HTTP, a ledger, a virtual clock.

In: running loopback systems and the address of a ledger. Out: a `World` in which passes run, the events happen, and the
city catches up. Waiting between retries is not waited for.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

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
from loopback.catalogue.city_side import LEVEL_WORDS
from loopback.catalogue.files import CANONICAL, LEVELS_APART, as_csv, as_jsonl
from loopback.run import Systems
from syncd.ledger import Ledger, open_ledger, upgrade
from syncd.ledger.mismatches import Mismatch, open_mismatches
from syncd.passes.one_pass import run_pass
from syncd.passes.outcome import PassOutcome
from syncd.passes.pair import Pair, Policy, Side
from syncd.reconcile.comparison import Rules, comparable
from syncd.reconcile.grace import GracePolicy
from syncd.reconcile.mismatches import MismatchKind
from syncd.reconcile.scope import DepartmentScope
from syncd.records.codes import Equivalences, root
from syncd.sides.adapter import AdapterDefinition, ReadingAdapter, Surroundings
from syncd.sides.http import Attempt, HttpClient, HttpSettings
from tests.worlds import make_room

START = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
GRACE = timedelta(minutes=10)
ATTEMPTS = 3
QUICK: dict[str, Any] = {
    "requests_per_second": 100_000,
    "attempts": ATTEMPTS,
    "breaker_failures": 1_000,
}

HANOI_TIME = ZoneInfo("Asia/Ho_Chi_Minh")
SEVERAL = ("executing_agencies", "levels")
NOTHING: Mapping[str, Any] = MappingProxyType({})
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


def subject(planted: Planted) -> Subject:
    """How a planted mismatch is known: kind, code (for a record that cannot be read the city's code tells), field."""
    is_broken = planted.kind is MismatchKind.INVALID_RECORD
    return (
        planted.kind.value,
        planted.code or (is_broken and root(planted.local_code)) or planted.local_code,
        planted.field,
    )


@dataclass(slots=True)
class World:
    """One pair between running systems. ``asked``: how often something was tried, by (side, operation).

    ``carries``: what the city's side carries. ``follow`` lets the city's records appear on it.
    """

    systems: Systems
    pair: Pair
    ledger: Ledger
    clock: VirtualClock
    asked: Counter[tuple[str, str]]
    carries: frozenset[str]
    follow: Callable[[], None]

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
        found = [one for one in self.known() if not states or one.state in states]
        return {(one.kind, one.code or one.local_code, one.field) for one in found}

    def expected(self, events: Iterable[Event] = ()) -> set[Subject]:
        return {subject(one) for one in expected(self.systems.catalogue, self.carries, events)}

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
        return next(
            row for row in self.systems.opencps.database.values() if f"{row.local_code}.".startswith(f"{code}.")
        )

    def city_follows(self, event: Event) -> None:
        """Let the city do what the event asks of it."""
        self.city_writes(FOLLOWING[event.change](self, event))


def _entered(_world: World, event: Event) -> CityRow:
    detail = event.record.detail
    row = CityRow(
        number=900_000 + len(event.name),
        local_code=f"{event.record.code}.H26",
        mapped_code="",
        name=str(detail["name"]),
        field_code=str(detail["categoriesDetails"][0]["code"]),
        field_name=str(detail["categoriesDetails"][0]["name"]),
        publisher_code=str(detail["departmentPromulgateCode"]),
        publisher_name=str(detail["departmentPromulgateName"]),
        executors=tuple(executor["name"] for executor in detail["departmentsExecuting"]),
        levels=tuple(word for flag, word in LEVEL_WORDS.items() if detail[flag]),
        decision_number="",
        decision_day=None,
        active=True,
        portal_id=event.record.id,
    )
    return replace(row, **_decision(event))


FOLLOWING: dict[Change, Callable[[World, Event], CityRow]] = {
    Change.WITHDRAW: lambda world, event: replace(world.row_of(event), active=False),
    Change.REPUBLISH: lambda world, event: replace(world.row_of(event), active=True),
    Change.RENAME: lambda world, event: replace(world.row_of(event), name=str(event.record.detail["name"])),
    Change.NEW_DECISION: lambda world, event: replace(world.row_of(event), **_decision(event)),
    Change.PENDING_DECISION: lambda world, event: replace(world.row_of(event), **_decision(event)),
    Change.PUBLISH: _entered,
}
"""What the city writes to follow each change."""


def _decision(event: Event) -> dict[str, Any]:
    proposal = event.record.detail["procedureProposal"]
    day = datetime.fromtimestamp(proposal["decisionDate"] / 1000, HANOI_TIME).date()
    return {"decision_number": str(proposal["proposalNumber"]), "decision_day": day}


@asynccontextmanager
async def opencps_world(
    systems: Systems, url: str, *, http: Mapping[str, Any] = NOTHING, **policy: Any
) -> AsyncIterator[World]:
    """The national portal and an OpenCPS site; ``http``: what both sides' clients are set to beside `QUICK`."""
    settings = {
        "adapter": "opencps",
        "base_url": systems.opencps_url,
        "group_id": systems.access.group_id,
        "basic_user": systems.access.username,
        "basic_password_secret": "opencps-password",
        "page_size": 50,
        **QUICK,
        **http,
    }
    async with _world(systems, url, (opencps_definition, settings, Path()), policy, http) as world:
        world.carries = OPENCPS_CARRIES
        yield world


@asynccontextmanager
async def file_world(
    systems: Systems, url: str, folder: Path, name: str = "city.csv", **policy: Any
) -> AsyncIterator[World]:
    """The national portal and a file that the city exports: CSV or, by its name, JSONL."""
    columns = {name: title for title, name in CANONICAL.items()}
    parted = {field: {"column": columns[field], "separator": LEVELS_APART.strip()} for field in SEVERAL}
    settings = {"adapter": "file", "path": name, "columns": columns | parted}

    def export() -> None:
        rows = sorted(systems.opencps.database.values(), key=lambda row: row.number)
        write = as_jsonl if name.endswith(".jsonl") else as_csv
        (folder / name).write_bytes(write(replace(systems.catalogue, city=tuple(rows))))

    export()
    async with _world(systems, url, (file_definition, settings, folder), policy) as world:
        world.follow = export
        yield world


@asynccontextmanager
async def _world(
    systems: Systems,
    url: str,
    city: tuple[AdapterDefinition, dict[str, Any], Path],
    policy: dict[str, Any],
    http: Mapping[str, Any] = NOTHING,
) -> AsyncIterator[World]:
    asked: Counter[tuple[str, str]] = Counter()
    portal_settings = {"adapter": "national-portal", "base_url": systems.portal_url, **QUICK, **http}
    portal = _built("portal", portal_definition, portal_settings, Path(), systems, asked)
    city_side = _built("city", *city, systems, asked)
    with opened(url) as ledger:
        world = World(
            systems=systems,
            pair=_pair(systems, portal, city_side, policy),
            ledger=ledger,
            clock=VirtualClock(),
            asked=asked,
            carries=FILE_CARRIES,
            follow=systems.opencps.reindex,
        )
        try:
            yield world
        finally:
            await world.pair.close()


def opened(url: str) -> Ledger:
    """The ledger at this address, made where there is none."""
    upgrade(url)
    return open_ledger(url)


def _pair(systems: Systems, portal: ReadingAdapter, city: ReadingAdapter, policy: dict[str, Any]) -> Pair:
    return Pair(
        name="ha-noi",
        portal=Side("portal", portal),
        city=Side("city", city),
        scope=DepartmentScope(frozenset({HANOI_ID})),
        rules=Rules(fields=comparable(portal.capabilities.carries, city.capabilities.carries)),
        equivalences=Equivalences(systems.catalogue.equivalences),
        policy=Policy(**{"attempts": 1, "grace": GracePolicy(fixed=GRACE), **policy}),
    )


def _built(
    side: str,
    definition: AdapterDefinition,
    settings: dict[str, Any],
    folder: Path,
    systems: Systems,
    asked: Counter[tuple[str, str]],
) -> ReadingAdapter:
    def secret(name: str) -> str:
        assert name == "opencps-password"
        return systems.access.password

    def http(label: str, own: HttpSettings) -> HttpClient:
        def count(attempt: Attempt) -> None:
            asked[label, attempt.operation] += 1

        return HttpClient(label, own, secret=secret, observe=count, sleep=at_once)

    surroundings = Surroundings(side=side, folder=folder, secret=secret, http=http, departments=frozenset({HANOI_ID}))
    return definition.build(definition.settings(**settings), surroundings)
