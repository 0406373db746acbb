"""Lives through the week before now, with the real machinery on a clock of its own.

In: a world that has just begun, a configuration, the timeline. Out: a ledger with readings, mismatches, work, figures
and dossiers as they would be there if the daemon had run all the time. Takes seconds.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from syncd.assembly import Household
from syncd.cli.demonstration.changes import changes, instant
from syncd.cli.demonstration.deeds import DEEDS
from syncd.cli.demonstration.people import let_in
from syncd.cli.demonstration.timeline import Timeline
from syncd.cli.demonstration.working import Departments, Staff
from syncd.cli.demonstration.world import World
from syncd.config import Configuration, IndexConfig
from syncd.ledger import Ledger
from syncd.ledger.index import record_index
from syncd.metrics import Metrics
from syncd.passes.build import build_index_reader, check
from syncd.passes.course import Heartbeat, PairLoop
from syncd.passes.loop import DAEMON, ReconcilingPair
from syncd.passes.pair import Pair
from syncd.passes.publications import record_registers
from syncd.publication.index.indicators import NATIONAL_TABLE
from syncd.records.dates import HO_CHI_MINH
from syncd.records.periods import Period, PeriodKind
from syncd.sides.index import IndexReader

READINGS: Final[Mapping[str, Sequence[str]]] = {
    "ha-noi": ("1 09:00", "1 15:00", "2 09:30", "3 10:00", "4 14:00", "5 13:30", "-530", "-50"),
    "ha-noi-export": ("1 09:00", "2 09:30", "4 14:00", "5 13:30", "-49"),
}
"""When each pair was read again, after the first reading a week ago."""

DOSSIERS: Final = ("1 07:00", "3 07:00", "5 07:00", "-52")
YEAR: Final = ("1 07:30", "2 07:30", "4 07:30", "-64")
"""When the running year's index was read: the last of these, every interface of it."""

SWEEP: Final = timedelta(minutes=20)
"""A pass of the history reads few details again: those that have changed come first, see `sweep_first`."""

Say = Callable[[str], object]


class Step(NamedTuple):
    """One thing that happened. ``said``: what the terminal shows of it."""

    at: datetime
    do: Callable[[], Awaitable[None]]
    said: str = ""


