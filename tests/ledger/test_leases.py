"""A lease moves on to a higher epoch only, and whoever holds an older one writes nothing; no clock is asked."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from syncd.errors import ConflictError
from syncd.ledger import Ledger
from syncd.ledger.fencing import Fence, FencedError, fenced
from syncd.ledger.leases import end_lease, expected_seconds, highest_epoch, lease_of, leases, take_lease
from syncd.ledger.passes import begin_pass, end_pass, heartbeat, last_pass, pass_by_id
from syncd.ledger.settings import set_setting, setting
from syncd.ledger.tables import PASSES

NOW = datetime(2026, 11, 25, tzinfo=UTC)
STALE = timedelta(minutes=2)


def take(ledger: Ledger, epoch: int, holder: str = "a", course: str = "ha-noi") -> Fence:
    ledger.write_now(take_lease, course=course, epoch=epoch, holder=holder)
    return Fence(course, epoch)


def put(ledger: Ledger, value: str) -> None:
    ledger.write_now(set_setting, "word", value, now=NOW, actor="test")


def begin(ledger: Ledger, holder: str, now: datetime = NOW) -> int:
    return ledger.write_now(begin_pass, pair="ha-noi", holder=holder, now=now, actor="test", stale_after=STALE)


def test_a_write_under_the_present_epoch_is_made(ledger: Ledger) -> None:
    with fenced(take(ledger, 7)):
        put(ledger, "xin chào")
    assert ledger.read_now(setting, "word") == "xin chào"


def test_a_write_under_an_older_epoch_is_refused_and_counted(ledger: Ledger) -> None:
    """Nothing of it is kept, and the refusal names who holds the lease now."""
    refused: list[str] = []
    take(ledger, 7)
    late = Fence("ha-noi", 7, lambda: refused.append("once"))
    take(ledger, 8, "b")
    with fenced(late), pytest.raises(FencedError, match=r"no longer run here \(epoch 7\) but by b \(epoch 8\)"):
        put(ledger, "too late")
    assert ledger.read_now(setting, "word") is None
    assert refused == ["once"]


def test_what_is_written_outside_a_fence_needs_no_lease(ledger: Ledger) -> None:
    """People's work on the desk, and a daemon that is alone."""
    take(ledger, 8)
    put(ledger, "by hand")
    assert ledger.read_now(setting, "word") == "by hand"


async def test_a_task_that_a_pass_starts_is_fenced_like_the_pass(ledger: Ledger) -> None:
    """Readings of both sides run as tasks of their own."""
    late = take(ledger, 1)
    take(ledger, 2, "b")
    with fenced(late):
        task = asyncio.create_task(ledger.write(set_setting, "word", "late", now=NOW, actor="test"))
    with pytest.raises(FencedError):
        await task


@pytest.mark.parametrize("epoch", [6, 7])
def test_a_right_that_comes_too_late_takes_no_lease(ledger: Ledger, epoch: int) -> None:
    """A member that was paused between the engine's answer and the ledger must not fence the one that followed it."""
    take(ledger, 7, "b")
    with pytest.raises(FencedError, match="has moved on to b"):
        take(ledger, epoch)
    assert ledger.read_now(lease_of, "ha-noi").holder == "b"


def test_a_newer_epoch_ends_a_pass_of_an_older_one_whatever_its_heartbeat_says(ledger: Ledger) -> None:
    """The other's clock may be an hour ahead."""
    with fenced(take(ledger, 1)):
        lost = begin(ledger, "a", NOW + timedelta(hours=1))
        ledger.write_now(heartbeat, pass_id=lost, now=NOW + timedelta(hours=2))
    with fenced(take(ledger, 2, "b")):
        begun = begin(ledger, "b")
    assert ledger.read_now(pass_by_id, lost).outcome == "interrupted"
    assert ledger.read_now(last_pass, "ha-noi").id == begun
    assert ledger.read_now(lambda session: session.scalars(sa.select(PASSES.c.epoch).order_by(PASSES.c.id)).all()) == [
        1,
        2,
    ]


def test_a_pass_without_a_lease_is_not_pushed_aside_by_one_with(ledger: Ledger) -> None:
    """A command beside the daemons is left to end while it gives signs of life."""
    begin(ledger, "command")
    with fenced(take(ledger, 9, "b")), pytest.raises(ConflictError, match="is running, held by command"):
        begin(ledger, "b")


def test_how_a_pass_ended_is_there_for_all_to_see_and_stays_when_the_lease_moves_on(ledger: Ledger) -> None:
    fence = take(ledger, 3)
    with fenced(fence):
        ledger.write_now(end_lease, fence=fence, outcome="partial", reason="portal: cut off", failures=2)
    take(ledger, 4, "b")
    (lease,) = ledger.read_now(leases)
    assert (lease.holder, lease.epoch, lease.ended_epoch) == ("b", 4, 3)
    assert (lease.outcome, lease.reason, lease.failures) == ("partial", "portal: cut off", 2)
    assert ledger.read_now(highest_epoch) == 4


def test_what_a_pass_costs_is_the_mean_of_the_last_five(ledger: Ledger) -> None:
    """Passes that failed or were interrupted teach nothing; a course without passes is told by its lease."""
    for number, seconds in enumerate((1000, 10, 20, 30, 40, 50)):
        begun = NOW + timedelta(hours=number)
        pass_id = begin(ledger, "a", begun)
        ledger.write_now(end_pass, pass_id=pass_id, outcome="in_sync", now=begun + timedelta(seconds=seconds))
    failed = begin(ledger, "a", NOW + timedelta(hours=9))
    ledger.write_now(end_pass, pass_id=failed, outcome="failed", now=NOW + timedelta(hours=12))
    assert ledger.read_now(expected_seconds, ["ha-noi", "never"]) == {"ha-noi": 30.0}
