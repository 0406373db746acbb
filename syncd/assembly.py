"""Puts the rooms together: ledger, adapters, pairs, announcements, metrics; the daemon and the commands stand on it.

In: a checked configuration. Out: `Household`, which is the daemon's `Rooms`; and a way to run single passes.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib import import_module
from pathlib import Path
from secrets import token_bytes
from shutil import disk_usage
from types import ModuleType
from typing import TYPE_CHECKING

from aiohttp import web

from syncd.config import (
    STDOUT,
    Configuration,
    CourseConfig,
    DeskConfig,
    DossierConfig,
    PairConfig,
    database_url,
    secrets_of,
)
from syncd.courses import Ground, course_of, sources
from syncd.desk.app import desk_app, routes
from syncd.desk.live import Live
from syncd.desk.pages.oidc import oidc_routes
from syncd.desk.routes import Control, Desk
from syncd.desk.warming import warming
from syncd.errors import ConfigurationError, SyncdError
from syncd.gauges import Gauges
from syncd.ledger import Ledger, open_ledger, upgrade
from syncd.ledger.engines import parse, sqlite_path
from syncd.ledger.mismatches import MismatchEvent, oldest_open, open_counts
from syncd.ledger.passes import interrupt_holders, last_pass, running_holders
from syncd.ledger.readings import last_whole
from syncd.ledger.settings import fingerprint_seed
from syncd.ledger.vitals import database_bytes, flapping, last_verified
from syncd.log import MismatchLog
from syncd.metrics import Metrics
from syncd.passes.announce import Announcer, MismatchLogError
from syncd.passes.build import (
    build_pair,
    check,
)
from syncd.passes.course import Heartbeat, PairLoop, PassOutcome
from syncd.passes.loop import DAEMON
from syncd.passes.one_pass import Room
from syncd.passes.pair import SIDES, Pair
from syncd.passes.turns import Turns
from syncd.running import desk_url
from syncd.status_page import PairSummary

if TYPE_CHECKING:
    from syncd.cluster.member import Member

LEAST_FRESH = timedelta(minutes=30)
FLAPPING_WITHIN = timedelta(hours=24)
GIGABYTE = 10**9
ROUNDS = 3
COMPARED_ENDED = ("in_sync", "mismatched")


def utc_now() -> datetime:
    """The wall clock, at the edge of everything."""
    return datetime.now(UTC)


def own_name() -> str:
    """This program in the ledger: host and number, so that what a dead one left behind is known."""
    return f"{socket.gethostname()}/{os.getpid()}"


def is_dead(holder: str) -> bool:
    """Whether a holder is a program of this host that does not run any more."""
    host, _, number = holder.rpartition("/")
    if host != socket.gethostname() or not number.isdigit() or int(number) == os.getpid():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def fresh_for(configuration: Configuration) -> dict[str, timedelta]:
    """How old a whole reading of each pair may be before nothing is known any more: some of its rounds."""
    return {course.name: max(LEAST_FRESH, ROUNDS * course.interval) for course in configuration.comparing}


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
        await self._remembered()
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
                shows=lambda: {one.name: partial(self._show, one.name) for one in self.configuration.comparing},
            )
        return self._member

    async def open_to_ask(self) -> None:
        """Open the ledger alone, for questions: nothing is made, upgraded, put right or announced.

        Raises `LedgerError` (also where there is no ledger yet) and `ConfigurationError`.
        """
        url = database_url(self.configuration, secrets_of(self.configuration))
        self._ledger = await asyncio.to_thread(open_ledger, url)

    async def _remembered(self) -> None:
        """Show what the ledger knows before the first pass: a restart must not look like a loss."""
        for pair in self.configuration.comparing:
            self.metrics.initialise([pair.name])
            await self._show(pair.name)

    async def _show(self, pair: str) -> None:
        """Show what the ledger knows of a pair, whoever wrote it there."""
        await self.show_open(pair)
        verified = await self.ledger.read(last_verified, pair)
        if verified is not None:
            self.metrics.verified(pair, verified)
        for side in SIDES:
            reading = await self.ledger.read(last_whole, pair, side)
            if reading is not None:
                self.metrics.read_whole(pair, side, reading.ended_at, reading.counted)

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
        ground = Ground(self.ledger, self.clock, self.room, self.metrics, self.gauges, self.announcer, self._desk_url)
        loop = course_of(ground, course, configuration, heartbeat)
        return _Shown(course.name, loop, self) if isinstance(course, PairConfig | DossierConfig) else loop

    async def show_open(self, pair: str) -> None:
        """Set the gauges of what is open now."""
        self.metrics.mismatches_open(pair, await self.ledger.read(open_counts, pair))
        oldest = await self.ledger.read(oldest_open, pair)
        for state in ("suspected", "confirmed", "waived"):
            self.metrics.oldest_open(pair, state, oldest.get(state))
        self.metrics.flapping(pair, await self.ledger.read(flapping, pair, self.clock() - FLAPPING_WITHIN))
        self.metrics.database(*await self._room_left())
        summary = await self.summary(pair)
        self.metrics.verdicts(pair, in_sync=summary.in_sync, mismatched=summary.mismatched, unknown=summary.unknown)

    async def _room_left(self) -> tuple[int, int | None]:
        """Bytes that the ledger takes, and by how many it may grow (None: nobody knows)."""
        size, most = await self.ledger.read(database_bytes), self.configuration.database.most_gigabytes
        left = [] if most is None else [max(0, most * GIGABYTE - size)]
        file = sqlite_path(parse(self.ledger.where))
        if file is not None:
            with suppress(OSError):
                left.append((await asyncio.to_thread(disk_usage, file.parent)).free)
        return size, min(left, default=None)

    def desk(self, settings: DeskConfig, control: Control) -> web.Application:
        """`Rooms.desk`."""
        known = self.configuration
        self._desk_url = desk_url(settings)
        desk = Desk(
            self.ledger,
            self.clock,
            control,
            self._desk_url,
            pairs=tuple(one.name for one in known.comparing),
            sources=sources(known),
            fresh_for=fresh_for(known),
            failed=self.metrics.desk_failed,
        )
        provider = oidc_routes(
            settings,
            public_url=self._desk_url,
            clock=self.clock,
            secret=secrets_of(known),
            random=token_bytes,
        )
        app = desk_app(desk, settings, live=self.live, pages=(*routes(), *provider))
        app.cleanup_ctx.append(warming())
        return app

    async def check_ledger(self) -> None:
        """`Rooms.check_ledger`."""
        await self.ledger.read(running_holders)

    async def summaries(self) -> Mapping[str, PairSummary]:
        """`Rooms.summaries`."""
        return {pair.name: await self.summary(pair.name) for pair in self.configuration.pairs}

    async def summary(self, pair: str) -> PairSummary:
        """One pair as the ledger knows it: the last comparison's counts, what is open, when each was read whole."""
        compared = await self.ledger.read(last_pass, pair, outcomes=COMPARED_ENDED)
        latest = await self.ledger.read(last_pass, pair)
        counts = compared.counts if compared else {}
        opened: dict[str, int] = {}
        for (_, state), number in (await self.ledger.read(open_counts, pair)).items():
            opened[state] = opened.get(state, 0) + number
        is_unknown = latest is not None and latest.outcome not in (*COMPARED_ENDED, "running")
        in_sync, mismatched = counts.get("in_sync", 0), counts.get("mismatched", 0)
        return PairSummary(
            in_sync=0 if is_unknown else in_sync,
            mismatched=0 if is_unknown else mismatched,
            unknown=in_sync + mismatched + counts.get("unread", 0) if is_unknown else counts.get("unread", 0),
            open_mismatches=opened,
            last_whole={
                side: reading.ended_at if (reading := await self.ledger.read(last_whole, pair, side)) else None
                for side in SIDES
            },
        )

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


