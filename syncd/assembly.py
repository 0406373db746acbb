"""Puts the rooms together: ledger, adapters, pairs, announcements, metrics; the daemon and the commands stand on it.

In: a checked configuration. Out: `Household`, which is the daemon's `Rooms`; and a way to run single passes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

from aiohttp import web

from syncd.clock import utc_now
from syncd.config import (
    Configuration,
    CourseConfig,
    DecisionConfig,
    DeskConfig,
    DossierConfig,
    PairConfig,
    database_url,
    secrets_of,
)
from syncd.courses import Ground, Show, course_of, shows_of
from syncd.desk.live import Live
from syncd.desk.routes import Control
from syncd.desk_room import desk_room
from syncd.errors import ConfigurationError
from syncd.gauges import Gauges
from syncd.holders import is_dead, own_name
from syncd.ledger import Ledger, open_ledger, upgrade
from syncd.ledger.mismatches import MismatchEvent
from syncd.ledger.passes import interrupt_holders, running_holders
from syncd.ledger.settings import fingerprint_seed
from syncd.log import MismatchLog
from syncd.metrics import Metrics
from syncd.mismatch_lines import log_name, open_lines
from syncd.passes.announce import Announcer
from syncd.passes.build import build_pair, check
from syncd.passes.course import Heartbeat, PairLoop
from syncd.passes.loop import DAEMON
from syncd.passes.outcome import Room
from syncd.passes.pair import Pair
from syncd.passes.turns import Turns
from syncd.rooms import desk_url
from syncd.showing import Showing
from syncd.shown_course import ShownCourse
from syncd.status_page import PairSummary

if TYPE_CHECKING:
    from syncd.cluster.member import Member


@dataclass(slots=True)
class Household:
    """Everything that one daemon or command needs, opened and closed together.

    ``told`` hears of every change of a mismatch once it is announced. ``announces`` False leaves that to a daemon.
    """

    configuration: Configuration
    metrics: Metrics
    clock: Callable[[], datetime] = utc_now
    told: Callable[[MismatchEvent], None] = lambda _event: None
    announces: bool = True
    live: Live = field(default_factory=Live)
    _lines: MismatchLog | None = None
    _ledger: Ledger | None = None
    _seed: int = 0
    _desk_url: str = ""
    _gauges: Gauges | None = field(default=None)
    _announcer: Announcer | None = field(default=None)
    _member: Member | None = field(default=None)

    @property
    def ledger(self) -> Ledger:
        if self._ledger is None:
            raise RuntimeError("the household is not open")
        return self._ledger

    @property
    def gauges(self) -> Gauges:
        if self._gauges is None:
            self._gauges = Gauges(self.metrics)
        return self._gauges

    async def open(self) -> None:
        """Open the ledger (bringing its schema up to date), the mismatch log, and put right what a dead daemon left.

        Raises `LedgerError`, `MismatchLogError` and `ConfigurationError`.
        """
        url = database_url(self.configuration, secrets_of(self.configuration))
        await asyncio.to_thread(upgrade, url)
        self._ledger = await asyncio.to_thread(open_ledger, url)
        now = self.clock()
        self._seed = await self.ledger.write(fingerprint_seed, now=now, actor=DAEMON)
        await self._bury(now)
        if self.announces:
            self._lines = await asyncio.to_thread(open_lines, self.configuration)
        await self.showing.everything()
        await self.announce()
        if self._member is not None:
            await asyncio.to_thread(cluster().install, url, now=now, actor=DAEMON)
            await self._member.open(self.ledger)

    async def _bury(self, now: datetime) -> None:
        """Put right what a dead daemon of this host left; where several share, hosts may be called alike, and their
        leases tell them apart."""
        if self.configuration.cluster is not None:
            return
        dead = [holder for holder in await self.ledger.read(running_holders) if is_dead(holder)]
        if dead:
            await self.ledger.write(interrupt_holders, holders=dead, now=now, actor=DAEMON)

    @property
    def turns(self) -> Turns | None:
        """`Rooms.turns`. Raises `ConfigurationError` where the engine is not installed."""
        if self.configuration.cluster is not None and self._member is None:
            self._member = cluster().member_of(
                self.configuration,
                database_url(self.configuration, secrets_of(self.configuration)),
                name=own_name(),
                metrics=self.metrics,
                ledger=lambda: self.ledger,
                live=self.live,
                shows=self.shows,
            )
        return self._member

    async def open_to_ask(self) -> None:
        """Open the ledger alone, for questions: nothing is made, upgraded, put right or announced.

        Raises `LedgerError` (also where there is no ledger yet) and `ConfigurationError`.
        """
        url = database_url(self.configuration, secrets_of(self.configuration))
        self._ledger = await asyncio.to_thread(open_ledger, url)

    def shows(self) -> dict[str, Show]:
        """What brings the gauges of each course up to date from the ledger, whichever daemon ran it."""
        pairs = {one.name: partial(self.showing.pair, one.name) for one in self.configuration.comparing}
        return pairs | shows_of(self._ground, self.configuration)

    @property
    def _ground(self) -> Ground:
        return Ground(self.ledger, self.clock, self.room, self.metrics, self.gauges, self.announcer, self._desk_url)

    @property
    def showing(self) -> Showing:
        """Shows what the ledger knows."""
        return Showing(self.ledger, self.metrics, self.configuration, self.clock)

    @property
    def room(self) -> Room:
        """What passes work with."""
        return Room(self.ledger, self.clock, self._seed, own_name(), self.gauges)

    @property
    def announcer(self) -> Announcer:
        """The one that all pairs share: a reload may give it another file."""
        if self._announcer is None:
            name = log_name(self.configuration) if self.configuration.cluster is not None else None
            self._announcer = Announcer(self.ledger, self.clock, self._lines, self._tell, name)
        return self._announcer

    async def announce(self) -> None:
        """Announce what waits. Raises `MismatchLogError`."""
        if self.announces:
            await self.announcer.announce()

    def _tell(self, event: MismatchEvent) -> None:
        self.gauges.changed(event)
        if self._member is None:
            self.live.tell(event)
        self.told(event)

    def pair(self, pair: PairConfig, configuration: Configuration) -> Pair:
        """One pair, its adapters made and not connected."""
        return build_pair(configuration, pair, check(configuration)[pair.name], self.gauges.attempted)

    async def build(self, course: CourseConfig, configuration: Configuration, heartbeat: Heartbeat) -> PairLoop:
        """`Rooms.build`."""
        loop = course_of(self._ground, course, configuration, heartbeat)
        is_comparing = isinstance(course, PairConfig | DossierConfig | DecisionConfig)
        return ShownCourse(course.name, loop, self.live, lambda: self.showing) if is_comparing else loop

    def desk(self, settings: DeskConfig, control: Control) -> web.Application:
        """`Rooms.desk`."""
        self._desk_url = desk_url(settings)
        return desk_room(
            settings,
            control,
            configuration=self.configuration,
            ledger=self.ledger,
            clock=self.clock,
            live=self.live,
            metrics=self.metrics,
        )

    async def check_ledger(self) -> None:
        """`Rooms.check_ledger`."""
        await self.ledger.read(running_holders)

    async def summaries(self) -> Mapping[str, PairSummary]:
        """`Rooms.summaries`."""
        return {pair.name: await self.showing.summary(pair.name) for pair in self.configuration.pairs}

    async def reopen(self, configuration: Configuration) -> None:
        """`Rooms.reopen`. A mismatch log that cannot be opened anew leaves the old one in use."""
        self.configuration, before = configuration, self._lines
        self._lines = await asyncio.to_thread(open_lines, configuration)
        await asyncio.to_thread(self.announcer.use, self._lines)
        if before is not None:
            before.close()

    async def close(self) -> None:
        """`Rooms.close`. The ledger before the log: what it has begun to announce still needs it."""
        if self._member is not None:
            await self._member.close()
        if self._ledger is not None:
            await self._ledger.aclose()
        if self._lines is not None:
            self._lines.close()


def cluster() -> ModuleType:
    """`syncd.cluster.joining`, imported where it is wanted: a daemon that is alone needs no engine.

    Raises `ConfigurationError` where the engine is not installed.
    """
    try:
        return import_module("syncd.cluster.joining")
    except ImportError as error:
        raise ConfigurationError(
            f"the cluster's engine is not installed ({error.name})", path="cluster", action="install syncd[cluster]"
        ) from error
