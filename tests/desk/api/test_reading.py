"""What programs read: every question of the pages, narrowed alike; pages by cursors; answers that can be compared."""

from __future__ import annotations

import gzip
import json

import aiohttp
import pytest

from syncd.ledger.accounts import change_user
from syncd.records.roles import Role
from tests.desk.api.conftest import API, Program, all_ids, program_of
from tests.desk.conftest import House

PATHS = (
    "/overview",
    "/units",
    "/units/H26.17",
    "/mismatches",
    "/mismatches/counts",
    "/causes",
    "/procedures",
    "/procedures/1.000001",
    "/versions/changes?first=1&second=2",
    "/publications",
    "/decisions",
    "/decision?number=3501/Q%C4%90-UBND",
    "/index?period=2026-10",
    "/impact",
    "/documents",
)


@pytest.mark.parametrize("path", PATHS)
async def test_every_question_has_an_answer_that_stays_the_same_while_nothing_changes(
    office: House, reviewer: Program, path: str
) -> None:
    first = await reviewer.get(path)
    assert first.status == 200, first.text
    assert len(json.loads(first.text)) > 0
    assert first.headers["Cache-Control"] == "private, no-cache"
    office.clock.pass_by(seconds=20)
    again = await reviewer.get(path, headers={"If-None-Match": f'"other", {first.headers["ETag"]}'})
    assert (again.status, again.text) == (304, "")
    assert again.headers["ETag"] == first.headers["ETag"]


async def test_answers_hold_what_the_city_knows(reviewer: Program) -> None:
    overview = await reviewer.read("/overview")
    assert (overview["pairs"][0]["pair"], overview["total"]) == ("ha-noi", 18)
    assert overview["publications"]["overdue"] + overview["publications"]["in_time"] > 0
    assert overview["index"]["period"] == "2026-10"
    assert len(overview["days"]) == 14
    units = {one["code"]: one for one in (await reviewer.read("/units"))["units"]}
    assert units["H26.17"]["name"]
    assert sum(one["open"] for one in units.values()) == 18
    one = await reviewer.read("/procedures/1.000001")
    assert one["portal"]["decision_number"] == "3501/QĐ-UBND"
    assert "search" not in one["row"]
    decision = await reviewer.read("/decision?number=3501%2Fq%C4%91-ubnd")
    assert [each["procedure"]["code"] for each in decision["procedures"]] == ["1.000001"]
    index = await reviewer.read("/index?period=2026-10")
    assert index["unit"]["code"] == "H26"
    assert "2026-09" in index["periods"]


async def test_one_mismatch_comes_with_its_evidence_and_its_history(reviewer: Program) -> None:
    mismatch_id = (await all_ids(reviewer))[0]
    one = await reviewer.read(f"/mismatches/{mismatch_id}")
    assert one["mismatch"]["id"] == mismatch_id
    assert one["portal"]["whole"]["verdict"] == "whole"
    past = await reviewer.read(f"/mismatches/{mismatch_id}/history")
    assert past["moments"] == one["history"]


async def test_the_filter_is_that_of_the_queue(reviewer: Program) -> None:
    every = await reviewer.read("/mismatches")
    counts = await reviewer.read("/mismatches/counts")
    assert every["total"] == counts["total"] == 18
    critical = await reviewer.read("/mismatches?severity=critical&state=confirmed&state=suspected&q=dang+ky")
    assert 0 < critical["total"] < 18
    assert {one["severity"] for one in critical["rows"]} == {"critical"}
    assert await all_ids(reviewer, "&assignee=me") == []


