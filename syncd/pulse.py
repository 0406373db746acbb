"""The daemon's own pulse: how late the event loop is, and whether systemd may believe that work gets on.

In: the loop's clock and the supervisor. Out: a lag metric, how long each pair has not got on, a status line, and
watchdog pings while nothing hangs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from syncd.passes.course import PairState
from syncd.redaction import redact_text
from syncd.stacks import stacks_of_pair
from syncd.systemd import Notifier

log = structlog.get_logger(__name__)

SAMPLE_EVERY = 0.5
WORTH_A_LINE = 1.0
STATUS_EVERY = 5.0


class Observer(Protocol):
    """Who is told (`syncd.metrics.Metrics` fits)."""

    def loop_lag(self, seconds: float) -> None: ...
    def tasks(self, count: int) -> None: ...
    def without_progress(self, pair: str, seconds: float) -> None: ...


@dataclass(slots=True)
class Lag:
    """How late the event loop woke its last sleeper, in seconds. ``turned`` is called each time that it did."""

    last: float = 0.0
    turned: Callable[[], None] = lambda: None

    async def sample(self, observer: Observer, *, every: float = SAMPLE_EVERY) -> None:
        """Sleep and measure for ever; a lag of a second is worth a line in the log."""
        clock = asyncio.get_running_loop().time
        while True:
            due = clock() + every
            await asyncio.sleep(every)
            self.turned()
            self.last = max(0.0, clock() - due)
            observer.loop_lag(self.last)
            observer.tasks(len(asyncio.all_tasks()))
            if self.last >= WORTH_A_LINE:
                log.warning("loop_lagging", seconds=round(self.last, 3))


def status_line(states: Sequence[PairState], *, is_refused: bool = False) -> str:
    """One line for ``systemctl status``: hanging, slow and failing pairs first, by name.

    ``is_refused``: the last configuration that was given is not the one in force.
    """
    stalled = [_quietly(state) for state in states if state.stalled]
    slow = [_quietly(state) for state in states if state.slow and not state.stalled]
    failing = [state.name for state in states if state.failures and not state.stalled]
    parts = [f"{len(states)} pair{'' if len(states) == 1 else 's'}"]
    if is_refused:
        parts.append("configuration refused, the old one stays")
    if stalled:
        parts.append("no progress: " + ", ".join(stalled))
    if slow:
        parts.append("slow: " + ", ".join(slow))
    if failing:
        parts.append("failing: " + ", ".join(failing))
    if not (stalled or slow or failing):
        parts.append("all well" if all(state.passes for state in states) else "first passes under way")
    return redact_text("; ".join(parts))


def _quietly(state: PairState) -> str:
    """A pair that has not got on: for how long, and what it said last."""
    return f"{state.name} ({state.quiet:.0f} s{f', {state.progress}' if state.progress else ''})"


@dataclass(slots=True)
class Pulse:
    """Tells systemd, the metrics and the log how the pairs stand. ``is_refused``: see `status_line`."""

    notifier: Notifier
    states: Callable[[], Sequence[PairState]]
    observer: Observer
    is_refused: bool = False
    _was_told: bool = True
    _hanging: set[str] = field(default_factory=set)

    def line(self) -> str:
        """The status as of now."""
        return status_line(self.states(), is_refused=self.is_refused)

    async def keep(self, period: float | None) -> None:
        """Tell systemd the status, and that work gets on, for ever. ``period``: seconds of the watchdog, None without.

        While any pair hangs, status, metric and log say so and the watchdog goes hungry: systemd then kills and
        restarts the daemon, which loses nothing.
        """
        every = STATUS_EVERY if period is None else min(STATUS_EVERY, period / 3)
        while True:
            self.beat()
            await asyncio.sleep(every)

    def beat(self) -> None:
        """One look at all pairs. The status is said each time: another thread may have said one in between."""
        states = self.states()
        for state in states:
            self.observer.without_progress(state.name, state.quiet)
        hanging = [state for state in states if state.stalled]
        is_told = self.notifier.status(status_line(states, is_refused=self.is_refused))
        if not hanging:
            is_told = self.notifier.watchdog() and is_told
        if self._was_told and not is_told:
            log.warning("systemd_unreachable")
        self._was_told = is_told
        self._tell_stacks(hanging, states)

    def _tell_stacks(self, hanging: Sequence[PairState], states: Sequence[PairState]) -> None:
        """Where each pair stands that has begun to hang, once: the watchdog's own dump knows threads, not tasks."""
        for state in hanging:
            if state.name not in self._hanging:
                others = {one.name for one in states} - {state.name}
                stacks = stacks_of_pair(state.name, others, asyncio.all_tasks())
                log.error(
                    "pair_hanging",
                    pair=state.name,
                    seconds=round(state.quiet, 1),
                    progress=state.progress,
                    stacks=stacks,
                )
        self._hanging = {state.name for state in hanging}
