"""One supervised loop for each pair, in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from structlog.testing import capture_logs

from syncd.passes.course import Ended, Heartbeat, Phase
from syncd.passes.schedule import Rhythm
from syncd.passes.supervision import Supervisor
from syncd.sides.errors import UnreachableError

pytestmark = pytest.mark.looptime

WELL = Ended("in_sync", failed=False)
STEADY = Rhythm(interval=100, jitter=0, stall_after=50)


def now() -> float:
    return asyncio.get_running_loop().time()


async def well() -> Ended:
    return WELL


async def dead() -> Ended:
    raise UnreachableError("no route", action="check the network")


@dataclass
class Pair:
    """A pair whose passes do what the test says; remembers when they began."""

    act: Callable[[], Awaitable[Ended]] = well
    begun: list[float] = field(default_factory=list)
    closed: int = 0

    async def run_once(self) -> Ended:
        self.begun.append(now())
        return await self.act()

    async def close(self) -> None:
        self.closed += 1


@dataclass
class Observed:
    failed: dict[str, int] = field(default_factory=dict)
    hangs: list[tuple[str, bool]] = field(default_factory=list)

    def failures(self, pair: str, in_a_row: int) -> None:
        self.failed[pair] = in_a_row

    def stalled(self, pair: str, *, is_stalled: bool) -> None:
        self.hangs.append((pair, is_stalled))


@asynccontextmanager
async def supervised(
    pairs: dict[str, Pair], rhythm: Rhythm = STEADY, observer: Observed | None = None, concurrency: int | None = None
) -> AsyncIterator[Supervisor]:
    supervisor = Supervisor(observer or Observed(), random=lambda: 0.5, concurrency=concurrency)
    running = asyncio.create_task(supervisor.run())
    await supervisor.started.wait()
    for name, pair in pairs.items():
        supervisor.add(name, pair, rhythm, Heartbeat(asyncio.get_running_loop().time))
    yield supervisor
    left = await supervisor.stop(10)
    if not left:
        await running


async def test_passes_begin_on_their_beat_without_drift() -> None:
    async def slow() -> Ended:
        await asyncio.sleep(30)
        return WELL

    pair = Pair(slow)
    async with supervised({"a": pair}):
        await asyncio.sleep(350)
    assert pair.begun == [0, 100, 200, 300]


async def test_a_dead_pair_neither_delays_nor_stops_another() -> None:
    alive, lost = Pair(), Pair(dead)
    async with supervised({"lost": lost, "alive": alive}) as supervisor:
        await asyncio.sleep(350)
        states = {state.name: state for state in supervisor.states()}
    assert alive.begun == [0, 100, 200, 300]
    assert states["lost"].failures == len(lost.begun) == 5
    assert states["alive"].failures == 0


async def test_a_failing_pair_backs_off_further_each_time() -> None:
    pair = Pair(dead)
    async with supervised({"a": pair}):
        await asyncio.sleep(300)
    assert [later - earlier for earlier, later in zip(pair.begun, pair.begun[1:], strict=False)] == [15, 30, 60, 120]


async def test_a_side_that_named_a_delay_is_left_alone_that_long() -> None:
    async def throttled() -> Ended:
        return Ended("unknown", failed=True, retry_after=250, reason="429")

    pair = Pair(throttled)
    async with supervised({"a": pair}):
        await asyncio.sleep(300)
    assert pair.begun == [0, 250]


async def test_a_failure_is_logged_once_and_its_recovery_once() -> None:
    pair = Pair(dead)
    with capture_logs() as lines:
        async with supervised({"a": pair}):
            await asyncio.sleep(120)
            pair.act = well
            await asyncio.sleep(400)
    told = [line for line in lines if line["event"] in ("pair_failing", "pair_recovered")]
    assert [line["event"] for line in told] == ["pair_failing", "pair_recovered"]
    assert told[0]["error"] == "no route"
    assert told[0]["action"] == "check the network"
    assert told[1]["failures"] == 4


async def test_a_fault_of_ours_is_logged_with_its_exception_and_the_pair_goes_on() -> None:
    async def broken() -> Ended:
        raise ZeroDivisionError("poison record")

    pair = Pair(broken)
    with capture_logs() as lines:
        async with supervised({"a": pair}):
            await asyncio.sleep(20)
    failing = next(line for line in lines if line["event"] == "pair_failing")
    assert isinstance(failing["exc_info"], ZeroDivisionError)
    assert len(pair.begun) == 2


async def test_a_pass_that_is_cancelled_from_within_does_not_end_its_pair() -> None:
    async def cancelled() -> Ended:
        raise asyncio.CancelledError

    pair = Pair(cancelled)
    async with supervised({"a": pair}):
        await asyncio.sleep(20)
    assert len(pair.begun) == 2


async def test_failures_in_a_row_are_observed_and_return_to_zero() -> None:
    observer, pair = Observed(), Pair(dead)
    async with supervised({"a": pair}, observer=observer):
        await asyncio.sleep(20)
        assert observer.failed == {"a": 2}
        pair.act = well
        await asyncio.sleep(100)
    assert observer.failed == {"a": 0}


async def test_a_pass_without_progress_is_cancelled_and_tried_again() -> None:
    async def hangs() -> Ended:
        await asyncio.Event().wait()
        return WELL

    observer, pair = Observed(), Pair(hangs)
    async with supervised({"a": pair}, observer=observer) as supervisor:
        await asyncio.sleep(60)
        (state,) = supervisor.states()
    assert (state.outcome, state.reason) == ("interrupted", "no progress for 50 s")
    assert observer.hangs == [("a", True), ("a", False)]


async def test_a_long_pass_that_gets_on_is_left_in_peace() -> None:
    heartbeats: list[Heartbeat] = []

    async def long() -> Ended:
        for page in range(10):
            await asyncio.sleep(40)
            heartbeats[0](f"page {page}")
        return WELL

    observer, pair = Observed(), Pair(long)
    async with supervised({}, observer=observer) as supervisor:
        heartbeats.append(Heartbeat(asyncio.get_running_loop().time))
        supervisor.add("a", pair, STEADY, heartbeats[0])
        await asyncio.sleep(390)
        assert supervisor.states()[0].progress == "page 8"
        await asyncio.sleep(20)
        assert supervisor.states()[0].outcome == "in_sync"
    assert observer.hangs == []


async def test_a_pass_that_hangs_through_its_cancel_shows_as_stalled_until_it_lets_go() -> None:
    release = asyncio.Event()

    async def stubborn() -> Ended:
        while not release.is_set():
            try:
                await release.wait()
            except asyncio.CancelledError:
                continue
        return WELL

    async with supervised({"a": Pair(stubborn)}) as supervisor:
        await asyncio.sleep(49)
        assert supervisor.stalled() == ()
        await asyncio.sleep(2)
        assert supervisor.stalled() == ("a",)
        release.set()
        await asyncio.sleep(1)
        assert supervisor.stalled() == ()


async def test_waking_a_pair_begins_its_pass_at_once() -> None:
    pair = Pair()
    async with supervised({"a": pair}) as supervisor:
        await asyncio.sleep(10)
        supervisor.wake("a")
        await asyncio.sleep(1)
    assert pair.begun == [0, 10]


async def test_a_wake_during_a_pass_is_kept_and_several_are_one() -> None:
    async def slow() -> Ended:
        await asyncio.sleep(20)
        return WELL

    pair = Pair(slow)
    async with supervised({"a": pair}) as supervisor:
        await asyncio.sleep(5)
        supervisor.wake("a")
        supervisor.wake("a")
        await asyncio.sleep(60)
    assert pair.begun == [0, 20]


async def test_stopping_interrupts_every_pass_and_closes_every_pair_once() -> None:
    interrupted: list[float] = []

    async def recording() -> Ended:
        try:
            await asyncio.sleep(1000)
        except asyncio.CancelledError:
            await asyncio.sleep(1)
            interrupted.append(now())
            raise
        return WELL

    pairs = {"a": Pair(recording), "b": Pair(recording), "c": Pair()}
    rhythm = Rhythm(interval=5000, jitter=0, stall_after=5000)
    async with supervised(pairs, rhythm) as supervisor:
        await asyncio.sleep(10)
        assert await supervisor.stop(5) == ()
        assert all(state.phase is Phase.STOPPED for state in supervisor.states())
    assert interrupted == [11, 11]
    assert [pair.closed for pair in pairs.values()] == [1, 1, 1]


async def test_stopping_does_not_wait_for_a_pass_that_will_not_end() -> None:
    release = asyncio.Event()

    async def deaf() -> Ended:
        while not release.is_set():
            try:
                await release.wait()
            except asyncio.CancelledError:
                continue
        return WELL

    with capture_logs() as lines:
        async with supervised({"deaf": Pair(deaf), "b": Pair()}) as supervisor:
            await asyncio.sleep(1)
            started = now()
            assert await supervisor.stop(6) == ("deaf",)
            assert now() - started == 6
            release.set()
            await asyncio.sleep(1)
    assert {"event": "pair_abandoned", "pair": "deaf", "log_level": "error"} in lines


async def test_one_pair_can_be_ended_and_another_of_its_name_begun() -> None:
    old, new = Pair(), Pair()
    async with supervised({"a": old}) as supervisor:
        await asyncio.sleep(10)
        assert await supervisor.remove("a", 5)
        supervisor.add("a", new, STEADY, Heartbeat())
        await asyncio.sleep(10)
    assert (old.begun, old.closed, new.begun) == ([0], 1, [10])


@pytest.mark.parametrize("end", [UnreachableError("the ledger is locked"), OSError("gone"), None], ids=repr)
async def test_a_pass_that_answers_its_cancellation_with_something_else_is_ended_all_the_same(
    end: Exception | None,
) -> None:
    """It raises another error, or ends as if nothing had been asked: no pass begins after it."""

    async def stubborn() -> Ended:
        try:
            await asyncio.sleep(1000)
        except asyncio.CancelledError:
            if end is not None:
                raise end from None
        return WELL

    old, observed = Pair(stubborn), Observed()
    with capture_logs() as lines:
        async with supervised({"a": old}, Rhythm(interval=100, jitter=0, stall_after=5000), observed) as supervisor:
            await asyncio.sleep(10)
            assert await supervisor.remove("a", 5)
            await asyncio.sleep(2000)
    assert (old.begun, old.closed, observed.failed) == ([0], 1, {})
    told = [line["error"] for line in lines if line["event"] == "pass_end_unwritten"]
    assert len(told) == (end is not None)


async def test_a_name_whose_pass_does_not_end_begins_anew_only_when_it_has_ended() -> None:
    release = asyncio.Event()

    async def deaf() -> Ended:
        while not release.is_set():
            try:
                await release.wait()
            except asyncio.CancelledError:
                continue
        return WELL

    old, new = Pair(deaf), Pair()
    with capture_logs() as lines:
        async with supervised({"a": old}, Rhythm(interval=100, jitter=0, stall_after=5000)) as supervisor:
            await asyncio.sleep(10)
            assert not await supervisor.remove("a", 5)
            supervisor.add("a", new, STEADY, Heartbeat(asyncio.get_running_loop().time))
            await asyncio.sleep(85)
            assert (new.begun, [state.name for state in supervisor.states()]) == ([], ["a"])
            release.set()
            await asyncio.sleep(1)
            assert (old.begun, old.closed, new.begun) == ([0], 1, [100])
    assert [line["pair"] for line in lines if line["event"] == "pair_waiting"] == ["a"]
    assert new.closed == 1


async def test_a_removed_pair_that_does_not_end_still_counts_as_hanging_and_is_left_at_the_stop() -> None:
    release = asyncio.Event()

    async def deaf() -> Ended:
        while not release.is_set():
            try:
                await release.wait()
            except asyncio.CancelledError:
                continue
        return WELL

    waiting = Pair()
    async with supervised({"a": Pair(deaf)}) as supervisor:
        await asyncio.sleep(10)
        assert not await supervisor.remove("a", 5)
        supervisor.add("a", waiting, STEADY, Heartbeat(asyncio.get_running_loop().time))
        await asyncio.sleep(100)
        assert supervisor.stalled() == ("a",)
        assert await supervisor.stop(5) == ("a",)
        assert (waiting.begun, waiting.closed) == ([], 1)
        release.set()
        await asyncio.sleep(1)


async def test_a_name_cannot_run_twice() -> None:
    async with supervised({"a": Pair()}) as supervisor:
        with pytest.raises(ValueError, match="running already"):
            supervisor.add("a", Pair(), STEADY, Heartbeat())


async def test_nothing_can_be_added_before_the_supervisor_runs() -> None:
    with pytest.raises(RuntimeError, match="not running"):
        Supervisor(Observed(), random=lambda: 0.5).add("a", Pair(), STEADY, Heartbeat())


async def test_a_limit_on_passes_under_way_is_kept() -> None:
    async def slow() -> Ended:
        await asyncio.sleep(10)
        return WELL

    pairs = {name: Pair(slow) for name in "abc"}
    async with supervised(pairs, concurrency=1):
        await asyncio.sleep(35)
    assert sorted(pair.begun[0] for pair in pairs.values()) == [0, 10, 20]


async def test_a_pair_that_cannot_close_is_told_and_stops_nobody() -> None:
    class Sticky(Pair):
        async def close(self) -> None:
            raise OSError("busy")

    other = Pair()
    with capture_logs() as lines:
        async with supervised({"sticky": Sticky(), "other": other}):
            await asyncio.sleep(1)
    assert [line["pair"] for line in lines if line["event"] == "pair_close_failed"] == ["sticky"]
    assert other.closed == 1
