"""The rooms put together: what a start puts right, what metrics remember, and what a question may not touch."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import generate_latest

from syncd.assembly import Household
from syncd.config import load
from syncd.errors import SyncdError
from syncd.holders import is_dead, own_name
from syncd.ledger import LedgerError
from syncd.ledger.announcing import pending_announcements
from syncd.ledger.passes import begin_pass, last_pass
from syncd.metrics import Metrics
from syncd.mismatch_lines import open_lines
from syncd.passes.announce import MismatchLogError
from syncd.passes.course import Heartbeat, PairLoop
from syncd.passes.one_pass import run_pass
from syncd.passes.outcome import STALE_AFTER
from tests.cli.town import CONFIGURATION, EXPECTED, Town

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
NOBODY = f"{socket.gethostname()}/4194999"
"""A number that no process can have: it is beyond the kernel's largest."""


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path).write()


def household(town: Town, **options: Any) -> Household:
    return Household(load(town.configuration), Metrics(), clock=lambda: NOW, **options)


@pytest.fixture
async def opened(town: Town) -> AsyncIterator[Household]:
    one = household(town)
    await one.open()
    yield one
    await one.close()


async def built(one: Household) -> PairLoop:
    return await one.build(one.configuration.pairs[0], one.configuration, Heartbeat(lambda: 0.0))


async def run(one: Household) -> None:
    """One pass of the only pair."""
    loop = await built(one)
    try:
        await loop.run_once()
    finally:
        await loop.close()


def series(one: Household, start: str) -> float:
    """The value of the series that begins so."""
    text = generate_latest(one.metrics.registry).decode()
    (line,) = [line for line in text.splitlines() if line.startswith(start)]
    return float(line.rpartition(" ")[2])


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


async def test_a_pass_leaves_gauges_that_say_what_the_ledger_says(opened: Household) -> None:
    await run(opened)
    summary = await opened.showing.summary("ha-noi")
    assert summary.open_mismatches == {"suspected": len(EXPECTED)}
    assert (summary.in_sync, summary.mismatched, summary.unknown) == (3, len(EXPECTED), 0)
    assert summary.last_whole == {"portal": NOW, "city": NOW}
    assert series(opened, 'syncd_procedures{pair="ha-noi",verdict="mismatched"}') == len(EXPECTED)
    found = 'syncd_mismatches_open{kind="missing_in_city",pair="ha-noi",state="suspected"}'
    assert series(opened, found) == 2
    changes = 'syncd_mismatch_changes_total{change="suspected",kind="missing_in_city",pair="ha-noi"}'
    assert series(opened, changes) == 2
    assert (await opened.summaries()).keys() == {"ha-noi"}


async def test_a_restart_shows_what_is_remembered_before_the_first_pass(town: Town) -> None:
    """A restart must not look like a loss."""
    before = household(town)
    await before.open()
    await run(before)
    await before.close()
    after = household(town)
    await after.open()
    assert series(after, 'syncd_records{pair="ha-noi",side="portal"}') == len(town.portal)
    whole = 'syncd_side_last_whole_timestamp_seconds{pair="ha-noi",side="city"}'
    assert series(after, whole) == NOW.timestamp()
    found = 'syncd_mismatches_open{kind="missing_in_city",pair="ha-noi",state="suspected"}'
    assert series(after, found) == 2
    await after.close()


async def test_a_start_puts_right_what_a_dead_daemon_left_running_and_leaves_the_living_alone(town: Town) -> None:
    first = household(town)
    await first.open()
    begin: dict[str, Any] = {"now": NOW, "actor": "test", "stale_after": STALE_AFTER}
    await first.ledger.write(begin_pass, pair="dead", holder=NOBODY, **begin)
    await first.ledger.write(begin_pass, pair="elsewhere", holder="another-host/17", **begin)
    await first.close()
    second = household(town)
    await second.open()
    outcomes = {pair: await second.ledger.read(last_pass, pair) for pair in ("dead", "elsewhere")}
    assert {pair: one.outcome for pair, one in outcomes.items() if one} == {
        "dead": "interrupted", "elsewhere": "running",
    }  # fmt: skip
    await second.close()


@pytest.mark.parametrize(
    ("holder", "dead"),
    [
        (NOBODY, True),
        (own_name(), False),
        (f"{socket.gethostname()}/{os.getppid()}", False),
        (f"{socket.gethostname()}/1", False),
        ("another-host/4194999", False),
        ("nonsense", False),
        ("", False),
    ],
    ids=["nobody", "myself", "my-parent", "the-first", "of-another-host", "nonsense", "nothing"],
)
def test_only_a_process_of_this_host_that_is_gone_is_dead(holder: str, dead: bool) -> None:
    assert is_dead(holder) is dead


