"""How one pair stands: waiting, running or stopped, how its last pass ended, and its heartbeat.

In: what the supervisor does with it. Out: a snapshot that endpoints, metrics and the watchdog read.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from syncd.passes.schedule import Rhythm

SLOW_SHARE = 1 / 3
"""Of ``stall_after``: so long without progress is worth a word to people before anything is done about it."""


class PassOutcome(Protocol):
    """How one pass ended. ``word`` is bounded (a metric's label); ``failed`` asks for a back-off.

    ``retry_after``: seconds that a side asked to be left alone, or None. ``reason``: one sentence where it failed.
    """

    @property
    def word(self) -> str: ...
    @property
    def failed(self) -> bool: ...
    @property
    def retry_after(self) -> float | None: ...
    @property
    def reason(self) -> str: ...


class PairLoop(Protocol):
    """One pair, ready to run. A pass says that it gets on through the ``progress`` it was built with."""

    async def run_once(self) -> PassOutcome:
        """One pass. May raise anything; when cancelled it records itself as interrupted and lets the cancel through."""
        ...

    async def close(self) -> None:
        """Let go of connections and files. Called once, after the last pass."""
        ...


class Phase(StrEnum):
    """What a pair is doing."""

    WAITING = "waiting"
    RUNNING = "running"
    STOPPED = "stopped"


class Heartbeat:
    """The progress of one pair. Call it with a few words whenever a pass gets on; cheap, and safe from any thread.

    ``clock`` must be the clock of the event loop.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.at = clock()
        self.text = ""

    def __call__(self, text: str = "") -> None:
        self.at = self._clock()
        self.text = text


@dataclass(frozen=True, slots=True)
class Ended:
    """How a pass ended, whether it returned or raised. ``fault`` is an exception that nobody expected."""

    word: str
    failed: bool
    retry_after: float | None = None
    reason: str = ""
    action: str = ""
    fault: Exception | None = None

    @classmethod
    def of(cls, outcome: PassOutcome) -> Ended:
        return cls(outcome.word, failed=outcome.failed, retry_after=outcome.retry_after, reason=outcome.reason)


@dataclass(frozen=True, slots=True)
class PairState:
    """A snapshot. ``passes`` counts those that ended, however; ``next_in`` is seconds, None while one is under way.

    ``quiet``: seconds since the pass under way last got on; ``slow``: a third of the patience with that is used up.
    """

    name: str
    phase: Phase
    passes: int
    failures: int
    outcome: str
    reason: str
    stalled: bool
    progress: str
    next_in: float | None
    quiet: float = 0.0
    slow: bool = False


@dataclass(slots=True)
class Course:
    """One pair under supervision; only the supervisor changes it."""

    name: str
    pair: PairLoop
    rhythm: Rhythm
    heartbeat: Heartbeat
    phase: Phase = Phase.WAITING
    passes: int = 0
    failures: int = 0
    stalled: bool = False
    next_at: float = 0.0
    wait: float = 0.0
    last: Ended | None = None
    woken: asyncio.Event = field(default_factory=asyncio.Event)

    def now(self) -> float:
        return asyncio.get_running_loop().time()

    def begin(self) -> None:
        self.phase = Phase.RUNNING
        self.heartbeat("begun")

    def end(self, ended: Ended) -> None:
        self.phase = Phase.WAITING
        self.passes += 1
        self.failures = self.failures + 1 if ended.failed else 0
        self.last = ended

    def heard(self, ended: Ended, failures: int) -> None:
        """Another daemon has ended a pass of this course."""
        self.passes = max(self.passes, 1)
        self.last, self.failures = ended, failures

    def stop(self) -> None:
        self.phase = Phase.STOPPED

    async def pause(self, delay: float) -> None:
        """Wait, or until woken; a wake that came during the pass counts."""
        self.next_at = self.now() + delay
        with suppress(TimeoutError):
            async with asyncio.timeout(delay):
                await self.woken.wait()
        self.woken.clear()

    def quiet(self) -> float:
        """Seconds since the pass under way last got on; 0 while none is."""
        return max(0.0, self.now() - self.heartbeat.at) if self.phase is Phase.RUNNING else 0.0

    def state(self) -> PairState:
        last, quiet = self.last, self.quiet()
        return PairState(
            name=self.name,
            phase=self.phase,
            passes=self.passes,
            failures=self.failures,
            outcome=last.word if last else "",
            reason=last.reason if last else "",
            stalled=self.stalled,
            progress=self.heartbeat.text if self.phase is Phase.RUNNING else "",
            next_in=max(0.0, self.next_at - self.now()) if self.phase is Phase.WAITING else None,
            quiet=quiet,
            slow=quiet > self.rhythm.stall_after * SLOW_SHARE,
        )