class Clock:
    """The time in the history: it stands still while something is done."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


async def live_through(world: World, configuration: Configuration, timeline: Timeline, say: Say) -> None:
    """Live through everything until now. Raises `SyncdError`.

    Passwords are hashed while the sides are read for the first time: it takes as long as a pass.
    """
    clock = Clock(min(timeline.began, timeline.months()[0][0]))
    household = Household(configuration, Metrics(), clock=clock)
    await household.open()
    entering = asyncio.create_task(let_in(household.ledger, world.home, clock.now), name="people are let in")
    try:
        async with _machinery(household, configuration) as (loops, reader):
            past = Past(world, timeline, household.ledger, configuration, loops, reader, clock)
            steps = [*past.steps(), Step(timeline.on(1, "08:00"), lambda: entering)]
            for step in sorted(steps, key=lambda one: one.at):
                clock.now = step.at
                world.be_at(step.at)
                if step.said:
                    say(f"  {step.at.astimezone(HO_CHI_MINH):%d/%m %H:%M}  {step.said}")
                await step.do()
    finally:
        await asyncio.gather(entering, return_exceptions=True)
        await household.close()


async def go_on(world: World, configuration: Configuration, timeline: Timeline, now: datetime) -> None:
    """Let both systems be as they were left, and whoever has no account yet come to the desk. Raises `SyncdError`."""
    for change in changes(world, timeline):
        world.be_at(change.at)
        change.make()
    household = Household(configuration, Metrics(), announces=False)
    await household.open()
    try:
        await let_in(household.ledger, world.home, now)
    finally:
        await household.close()


@asynccontextmanager
async def _machinery(
    household: Household, configuration: Configuration
) -> AsyncIterator[tuple[dict[str, PairLoop], IndexReader]]:
    """The loops of every pair and the reader of the index, connected while they are needed."""
    loops: dict[str, PairLoop] = {}
    for one in configuration.pairs:
        pair = household.pair(one, configuration)
        pair.policy = replace(pair.policy, detail_period=SWEEP)
        loops[one.name] = ReconcilingPair(pair, household.room, household.announcer, Heartbeat())
    for dossiers in configuration.dossiers:
        loops[dossiers.name] = await household.build(dossiers, configuration, Heartbeat())
    index = _index(configuration)
    source = check(configuration)[index.name]["source"]
    reader = build_index_reader(configuration, index, source)
    try:
        yield loops, reader
    finally:
        for loop in loops.values():
            await loop.close()
        await reader.close()


def _index(configuration: Configuration) -> IndexConfig:
    if configuration.index is None:
        raise RuntimeError("the demo's configuration has an index")
    return configuration.index


class Past:
    """Everything that happened, as steps."""

    def __init__(
        self,
        world: World,
        timeline: Timeline,
        ledger: Ledger,
        configuration: Configuration,
        loops: dict[str, PairLoop],
        reader: IndexReader,
        clock: Clock,
    ) -> None:
        self._world, self._timeline, self._ledger = world, timeline, ledger
        self._configuration, self._loops, self._reader, self._clock = configuration, loops, reader, clock
        names = [*(pair.name for pair in configuration.pairs), *(one.name for one in configuration.dossiers)]
        self._swept: dict[str, int] = {}
        self._staff = Staff(ledger, Departments(world.catalogue), timeline, names)

    def steps(self) -> Iterator[Step]:
        """In no order."""
        timeline = self._timeline
        yield from self._months()
        yield Step(timeline.began, self._record_registers)
        for pair, again in READINGS.items():
            yield Step(timeline.began, partial(self._pass, pair), f"{pair}: both sides are read for the first time")
            for when in again:
                yield Step(instant(timeline, when), partial(self._pass, pair), f"{pair}: both sides are read again")
        for when in DOSSIERS:
            for one in self._configuration.dossiers:
                yield Step(instant(timeline, when), partial(self._pass, one.name))
        for when in YEAR:
            yield Step(instant(timeline, when), partial(self._year, is_whole=when == YEAR[-1]))
        for change in changes(self._world, timeline):
            yield Step(change.at, _at_once(change.make))
        for deed in DEEDS:
            at = instant(timeline, deed.when)
            yield Step(at, partial(self._staff.do, deed, at))

    async def _record_registers(self) -> None:
        publication = self._configuration.publication
        files: dict[str, Path] = publication.registers if publication else {}
        resolved = {name: self._configuration.resolve(file) for name, file in files.items()}
        await record_registers(self._ledger, resolved, now=self._clock(), actor=DAEMON)

    async def _pass(self, name: str) -> None:
        loop = self._loops[name]
        if isinstance(loop, ReconcilingPair):
            touched = self._world.touched
            sweep_first(loop.pair, touched[self._swept.get(name, 0) :])
            self._swept[name] = len(touched)
        await loop.run_once()

    def _months(self) -> Iterator[Step]:
        """The last months of the index, each first read when it was over: the national table."""
        for at, month in self._timeline.months():
            yield Step(at, partial(self._read_index, month, NATIONAL_TABLE))

    async def _year(self, *, is_whole: bool) -> None:
        year = Period.of(self._timeline.today, PeriodKind.YEAR)
        await self._read_index(year, self._reader.endpoints if is_whole else NATIONAL_TABLE)
        await self._read_index(self._timeline.months()[-1][1], NATIONAL_TABLE)

    async def _read_index(self, period: Period, endpoints: Iterable[str]) -> None:
        """Read some interfaces about one period, as the daemon does."""
        index = _index(self._configuration)
        wanted = set(endpoints)
        for endpoint in self._reader.endpoints:
            if endpoint not in wanted or not self._reader.offers(endpoint, period):
                continue
            pages = await self._reader.read(endpoint, period, index.root)
            await self._ledger.write(
                record_index,
                source=str(index.source["adapter"]),
                endpoint=endpoint,
                period=period,
                root=index.root,
                read_at=self._clock(),
                pages=pages,
                table=self._reader.figures(endpoint, pages),
                actor=DAEMON,
            )


def sweep_first(pair: Pair, keys: Iterable[str]) -> None:
    """Let the next pass read these details again: in a week the sweep, which few passes stand for here, meets all."""
    index = pair.portal.index
    for key in keys:
        entry = index.get(key)
        if entry is not None:
            index.put(key, entry._replace(detail_read=0))


def _at_once(make: Callable[[], None]) -> Callable[[], Awaitable[None]]:
    async def do() -> None:
        make()

    return do
