"""A pair as the supervisor runs it: what a pass's end is called, and what is announced however it ended."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from syncd.errors import ConflictError, SyncdError, leaves
from syncd.ledger.announcing import pending_announcements
from syncd.ledger.passes import begin_pass, last_pass
from syncd.passes.announce import Announcer
from syncd.passes.course import Heartbeat
from syncd.passes.loop import ReconcilingPair, first_of
from syncd.passes.outcome import STALE_AFTER
from tests.passes.test_announce import FullDisk
from tests.passes.towns import Town
from tests.stores import Lie


class Lines(list[dict[str, object]]):
    """A mismatch log in memory."""

    def write(self, entries: list[dict[str, object]], /) -> int:
        self.extend(entries)
        return len(entries)


def loop_of(town: Town, lines: Any = None) -> ReconcilingPair:
    return ReconcilingPair(
        town.pair, town.room, Announcer(town.ledger, lambda: town.now, lines), Heartbeat(lambda: 0.0)
    )


def test_a_whole_pass_is_complete_and_its_mismatches_are_announced(town: Town) -> None:
    town.both("1.000002")
    town.publish("1.000001")
    lines = Lines()
    ended = asyncio.run(loop_of(town, lines).run_once())
    assert (ended.word, ended.failed, ended.reason) == ("complete", False, "")
    assert [one["state"] for one in lines] == ["suspected", "confirmed"]


@pytest.mark.parametrize("lie", [Lie.DEAD, Lie.TRUNCATED, Lie.DUPLICATE])
def test_a_side_that_is_not_read_whole_asks_for_another_try_soon(town: Town, lie: Lie) -> None:
    town.both("1.000001", "1.000002", "1.000003", "1.000004")
    town.city.lie = lie
    ended = asyncio.run(loop_of(town).run_once())
    assert (ended.word, ended.failed) == ("partial", True)
    assert ended.reason.startswith("city: ")


def test_details_that_cannot_be_read_make_a_pass_partial_and_no_failure(town: Town) -> None:
    town.portal.details = True
    town.both("1.000001")
    town.portal.unreadable = {"id-1.000001"}
    ended = asyncio.run(loop_of(town).run_once())
    assert (ended.word, ended.failed) == ("partial", False)


def test_a_pass_of_somebody_else_is_a_conflict_and_what_waits_is_announced(town: Town) -> None:
    town.both("1.000002")
    town.publish("1.000001")
    town.run()
    town.ledger.write_now(
        begin_pass, pair="ha-noi", holder="another", now=town.now, actor="test", stale_after=STALE_AFTER
    )
    lines = Lines()
    with pytest.raises(ConflictError, match="held by another"):
        asyncio.run(loop_of(town, lines).run_once())
    assert len(lines) == 2


def test_the_failure_of_a_pass_is_not_hidden_by_the_log_that_fails_after_it(town: Town) -> None:
    town.both("1.000002")
    town.publish("1.000001")
    town.run()
    town.ledger.write_now(
        begin_pass, pair="ha-noi", holder="another", now=town.now, actor="test", stale_after=STALE_AFTER
    )
    with pytest.raises(ConflictError):
        asyncio.run(loop_of(town, FullDisk()).run_once())


def test_a_log_that_cannot_be_written_fails_the_pass_and_loses_nothing(town: Town) -> None:
    town.both("1.000002")
    town.publish("1.000001")
    with pytest.raises(SyncdError, match="the mismatch log cannot be written"):
        asyncio.run(loop_of(town, FullDisk()).run_once())
    assert len(town.ledger.read_now(pending_announcements, 10)) == 2
    assert town.subjects() == {("missing_in_city", "1.000001", "confirmed")}


async def test_an_interrupted_pass_is_recorded_as_such_and_lets_the_cancel_through(town: Town) -> None:
    reached, gate = asyncio.Event(), asyncio.Event()
    town.both("1.000001")
    listing = town.city.list_records

    async def slow(evidence: Any) -> Any:
        async for page in listing(evidence):
            reached.set()
            await gate.wait()
            yield page

    town.city.list_records = slow  # type: ignore[method-assign]
    running = asyncio.create_task(loop_of(town).run_once())
    await reached.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    ended = await town.ledger.read(last_pass, "ha-noi")
    assert ended is not None
    assert ended.outcome == "interrupted"


def test_of_several_errors_at_once_one_that_people_can_read_is_told() -> None:
    """Both sides are read together, and may fail together."""
    meant = ConflictError("one of ours")
    group = ExceptionGroup("both", [ValueError("theirs"), ExceptionGroup("deeper", [meant])])
    assert first_of(group) is meant
    assert [type(leaf) for leaf in leaves(group)] == [ValueError, ConflictError]
    assert isinstance(first_of(ExceptionGroup("both", [KeyError("a"), ValueError("b")])), KeyError)
