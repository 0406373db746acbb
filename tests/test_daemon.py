"""The daemon as a program: it starts in order, reloads whole or not at all, and ends in time, whatever its pairs do."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import ClientSession

ROOT = Path(__file__).parents[1]
HEAD = '[daemon]\nlisten = "127.0.0.1:0"\n[log]\nformat = "json"\n'

AS_SYSTEMD = """\
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ["LISTEN_PID"] = str(os.getpid())
os.execv(sys.argv[2], sys.argv[2:])
"""
"""Becomes the program that follows, with the socket where socket activation puts it."""


def pair(name: str, act: str = "quick", more: str = "") -> str:
    return (
        f'[[pairs]]\nname = "{name}"\ninterval = "1h"\njitter = 0\napplies = {{ agency = "H26" }}\n{more}\n'
        f'[pairs.portal]\nadapter = "{act}"\n[pairs.city]\nadapter = "file"\n'
    )


@dataclass
class Running:
    """The program under way."""

    process: asyncio.subprocess.Process
    file: Path
    notifications: socket.socket
    notified: list[str] = field(default_factory=list)

    async def line(self) -> str:
        assert self.process.stdout is not None
        async with asyncio.timeout(20):
            return (await self.process.stdout.readline()).decode().strip()

    async def until(self, start: str) -> str:
        """The rest of the first line that begins so."""
        while line := await self.line():
            if line.startswith(start):
                return line.removeprefix(start).strip()
        raise AssertionError(f"the program ended before it said {start!r}: {await self.errors()}")

    async def errors(self) -> str:
        assert self.process.stderr is not None
        return (await self.process.stderr.read()).decode()

    async def end(self) -> tuple[int, list[str], list[dict[str, object]]]:
        """Exit status, what it still printed, and what it logged."""
        async with asyncio.timeout(20):
            out, err = await self.process.communicate()
        logged = [json.loads(line) for line in err.decode().splitlines() if line.startswith("{")]
        return self.process.returncode or 0, out.decode().split("\n"), logged

    async def stop(self) -> tuple[int, list[str], list[dict[str, object]]]:
        self.process.send_signal(signal.SIGTERM)
        return await self.end()

    def told(self) -> list[str]:
        """Every notification that systemd would have had until now."""
        while True:
            try:
                self.notified.append(self.notifications.recv(4096).decode())
            except BlockingIOError:
                return self.notified

    async def heard(self, start: str) -> None:
        """Wait until a notification begins so."""
        async with asyncio.timeout(20):
            while not any(one.startswith(start) for one in self.told()):  # noqa: ASYNC110
                await asyncio.sleep(0.02)


@pytest.fixture
async def start(tmp_path: Path) -> AsyncIterator[object]:
    begun: list[Running] = []

    async def start(text: str, *, passed: socket.socket | None = None) -> Running:
        file = tmp_path / "syncd.toml"
        file.write_text(text, encoding="utf-8")
        ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        ear.bind(str(tmp_path / "notify"))
        activation = [] if passed is None else [sys.executable, "-c", AS_SYSTEMD, str(passed.fileno())]
        process = await asyncio.create_subprocess_exec(
            *activation, sys.executable, "-m", "tests.daemon_program", str(file),
            cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
            pass_fds=() if passed is None else (passed.fileno(),),
            env=os.environ | {
                "NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "600000",
                "LISTEN_FDS": "1", "LISTEN_FDNAMES": "endpoints",
            },
        )  # fmt: skip
        begun.append(Running(process, file, ear))
        return begun[-1]

    yield start
    for running in begun:
        if running.process.returncode is None:
            running.process.kill()
            await running.process.communicate()
        running.notifications.close()


async def test_it_opens_builds_announces_and_closes_in_order(start) -> None:
    running = await start(HEAD + pair("a") + pair("b", "dead"))
    said = [await running.line() for _ in range(4)]
    assert said[:3] == ["opened", "built a", "built b"]
    async with ClientSession(f"http://{said[3].removeprefix('ready ')}") as client:
        while (await client.get("/ready")).status != 200:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        async with client.get("/ready") as answer:
            pairs = {one["name"]: one for one in (await answer.json())["pairs"]}
        async with client.get("/metrics") as answer:
            metrics = await answer.text()
        async with client.get("/health") as answer:
            assert (await answer.json())["alive"] is True
    assert (pairs["a"]["outcome"], pairs["b"]["outcome"]) == ("complete", "failed")
    assert 'syncd_pair_failures{pair="b"} 1.0' in metrics
    status, said, logged = await running.stop()
    assert status == 0
    assert sorted(said[:2]) == ["closed a", "closed b"]
    assert said[2] == "closed rooms"
    assert [line["event"] for line in logged if str(line["event"]).startswith("daemon")] == [
        "daemon_starting", "daemon_ready", "daemon_stopping", "daemon_stopped",
    ]  # fmt: skip


async def test_systemd_hears_ready_then_the_watchdog_then_stopping(start) -> None:
    running = await start(HEAD + pair("a"))
    await running.until("ready")
    await running.heard("WATCHDOG=1")
    await running.stop()
    told = running.told()
    assert told[0].startswith("STATUS=opening the ledger")
    ready = next(index for index, one in enumerate(told) if one.startswith("READY=1\nSTATUS=1 pair"))
    assert "WATCHDOG=1" in told[ready:]
    assert any(one.startswith("STOPPING=1") for one in told)


async def test_a_pass_under_way_is_interrupted_and_the_daemon_ends_soon(start) -> None:
    running = await start(HEAD + pair("a", "long"))
    await running.until("running a")
    clock = asyncio.get_running_loop().time
    asked = clock()
    status, said, _ = await running.stop()
    assert (status, said[:2]) == (0, ["interrupted a", "closed a"])
    assert clock() - asked < 5


@pytest.mark.parametrize("act", ["deaf", "blocking"])
async def test_a_pass_that_will_not_end_does_not_keep_the_daemon_longer_than_ten_seconds(start, act: str) -> None:
    running = await start(HEAD + pair("a", act))
    await running.until("running a")
    if act == "blocking":
        await running.heard("STATUS=the event loop is blocked for")
    clock = asyncio.get_running_loop().time
    asked = clock()
    status, _, _ = await running.stop()
    assert status == 70
    assert clock() - asked < 10


async def test_a_second_signal_ends_it_at_once(start) -> None:
    running = await start(HEAD + pair("a", "deaf"))
    await running.until("running a")
    clock = asyncio.get_running_loop().time
    asked = clock()
    running.process.send_signal(signal.SIGTERM)
    await running.heard("STOPPING=1")
    status, _, _ = await running.stop()
    assert status == 128 + signal.SIGTERM
    assert clock() - asked < 5


async def test_it_can_be_stopped_while_it_still_opens_the_ledger(start) -> None:
    running = await start('[database]\nurl = "sqlite:///hang.db"\n' + HEAD + pair("a"))
    await running.until("opened")
    status, said, _ = await running.stop()
    assert (status, said[0]) == (0, "closed rooms")


async def test_a_bad_configuration_ends_with_78_and_every_reason(start) -> None:
    running = await start(HEAD + "x = 1\n" + pair("a", more="intervall = 1"))
    assert await running.process.wait() == 78
    errors = await running.errors()
    assert "log.x = 1: unknown key" in errors
    assert "pairs[0].intervall = 1: unknown key; did you mean interval?" in errors


async def test_an_address_that_is_taken_is_told(start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        running = await start(HEAD.replace("127.0.0.1:0", listen) + pair("a"))
        assert await running.process.wait() == 1
    assert f"cannot listen on {listen}" in await running.errors()


async def test_a_socket_that_systemd_passed_is_served_in_place_of_the_configured_address(start) -> None:
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as passed:
        running = await start(HEAD.replace("127.0.0.1:0", "192.0.2.1:9") + pair("a"), passed=passed)
        address = f"[::1]:{passed.getsockname()[1]}"
        assert await running.until("ready") == address
        async with ClientSession() as client, client.get(f"http://{address}/health") as answer:
            assert answer.status == 200
        assert (await running.stop())[0] == 0


async def reload(running: Running, text: str) -> None:
    running.file.write_text(text, encoding="utf-8")
    running.process.send_signal(signal.SIGHUP)
    await running.until("reopened")


async def test_a_reload_ends_replaces_begins_and_leaves_alone(start) -> None:
    running = await start(HEAD + pair("same", "long") + pair("changed") + pair("gone"))
    address = await running.until("ready")
    running.file.write_text(HEAD + pair("same", "long") + pair("changed", "dead") + pair("new"), encoding="utf-8")
    running.process.send_signal(signal.SIGHUP)
    said = []
    while not (said and said[-1].startswith("reopened")):
        said.append(await running.line())
    assert "interrupted same" not in said
    assert {"built changed", "built new", "closed changed", "closed gone"} <= set(said)
    async with ClientSession(f"http://{address}") as client, client.get("/metrics") as answer:
        metrics = await answer.text()
    assert 'pair="gone"' not in metrics
    assert 'pair="new"' in metrics
    assert 'syncd_configuration_reloads_total{outcome="applied"} 1.0' in metrics
    _, _, logged = await running.stop()
    (line,) = [line for line in logged if line["event"] == "configuration_reloaded"]
    assert 'pairs.changed.portal.adapter: "quick" → "dead"' in line["changes"]
    told = running.told()
    reloading = next(index for index, one in enumerate(told) if one.startswith("RELOADING=1\nMONOTONIC_USEC="))
    assert any(one.startswith("READY=1") for one in told[reloading:])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (HEAD + pair("a", more="intervall = 1"), "unknown key; did you mean interval?"),
        ("not toml", "is not TOML"),
        (HEAD + pair("a") + pair("b") + pair("c", "unbuildable"), "pair c: cannot be built"),
        (HEAD.replace(":0", ":1") + pair("a"), "this needs a restart of the daemon"),
        (HEAD + 'portal_token = "canary"\n' + pair("a"), "a secret must not stand in this file"),
    ],
)
async def test_a_bad_reload_is_refused_and_everything_stays(start, text: str, reason: str) -> None:
    running = await start(HEAD + pair("a", "long"))
    address = await running.until("ready")
    await reload(running, text)
    async with ClientSession(f"http://{address}") as client:
        async with client.get("/metrics") as answer:
            metrics = await answer.text()
        async with client.get("/ready") as answer:
            assert [one["name"] for one in (await answer.json())["pairs"]] == ["a"]
    assert 'syncd_configuration_reloads_total{outcome="refused"} 1.0' in metrics
    assert "syncd_configuration_last_reload_successful 0.0" in metrics
    await running.heard("READY=1\nSTATUS=1 pair; configuration refused, the old one stays")
    status, _, logged = await running.stop()
    (line,) = [line for line in logged if line["event"] == "configuration_refused"]
    assert any(reason in problem for problem in line["problems"])
    assert "canary" not in json.dumps(logged)
    assert status == 0
