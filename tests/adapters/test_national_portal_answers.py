"""The national portal's adapter against answers that the loopback portal does not give, one by one."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web

from adapters.national_portal.canonical import TRANSLATION
from adapters.national_portal.side import PortalSide
from loopback.catalogue.agencies import HANOI_ID
from loopback.portal import DETAIL, FORMALITIES, PUBLIC_LIST
from loopback.run import running
from syncd.sides.adapter import Record, Wanted
from syncd.sides.errors import PermanentError, ShapeError, SideError, StaleError, TransientError
from syncd.sides.reading import Finding
from tests.adapters.test_national_portal import portal_side, read

Json = dict[str, Any]
Reply = Callable[[Json], Any]


def entry(number: int, **changes: Any) -> Json:
    """One entry of either inventory."""
    made = {"id": f"id-{number}", "code": f"1.{number:06}", "name": f"Thủ tục {number}", "state": "ACTIVE"}
    return made | {"publishingDepartmentIds": [], "appliedDepartmentIds": [HANOI_ID]} | changes


def catalogue_of(*entries: Any, pages: int = 1, **pagination: Any) -> Reply:
    """The whole catalogue on one page."""
    told = {"total": len(entries), "totalPages": pages, "pageSize": 100, **pagination}
    return lambda asked: {"items": list(entries), "pagination": {"currentPage": asked["currentPage"], **told}}


def citizen_of(*entries: Any) -> Reply:
    """The whole citizen list, ended by an empty page."""

    def reply(asked: Json) -> Json:
        shown = [] if asked["lastId"] else list(entries)
        return {"items": shown, "lastId": shown[-1]["id"] if shown else asked["lastId"], "total": len(entries)}

    return reply


class Refused(Exception):  # noqa: N818
    """The envelope that comes instead of an answer."""


@asynccontextmanager
async def portal(replies: dict[str, Reply], **settings: Any) -> AsyncIterator[PortalSide]:
    """A portal that gives these replies; `Refused` becomes status 400."""

    async def handler(request: web.Request) -> web.Response:
        asked = await request.json()
        try:
            body = {"code": "OK", "data": replies[request.path](asked)}
        except Refused as refused:
            return web.json_response({"code": str(refused), "data": None}, status=400)
        return web.json_response(body, status=201)

    app = web.Application()
    app.router.add_post("/{path:.*}", handler)
    async with running(app) as url:
        side = portal_side(url, **settings)
        try:
            yield side
        finally:
            await side.close()


async def test_what_one_inventory_alone_has_is_a_finding_and_nothing_is_lost() -> None:
    """A record that only citizens see is listed as well; a withdrawn one that they do not see is no surprise."""
    replies = {
        FORMALITIES: catalogue_of(entry(1), entry(2), entry(3, state="INACTIVE", appliedDepartmentIds=[])),
        PUBLIC_LIST: citizen_of(entry(1), entry(4, departmentPromulgateId="d")),
    }
    async with portal(replies) as side:
        found, proof, _ = await read(side)
    assert proof.whole, proof.reasons
    assert proof.findings == (
        Finding("catalogue_only", 1, ("1.000002",)),
        Finding("citizen_only", 1, ("1.000004",)),
    )
    kept = {one.key: json.loads(one.raw) for one in found}
    assert {key: one["public"] for key, one in kept.items()} == {
        "id-1": True,
        "id-2": False,
        "id-3": False,
        "id-4": True,
    }
    assert kept["id-4"]["departmentId"] == "d"
    assert "applied" not in kept["id-4"]
    assert kept["id-3"]["applied"] == []


async def test_a_refused_page_size_falls_back_to_smaller_ones() -> None:
    """200, 100, 50, 20: the first that the portal takes is kept; when none is taken the refusal is the error."""
    asked_limits: list[int] = []

    def refuse_over(largest: int) -> Reply:
        def reply(asked: Json) -> Any:
            asked_limits.append(asked["limit"])
            if asked["limit"] > largest:
                raise Refused("BAD_REQUEST")
            return citizen_of(entry(1))(asked)

        return reply

    async with portal({PUBLIC_LIST: refuse_over(50)}, inventory="citizen") as side:
        found, proof, _ = await read(side)
    assert (len(found), proof.whole, asked_limits) == (1, True, [200, 100, 50, 50])
    async with portal({PUBLIC_LIST: refuse_over(0)}, inventory="citizen") as side:
        _, proof, _ = await read(side)
    assert (proof.whole, "status 400" in proof.reasons[0]) == (False, True)


@pytest.mark.parametrize("last", [[2], [3], [2, 3], []])
async def test_a_cursor_that_does_not_move_is_the_end(last: list[int]) -> None:
    """The page that comes with it may repeat the one before, bring the rest, or be empty."""
    seen = {1, 2, *last}

    def reply(asked: Json) -> Json:
        numbers = [1, 2] if asked["lastId"] == "" else last
        return {"items": [entry(number) for number in numbers], "lastId": "id-2", "total": len(seen)}

    async with portal({PUBLIC_LIST: reply}, inventory="citizen") as side:
        found, proof, _ = await read(side)
    assert sorted(one.key for one in found) == [f"id-{number}" for number in sorted(seen)]
    assert proof.whole is (last != [2, 3])  # a page that repeats and brings something new contradicts itself


async def test_a_cursor_that_comes_back_later_is_a_cycle() -> None:
    """It ends the reading, and is never taken for the end."""
    order = {"": ("id-2", [1, 2]), "id-2": ("id-4", [3, 4]), "id-4": ("id-2", [5, 6])}

    def reply(asked: Json) -> Json:
        cursor, numbers = order[asked["lastId"]]
        return {"items": [entry(number) for number in numbers], "lastId": cursor, "total": 6}

    async with portal({PUBLIC_LIST: reply}, inventory="citizen") as side:
        _, proof, _ = await read(side)
    assert not proof.whole
    assert "came twice" in " ".join(proof.reasons)


async def test_one_broken_entry_spoils_only_itself() -> None:
    """It is listed as broken, keeps its code, has no detail, and its translation says what is wrong and where."""
    replies = {
        FORMALITIES: catalogue_of(entry(1), entry(2, state="GONE"), entry(3, code=7)),
        PUBLIC_LIST: citizen_of(entry(1)),
    }
    async with portal(replies) as side:
        found, proof, _ = await read(side)
        assert proof.whole, proof.reasons
        assert await side.fetch_detail(found[1]) == b""
        for one, path, code in ((found[1], "$.state", "1.000002"), (found[2], "$.code", "")):
            with pytest.raises(ShapeError) as caught:
                side.canonical(Record(one.key, one.raw, b""))
            assert (caught.value.path, getattr(caught.value, "code", None)) == (path, code)
        side.canonical(Record(*found[0]))


@pytest.mark.parametrize("broken", [None, 7, "text", [], {}, {"id": None}, {"id": 5}])
async def test_an_entry_without_an_id_leaves_the_reading_in_doubt(broken: Any) -> None:
    """It cannot be listed, so that the reading is not whole; the others are there."""
    replies = {FORMALITIES: catalogue_of(entry(1), broken)}
    async with portal(replies, inventory="catalogue") as side:
        found, proof, _ = await read(side)
    assert [one.key for one in found] == ["id-1"]
    assert not proof.whole
    assert "without a readable id" in proof.reasons[0]


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {"items": None, "pagination": {}},
        {"items": [], "pagination": {"total": "1", "totalPages": 1}},
        {"items": [], "pagination": {"total": -1, "totalPages": 1}},
        {"items": [], "pagination": {"total": 10**30, "totalPages": 1}},
        {"items": [], "pagination": {"total": 1, "totalPages": 10**9}},
        {"items": [entry(1)], "pagination": {"total": 1, "totalPages": 1, "currentPage": 9}},
    ],
)
async def test_a_page_of_another_shape_ends_the_reading(data: Any) -> None:
    """Nothing is concluded from it."""
    async with portal({FORMALITIES: lambda _asked: data}, inventory="catalogue") as side:
        found, proof, _ = await read(side)
    assert (found, proof.whole) == ([], False)


@pytest.mark.parametrize(("full", "empty"), [(FORMALITIES, PUBLIC_LIST), (PUBLIC_LIST, FORMALITIES)])
async def test_an_inventory_that_is_empty_while_the_other_is_not_is_a_doubt(full: str, empty: str) -> None:
    """Two inventories check one another, even where each alone looks whole."""
    shown: dict[str, Callable[..., Reply]] = {FORMALITIES: catalogue_of, PUBLIC_LIST: citizen_of}
    async with portal({full: shown[full](entry(1)), empty: shown[empty]()}) as side:
        _, proof, _ = await read(side)
    assert not proof.whole


@pytest.mark.parametrize(
    ("code", "expected"), [("NOT_FOUND", PermanentError), ("INTERNAL_ERROR", TransientError), (7, ShapeError)]
)
async def test_an_envelope_that_is_not_ok_is_an_error(code: Any, expected: type[SideError]) -> None:
    """With a success status as well."""

    async def handler(_request: web.Request) -> web.Response:
        return web.json_response({"code": code, "data": {"items": []}, "message": "không"}, status=201)

    app = web.Application()
    app.router.add_post("/{path:.*}", handler)
    async with running(app) as url:
        side = portal_side(url)
        with pytest.raises(expected) as caught:
            await side.check()
        assert type(caught.value) is expected
        await side.close()


@pytest.mark.parametrize(
    "data", [None, {"id": "id-2", "code": "1.000001"}, {"id": "id-1", "code": "1.000002"}, {"id": "id-1"}]
)
async def test_a_detail_that_is_not_the_one_asked_for_is_stale(data: Any) -> None:
    """No detail at all, another id, another code, no code."""
    replies: dict[str, Reply] = {FORMALITIES: catalogue_of(entry(1)), DETAIL: lambda _asked: data}
    async with portal(replies, inventory="catalogue") as side:
        found, _, _ = await read(side)
        with pytest.raises(StaleError):
            await side.fetch_detail(found[0])
        [answer] = await side.read_again([Wanted("id-1", "1.000001")])
    assert isinstance(answer.error, StaleError)


async def test_a_detail_comes_back_in_the_bytes_that_were_sent() -> None:
    """Spaces and unknown keys included: the raw record is kept as evidence."""
    sent = '{ "id":"id-1",  "code":"1.000001", "lạ": [1.50, null] }'

    async def handler(request: web.Request) -> web.Response:
        if request.path == DETAIL:
            return web.Response(status=201, text=f'{{"code":"OK","data":{sent},"message":"OK"}}')
        return web.json_response({"code": "OK", "data": catalogue_of(entry(1))({"currentPage": 1})}, status=201)

    app = web.Application()
    app.router.add_post("/{path:.*}", handler)
    async with running(app) as url:
        side = portal_side(url, inventory="catalogue")
        found, _, _ = await read(side)
        assert (await side.fetch_detail(found[0])).decode() == sent
        await side.close()


async def test_without_a_code_and_a_key_nothing_can_be_asked_for() -> None:
    """An empty search would list everything."""
    async with portal({}) as side:
        [answer] = await side.read_again([Wanted(None, "  ")])
    assert isinstance(answer.error, PermanentError)


def searched(*entries: Json) -> Reply:
    """A catalogue on one page that finds by part of a code, and shows all of them to an empty search."""
    return lambda asked: catalogue_of(*(one for one in entries if asked["q"] in str(one["code"])))(asked)


@pytest.mark.parametrize("inventory", ["catalogue", "citizen", "both"])
async def test_a_broken_record_is_answered_as_the_listing_shows_it(inventory: str) -> None:
    """So that it can be confirmed as invalid; what is sound beside it is not touched, nor is what was not asked for."""
    entries = [entry(1, code="1.01"), entry(2, code="1.012", state="GONE"), entry(3, code="1.013", name=None)]
    replies = {FORMALITIES: searched(*entries), PUBLIC_LIST: citizen_of(*entries)}
    replies[DETAIL] = lambda asked: {"id": asked["id"], "code": "1.01"}
    async with portal(replies, inventory=inventory) as side:
        found, _, _ = await read(side)
        wanted = [Wanted("id-1", "1.01"), Wanted("id-2", "1.012"), Wanted(None, "1.012"), Wanted("id-9", "1.01")]
        sound, broken, by_code, absent = await side.read_again(wanted)
        with pytest.raises(ShapeError) as caught:
            side.canonical(broken.records[0])
    assert [answer.error for answer in (sound, broken, by_code, absent)] == [None] * 4
    assert sound.records[0][:2] == tuple(found[0])
    assert broken.records == by_code.records == (Record(*found[1], b""),)
    assert absent.records == ()
    assert caught.value.code == "1.012"


async def test_a_record_without_a_code_is_found_by_its_key_in_the_whole_listing() -> None:
    """One walk serves all such questions; one that is gone is gone."""
    asked_for: list[str] = []

    def reply(asked: Json) -> Any:
        asked_for.append(asked["q"])
        shown = entry(1, code=None) if asked["currentPage"] == 1 else entry(asked["currentPage"])
        return catalogue_of(shown, pages=7, total=7)(asked)

    async with portal({FORMALITIES: reply}, inventory="catalogue") as side:
        there, gone = await side.read_again([Wanted("id-1", ""), Wanted("id-99", " ")])
    assert ([one.key for one in there.records], there.error) == (["id-1"], None)
    assert (gone.records, gone.error) == ((), None)
    assert asked_for == [""] * 7


async def test_questions_with_one_code_are_one_search() -> None:
    """The core asks for a record by key and by code at once."""
    asked_for: list[str] = []

    def reply(asked: Json) -> Any:
        asked_for.append(asked["q"])
        return catalogue_of(entry(1, state="INACTIVE"))(asked)

    async with portal({FORMALITIES: reply}, inventory="catalogue") as side:
        answers = await side.read_again([Wanted("id-1", "1.000001"), Wanted(None, "1.000001")])
    assert [[one.key for one in answer.records] for answer in answers] == [["id-1"], ["id-1"]]
    assert asked_for == ["1.000001"]


@pytest.mark.parametrize(
    ("repeats", "said", "most"), [(True, "repeats an earlier page", 2), (False, "not narrowed", 5)]
)
async def test_a_search_that_goes_on_and_on_is_no_answer(repeats: bool, said: str, most: int) -> None:
    """A page that comes again is noticed at once, and one code never fills many pages: unsure, never absent."""
    pages: list[int] = []

    def reply(asked: Json) -> Any:
        pages.append(asked["currentPage"])
        return catalogue_of(entry(1 if repeats else asked["currentPage"]), pages=1000, total=1000)(asked)

    async with portal({FORMALITIES: reply}, inventory="catalogue") as side:
        [answer] = await side.read_again([Wanted("id-1", "1.000001")])
    assert isinstance(answer.error, StaleError)
    assert said in str(answer.error)
    assert len(pages) == most


async def test_a_search_of_as_many_pages_as_are_allowed_is_an_answer() -> None:
    """The fifth page may be the last."""
    reply: Reply = lambda asked: catalogue_of(entry(asked["currentPage"], state="INACTIVE"), pages=5, total=5)(asked)  # noqa: E731
    async with portal({FORMALITIES: reply}, inventory="catalogue") as side:
        [answer] = await side.read_again([Wanted("id-5", "1.000005")])
    assert [one.key for one in answer.records] == ["id-5"]


NOTHING: Json = {"items": []}


@pytest.mark.parametrize(
    ("first", "after", "whole"),
    [
        ({"items": [entry(1)]}, NOTHING, True),
        ({"items": [entry(1)], "lastId": "id-1"}, NOTHING, True),
        ({"items": [entry(1)]}, {"items": [entry(1)], "lastId": "id-1"}, True),
        ({"items": [entry(1)]}, {"items": [entry(1)]}, False),
        ({"items": [entry(1)]}, {"items": [entry(2)], "lastId": "id-1"}, False),
        ({"items": [entry(1)]}, {"items": [entry(2)], "lastId": "id-2"}, False),
    ],
)
async def test_a_citizen_list_without_a_total_is_asked_once_more_whether_it_has_ended(
    first: Json, after: Json, whole: bool
) -> None:
    """Only an empty page, or one that repeats without moving, is an end; else the chain was cut."""
    asked_after: list[str] = []

    def reply(asked: Json) -> Any:
        asked_after.append(asked["lastId"])
        return after if asked["lastId"] else first

    async with portal({PUBLIC_LIST: reply}, inventory="citizen") as side:
        _, proof, _ = await read(side)
    assert proof.whole is whole, proof.reasons
    assert set(asked_after) == {"", "id-1"}
    assert any("declares no total" in reason for reason in proof.reasons) is not whole


@pytest.mark.parametrize(
    ("changes", "applied"),
    [({}, None), ({"appliedDepartmentIds": None}, None), ({"appliedDepartmentIds": []}, ())],
)
async def test_a_listing_that_does_not_say_to_whom_a_record_applies_says_nothing(changes: Json, applied: Any) -> None:
    """An absent list is unknown; an empty one says that it applies to nobody. The citizen list never says."""
    told = {key: value for key, value in entry(1).items() if key != "appliedDepartmentIds"} | changes
    replies = {FORMALITIES: catalogue_of(told), PUBLIC_LIST: citizen_of(told, entry(2))}
    async with portal(replies) as side:
        found, _, _ = await read(side)
        seen = [side.canonical(Record(*one)).applied_departments for one in found]
    assert seen == [applied, None]


@pytest.mark.parametrize(("inventory", "scope"), [("both", True), ("catalogue", True), ("citizen", False)])
async def test_only_the_catalogue_says_scope(inventory: str, scope: bool) -> None:
    """Where the citizen list stands alone, nothing says to whom a record applies."""
    async with portal({}, inventory=inventory) as side:
        assert side.capabilities.scope is scope
        assert ("applied_departments" in side.capabilities.carries) is scope
        assert side.capabilities.translation == TRANSLATION
