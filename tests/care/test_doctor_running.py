"""What the doctor finds of what runs: the daemon, systemd; and what becomes of a check that fails or hangs."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from syncd.care.doctor.daemon import check_endpoint, check_unit, judged
from syncd.care.doctor.findings import Finding, Level, in_thread, ok, run
from syncd.sides.errors import SideError


async def listening(answer: Any) -> tuple[web.AppRunner, int]:
    async def health(_: web.Request) -> web.Response:
        return web.json_response(answer)

    app = web.Application()
    app.router.add_get("/health", health)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, runner.addresses[0][1]


@pytest.mark.parametrize(
    ("answer", "level", "words"),
    [
        ({"version": "1.2", "stalled": []}, Level.OK, "syncd 1.2 answers"),
        ({"version": "1.2", "stalled": ["ha-noi"]}, Level.WRONG, "it hangs in ha-noi"),
        ({"hello": "world"}, Level.WRONG, "another program listens there"),
        (["x"], Level.WRONG, "another program listens there"),
    ],
)
async def test_who_listens_where_the_daemon_should(answer: Any, level: Level, words: str) -> None:
    runner, port = await listening(answer)
    try:
        found = await check_endpoint("127.0.0.1", port)
    finally:
        await runner.cleanup()
    assert (found.level, found.words) == (level, words)
    gone = await check_endpoint("127.0.0.1", port)
    assert (gone.level, gone.words) == (Level.NOTE, "nobody listens: no daemon runs here")


UNIT = {"LoadState": "loaded", "ActiveState": "active", "SubState": "running", "NRestarts": "0"}


@pytest.mark.parametrize(
    ("said", "levels"),
    [
        ({}, [Level.OK]),
        ({"LoadState": "not-found"}, [Level.NOTE]),
        ({"ActiveState": "failed", "Result": "exit-code"}, [Level.WRONG]),
        ({"ActiveState": "inactive"}, [Level.NOTE]),
        ({"NRestarts": "7"}, [Level.OK, Level.WRONG]),
        ({"UnitFileState": "disabled"}, [Level.OK, Level.NOTE]),
    ],
)
def test_what_systemd_says(said: dict[str, str], levels: list[Level]) -> None:
    assert [one.level for one in judged("syncd.service", UNIT | said)] == levels


async def test_systemd_is_asked_where_it_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program in its place answers; without the folder that a running systemd has, nobody is asked."""
    program = tmp_path / "systemctl"
    program.write_text("#!/bin/sh\necho LoadState=loaded\necho ActiveState=failed\necho Result=watchdog\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    (found,) = await check_unit("syncd.service", tmp_path)
    assert (found.level, found.words) == (Level.WRONG, "it has failed (watchdog)")
    assert [one.level for one in await check_unit("syncd.service", tmp_path / "no")] == [Level.NOTE]


async def test_a_check_that_fails_or_hangs_is_a_finding_and_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("syncd.care.doctor.findings.LIMIT", 0.02)

    async def hangs() -> list[Finding]:
        await asyncio.Event().wait()
        return []

    async def breaks() -> list[Finding]:
        raise ZeroDivisionError("canary")

    async def refuses() -> list[Finding]:
        raise SideError("no", where="there", action="do this")

    async def well() -> list[Finding]:
        return [ok("well", "", "fine")]

    found = [await run("x", check) for check in (hangs, breaks, refuses, well)]
    assert [one.level for each in found for one in each] == [Level.WRONG, Level.WRONG, Level.WRONG, Level.OK]
    assert found[2][0].action == "do this"


async def test_what_blocks_for_ever_does_not_hold_the_report_up() -> None:
    """A resolver may hang for minutes; its thread is left alone."""
    never = threading.Event()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.02):
            await in_thread(never.wait)
    never.set()
