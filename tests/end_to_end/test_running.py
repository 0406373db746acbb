"""The daemon at work: what it tells systemd, Prometheus and the Office while nothing is wrong with it."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from loopback.run import Systems, serve
from syncd.ledger.mismatches import open_mismatches
from syncd.metrics.table import METRICS
from tests.end_to_end.house import daemon, hamlet, head, ledger, mismatch_lines, pair, until, write


async def test_metrics_and_mismatch_log_say_what_the_ledger_knows(tmp_path: Path, systems: Systems) -> None:
    write(tmp_path, systems, head() + pair(systems))
    async with daemon(tmp_path) as running:
        await running.ready()
        await running.after_passes(3)
        series = {name for name, _ in await running.metrics()}
        with ledger(tmp_path) as opened:
            known = await opened.read(open_mismatches, "ha-noi")
        assert len(known) > 5
        assert [one for one in known if one.state != "confirmed"] == []
        for (kind, state), number in Counter((one.kind, one.state) for one in known).items():
            assert await running.metric("syncd_mismatches_open", pair="ha-noi", kind=kind, state=state) == number
        assert await running.metric("syncd_mismatches_open", pair="ha-noi") == len(known)
        assert await running.metric("syncd_records", pair="ha-noi", side="portal") == len(systems.portal.records)
        assert await running.metric("syncd_records", pair="ha-noi", side="city") == len(systems.opencps.database)
        for side in ("portal", "city"):
            for word in ("attempt", "success", "whole"):
                name = f"syncd_side_last_{word}_timestamp_seconds"
                assert await running.metric(name, pair="ha-noi", side=side) > 1_700_000_000
        assert await running.metric("syncd_mismatch_changes_total", change="confirmed") == len(known)
        assert {
            one.name + ("_count" if one.type == "histogram" else "") for one in METRICS if not one.appears_when_known
        } <= series
        assert "Đối soát thủ tục hành chính" in await running.page("/")

        lines = mismatch_lines(tmp_path)
        assert Counter(line["state"] for line in lines) == {"suspected": len(known), "confirmed": len(known)}
        await running.after_passes(2)
        assert mismatch_lines(tmp_path) == lines, "a pass that changes nothing writes nothing"

        event = next(one for one in systems.catalogue.events if one.change == "rename")
        systems.portal.advance(event)
        await until(lambda: len(mismatch_lines(tmp_path)) >= len(lines) + 2, "the change of a name")
        fresh = mismatch_lines(tmp_path)[len(lines) :]
        assert [(one["kind"], one["field"], one["from_state"], one["state"]) for one in fresh] == [
            ("field_differs", "name", None, "suspected"),
            ("field_differs", "name", "suspected", "confirmed"),
        ]
        assert str(event.record.detail["name"]) in (tmp_path / "mismatches.jsonl").read_text(encoding="utf-8")
        assert await running.stop() == 0
        assert running.logged("pair_failing") == []


async def test_promtool_finds_nothing_to_correct(tmp_path: Path, systems: Systems) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not installed")
    write(tmp_path, systems, head() + pair(systems))
    async with daemon(tmp_path) as running:
        await running.ready()
        await running.after_passes(1)
        text = await running.page("/metrics")
    checking = await asyncio.create_subprocess_exec(
        promtool, "check", "metrics", stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    said, _ = await checking.communicate(text.encode())
    assert (checking.returncode, said) == (0, b"")


async def test_a_side_that_drips_does_not_delay_the_other_pair(tmp_path: Path, systems: Systems) -> None:
    """One pair's portal sends half of its first page and then nothing; the other pair goes on."""
    async with serve(hamlet()) as stuck:
        stuck.portal_faults.add("slow_body", path="get-formality-by-citizen", times=None)
        write(tmp_path, systems, head() + pair(systems, "bad", portal=stuck.portal_url) + pair(systems, "good"))
        async with daemon(tmp_path) as running:
            await running.ready()
            await until(stuck.portal_faults.drip.dripping.is_set, "a slow body")
            before = await running.passes("bad")
            await running.after_passes(3, "good")
            assert await running.passes("bad") == before
            assert await running.stop() == 0


async def test_a_side_that_is_dead_does_not_delay_the_other_pair(tmp_path: Path, systems: Systems) -> None:
    """Nothing listens at one pair's portal; the other pair goes on."""
    write(tmp_path, systems, head() + pair(systems, "bad", portal="http://127.0.0.1:9") + pair(systems, "good"))
    async with daemon(tmp_path) as running:
        await running.ready()
        await until(lambda: bool(running.logged("pair_failing")), "the word that a pair fails")
        await running.after_passes(3, "good")
        assert await running.passes("bad") == 0
        assert {one["pair"] for one in running.logged("pair_failing")} == {"bad"}
        assert await running.stop() == 0
