"""kill -9 at any moment: nothing is lost, nothing comes twice, and nothing stays "running"."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from pathlib import Path
from random import Random

import pytest
import sqlalchemy as sa

from loopback.run import Systems
from syncd.ledger.mismatches import open_mismatches
from syncd.ledger.tables import MISMATCH_EVENTS, PASSES
from tests.end_to_end.house import daemon, head, ledger, mismatch_lines, pair, subjects, write

KILLS = 5


@pytest.mark.parametrize("seed", [26])
async def test_a_killed_daemon_goes_on_where_it_was(tmp_path: Path, systems: Systems, seed: int) -> None:
    """The portal changes between the deaths; in the end everything is as it is for a daemon that was never killed."""
    random = Random(seed)
    dying, living = tmp_path / "dying", tmp_path / "living"
    for folder in (dying, living):
        folder.mkdir()
        write(folder, systems, head() + pair(systems, sweep="1s"))
    events = list(systems.catalogue.events)
    async with daemon(living) as survivor:
        await survivor.ready()
        await survivor.after_passes(1)
        async with daemon(dying) as running:
            await running.ready()
            await running.after_passes(1)
        for _ in range(KILLS):
            systems.portal.advance(events.pop(random.randrange(len(events))))
            async with daemon(dying) as running:
                await running.ready()
                await asyncio.sleep(random.uniform(0, 0.8))
                await running.stop(signal.SIGKILL)
        await survivor.after_passes(3)
        assert await survivor.stop() == 0
    async with daemon(dying) as running:
        await running.ready()
        await running.after_passes(3)
        assert await running.stop() == 0
    with ledger(dying) as died, ledger(living) as lived:
        assert subjects(died.read_now(open_mismatches, "ha-noi")) == subjects(lived.read_now(open_mismatches, "ha-noi"))
        outcomes = Counter(died.read_now(lambda session: list(session.scalars(sa.select(PASSES.c.outcome)))))
        recorded = died.read_now(lambda session: list(session.scalars(sa.select(MISMATCH_EVENTS.c.id))))
    assert outcomes["running"] == 0
    assert outcomes["interrupted"] >= 1, "no kill came in the middle of a pass: the test proves nothing"
    assert Counter(one["event_id"] for one in mismatch_lines(dying)) == Counter(recorded)
