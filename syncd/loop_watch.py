"""Watches from a thread of its own whether the event loop turns at all.

In: a sign of life from the loop, twice a second. Out: when it stays away, one line in the log with the stack that holds
the loop up, and a status that says so: before the watchdog ends the daemon, and while nothing in the loop can speak.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from syncd.stacks import thread_stack
from syncd.systemd import Notifier

log = structlog.get_logger(__name__)

PATIENCE = 5.0
EVERY = 1.0
SHARE = 1 / 3
"""Of the watchdog's period: so long the loop may stand still before it is told."""


def patience_of(period: float | None) -> float:
    """Seconds that the loop may stand still before it is told; ``period`` is the watchdog's, None without one."""
    return PATIENCE if period is None else min(PATIENCE, period * SHARE)


@dataclass(slots=True)
class LoopWatch:
    """The watch. ``turned`` is called in the loop; everything else happens in the thread. ``watched``: its thread."""

    notifier: Notifier
    patience: float = PATIENCE
    clock: Callable[[], float] = time.monotonic
    watched: int = field(default_factory=threading.get_ident)
    _at: float = 0.0
    _is_told: bool = False
    _over: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._at = self.clock()

    def turned(self) -> None:
        self._at = self.clock()

    def start(self) -> None:
        """Begin to watch."""
        threading.Thread(target=self._watch, name="loop watch", daemon=True).start()

    def stop(self) -> None:
        self._over.set()

    def look(self) -> None:
        """Tell a loop that stands still: once in the log, again and again in the status."""
        blocked = self.clock() - self._at
        if blocked < self.patience:
            self._is_told = False
            return
        stack = thread_stack(sys._current_frames().get(self.watched))  # noqa: SLF001
        where = stack[-1] if stack else "an unknown place"
        self.notifier.status(f"the event loop is blocked for {blocked:.0f} s at {where}; nothing gets on")
        if not self._is_told:
            self._is_told = True
            log.error("loop_blocked", seconds=round(blocked, 1), stack=stack)

    def _watch(self) -> None:
        while not self._over.wait(min(EVERY, self.patience / 2)):
            self.look()
