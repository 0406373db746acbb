"""Signals as the daemon understands them: stop, stop now, reload.

In: SIGTERM, SIGINT, SIGHUP. Out: calls in the event loop; and an end within the limit even when the loop is stuck,
since the handlers run between any two bytecodes and the last resort runs in a thread of its own.
"""

from __future__ import annotations

import asyncio
import faulthandler
import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Self

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)
EXIT_STUCK = 70
"""EX_SOFTWARE of sysexits.h: the daemon did not end in time."""


class LastResort:
    """Ends a process that does not end by itself: prints every stack, then goes without looking back.

    Nothing is lost by it: what is not committed is done again by the next pass.
    """

    def __init__(self, limit: float, leave: Callable[[int], object] = os._exit) -> None:
        self._timer = threading.Timer(limit, self._go)
        self._timer.daemon = True
        self._leave = leave

    def arm(self) -> None:
        """Begin to count; further calls change nothing."""
        if not self._timer.is_alive() and not self._timer.finished.is_set():
            self._timer.start()

    def disarm(self) -> None:
        self._timer.cancel()

    def _go(self) -> None:
        if faulthandler.is_enabled() and sys.__stderr__ is not None:
            faulthandler.dump_traceback(sys.__stderr__)
        self._leave(EXIT_STUCK)


class Signals:
    """While entered, the stop signals call ``stop(name)`` in the loop and arm the last resort; SIGHUP calls ``reload``.

    A second stop signal ends the process at once with 128 + its number. Must be entered in the main thread.
    """

    def __init__(
        self,
        stop: Callable[[str], object],
        reload: Callable[[], object],
        last_resort: LastResort,
        leave: Callable[[int], object] = os._exit,
    ) -> None:
        self._stop, self._reload = stop, reload
        self._last_resort, self._leave = last_resort, leave
        self._is_asked = False
        self._loop = asyncio.get_running_loop()
        self._before: dict[int, object] = {}

    def __enter__(self) -> Self:
        for number in STOP_SIGNALS:
            self._before[number] = signal.signal(number, self._on_stop)
        self._before[signal.SIGHUP] = signal.signal(signal.SIGHUP, self._on_reload)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler if callable(handler) else signal.SIG_DFL)

    def _on_stop(self, number: int, _frame: FrameType | None) -> None:
        if self._is_asked:
            self._leave(128 + number)
            return
        self._is_asked = True
        self._last_resort.arm()
        self._loop.call_soon_threadsafe(self._stop, signal.Signals(number).name)

    def _on_reload(self, _number: int, _frame: FrameType | None) -> None:
        if not self._is_asked:
            self._loop.call_soon_threadsafe(self._reload)
