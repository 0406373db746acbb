"""Each fault spoils an answer in its own way, when and only when it is asked to."""

from __future__ import annotations

import asyncio
import json
import unicodedata
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from loopback.faults import FAULTS, HEADER
from loopback.portal import DETAIL, FORMALITIES, PUBLIC_LIST
from loopback.run import Systems

FIRST = {"currentPage": 1, "pageSize": 50}
SECOND = {"currentPage": 2, "pageSize": 50}


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


class Asker:
    """Asks the portal of this test."""

    def __init__(self, session: aiohttp.ClientSession, systems: Systems) -> None:
        self.session, self.systems = session, systems

    async def raw(self, path: str, body: object, fault: str | None = None) -> tuple[int, Any, bytes]:
        headers = {HEADER: fault} if fault else {}
        async with self.session.post(self.systems.portal_url + path, json=body, headers=headers) as response:
            return response.status, response.headers, await response.read()

    async def data(self, path: str, body: object, fault: str | None = None) -> Any:
        _status, _headers, answer = await self.raw(path, body, fault)
        return json.loads(answer)["data"]

    async def page(self, body: object, fault: str | None = None) -> Any:
        return await self.data(FORMALITIES, body, fault)


@pytest.fixture
def portal(session: aiohttp.ClientSession, systems: Systems) -> Asker:
    return Asker(session, systems)


def test_every_fault_says_in_one_line_what_it_does() -> None:
    assert all(fault.doc and "\n" not in fault.doc for fault in FAULTS.values())


async def test_an_unknown_fault_is_refused_with_the_list_of_known_ones(portal: Asker) -> None:
    status, _headers, answer = await portal.raw(FORMALITIES, FIRST, "nonsense")

    assert status == 400
    assert b"truncated_body" in answer
    with pytest.raises(KeyError, match="truncated_body"):
        portal.systems.portal_faults.add("nonsense")


@pytest.mark.parametrize("fault", ["truncated_body", "reset"])
async def test_a_broken_connection_reaches_the_client_as_one(portal: Asker, fault: str) -> None:
    with pytest.raises(aiohttp.ClientError):
        await portal.raw(FORMALITIES, FIRST, fault)


@pytest.mark.parametrize(
    ("fault", "status", "holds"),
    [
        ("block_page_200", 200, b"Request Rejected"),
        ("block_page_201", 201, b"Request Rejected"),
        ("block_page_403", 403, b"Request Rejected"),
        ("unavailable", 503, b""),
        ("unauthorised", 401, b""),
        ("throttled_seconds", 429, b""),
        ("throttled_date", 429, b""),
        ("error_envelope", 201, b'"code":"ERROR"'),
        ("empty_list", 200, b'"items":[]'),
    ],
)
async def test_a_status_or_a_page_stands_for_the_answer(portal: Asker, fault: str, status: int, holds: bytes) -> None:
    answered, headers, body = await portal.raw(FORMALITIES, FIRST, fault)

    assert answered == status
    assert holds in body
    assert ("Retry-After" in headers) == (status == 429)


async def test_cut_json_is_a_complete_answer_that_cannot_be_read(portal: Asker) -> None:
    _status, _headers, body = await portal.raw(FORMALITIES, FIRST, "cut_json")

    with pytest.raises(json.JSONDecodeError):
        json.loads(body)


async def test_a_lost_page_keeps_its_total(portal: Asker) -> None:
    whole, lost = await portal.page(FIRST), await portal.page(FIRST, "lost_page")

    assert lost["items"] == []
    assert lost["pagination"] == whole["pagination"]


async def test_a_short_page_lacks_its_second_half(portal: Asker) -> None:
    whole, short = await portal.page(FIRST), await portal.page(FIRST, "short_page")

    assert short["items"] == whole["items"][:25]


async def test_a_shrinking_total_shrinks_further_each_time(portal: Asker) -> None:
    total = (await portal.page(FIRST))["pagination"]["total"]
    portal.systems.portal_faults.add("shrinking_total", times=None)

    assert (await portal.page(FIRST))["pagination"]["total"] == total - 25
    assert (await portal.page(SECOND))["pagination"]["total"] == total - 50


async def test_a_cycling_cursor_is_the_first_one_again(portal: Asker) -> None:
    first = await portal.data(PUBLIC_LIST, {"limit": 20})
    second = await portal.data(PUBLIC_LIST, {"limit": 20, "lastId": first["lastId"]}, "cycling_cursor")

    assert second["lastId"] == first["lastId"]
    assert second["items"] != first["items"]


async def test_a_cycling_list_without_cursors_starts_again(portal: Asker) -> None:
    first = await portal.page(FIRST)

    assert await portal.page(SECOND, "cycling_cursor") == first