@pytest.mark.parametrize(
    ("path", "rows", "key"),
    [
        ("/mismatches?order=newest", "rows", "id"),
        ("/procedures", "rows", "code"),
        ("/publications?as_of=2026-11-25T01:00:00Z", "rows", "code"),
        ("/decisions", "rows", "number"),
        ("/impact?brings=all", "rows", "id"),
    ],
)
async def test_following_the_links_shows_every_row_once(reviewer: Program, path: str, rows: str, key: str) -> None:
    whole = await reviewer.read(path + ("&" if "?" in path else "?") + "limit=500")
    wanted = [one[key] for one in whole[rows]]
    seen, way = [], path + ("&" if "?" in path else "?") + "limit=4"
    while way:
        answer = await reviewer.get(way)
        page = json.loads(answer.text)
        assert len(page[rows]) <= 4
        seen += [one[key] for one in page[rows]]
        link = answer.headers.get("Link", "")
        assert bool(link) == bool(page["next"])
        way = link.removeprefix(f"<{API}").partition(">")[0]
    assert seen == wanted
    assert len(wanted) > 4


async def test_the_trail_is_paged_for_those_who_audit_alone(office: House, reviewer: Program) -> None:
    assert (await reviewer.refusal("/audit"))["status"] == 403
    auditor = await program_of(office, Role.AUDITOR)
    first = await auditor.read("/audit?limit=3")
    second = await auditor.read(f"/audit?limit=3&cursor={first['next']}")
    numbers = [one["id"] for one in (*first["entries"], *second["entries"])]
    assert numbers == sorted(numbers, reverse=True)
    assert len(set(numbers)) == 6
    assert (len(first["head"]), first["chained"] >= 6) == (64, True)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/mismatches?stat=confirmed", "there is no parameter 'stat' here; did you mean 'state'?"),
        ("/causes?q=1", "there is no parameter 'q' here; there are none"),
        ("/mismatches?severity=critcal", "did you mean 'critical'?"),
        ("/mismatches?limit=0", "'0' is no whole number from 1 to 500"),
        ("/mismatches?limit=501", "'501' is no whole number from 1 to 500"),
        ("/mismatches?limit=%D9%A3", "is no whole number"),
        ("/mismatches?limit=1&limit=2", "limit stands 2 times; give one"),
        ("/mismatches?older=9&younger=1", "older=9 and younger=1 leave nothing; swap them"),
        ("/mismatches?cursor=abc", "cursor: this place in the list is not known"),
        ("/mismatches?q=", "q: has 0 characters; 1 to 200 are right"),
        ("/publications?cursor=gaRuYW1l", "cursor: this place in the list is not known"),
        ("/publications?as_of=2026-11-25", "write 2026-11-24T09:30:00%2B07:00"),
        ("/publications?as_of=0001-01-01T00:00:00Z", "is no instant from the year 2000 on"),
        ("/index?period=2026-13", "not a period: '2026-13'"),
        ("/procedures?pair=ha-noj", "there is no 'ha-noj'; known are ha-noi; did you mean 'ha-noi'?"),
        ("/decision", "number is needed"),
        ("/versions/changes?first=1", "second is needed"),
        ("/mismatches?q=%00", "the request is not text that can be read"),
    ],
)
async def test_what_is_wrong_with_a_query_is_said_exactly(reviewer: Program, path: str, words: str) -> None:
    problem = await reviewer.refusal(path)
    assert (problem["status"], problem["title"], problem["type"]) == (400, "Bad Request", "about:blank")
    assert words in problem["detail"]


async def test_a_cursor_of_another_list_is_refused(reviewer: Program) -> None:
    cursor = (await reviewer.read("/decisions?limit=1"))["next"]
    assert (await reviewer.refusal(f"/publications?cursor={cursor}"))["parameter"] == "cursor"
    assert (await reviewer.refusal(f"/mismatches?cursor={cursor}"))["parameter"] == "cursor"


@pytest.mark.parametrize(
    "path",
    [
        "/mismatches/M-AAAAAAAAAAAAAAAA",
        "/mismatches/M-AAAAAAAAAAAAAAAA/history",
        "/procedures/9.999999",
        "/procedures/" + "9" * 201,
        "/decision?number=9999",
        "/units/H99",
        "/nowhere",
    ],
)
async def test_what_is_not_there_is_not_there(reviewer: Program, path: str) -> None:
    assert (await reviewer.refusal(path))["status"] == 404