@dataclass(slots=True)
class _Shown:
    """A course with mismatches, whose gauges follow each pass."""

    name: str
    loop: PairLoop
    household: Household

    async def run_once(self) -> PassOutcome:
        begun = self.household.clock()
        try:
            return await self.loop.run_once()
        except asyncio.CancelledError:
            self._count("interrupted", begun)
            raise
        except Exception:
            self._count("failed", begun)
            raise
        finally:
            await self._show()
            self.household.live.pass_ended(self.name)

    def _count(self, word: str, begun: datetime) -> None:
        seconds = (self.household.clock() - begun).total_seconds()
        self.household.metrics.pass_ended(self.name, word, seconds)

    async def _show(self) -> None:
        """Set the gauges; where the ledger cannot be asked they stay, and the pass says what is wrong with it."""
        with suppress(SyncdError):
            await self.household.show_open(self.name)

    async def close(self) -> None:
        await self.loop.close()


def open_lines(configuration: Configuration) -> MismatchLog | None:
    """The mismatch log as configured. Raises `MismatchLogError` where its file cannot be opened."""
    wanted = configuration.log.mismatch_log
    if wanted is None:
        return None
    try:
        return MismatchLog(None if wanted == Path(STDOUT) else configuration.resolve(wanted))
    except OSError as error:
        raise MismatchLogError(error) from error


def log_name(configuration: Configuration) -> str:
    """The mismatch log among those of all daemons that share a ledger: its host and file."""
    wanted = configuration.log.mismatch_log
    return f"{socket.gethostname()}:{configuration.resolve(wanted) if wanted is not None else ''}"


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
