"""How a pass that is stopped ends, where the ledger can write its end down and where it cannot."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from syncd.errors import ConflictError
from syncd.ledger.passes import end_pass, last_pass
from syncd.passes.frame import Frame
from tests.passes.towns import Town


async def begun(town: Town) -> tuple[Frame, asyncio.Task[None], asyncio.Event]:
    """A pass that works until it is stopped."""
    frame = await Frame.begin(town.room, "ha-noi", "test")
    started = asyncio.Event()

    async def work() -> None:
        started.set()
        await asyncio.Event().wait()

    running = asyncio.create_task(frame.run(work()))
    await started.wait()
    return frame, running, started


def end_it(town: Town, frame: Frame) -> None:
    town.ledger.write_now(end_pass, pass_id=frame.pass_id, outcome="interrupted", now=town.now)


async def test_a_pass_that_is_stopped_is_written_down_as_interrupted(town: Town) -> None:
    _, running, _ = await begun(town)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    found = town.ledger.read_now(last_pass, "ha-noi")
    assert found is not None
    assert found.outcome == "interrupted"


async def test_a_pass_that_is_stopped_and_cannot_be_ended_in_the_ledger_stays_stopped(town: Town) -> None:
    """Its end is refused, since somebody has taken it over: that is told, and who asked it to stop hears it stop."""
    frame, running, _ = await begun(town)
    end_it(town, frame)
    with capture_logs() as lines:
        running.cancel()
        await asyncio.wait([running])
    assert running.cancelled()
    (line,) = [one for one in lines if one["event"] == "pass_end_unwritten"]
    assert (line["pair"], line["log_level"]) == ("ha-noi", "warning")
    assert "not running" in line["error"]


async def test_a_pass_that_is_cancelled_from_within_still_says_that_it_was_taken_over(town: Town) -> None:
    frame = await Frame.begin(town.room, "ha-noi", "test")

    async def work() -> None:
        end_it(town, frame)
        raise asyncio.CancelledError

    with pytest.raises(ConflictError, match="not running"):
        await frame.run(work())