async def test_a_desk_that_judges_nothing_says_so(build) -> None:
    house = await build()
    program = await program_of(house, Role.REVIEWER)
    for path, lack in (("/publications", "[publication]"), ("/index", "[index]"), ("/impact", "[publication]")):
        assert lack in (await program.refusal(path))["detail"]
    assert (await program.read("/overview"))["publications"] is None
    assert (await program.refusal("/procedures"))["detail"] == "this desk has no pair yet"


async def test_a_units_program_sees_what_belongs_to_the_unit(office: House, reviewer: Program) -> None:
    unit = await program_of(office, Role.UNIT, unit="H26.17")
    every, own = await all_ids(reviewer), await all_ids(unit)
    assert 0 < len(own) < len(every)
    other = next(one for one in every if one not in own)
    assert (await unit.get(f"/mismatches/{other}")).status == 404
    assert (await unit.get(f"/mismatches/{other}/history")).status == 404
    assert await all_ids(unit, "&unit=H26.20") == []
    assert (await unit.get("/units/H26.20")).status == 404
    assert [one["code"] for one in (await unit.read("/units"))["units"]] == ["H26.17"]
    assert {one["unit_code"] for one in (await unit.read("/publications"))["rows"]} <= {"H26.17"}
    assert {one["unit_code"] for one in (await unit.read("/impact?brings=all"))["rows"]} <= {"H26.17"}
    overview = await unit.read("/overview")
    assert overview["total"] == len(own)
    assert {one["value"] for one in overview["units"]} == {"H26.17"}
    assert {one["unit"] for one in overview["changes"]["rows"]} <= {"H26.17"}


async def test_a_token_is_all_that_counts_and_only_while_its_user_may_come(office: House) -> None:
    user_id = await office.user(Role.OPERATOR)
    program = Program(await office.program(user_id, "see"))
    assert (await program.get("/mismatches")).status == 200
    assert "the scope 'see_audit'" in (await program.refusal("/audit"))["detail"]
    browser = await office.signed_in_as(user_id, "operator")
    assert (await browser.get(f"{API}/mismatches")).status == 401
    assert (await browser.get("/queue")).status == 200
    await office.ledger.write(change_user, user_id=user_id, disabled=True, now=office.clock(), actor="test")
    answer = await program.get("/mismatches")
    assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert "Authorization: Bearer" in json.loads(answer.text)["detail"]


async def test_a_packed_answer_has_an_etag_of_its_own(office: House, reviewer: Program) -> None:
    path = f"{office.base}{API}/mismatches"
    client = reviewer.browser.client
    async with client.get(path, headers={"Accept-Encoding": "identity"}) as plain:
        body, tag = await plain.read(), plain.headers["ETag"]
    token = client.headers["Authorization"]
    async with (
        aiohttp.ClientSession(auto_decompress=False) as raw,
        raw.get(path, headers={"Accept-Encoding": "gzip", "Authorization": token}) as packed,
    ):
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(await packed.read()) == body
        assert packed.headers["ETag"] != tag
    assert tag.startswith('"')
    async with client.head(path) as head:
        assert (head.status, await head.read()) == (200, b"")


async def test_each_token_may_ask_so_often(office: House, reviewer: Program) -> None:
    other = await program_of(office, Role.APPROVER)
    statuses = [(await reviewer.get("/causes")).status for _ in range(300)]
    assert set(statuses) == {200}
    answer = await reviewer.get("/causes")
    assert (answer.status, answer.headers["Retry-After"]) == (429, "1")
    assert (await other.get("/causes")).status == 200
    office.clock.pass_by(seconds=1)
    assert [(await reviewer.get("/causes")).status for _ in range(5)] == [200] * 4 + [429]
