"""SIGHUP: a good configuration is taken over whole, a bad one is refused, and files are opened anew."""

from __future__ import annotations

from pathlib import Path

from loopback.run import Systems
from tests.end_to_end.house import daemon, head, mismatch_lines, pair, until, write


async def test_a_good_file_is_taken_over_and_a_bad_one_changes_nothing(tmp_path: Path, systems: Systems) -> None:
    write(tmp_path, systems, head() + pair(systems))
    async with daemon(tmp_path) as running:
        await running.ready()
        await running.after_passes(1)
        lines = len(mismatch_lines(tmp_path))

        running.reload(head() + pair(systems, interval="fast"))
        await until(lambda: bool(running.logged("configuration_refused")), "the refusal")
        await until(lambda: running.heard("READY=1"), "readiness after the refusal")
        (refused,) = running.logged("configuration_refused")
        assert any("pairs[0].interval" in problem for problem in refused["problems"])
        assert await running.metric("syncd_configuration_last_reload_successful") == 0
        await running.after_passes(1)

        (tmp_path / "mismatches.jsonl").rename(tmp_path / "mismatches.jsonl.1")
        running.reload(head(mismatch_log="elsewhere.jsonl") + pair(systems) + pair(systems, "hue"))
        await until(lambda: bool(running.logged("configuration_reloaded")), "the new configuration")
        await until(lambda: running.heard("READY=1"), "readiness after the reload")
        assert await running.metric("syncd_configuration_last_reload_successful") == 1
        await running.after_passes(1, "hue")
        await until(lambda: len(mismatch_lines(tmp_path, "elsewhere.jsonl")) == lines, "the other pair's mismatches")
        assert {one["pair"] for one in mismatch_lines(tmp_path, "elsewhere.jsonl")} == {"hue"}
        assert len(mismatch_lines(tmp_path, "mismatches.jsonl.1")) == lines
        assert not (tmp_path / "mismatches.jsonl").exists()
        assert running.logged("reopen_failed") == []
        assert await running.stop() == 0


async def test_a_rotated_mismatch_log_is_opened_anew(tmp_path: Path, systems: Systems) -> None:
    write(tmp_path, systems, head() + pair(systems))
    async with daemon(tmp_path) as running:
        await running.ready()
        await running.after_passes(1)
        before = mismatch_lines(tmp_path)
        (tmp_path / "mismatches.jsonl").rename(tmp_path / "mismatches.jsonl.1")
        running.reload()
        await until(lambda: (tmp_path / "mismatches.jsonl").exists(), "a new file")
        systems.portal.advance(next(one for one in systems.catalogue.events if one.change == "rename"))
        await until(lambda: len(mismatch_lines(tmp_path)) == 2, "the new mismatch in the new file")
        assert mismatch_lines(tmp_path, "mismatches.jsonl.1") == before
