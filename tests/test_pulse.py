"""The daemon's pulse: loop lag, status line, and a watchdog that is only fed while work gets on."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, field

import pytest

from syncd.passes.course import PairState, Phase
from syncd.pulse import Lag, keep_watchdog, status_line
from syncd.systemd import Notifier


def state(name: str, *, passes: int = 1, failures: int = 0, stalled: bool = False) -> PairState:
    return PairState(name, Phase.RUNNING, passes, failures, "", "", stalled, "", None)


@pytest.mark.parametrize(
    ("states", "line"),
    [
        ([state("a"), state("b")], "2 pairs; all well"),
        ([state("a"), state("b", passes=0)], "2 pairs; first passes under way"),
        ([state("a", failures=1), state("b", stalled=True, failures=2)], "2 pairs; no progress: b; failing: a"),
    ],
)
def test_the_status_line_names_who_is_in_trouble(states: list[PairState], line: str) -> None:
    assert status_line(states) == line


@dataclass(frozen=True)
class Ear(Notifier):
    said: list[str] = field(default_factory=list)

    def status(self, text: str) -> bool:
        self.said.append(text)
        return True

    def watchdog(self) -> bool:
        self.said.append("fed")
        return True


async def run_for(seconds: float, coroutine: object) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await coroutine  # type: ignore[misc]


@pytest.mark.looptime
async def test_the_watchdog_is_fed_three_times_in_its_period_and_the_status_said_once() -> None:
    ear = Ear()
    await run_for(29, keep_watchdog(ear, lambda: [state("a")], 9))
    assert ear.said == ["1 pair; all well", *["fed"] * 10]


@pytest.mark.looptime
async def test_a_pair_without_progress_shows_in_the_status_and_the_watchdog_goes_hungry() -> None:
    ear, pairs = Ear(), [state("a"), state("b")]
    async with asyncio.TaskGroup() as group:
        keeping = group.create_task(keep_watchdog(ear, lambda: pairs, 9))
        await asyncio.sleep(1)
        ear.said.clear()
        pairs[1] = state("b", stalled=True)
        await asyncio.sleep(9)
        assert ear.said == ["2 pairs; no progress: b"]
        pairs[1] = state("b")
        await asyncio.sleep(3)
        assert ear.said[-2:] == ["2 pairs; all well", "fed"]
        keeping.cancel()


async def test_a_loop_that_is_held_up_is_measured() -> None:
    measured: list[float] = []

    class Observer:
        def loop_lag(self, seconds: float) -> None:
            measured.append(seconds)

    async with asyncio.TaskGroup() as group:
        sampling = group.create_task(Lag().sample(Observer(), every=0.01))
        await asyncio.sleep(0)
        time.sleep(0.08)  # noqa: ASYNC251
        while not measured:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
        sampling.cancel()
    assert 0.05 < measured[0] < 1
