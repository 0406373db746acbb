"""Members share the pairs: every pass once at a time, the work spread, and whoever comes or goes is made room for."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import pytest
import sqlalchemy as sa
from aiohttp import ClientSession

from loopback.run import Systems
from syncd.ledger import Ledger
from syncd.ledger.tables import MISMATCH_EVENTS
from tests.cluster.members import ended, of, overlaps, passes, settle, until_passes
from tests.cluster.skewed import OFFSET
from tests.end_to_end.house import Running, daemon, mismatch_lines, until

pytestmark = pytest.mark.postgresql
NAMES = [f"tinh-{number:02}" for number in range(1, 9)]


async def is_ready(running: Running) -> bool:
    (started,) = running.logged("daemon_ready")
    async with ClientSession() as client, client.get(f"http://{started['listen'][0]}/ready") as answer:
        return answer.status == 200


async def test_two_members_share_every_pass_and_none_runs_twice(
    tmp_path: Path, systems: Systems, ledger: Ledger, postgresql_url: str
) -> None:
    """The rows of the passes are the proof: of one pair no two overlap, and both members have run some."""
    for name in ("a", "b"):
        settle(tmp_path / name, systems, postgresql_url, NAMES)
    async with daemon(tmp_path / "a") as a, daemon(tmp_path / "b") as b:
        await a.ready()
        await b.ready()
        await until_passes(ledger, 3, NAMES)
        for one in (a, b):
            await until(lambda one=one: is_ready(one), "readiness of each member")
            assert await one.metric("syncd_cluster_members") == 2
            assert await one.metric("syncd_mismatches_open", pair=NAMES[0]) > 5
        assert await a.stop() == 0
        assert await b.stop() == 0
        rows = passes(ledger)
        assert overlaps(rows) == []
        assert len({row.epoch for row in rows}) == len(rows)
        assert min(len(of(a, rows)), len(of(b, rows))) > len(rows) / 5
        assert [row for row in rows if row.outcome == "running"] == []
        assert ended(rows, "failed", "unknown") == []


async def test_members_join_and_leave_and_their_work_follows(
    tmp_path: Path, systems: Systems, ledger: Ledger, postgresql_url: str
) -> None:
    """One is alone, a second takes its share, the first leaves in order: what it ran is handed over without waiting."""
    for name in ("a", "b"):
        settle(tmp_path / name, systems, postgresql_url, NAMES[:4], lease="40s")
    async with daemon(tmp_path / "a") as a:
        await a.ready()
        await until_passes(ledger, 1, NAMES[:4])
        assert all(of(a, [row]) for row in passes(ledger))
        async with daemon(tmp_path / "b") as b:
            await b.ready()
            await until(lambda: bool(of(b, passes(ledger))), "the second one's share")
            assert await a.stop() == 0
            begun = passes(ledger)[-1].id
            await until_passes(ledger, 1, NAMES[:4], after=begun)
            assert all(of(b, [row]) for row in passes(ledger) if row.id > begun)
            assert await b.metric("syncd_cluster_members") == 1
            assert await b.metric("syncd_cluster_takeovers_total") == 0
            assert await b.stop() == 0
    assert overlaps(passes(ledger)) == []


async def test_a_clock_that_is_wrong_and_jumps_changes_nothing(
    tmp_path: Path, systems: Systems, ledger: Ledger, postgresql_url: str
) -> None:
    """One member's clock is a day ahead and then falls two days back: no lease is lost by it, and none is taken."""
    names = NAMES[:4]
    for name in ("right", "wrong"):
        settle(tmp_path / name, systems, postgresql_url, names)
    offset = tmp_path / "wrong" / OFFSET
    offset.write_text("86400", encoding="utf-8")
    program = [sys.executable, "-m", "tests.cluster.skewed", "syncd.toml"]
    async with daemon(tmp_path / "right") as right, daemon(tmp_path / "wrong", program=program) as wrong:
        await right.ready()
        await wrong.ready()
        await until_passes(ledger, 2, names)
        offset.write_text("-86400", encoding="utf-8")
        await until_passes(ledger, 2, names, after=passes(ledger)[-1].id)
        for one in (right, wrong):
            assert await one.metric("syncd_cluster_members") == 2
            assert await one.metric("syncd_cluster_takeovers_total") == 0
            assert await one.metric("syncd_cluster_fenced_writes_total") == 0
        rows = passes(ledger)
        assert of(right, rows)
        assert of(wrong, rows)
        assert ended(rows, "interrupted", "failed", "unknown") == []
        assert await right.stop() == 0
        assert await wrong.stop() == 0


async def test_the_same_change_is_announced_by_one_member_alone(
    tmp_path: Path, systems: Systems, ledger: Ledger, postgresql_url: str
) -> None:
    """Each has a mismatch log of its own; together they hold every event once."""
    names = NAMES[:4]
    for name in ("a", "b"):
        settle(tmp_path / name, systems, postgresql_url, names)
    async with daemon(tmp_path / "a") as a, daemon(tmp_path / "b") as b:
        await a.ready()
        await b.ready()
        await until_passes(ledger, 2, names)
        systems.portal.advance(next(one for one in systems.catalogue.events if one.change == "rename"))
        await until_passes(ledger, 2, names, after=passes(ledger)[-1].id)
        assert await a.stop() == 0
        assert await b.stop() == 0
    recorded = ledger.read_now(lambda session: list(session.scalars(sa.select(MISMATCH_EVENTS.c.id))))
    lines = [line["event_id"] for name in ("a", "b") for line in mismatch_lines(tmp_path / name)]
    assert Counter(lines) == Counter(recorded)
