"""The daemon's own pulse: how late the event loop is, and whether systemd may believe that work gets on.

In: the loop's clock and the supervisor. Out: a lag metric, a status line, and watchdog pings while nothing hangs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import structlog

from syncd.passes.course import PairState
from syncd.redaction import redact_text
from syncd.systemd import Notifier

log = structlog.get_logger(__name__)

SAMPLE_EVERY = 0.5
WORTH_A_LINE = 1.0
STATUS_EVERY = 5.0


class LagObserver(Protocol):
    """Who is told (`syncd.metrics.Metrics` fits)."""

    def loop_lag(self, seconds: float) -> None: ...


@dataclass(slots=True)
class Lag:
    """How late the event loop woke its last sleeper, in seconds."""

    last: float = 0.0

    async def sample(self, observer: LagObserver, *, every: float = SAMPLE_EVERY) -> None:
        """Sleep and measure for ever; a lag of a second is worth a line in the log."""
        clock = asyncio.get_running_loop().time
        while True:
            due = clock() + every
            await asyncio.sleep(every)
            self.last = max(0.0, clock() - due)
            observer.loop_lag(self.last)
            if self.last >= WORTH_A_LINE:
                log.warning("loop_lagging", seconds=round(self.last, 3))


def status_line(states: Sequence[PairState]) -> str:
    """One line for ``systemctl status``: hanging and failing pairs first, by name."""
    stalled = [state.name for state in states if state.stalled]
    failing = [state.name for state in states if state.failures and not state.stalled]
    parts = [f"{len(states)} pair{'' if len(states) == 1 else 's'}"]
    if stalled:
        parts.append("no progress: " + ", ".join(stalled))
    if failing:
        parts.append("failing: " + ", ".join(failing))
    if not stalled and not failing:
        parts.append("all well" if all(state.passes for state in states) else "first passes under way")
    return redact_text("; ".join(parts))


async def keep_watchdog(
    notifier: Notifier,
    states: Callable[[], Sequence[PairState]],
    period: float | None,
) -> None:
    """Tell systemd the status, and that work gets on, for ever.

    ``period``: seconds of the watchdog, None without one. While any pair hangs the status and the metric say so and the
    watchdog goes hungry: systemd then kills and restarts the daemon, which loses nothing.
    """
    every = STATUS_EVERY if period is None else min(STATUS_EVERY, period / 3)
    was_told, said = True, ""
    while True:
        now = states()
        line = status_line(now)
        is_told = notifier.status(line) if line != said else was_told
        if not any(state.stalled for state in now):
            is_told = notifier.watchdog() and is_told
        if was_told and not is_told:
            log.warning("systemd_unreachable")
        was_told, said = is_told, line if is_told else ""
        await asyncio.sleep(every)
