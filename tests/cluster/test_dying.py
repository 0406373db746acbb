"""A member dies or pauses in the middle of a pass: the pass is taken over, and whoever wakes up writes nothing."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from loopback.run import Systems
from syncd.ledger import Ledger
from syncd.ledger.mismatches import open_mismatches
from syncd.ledger.tables import MISMATCH_EVENTS, READINGS
from tests.cluster.members import Row, ended, of, overlaps, passes, settle, until_passes
from tests.end_to_end.house import Running, daemon, until

pytestmark = pytest.mark.postgresql
PAIR = "ha-noi"


async def stuck_in_a_pass(systems: Systems, ledger: Ledger, *members: Running) -> tuple[Running, Row]:
    """Let the next pass hang while it reads the portal; returns who runs it, and its row."""
    systems.portal_faults.drip.dripping.clear()
    systems.portal_faults.add("slow_body", path="get-formality-by-citizen")
    await until(systems.portal_faults.drip.dripping.is_set, "a pass that hangs")
    (row,) = ended(passes(ledger), "running")
    (holder,) = [one for one in members if of(one, [row])]
    return holder, row


def written_by(ledger: Ledger, row: Row) -> int:
    """How many readings and changes of mismatches a pass has left."""

    def count(session):
        return sum(
            session.scalar(sa.select(sa.func.count()).select_from(table).where(table.c.pass_id == row.id))
            for table in (READINGS, MISMATCH_EVENTS)
        )

    return ledger.read_now(count)


async def test_a_killed_member_is_replaced_within_a_minute(
    tmp_path: Path, systems: Systems, ledger: Ledger, postgresql_url: str
) -> None:
    """kill -9 in the middle of a pass: another member ends it as interrupted and runs the next, with the lease of the
    default configuration."""
    for name in ("a", "b"):
        settle(tmp_path / name, systems, postgresql_url, [PAIR], lease="30s")
    async with daemon(tmp_path / "a") as a, daemon(tmp_path / "b") as b:
        await a.ready()
        await b.ready()
        await until_passes(ledger, 1, [PAIR])
        victim, row = await stuck_in_a_pass(systems, ledger, a, b)
        survivor = b if victim is a else a
        began = time.monotonic()
        await victim.stop(signal.SIGKILL)
        await until_passes(ledger, 1, [PAIR], after=row.id)
        assert time.monotonic() - began < 60
        rows = passes(ledger)
        assert [one.outcome for one in rows if one.id == row.id] == ["interrupted"]
        assert all(of(survivor, [one]) for one in rows if one.id > row.id)
        assert overlaps(rows) == []
        assert await survivor.metric("syncd_cluster_takeovers_total") == 1
        assert await survivor.stop() == 0


async def test_a_paused_member_that_wakes_up_writes_nothing_and_recovers(
    tmp_path: Path, systems: Systems, ledger: Ledger, postgresql_url: str
) -> None:
    """SIGSTOP in the middle of a pass, SIGCONT after its lease has moved on: every write of it is refused."""
    for name in ("a", "b"):
        settle(tmp_path / name, systems, postgresql_url, [PAIR], interval="3s")
    async with daemon(tmp_path / "a") as a, daemon(tmp_path / "b") as b:
        await a.ready()
        await b.ready()
        await until_passes(ledger, 1, [PAIR])
        paused, row = await stuck_in_a_pass(systems, ledger, a, b)
        left = written_by(ledger, row)
        paused.process.send_signal(signal.SIGSTOP)
        await until_passes(ledger, 1, [PAIR], after=row.id)
        known = {(one.id, one.state) for one in ledger.read_now(open_mismatches, PAIR)}
        systems.portal_faults.drip.gate.set()
        paused.process.send_signal(signal.SIGCONT)
        await until(lambda: bool(paused.logged("cluster_given_up")), "the word that it was given up")
        await until(lambda: bool(paused.logged("pair_failing") or paused.logged("pass_fenced")), "a refused pass")
        assert await paused.metric("syncd_cluster_fenced_writes_total") >= 1
        rows = passes(ledger)
        assert [one.outcome for one in rows if one.id == row.id] == ["interrupted"]
        assert written_by(ledger, row) == left
        assert {(one.id, one.state) for one in ledger.read_now(open_mismatches, PAIR)} == known
        assert overlaps(rows) == []

        async def both() -> bool:
            return await a.metric("syncd_cluster_members") == await b.metric("syncd_cluster_members") == 2

        await until(both, "two members again")
        await until_passes(ledger, 1, [PAIR], after=rows[-1].id)
        assert await a.stop() == 0
        assert await b.stop() == 0
