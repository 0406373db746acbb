"""Live changes: who hears of what, and when a stream ends."""

from __future__ import annotations

import asyncio
import json

import aiohttp

from syncd.desk.live import Live
from syncd.ledger.accounts import change_user, user_by_id
from syncd.records.roles import Role
from tests.desk.conftest import Browser, Build, House


class Listener:
    """One open stream."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self.response = response

    async def next(self) -> str:
        """The next event or comment."""
        async with asyncio.timeout(5):
            lines = []
            while line := (await self.response.content.readline()).decode().strip():
                lines.append(line)
            return "\n".join(lines)


async def _listen(house: House, browser: Browser) -> Listener:
    response = await browser.client.get(house.base + "/live")
    house.stack.callback(response.close)
    listener = Listener(response)
    assert response.status == 200
    assert await listener.next() == "retry: 5000"
    return listener


async def test_a_unit_hears_only_of_what_is_its_own_or_below(house: House) -> None:
    office = await _listen(house, await house.signed_in(Role.REVIEWER))
    unit = await _listen(house, await house.signed_in(Role.UNIT, unit="H26.17"))
    for subject, belongs_to in (("a", "H26"), ("b", "H26.170"), ("c", ""), ("d", "H26.17.3"), ("e", "H26.17")):
        house.live.say(f"mismatch:{subject}", "confirmed", unit=belongs_to)
    house.live.pass_ended("hanoi")
    heard = [json.loads((await office.next()).split("data: ")[1])["subject"] for _ in range(6)]
    assert heard == ["mismatch:a", "mismatch:b", "mismatch:c", "mismatch:d", "mismatch:e", "pass:hanoi"]
    assert [json.loads((await unit.next()).split("data: ")[1])["subject"] for _ in range(2)] == [
        "mismatch:d",
        "mismatch:e",
    ]
    assert house.live._readers
    assert all(reader.waiting.empty() for reader in house.live._readers)


async def test_a_reader_that_does_not_keep_up_is_told_to_reload_and_dropped(build: Build) -> None:
    house: House = await build(live=Live(longest_queue=4))
    listener = await _listen(house, await house.signed_in(Role.REVIEWER))
    for number in range(5):
        house.live.say(f"mismatch:{number}", "confirmed")
    assert "event: stale" in await listener.next()
    assert house.live.listening == 0


async def test_one_user_cannot_hold_every_stream(build: Build) -> None:
    house: House = await build(live=Live(most_of_user=2, most=3))
    lan, minh = await house.signed_in(Role.REVIEWER, "lan"), await house.signed_in(Role.REVIEWER, "minh")
    for _ in range(2):
        await _listen(house, lan)
    assert (await lan.get("/live")).status == 429
    await _listen(house, minh)
    assert (await minh.get("/live")).status == 429


async def test_a_stream_ends_when_its_session_does(build: Build) -> None:
    house: House = await build(live=Live(beat=0.05))
    browser = await house.signed_in(Role.REVIEWER)
    listener = await _listen(house, browser)
    assert await listener.next() == ": beat"
    await house.ledger.write(change_user, user_id=browser.user_id, disabled=True, now=house.clock(), actor="test")
    heard = {await listener.next() for _ in range(1)}
    while "event: stale\ndata: {}" not in heard:
        heard.add(await listener.next())
    assert await house.ledger.read(user_by_id, browser.user_id)


async def test_a_stranger_gets_no_stream(house: House) -> None:
    stranger = await house.browser(Accept="text/event-stream")
    assert (await stranger.get("/live")).status == 401
