"""How the daemon ends: soon, in order, and with nothing left half done."""

from __future__ import annotations

import asyncio
from pathlib import Path

from loopback.run import Systems
from syncd.ledger.passes import last_pass
from tests.end_to_end.house import daemon, head, ledger, pair, until, write


async def test_sigterm_ends_it_within_ten_seconds_while_the_portal_drips(tmp_path: Path, systems: Systems) -> None:
    """The pass is recorded as interrupted, and counted so."""
    write(tmp_path, systems, head() + pair(systems))
    systems.portal_faults.add("slow_body", path="get-formality-by-citizen")
    clock = asyncio.get_running_loop().time
    async with daemon(tmp_path) as running:
        await running.ready()
        await until(systems.portal_faults.drip.dripping.is_set, "a slow body")
        asked = clock()
        assert await running.stop() == 0
        assert clock() - asked < 10
        assert running.logged("daemon_stopped")[0]["left_behind"] == []
        assert any(one.startswith("STOPPING=1") for one in running.told)
    with ledger(tmp_path) as opened:
        ended = await opened.read(last_pass, "ha-noi")
    assert ended is not None
    assert (ended.outcome, ended.error) == ("interrupted", "stopped before the pass was at its end")
