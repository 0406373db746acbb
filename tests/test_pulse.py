"""The daemon's pulse: loop lag, status line, and a watchdog that is only fed while work gets on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field

import pytest
from structlog.testing import capture_logs

from syncd.passes.course import PairState, Phase
from syncd.pulse import Lag, Pulse, status_line
from syncd.systemd import Notifier


def state(name: str, *, passes: int = 1, failures: int = 0, stalled: bool = False, quiet: float = 0) -> PairState:
    progress = "city page 3" if quiet else ""
    return PairState(name, Phase.RUNNING, passes, failures, "", "", stalled, progress, None, quiet, quiet > 100)


@pytest.mark.parametrize(
    ("states", "line"),
    [
        ([state("a"), state("b")], "2 pairs; all well"),
        ([state("a"), state("b", passes=0)], "2 pairs; first passes under way"),
        (
            [state("a", failures=1), state("b", stalled=True, failures=2, quiet=900.4)],
            "2 pairs; no progress: b (900 s, city page 3); failing: a",
        ),
        ([state("a", quiet=40), state("b", quiet=300)], "2 pairs; slow: b (300 s, city page 3)"),
    ],
)
def test_the_status_line_names_who_is_in_trouble(states: list[PairState], line: str) -> None:
    assert status_line(states) == line


def test_the_status_line_says_that_a_configuration_was_refused() -> None:
    assert status_line([state("a")], is_refused=True) == "1 pair; configuration refused, the old one stays; all well"


@dataclass
class Observed:
    lags: list[float] = field(default_factory=list)
    alive: list[int] = field(default_factory=list)
    quiet: dict[str, float] = field(default_factory=dict)

    def loop_lag(self, seconds: float) -> None:
        self.lags.append(seconds)

    def tasks(self, count: int) -> None:
        self.alive.append(count)

    def without_progress(self, pair: str, seconds: float) -> None:
        self.quiet[pair] = seconds


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
async def test_the_watchdog_is_fed_three_times_in_its_period() -> None:
    ear = Ear()
    await run_for(29, Pulse(ear, lambda: [state("a")], Observed()).keep(9))
    assert ear.said == ["1 pair; all well", "fed"] * 10


@pytest.mark.looptime
async def test_a_pair_without_progress_shows_in_the_status_and_the_watchdog_goes_hungry() -> None:
    ear, pairs, observed = Ear(), [state("a"), state("b")], Observed()
    async with asyncio.TaskGroup() as group:
        keeping = group.create_task(Pulse(ear, lambda: pairs, observed).keep(9))
        await asyncio.sleep(1)
        ear.said.clear()
        pairs[1] = state("b", stalled=True, quiet=900)
        await asyncio.sleep(9)
        assert ear.said == ["2 pairs; no progress: b (900 s, city page 3)"] * 3
        assert observed.quiet == {"a": 0, "b": 900}
        pairs[1] = state("b")
        await asyncio.sleep(3)
        assert ear.said[-2:] == ["2 pairs; all well", "fed"]
        keeping.cancel()


async def test_where_a_hanging_pair_stands_is_logged_once_before_the_watchdog_acts() -> None:
    async def pages() -> AsyncIterator[int]:
        await asyncio.Event().wait()
        yield 1

    async def deaf() -> None:
        async for _page in pages():
            pass

    pairs = [state("b", stalled=True, quiet=900), state("a")]
    pulse = Pulse(Ear(), lambda: pairs, Observed())
    hanging = asyncio.create_task(deaf(), name="pass b")
    other = asyncio.create_task(deaf(), name="pass a")
    await asyncio.sleep(0)
    with capture_logs() as logged:
        pulse.beat()
        pulse.beat()
    (line,) = logged
    assert (line["event"], line["pair"], line["progress"]) == ("pair_hanging", "b", "city page 3")
    assert [part.rpartition(" ")[2] for part in line["stacks"][0].split(" > ")] == ["deaf", "pages", "wait"]
    assert line["stacks"][0].startswith("pass b: ")
    assert not any(one.startswith("pass a: ") for one in line["stacks"])
    hanging.cancel()
    other.cancel()
    await asyncio.wait([hanging, other])


async def test_a_loop_that_is_held_up_is_measured() -> None:
    observed, turned = Observed(), list[int]()
    async with asyncio.TaskGroup() as group:
        sampling = group.create_task(Lag(turned=lambda: turned.append(1)).sample(observed, every=0.01))
        await asyncio.sleep(0)
        time.sleep(0.08)  # noqa: ASYNC251
        while not observed.lags:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
        sampling.cancel()
    assert 0.05 < observed.lags[0] < 1
    assert len(turned) == len(observed.lags)
