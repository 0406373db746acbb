"""One supervised loop for each pair: nothing that happens to one delays, stops or even surprises another.

In: pairs that can run one pass each. Out: passes on time, failures told once, a heartbeat that the watchdog believes,
and an end within the time given. Time and randomness are injected; nothing here knows what a pass does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Protocol

import structlog

from syncd.errors import SyncdError
from syncd.passes.course import Course, Ended, Heartbeat, PairLoop, PairState
from syncd.passes.frame import is_asked_to_end
from syncd.passes.schedule import Random, Rhythm, back_off, first_delay, next_start
from syncd.passes.turns import Alone, Turns

log = structlog.get_logger(__name__)

CLOSE_LIMIT = 2.0


class Observer(Protocol):
    """What the supervisor tells to metrics (`syncd.metrics.Metrics` fits)."""

    def failures(self, pair: str, in_a_row: int) -> None: ...
    def stalled(self, pair: str, *, is_stalled: bool) -> None: ...


class Supervisor:
    """Runs every pair until told to stop.

    ``concurrency`` limits the passes under way at once (None: no limit); ``turns``: who says when each begins, the
    daemon itself where nothing is given. `run` must be under way before `add`.
    """

    def __init__(
        self, observer: Observer, *, random: Random, concurrency: int | None = None, turns: Turns | None = None
    ) -> None:
        self._observer = observer
        self._random = random
        self._turns = Alone(concurrency) if turns is None else turns
        self._courses: dict[str, Course] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._left: dict[asyncio.Task[None], Course] = {}
        self._group: asyncio.TaskGroup | None = None
        self._stopping = asyncio.Event()
        self.started = asyncio.Event()

    async def run(self) -> None:
        """Hold the loops of all pairs; returns after `stop`, when every loop has ended."""
        async with asyncio.TaskGroup() as group:
            self._group = group
            self.started.set()
            await self._stopping.wait()

    def add(self, name: str, pair: PairLoop, rhythm: Rhythm, heartbeat: Heartbeat) -> None:
        """Start the loop of one pair. Its passes must call ``heartbeat`` whenever they get on.

        Where a removed pair of its name has not ended yet, the loop waits until it has: no name runs twice.

        Raises ``ValueError`` for a name that is running, ``RuntimeError`` outside of `run`.
        """
        if name in self._courses:
            raise ValueError(f"pair {name} is running already")
        if self._group is None or self._stopping.is_set():
            raise RuntimeError("the supervisor is not running")
        course = Course(name, pair, rhythm, heartbeat)
        self._courses[name] = course
        self._tasks[name] = self._group.create_task(self._live(course), name=f"pair {name}")

    def wake(self, name: str) -> None:
        """Begin the next pass of a pair now, or right after the one under way. Raises ``KeyError``."""
        self._courses[name].woken.set()

    def states(self) -> tuple[PairState, ...]:
        """How every pair stands, in the order in which they were added."""
        return tuple(course.state() for course in self._courses.values())

    def stalled(self) -> tuple[str, ...]:
        """The pairs that hang; while there are any, the watchdog must not be fed."""
        every = (*self._courses.values(), *self._left.values())
        return tuple(dict.fromkeys(course.name for course in every if course.stalled))

    async def remove(self, name: str, deadline: float) -> bool:
        """End one pair and forget it. Returns whether it ended within ``deadline`` seconds. Raises ``KeyError``."""
        task, course = self._tasks.pop(name), self._courses[name]
        left = await self._end([(name, task)], deadline)
        del self._courses[name]
        if left:
            self._left[task] = course
            task.add_done_callback(self._forget)
        return not left

    def _forget(self, ended: asyncio.Task[None]) -> None:
        del self._left[ended]

    async def stop(self, deadline: float) -> tuple[str, ...]:
        """Interrupt every pass and end every loop; returns the pairs that did not end within ``deadline`` seconds."""
        self._stopping.set()
        removed = ((course.name, task) for task, course in self._left.items())
        return await self._end([*removed, *self._tasks.items()], deadline)

    async def _end(self, loops: Iterable[tuple[str, asyncio.Task[None]]], deadline: float) -> tuple[str, ...]:
        tasks = {task: name for name, task in loops}
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=deadline)
        left = tuple(dict.fromkeys(name for task, name in tasks.items() if not task.done()))
        for name in left:
            log.error("pair_abandoned", pair=name)
        return left

    async def _live(self, course: Course) -> None:
        try:
            await self._wait_for_left(course.name)
            log.info("pair_started", pair=course.name, interval=course.rhythm.interval)
            await self._rounds(course)
        finally:
            course.stop()
            await _close(course)
            log.info("pair_stopped", pair=course.name)

    async def _wait_for_left(self, name: str) -> None:
        """Wait until removed pairs of this name have ended."""
        if left := [task for task, course in self._left.items() if course.name == name]:
            log.warning("pair_waiting", pair=name)
            await asyncio.wait(left)

    async def _rounds(self, course: Course) -> None:
        origin = course.now()
        course.wait = first_delay(course.rhythm, self._random)
        while True:
            async with self._turns.turn(course):
                ended = await self._one_pass(course)
                if is_asked_to_end():
                    _tell_end(course, ended)
                    raise asyncio.CancelledError
                course.wait = self._judge(course, ended, origin)

    def _judge(self, course: Course, ended: Ended, origin: float) -> float:
        """Tell what has changed, once, and say how long to wait."""
        failures_before = course.failures
        course.end(ended)
        self._observer.failures(course.name, course.failures)
        if not ended.failed:
            if failures_before:
                log.info("pair_recovered", pair=course.name, failures=failures_before)
            return next_start(course.rhythm, origin, course.now(), self._random) - course.now()
        delay = back_off(course.failures, self._random, ended.retry_after)
        if not failures_before:
            log.warning(
                "pair_failing",
                pair=course.name,
                outcome=ended.word,
                error=ended.reason,
                action=ended.action,
                retry_in=round(delay, 1),
                exc_info=ended.fault,
            )
        return delay

    async def _one_pass(self, course: Course) -> Ended:
        course.begin()
        limit = asyncio.timeout(None)
        try:
            async with limit:
                with self._watched(course, limit):
                    return Ended.of(await course.pair.run_once())
        except asyncio.CancelledError:
            if is_asked_to_end():
                raise
            return Ended("failed", failed=True, reason="the pass was cancelled from within")
        except SyncdError as error:
            return Ended("failed", failed=True, reason=error.message, action=error.action)
        except Exception as error:
            if limit.expired():
                return Ended("interrupted", failed=True, reason=f"no progress for {course.rhythm.stall_after:g} s")
            return Ended("failed", failed=True, reason=f"{type(error).__name__}: {error}", fault=error)

    @contextmanager
    def _watched(self, course: Course, limit: asyncio.Timeout) -> Iterator[None]:
        """Cancel the pass when its heartbeat stops, and say so while it hangs."""
        loop = asyncio.get_running_loop()
        timer: asyncio.TimerHandle | None = None

        def look() -> None:
            nonlocal timer
            due = course.heartbeat.at + course.rhythm.stall_after
            if due > loop.time():
                timer = loop.call_at(due, look)
                return
            self._set_stalled(course, is_stalled=True)
            limit.reschedule(loop.time())

        look()
        try:
            yield
        finally:
            if timer is not None:
                timer.cancel()
            if course.stalled:
                self._set_stalled(course, is_stalled=False)

    def _set_stalled(self, course: Course, *, is_stalled: bool) -> None:
        course.stalled = is_stalled
        self._observer.stalled(course.name, is_stalled=is_stalled)
        if is_stalled:
            seconds = course.rhythm.stall_after
            log.error("pair_stalled", pair=course.name, seconds=seconds, progress=course.heartbeat.text)
        else:
            log.info("pair_moving", pair=course.name)


def _tell_end(course: Course, ended: Ended) -> None:
    """A pass was told to end, and ended otherwise: its error would be lost."""
    if ended.failed:
        log.warning("pass_end_unwritten", pair=course.name, error=ended.reason)


async def _close(course: Course) -> None:
    try:
        async with asyncio.timeout(CLOSE_LIMIT):
            await course.pair.close()
    except Exception:
        log.exception("pair_close_failed", pair=course.name)
