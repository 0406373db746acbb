"""`syncd demo`: what a newcomer sees, with an empty home and nothing set up."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import socket
from pathlib import Path

from aiohttp import ClientSession

from tests.cli.program import command, environment, syncd

BOTH = {"ha-noi", "ha-noi-export"}


def pairs_of(written: Path) -> set[str]:
    """The pairs that the mismatch log speaks of, in the lines that are whole."""
    whole = written.read_text("utf-8").rpartition("\n")[0]
    return {json.loads(line)["pair"] for line in whole.splitlines()}


async def test_the_demo_shows_mismatches_answers_on_its_pages_and_ends_with_control_c(tmp_path: Path) -> None:
    child = await asyncio.create_subprocess_exec(
        *command("demo", "--listen", "127.0.0.1:0", "--size", "600", "--folder", "demo"),
        cwd=tmp_path, env=environment(tmp_path), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert child.stdout is not None
    seen: list[str] = []
    async with asyncio.timeout(60):
        while not any("suspected" in line for line in seen):
            seen.append((await child.stdout.readline()).decode())
            assert seen[-1], "the demo ended before it showed a mismatch"
        address = re.search(r"Status\s+(http://\S+)", "".join(seen))
        assert address is not None
        async with ClientSession() as client:
            async with client.get(address[1]) as page:
                assert "Đối soát thủ tục hành chính" in await page.text()
            async with client.get(f"{address[1]}metrics") as page:
                assert 'syncd_mismatches_open{kind="missing_in_city",pair="ha-noi"' in await page.text()
            async with client.get(f"{address[1]}health") as page:
                assert (await page.json())["alive"] is True
        written = tmp_path / "demo" / "mismatches.jsonl"
        while pairs_of(written) != BOTH:  # noqa: ASYNC110 - another program writes the file
            await asyncio.sleep(0.1)
        child.send_signal(signal.SIGINT)
        out, err = await child.communicate()
    assert (child.returncode, err.decode()) == (0, "")
    assert "Everything is in" in out.decode()
    lines = [json.loads(line) for line in written.read_text("utf-8").splitlines()]
    assert "suspected" in {line["state"] for line in lines}
    assert len({line["event_id"] for line in lines}) == len(lines)
    asked = syncd("mismatches", "--config", "demo/syncd.toml", "--format", "json", folder=tmp_path)
    assert {one["pair"] for one in asked.rows} == BOTH


def test_the_demo_ends_by_itself_after_the_seconds_given(tmp_path: Path) -> None:
    said = syncd("demo", "--listen", "127.0.0.1:0", "--size", "600", "--seconds", "0.5", folder=tmp_path)
    assert (said.status, said.err) == (0, "")
    assert said.out.splitlines()[-1].startswith("Stopped. Everything is in ")


def test_a_port_that_is_taken_is_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        said = syncd("demo", "--listen", listen, "--size", "600", "--seconds", "1", folder=tmp_path)
    assert said.status == 1
    (line,) = said.lines
    assert line.startswith(f"syncd: cannot listen on {listen}: ")
    assert line.endswith("(free the port or set [daemon] listen)")
