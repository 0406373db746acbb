"""Live changes: who hears of what, and when a stream ends."""

from __future__ import annotations

import asyncio
import json

import aiohttp
import pytest

from syncd.desk.live import TOLD_ONE_BY_ONE, Live
from syncd.ledger.accounts import change_user, user_by_id
from syncd.ledger.work import assign
from syncd.passes.announce import Announcer
from syncd.reconcile.lifecycle import Event
from syncd.records.roles import Role
from tests.desk.conftest import Browser, Build, House
from tests.desk.lively import find, happen, seen


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


OWN, GIVEN, OTHER = "H26.17", "H26.14", "H26.15"


class Room:
    """Somebody of each unit and of the Office, who listen."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.listeners: dict[str, Listener] = {}

    async def fill(self) -> Room:
        self.listeners["office"] = await _listen(self.house, await self.house.signed_in(Role.REVIEWER, "office"))
        for unit in (OWN, GIVEN, f"{GIVEN}.3", OTHER):
            browser = await self.house.signed_in(Role.UNIT, f"of-{unit.lower()}", unit=unit)
            self.listeners[unit] = await _listen(self.house, browser)
        return self

    async def hear(self) -> dict[str, list[str]]:
        """What each has heard since it was asked last."""
        for reader in self.house.live._readers:
            reader.waiting.put_nowait(b"event: end\ndata: {}\n\n")
        return {name: await self._until_end(one) for name, one in self.listeners.items()}

    async def _until_end(self, listener: Listener) -> list[str]:
        heard = []
        while "event: end" not in (event := await listener.next()):
            heard.append(json.loads(event.split("data: ")[1])["what"])
        return heard


def _heard(**by: list[str]) -> dict[str, list[str]]:
    return {"office": [], OWN: [], GIVEN: [], f"{GIVEN}.3": [], OTHER: []} | {
        {"own": OWN, "given": GIVEN}.get(name, name): several for name, several in by.items()
    }


@pytest.fixture
async def given(house: House) -> str:
    """A mismatch of one unit's record that the Office gave to another."""
    (made,) = await asyncio.to_thread(find, house.ledger, [seen(1, agency_code=OWN)], house.clock())
    how = {"mismatch_ids": [made], "unit": GIVEN, "now": house.clock(), "actor": "user:lan"}
    await house.ledger.write(assign, **how)
    await Announcer(house.ledger, house.clock, None).announce()
    return made


async def test_what_the_daemon_says_goes_to_the_unit_that_it_was_given_to(house: House, given: str) -> None:
    """And no more to the unit of the record, which does not see it any more."""
    room = await Room(house).fill()
    await asyncio.to_thread(happen, house.ledger, Event.CONFIRMED, given, at=house.clock())
    assert await Announcer(house.ledger, house.clock, None, house.live.tell).announce() == 1
    assert await room.hear() == _heard(office=["confirmed"], given=["confirmed"])


@pytest.mark.parametrize("through", ["page", "api"])
async def test_what_people_do_is_heard_by_those_whose_it_was_and_is(house: House, given: str, through: str) -> None:
    """Each once; an act that changes nothing is not told; the one way for pages and programs."""
    user = await house.user(Role.OPERATOR, "lan")
    browser = await (house.signed_in_as(user, "lan") if through == "page" else house.program(user))

    async def act(name: str, **values: str) -> None:
        if through == "page":
            answer = await browser.post(f"/act/{name}", {"ids": given, "step": "apply", **values})
        else:
            answer = await browser.ask("POST", f"/api/v1/mismatches/{name}", json={"ids": [given], **values})
        assert answer.status in (200, 303)

    room = await Room(house).fill()
    await act("assign", unit="")
    assert await room.hear() == _heard(office=["assign"], own=["assign"], given=["assign"])
    await act("comment", text="Đã gọi")
    await act("comment", text="Đã gọi")
    assert await room.hear() == _heard(office=["comment"], own=["comment"])
    await act("assign", assignee="lan")
    await act("reread")
    assert await room.hear() == _heard(office=["assign", "reread"], own=["assign", "reread"])
    assert house.control.pairs == ["ha-noi"]


async def test_of_many_changes_each_hears_once_that_there_were_some(house: House) -> None:
    room = await Room(house).fill()
    units = {f"M-{number}": (OWN if number % 2 else GIVEN, "") for number in range(TOLD_ONE_BY_ONE + 1)}
    house.live.acted("assign", units)
    assert await room.hear() == _heard(office=["assign"], own=["assign"], given=["assign"])