async def test_a_repeated_page_is_the_one_before(portal: Asker) -> None:
    first = await portal.page(FIRST)

    assert await portal.page(SECOND, "repeated_page") == first


async def test_a_duplicate_key_stands_on_two_pages(portal: Asker) -> None:
    first, second = await portal.page(FIRST), await portal.page(SECOND, "duplicate_key")

    assert second["items"][0] == first["items"][-1]
    assert len(second["items"]) == 51


async def test_a_wrong_record_has_another_identity(portal: Asker) -> None:
    asked = portal.systems.catalogue.portal[0].id

    record = await portal.data(DETAIL, {"id": asked}, "wrong_record")

    assert record["id"] != asked
    assert record["name"]


async def test_nfd_text_means_the_same(portal: Asker) -> None:
    whole, decomposed = await portal.page(FIRST), await portal.page(FIRST, "nfd_text")
    names = [[unicodedata.normalize("NFC", row["name"]) for row in page["items"]] for page in (whole, decomposed)]

    assert names[0] == names[1]
    assert [row["name"] for row in decomposed["items"]] != [row["name"] for row in whole["items"]]


async def test_a_flapping_decision_leaves_updated_at_alone(portal: Asker) -> None:
    asked = {"id": portal.systems.catalogue.portal[0].id}
    whole, flapped = await portal.data(DETAIL, asked), await portal.data(DETAIL, asked, "flapping_decision")

    assert flapped["procedureProposal"]["proposalNumber"] == "01/QĐ-UBND"
    assert flapped["updatedAt"] == whole["updatedAt"]


async def test_clock_skew_moves_the_date_and_the_times(portal: Asker) -> None:
    asked = {"id": portal.systems.catalogue.portal[0].id}
    whole = await portal.data(DETAIL, asked)
    _status, headers, body = await portal.raw(DETAIL, asked, "clock_skew")

    assert headers["Date"] == "Thu, 01 Jan 2015 00:00:00 GMT"
    assert json.loads(body)["data"]["updatedAt"] == whole["updatedAt"] + 86_400_000


async def test_a_slow_body_waits_until_its_gate_opens(portal: Asker) -> None:
    drip = portal.systems.portal_faults.drip
    asking = asyncio.create_task(portal.page(FIRST, "slow_body"))
    await drip.dripping.wait()
    assert not asking.done()

    drip.gate.set()

    assert len((await asking)["items"]) == 50


async def test_a_rule_strikes_the_nth_request_of_its_path_as_often_as_it_says(portal: Asker) -> None:
    rule = portal.systems.portal_faults.add("unavailable", path="formalities", nth=2, times=2)
    statuses = [(await portal.raw(FORMALITIES, FIRST))[0] for _ in range(4)]
    other = (await portal.raw(PUBLIC_LIST, {"limit": 1}))[0]

    assert statuses == [201, 503, 503, 201]
    assert other == 201
    assert (rule.seen, rule.hits) == (4, 2)


async def test_a_rule_can_wait_for_words_in_the_question(portal: Asker) -> None:
    asked = portal.systems.catalogue.portal[3].id
    portal.systems.portal_faults.add("unavailable", path="get-formality", asked=asked, times=None)

    assert (await portal.raw(DETAIL, {"id": asked}))[0] == 503
    assert (await portal.raw(DETAIL, {"id": portal.systems.catalogue.portal[4].id}))[0] == 201


async def test_a_cleared_plan_spoils_nothing(portal: Asker) -> None:
    portal.systems.portal_faults.add("unavailable", times=None)
    portal.systems.portal_faults.clear()

    assert (await portal.raw(FORMALITIES, FIRST))[0] == 201


@pytest.mark.parametrize("fault", sorted(set(FAULTS) - {"truncated_body", "reset", "slow_body"}))
@pytest.mark.parametrize("body", [{"currentPage": "x"}, {"q": "nothing is called this"}])
async def test_no_fault_breaks_on_a_refusal_or_an_empty_page(portal: Asker, fault: str, body: object) -> None:
    """The server itself must never answer 500: a fault is what it says it is."""
    assert (await portal.raw(FORMALITIES, body, fault))[0] != 500


async def test_a_page_that_drips_does_not_keep_the_systems_from_closing(
    portal: Asker, session: aiohttp.ClientSession
) -> None:
    """The systems fixture closes after this test, with a body still owed."""
    asking: asyncio.Task[Any] = asyncio.create_task(portal.page(FIRST, "slow_body"))
    await portal.systems.portal_faults.drip.dripping.wait()

    assert not asking.done()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
