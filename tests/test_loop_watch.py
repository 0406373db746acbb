"""A loop that does not turn is told from another thread, with the line that holds it up."""

from __future__ import annotations

import asyncio
import threading
import time
from dataclasses import dataclass, field

from structlog.testing import capture_logs

from syncd.loop_watch import LoopWatch, patience_of
from syncd.systemd import Notifier


@dataclass(frozen=True)
class Ear(Notifier):
    said: list[str] = field(default_factory=list)
    heard: threading.Event = field(default_factory=threading.Event)

    def status(self, text: str) -> bool:
        self.said.append(text)
        self.heard.set()
        return True


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_loop_that_turns_is_nothing_to_speak_of() -> None:
    clock, ear = Clock(), Ear()
    watch = LoopWatch(ear, 5, clock)
    clock.now = 4.9
    watch.look()
    watch.turned()
    clock.now = 9.8
    watch.look()
    assert ear.said == []


def test_a_loop_that_stands_still_is_logged_once_and_said_again_and_again() -> None:
    clock, ear = Clock(), Ear()
    watch = LoopWatch(ear, 5, clock)
    with capture_logs() as logged:
        for now in (6.0, 7.0, 8.0):
            clock.now = now
            watch.look()
        watch.turned()
        watch.look()
        clock.now = 14.0
        watch.look()
    assert [(one["event"], one["seconds"]) for one in logged] == [("loop_blocked", 6.0), ("loop_blocked", 6.0)]
    assert [one.split(" at ")[0] for one in ear.said] == [
        f"the event loop is blocked for {seconds} s" for seconds in (6, 7, 8, 6)
    ]


async def test_the_line_that_blocks_the_real_loop_is_named_while_it_does() -> None:
    ear = Ear()
    watch = LoopWatch(ear, 0.05)

    def hold_up() -> None:
        assert ear.heard.wait(10)

    with capture_logs() as logged:
        watch.start()
        hold_up()
        watch.stop()
        await asyncio.sleep(0)
    assert logged[0]["event"] == "loop_blocked"
    assert any(line.endswith(" hold_up") and "test_loop_watch.py:" in line for line in logged[0]["stack"])


def test_it_speaks_well_before_the_watchdog_acts() -> None:
    assert [patience_of(period) for period in (None, 30.0, 3.0)] == [5.0, 5.0, 1.0]


def test_its_clock_is_the_one_that_never_goes_back() -> None:
    watch = LoopWatch(Ear())
    assert watch.clock is time.monotonic
