"""Clusters C7 and C8: state that is lost or doubled, and state that moves when nothing happened."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from syncd.passes.pass_verdict import PassVerdict
from syncd.passes.past import then
from tests.scenarios.little import Little, state_of
from tests.stores import Lie

# C7: state lost, stuck on "running"


def deaths(folder: Path) -> list[dict[str, Any]]:
    """Every write of two passes as the moment of death, just before its commit and just after it."""
    command = [sys.executable, "-X", "faulthandler", "-m", "tests.scenarios.dying", str(folder)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=Path(__file__).parents[2])
    found = json.loads((folder / "deaths.json").read_text())
    assert isinstance(found, list)
    return found


def test_c7_a_daemon_killed_at_any_write_loses_nothing_doubles_nothing_and_leaves_nothing_running(
    tmp_path: Path,
) -> None:
    """SIGKILL before and after each commit; another process goes on and ends where an undisturbed one would."""
    *died, lived = deaths(tmp_path)
    assert {one["killed_by"] for one in died} == {9}
    assert lived["killed_by"] == 0
    assert len(died) > 20
    assert {kind for kind, *_ in lived["open"]} == {"missing_in_city", "missing_on_portal", "field_differs"}
    for one in (*died, lived):
        where = f"killed at write {one['at']}, {'after' if one['committed'] else 'before'} the commit"
        assert one["open"] == lived["open"], where
        assert one["last_moves"] == 0, where
        assert [outcome for _, outcome in one["passes"]].count("interrupted") <= 1, where
        assert "running" not in [outcome for _, outcome in one["passes"]], where
        lives = {identity for identity, _ in one["events"]}
        assert len(lives) == len(one["open"]), where
        assert sorted(one["events"]) == sorted([life, event] for life in lives for event in ("found", "confirmed"))


# C8: state advanced by a failure or by a dry run


async def test_c8_looking_at_the_past_changes_not_one_byte_of_the_ledger(little: Little, tmp_path: Path) -> None:
    for number in range(5):
        little.both(number, city_name="khác" if number % 2 else "")
    await little.settle()
    instant = little.clock.now
    little.both(0, city_name="khác nữa")
    await little.settle()
    before = digests(tmp_path)
    for moment in (instant, little.clock.now, instant - timedelta(days=1)):
        await then(little.pair, little.ledger, moment)

    assert digests(tmp_path) == before
    assert (await then(little.pair, little.ledger, instant)).world is not None


def digests(folder: Path) -> dict[str, str]:
    """The database and its log of writes; the shared-memory index beside them belongs to who reads."""
    files = [one for one in folder.iterdir() if one.name in ("ledger.db", "ledger.db-wal")]
    return {one.name: hashlib.sha256(one.read_bytes()).hexdigest() for one in files}


@pytest.mark.parametrize("side", ["portal", "city"])
async def test_c8_a_failed_pass_leaves_everything_but_the_attempt(little: Little, side: str) -> None:
    """The side changes and is misread, in every way: what is remembered of either side stays, byte for byte."""
    for number in range(12):
        little.both(number, city_name="khác" if number % 2 else "")
    await little.settle()
    before = state_of(little.ledger)
    store = little.portal if side == "portal" else little.city
    for key in sorted(store.records)[:3]:
        store.put(key, msgspec.structs.replace(store.procedure(key), name="Tên mới"))
    for lie in Lie:
        store.lie = lie
        assert (await little.run()).verdict is PassVerdict.UNKNOWN, lie
        assert state_of(little.ledger) == before, lie
    store.lie = None
    assert (await little.run()).moves > 0
