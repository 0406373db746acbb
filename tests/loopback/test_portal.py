"""The loopback portal answers as the real one was seen to answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from loopback.catalogue import HANOI_ID
from loopback.portal import BASE, DEPARTMENTS, DETAIL, FORMALITIES, PUBLIC_LIST
from loopback.run import Systems


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


async def ask(
    session: aiohttp.ClientSession, systems: Systems, path: str, body: object, *, status: int = 201
) -> dict[str, Any]:
    async with session.post(systems.portal_url + path, json=body) as response:
        assert response.status == status
        answer: dict[str, Any] = await response.json()
        return answer


async def test_success_is_201_in_an_envelope(systems: Systems, session: aiohttp.ClientSession) -> None:
    answer = await ask(session, systems, FORMALITIES, {"q": "", "currentPage": 1, "pageSize": 10})

    assert (answer["code"], answer["message"]) == ("OK", "OK")
    assert len(answer["data"]["items"]) == 10


async def test_a_get_is_answered_by_the_firewall(systems: Systems, session: aiohttp.ClientSession) -> None:
    async with session.get(systems.portal_url + FORMALITIES) as response:
        assert response.status == 200
        assert response.content_type == "text/html"
        assert "Request Rejected" in await response.text()


async def test_pages_hold_every_record_once_and_the_total_is_true(
    systems: Systems, session: aiohttp.ClientSession
) -> None:
    codes: list[str] = []
    page, pages = 1, 1
    while page <= pages:
        data = (await ask(session, systems, FORMALITIES, {"currentPage": page, "pageSize": 200}))["data"]
        codes += [row["code"] for row in data["items"]]
        pages, page = data["pagination"]["totalPages"], page + 1

    assert len(codes) == data["pagination"]["total"] == len(systems.catalogue.portal)
    assert set(codes) == {record.code for record in systems.catalogue.portal}


async def test_withdrawn_records_are_marked_and_apply_to_nobody(
    systems: Systems, session: aiohttp.ClientSession
) -> None:
    withdrawn = next(record for record in systems.catalogue.portal if not record.public)
    data = (await ask(session, systems, FORMALITIES, {"q": withdrawn.code}))["data"]
    row = next(row for row in data["items"] if row["id"] == withdrawn.id)

    assert row["state"] == "INACTIVE"
    assert row["appliedDepartmentIds"] == []


async def test_the_citizens_list_shows_public_records_and_ends_with_an_empty_page(
    systems: Systems, session: aiohttp.ClientSession
) -> None:
    ids: list[str] = []
    last = ""
    while True:
        data = (await ask(session, systems, PUBLIC_LIST, {"limit": 200, "lastId": last, "q": ""}))["data"]
        if not data["items"]:
            break
        ids += [row["id"] for row in data["items"]]
        last = data["lastId"]

    assert data["lastId"] == last
    assert len(ids) == data["total"]
    assert set(ids) == {record.id for record in systems.catalogue.portal if record.public}


async def test_the_citizens_list_can_be_narrowed_to_a_department(
    systems: Systems, session: aiohttp.ClientSession
) -> None:
    data = (await ask(session, systems, PUBLIC_LIST, {"limit": 200, "departmentCode": "H26"}))["data"]

    assert data["items"]
    assert {row["departmentPromulgateId"] for row in data["items"]} == {HANOI_ID}


async def test_a_detail_is_found_by_id(systems: Systems, session: aiohttp.ClientSession) -> None:
    record = systems.catalogue.portal[0]

    answer = await ask(session, systems, DETAIL, {"id": record.id})

    assert answer["data"] == record.detail


async def test_an_unknown_id_is_not_found(systems: Systems, session: aiohttp.ClientSession) -> None:
    answer = await ask(session, systems, DETAIL, {"id": "nobody"}, status=404)

    assert (answer["code"], answer["data"]) == ("NOT_FOUND", None)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (FORMALITIES, {"pageSize": 201}),
        (FORMALITIES, {"currentPage": 0}),
        (PUBLIC_LIST, {"limit": "20"}),
        (PUBLIC_LIST, {"q": 5}),
        (DETAIL, ["id"]),
    ],
)
async def test_a_question_of_the_wrong_shape_is_refused(
    systems: Systems, session: aiohttp.ClientSession, path: str, body: object
) -> None:
    assert (await ask(session, systems, path, body, status=400))["code"] == "BAD_REQUEST"


async def test_an_unknown_path_is_not_found(systems: Systems, session: aiohttp.ClientSession) -> None:
    assert (await ask(session, systems, f"{BASE}/nothing", {}, status=404))["code"] == "NOT_FOUND"


async def test_departments_are_listed_with_a_cursor(systems: Systems, session: aiohttp.ClientSession) -> None:
    body = {"type": "PROVINCE", "limit": 200, "lastId": "", "levels": []}
    rows = (await ask(session, systems, DEPARTMENTS, body))["data"]

    assert {"id": HANOI_ID, "name": "UBND Thành phố Hà Nội", "code": "H26", "level": "level_1", "hasChild": True} in (
        rows["rows"]
    )
    assert (await ask(session, systems, DEPARTMENTS, body | {"lastId": rows["lastId"]}))["data"]["rows"] == []
    async with session.post(systems.portal_url + DEPARTMENTS, json=body | {"type": "COMMUNE"}) as refused:
        assert (refused.status, (await refused.json())["code"]) == (400, "BAD_REQUEST")


async def test_a_scheduled_change_is_seen_at_once_by_every_interface(
    systems: Systems, session: aiohttp.ClientSession
) -> None:
    event = systems.portal.advance("withdraw-1")
    code = event.record.code

    listed = (await ask(session, systems, FORMALITIES, {"q": code}))["data"]["items"]
    public = (await ask(session, systems, PUBLIC_LIST, {"q": code}))["data"]["items"]
    detail = (await ask(session, systems, DETAIL, {"id": event.record.id}))["data"]

    assert {row["code"]: row["state"] for row in listed}[code] == "INACTIVE"
    assert code not in {row["code"] for row in public}
    assert detail["state"] == "INACTIVE"


async def test_a_publication_makes_the_total_grow(systems: Systems, session: aiohttp.ClientSession) -> None:
    before = (await ask(session, systems, FORMALITIES, {}))["data"]["pagination"]["total"]
    systems.portal.advance("publish-1")

    assert (await ask(session, systems, FORMALITIES, {}))["data"]["pagination"]["total"] == before + 1


async def test_a_removed_record_is_gone(systems: Systems, session: aiohttp.ClientSession) -> None:
    record = systems.catalogue.portal[0]
    systems.portal.remove(record.id)

    await ask(session, systems, DETAIL, {"id": record.id}, status=404)


async def test_questions_are_counted_by_path(systems: Systems, session: aiohttp.ClientSession) -> None:
    await ask(session, systems, FORMALITIES, {})
    await ask(session, systems, FORMALITIES, {})

    assert systems.portal.requests == {FORMALITIES: 2}
