"""The running daemon: endpoints, ledger, pairs and pulse, started in this order and stopped in the other.

In: a configuration, and the rooms that know ledger and sides. Out: supervised pairs until asked to stop. It is also the
board that the endpoints read.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import datetime
from typing import Any

import structlog
from prometheus_client import CollectorRegistry

from syncd import __version__
from syncd.config import Configuration
from syncd.endpoints import application
from syncd.listening import DESK, ENDPOINTS, Doors, Wish, is_network, place
from syncd.loop_watch import LoopWatch, patience_of
from syncd.metrics import Metrics
from syncd.passes.course import PairState
from syncd.passes.supervision import Supervisor
from syncd.pulse import Lag, Pulse
from syncd.reloading import build_all, prepare, reasons, start_all, swap
from syncd.rooms import Outside, Rooms, desk_url
from syncd.status_page import PairSummary

log = structlog.get_logger(__name__)

PASSES_LIMIT = 6.0
"""Seconds that passes get when the daemon stops; requests under way get `syncd.listening.REQUESTS_LIMIT` after them."""


class Daemon:
    """The running daemon; also the board that the endpoints read."""

    def __init__(
        self,
        configuration: Configuration,
        rooms: Rooms,
        metrics: Metrics,
        outside: Outside,
    ) -> None:
        self.configuration, self.rooms, self.metrics = configuration, rooms, metrics
        self._outside, self._notifier = outside, outside.notifier
        self.supervisor = Supervisor(
            metrics, random=outside.random, concurrency=configuration.daemon.concurrency, turns=rooms.turns
        )
        self._watch = LoopWatch(self._notifier)
        self.lag = Lag(turned=self._watch.turned)
        self.pulse = Pulse(self._notifier, self.states, metrics)
        self._doors = Doors(outside.passed)
        self.stop_asked = asyncio.Event()
        self.reload_asked = asyncio.Event()
        self.addresses: tuple[str, ...] = ()
        self.desk_url = ""
        self.left: tuple[str, ...] = ()
        self._supervising: asyncio.Task[None] | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._started_at = outside.clock()

    @property
    def registry(self) -> CollectorRegistry:
        return self.metrics.registry

    def now(self) -> datetime:
        return self._outside.clock()

    def states(self) -> Sequence[PairState]:
        return self.supervisor.states()

    def health(self) -> Mapping[str, object]:
        return {
            "alive": True,
            "version": __version__,
            "uptime_seconds": round((self.now() - self._started_at).total_seconds(), 1),
            "loop_lag_seconds": round(self.lag.last, 4),
            "stalled": list(self.supervisor.stalled()),
        }

    def wake(self, pair: str) -> bool:
        """Let the pair's next pass begin now (`syncd.desk.routes.Control`)."""
        try:
            self.supervisor.wake(pair)
        except KeyError:
            return False
        return True

    async def check_ledger(self) -> None:
        await self.rooms.check_ledger()

    async def summaries(self) -> Mapping[str, PairSummary]:
        return await self.rooms.summaries()

    def ask_to_stop(self, reason: str) -> None:
        if not self.stop_asked.is_set():
            log.info("daemon_stopping", signal=reason)
            self._notifier.stopping(f"stopping after {reason}")
            self.stop_asked.set()

    async def run(self, period: float | None, on_ready: Callable[[Daemon], object]) -> None:
        """Start in order, run until asked to stop, stop in order. ``left`` then names the pairs that did not end.

        ``period``: seconds of systemd's watchdog. Raises what kept it from starting, or what broke it.
        """
        asked = asyncio.create_task(self.stop_asked.wait(), name="stop asked")
        async with AsyncExitStack() as stack:
            starting = asyncio.create_task(self._start(stack, period), name="start")
            try:
                await asyncio.wait([asked, starting], return_when=asyncio.FIRST_COMPLETED)
                if starting.done():
                    tasks = await starting
                    on_ready(self)
                    await asyncio.wait([asked, *tasks], return_when=asyncio.FIRST_COMPLETED)
            finally:
                await self._end([asked, starting])

    async def _start(self, stack: AsyncExitStack, period: float | None) -> list[asyncio.Task[None]]:
        """Every room says *started* before readiness is announced; returns the tasks that must not end."""
        await self._listen(stack)
        self._notifier.status("opening the ledger, bringing its schema up to date where it is older")
        await self.rooms.open()
        await self._serve_desk(stack)
        built = await build_all(self.rooms.build, self.configuration, self._names())
        self._show_courses(self._names())
        self.metrics.configuration_read(self.now())
        self._supervising = asyncio.create_task(self.supervisor.run(), name="supervisor")
        await self.supervisor.started.wait()
        start_all(self.supervisor, built)
        self._run("loop lag", self.lag.sample(self.metrics))
        self._run("watchdog", self.pulse.keep(period))
        self._run("reload", self._reload_when_asked())
        log.info("daemon_ready", listen=list(self.addresses), desk=self.desk_url, pairs=self._names())
        self._notifier.ready(self.pulse.line())
        self._watch.patience = patience_of(period)
        self._watch.turned()
        self._watch.start()
        return [self._supervising, *self._tasks]

    def _run(self, name: str, endless: Coroutine[Any, Any, None]) -> None:
        self._tasks.append(asyncio.create_task(endless, name=name))

    async def _end(self, tasks: list[asyncio.Task[Any]]) -> None:
        """Passes first, then everything else; raises the first error of a task that must not have one."""
        self._outside.last_resort.arm()
        self._watch.stop()
        await self._doors.leave_open()
        self.left = await self.supervisor.stop(PASSES_LIMIT)
        ending = [*tasks, *self._tasks]
        for task in ending:
            task.cancel()
        if self._supervising is not None and not self.left:
            ending.append(self._supervising)
        for end in await asyncio.gather(*ending, return_exceptions=True):
            if isinstance(end, Exception):
                raise end

    async def _listen(self, stack: AsyncExitStack) -> None:
        wanted = self.configuration.daemon
        taken = await self._doors.take(stack, ENDPOINTS, Wish(wanted.host, wanted.port, "[daemon] listen"))
        await self._doors.serve(stack, application(self), ENDPOINTS, taken)
        self.addresses = tuple(place(one.getsockname()) for one in taken)

    async def _serve_desk(self, stack: AsyncExitStack) -> None:
        """Take the desk's address, then serve the desk there."""
        wanted = self.configuration.desk
        if wanted is None:
            return
        taken = await self._doors.take(stack, DESK, Wish(wanted.host, wanted.port, "[desk] listen", "the desk "))
        first = next((place(one.getsockname()) for one in taken if is_network(one)), wanted.listen)
        listening = wanted.model_copy(update={"listen": first})
        await self._doors.serve(stack, self.rooms.desk(listening, self), DESK, taken)
        self.desk_url = desk_url(listening)

    def _names(self) -> list[str]:
        return [course.name for course in self.configuration.courses]

    def _show_courses(self, names: Sequence[str]) -> None:
        """Make the series of these courses appear, at zero."""
        compared = {course.name: course.sides for course in self.configuration.comparing}
        for name in names:
            if name in compared:
                self.metrics.initialise([name], compared[name])
        self.metrics.initialise_courses([name for name in names if name not in compared])
        for course in self.configuration.courses:
            self.metrics.interval(course.name, course.interval.total_seconds())

    async def _reload_when_asked(self) -> None:
        while True:
            await self.reload_asked.wait()
            self.reload_asked.clear()
            self._notifier.reloading()
            await self._reload()
            await self._reopen()
            self._notifier.ready(self.pulse.line())

    async def _reload(self) -> None:
        try:
            new, found = await prepare(self.configuration, self._outside.read)
            built = await build_all(self.rooms.build, new, (*found.added, *found.replaced))
        except Exception as error:
            log.error("configuration_refused", problems=reasons(error))  # noqa: TRY400
            self.metrics.reloaded(self.now(), applied=False)
            self.pulse.is_refused = True
            return
        if new.log != self.configuration.log:
            self._outside.set_up(new.log)
        self.configuration = new
        self._show_courses(found.added)
        await swap(self.supervisor, found, built)
        for name in found.removed:
            self.metrics.forget(name)
        self.metrics.reloaded(self.now(), applied=True)
        self.pulse.is_refused = False
        log.info("configuration_reloaded", changes=list(found.lines))

    async def _reopen(self) -> None:
        try:
            await self.rooms.reopen(self.configuration)
        except Exception:
            log.exception("reopen_failed")