async def test_what_waits_is_announced_at_the_next_start(town: Town) -> None:
    """The lines of a daemon that died between commit and announcement."""
    silent = household(town, announces=False)
    await silent.open()
    await silent.announce()
    await run_silently(silent)
    assert not town.log.exists()
    await silent.close()
    told: list[Any] = []
    speaking = household(town, told=told.append)
    await speaking.open()
    assert len(lines(town.log)) == len(told) == len(EXPECTED)
    await speaking.close()


async def run_silently(one: Household) -> None:
    pair = one.pair(one.configuration.pairs[0], one.configuration)
    await run_pass(pair, one.room, actor="test")
    await pair.close()


async def test_a_question_makes_nothing_and_announces_nothing(town: Town) -> None:
    asking = household(town)
    with pytest.raises(LedgerError, match=r"there is no ledger yet.*syncd database upgrade"):
        await asking.open_to_ask()
    await asking.close()
    assert not list(town.folder.glob("ledger*"))
    silent = household(town, announces=False)
    await silent.open()
    await run_silently(silent)
    await silent.close()
    again = household(town)
    await again.open_to_ask()
    assert len(await again.ledger.read(pending_announcements, 100)) == len(EXPECTED)
    await again.close()
    assert not town.log.exists()


async def test_a_reload_may_move_the_mismatch_log(town: Town, opened: Household) -> None:
    """The pairs that go on write to the new file from then on."""
    loop = await built(opened)
    await loop.run_once()
    assert len(lines(town.log)) == len(EXPECTED)
    town.city["1.000010.H26"] = "Thủ tục mới"
    town.write(head=CONFIGURATION.replace("mismatches.jsonl", "moved.jsonl"))
    await opened.reopen(load(town.configuration))
    await loop.run_once()
    await loop.close()
    assert len(lines(town.log)) == len(EXPECTED)
    assert [one["code"] for one in lines(town.folder / "moved.jsonl")] == ["1.000010"]


async def test_a_reload_whose_log_cannot_be_opened_keeps_the_old_one(town: Town, opened: Household) -> None:
    town.write(head=CONFIGURATION.replace("mismatches.jsonl", "gone/moved.jsonl"))
    with pytest.raises(MismatchLogError, match="No such file or directory"):
        await opened.reopen(load(town.configuration))
    await run(opened)
    assert len(lines(town.log)) == len(EXPECTED)


async def test_a_failed_pass_is_counted_and_the_gauges_stay(town: Town, opened: Household) -> None:
    await run(opened)
    begin: dict[str, Any] = {"now": NOW, "actor": "test", "stale_after": STALE_AFTER}
    await opened.ledger.write(begin_pass, pair="ha-noi", holder="another-host/17", **begin)
    with pytest.raises(SyncdError, match="is running, held by another-host/17"):
        await run(opened)
    assert series(opened, 'syncd_pass_duration_seconds_count{outcome="failed",pair="ha-noi"}') == 1
    assert series(opened, 'syncd_pass_duration_seconds_count{outcome="complete",pair="ha-noi"}') == 1


async def test_the_summary_is_unknown_while_a_side_is_not_read_whole(town: Town, opened: Household) -> None:
    """The open mismatches stay; what is in sync is not claimed any longer."""
    await run(opened)
    (town.folder / "city.csv").unlink()
    await run(opened)
    summary = await opened.showing.summary("ha-noi")
    assert (summary.in_sync, summary.mismatched) == (0, 0)
    assert summary.unknown == 3 + len(EXPECTED)
    assert summary.open_mismatches == {"suspected": len(EXPECTED)}
    assert series(opened, 'syncd_read_errors_total{class="unreachable",pair="ha-noi",side="city"}') == 1


async def test_every_daemon_shows_what_another_one_counted(town: Town) -> None:
    """Publications are judged by one member; the gauges of another follow from the ledger."""
    town.write('\n[publication]\nunit = "H26"\npair = "ha-noi"\n')
    one, other = household(town), household(town)
    await one.open()
    await other.open()
    try:
        await run(one)
        judging = await one.build(one.configuration.courses[-1], one.configuration, Heartbeat(lambda: 0.0))
        await judging.run_once()
        assert other.shows().keys() == {"ha-noi", "publication"}
        for show in other.shows().values():
            await show()
        for start in ('syncd_records{pair="ha-noi",side="portal"}', "syncd_publications_judged_timestamp_seconds"):
            assert series(one, start) == series(other, start) > 0
    finally:
        await other.close()
        await one.close()


def test_no_mismatch_log_is_opened_where_none_is_wanted(town: Town) -> None:
    town.write(head="")
    assert open_lines(load(town.configuration)) is None
