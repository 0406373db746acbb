"""What programs change: under the rules of the pages, all or nothing, in the name of the user and the token."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from syncd.desk.forms import LARGEST_BODY
from syncd.ledger.audit import audit_of, trail
from syncd.ledger.work import comments_of, work_of
from syncd.publication.facts import Status
from syncd.records.roles import Role
from tests.desk.api.conftest import API, Program, all_ids, program_of
from tests.desk.conftest import House
from tests.documents.office import AS_OF

UNTIL = str(date(2026, 12, 31))


async def _id(program: Program) -> str:
    return (await all_ids(program))[0]


async def test_assigning_is_noted_in_the_name_of_the_user_and_the_token(office: House, reviewer: Program) -> None:
    some = (await all_ids(reviewer))[:3]
    answer = await reviewer.post("/mismatches/assign", {"ids": some, "assignee": "REVIEWER", "unit": "H26.20"})
    assert (answer.status, answer.text) == (200, '{"asked":3,"changed":3}')
    again = await reviewer.post("/mismatches/assign", {"ids": [*some, some[0]], "assignee": "reviewer"})
    assert again.text == '{"asked":3,"changed":0}'
    entry = (await office.ledger.read(audit_of, some[0]))[-1]
    assert (entry.action, entry.actor) == ("assigned", "user:reviewer/báo cáo")
    work = (await office.ledger.read(work_of, some))[some[0]]
    assert (work.assignee, work.unit) == ("reviewer", "H26.20")
    assert await all_ids(reviewer, "&assignee=me") == some


async def test_what_a_program_says_is_said_by_its_user(office: House, reviewer: Program) -> None:
    mismatch_id = await _id(reviewer)
    body = {"ids": [mismatch_id], "text": "  Đã gọi Sở.\r\nChờ trả lời. "}
    assert (await reviewer.post("/mismatches/comment", body)).status == 200
    comment = (await office.ledger.read(comments_of, mismatch_id))[0]
    assert (comment.author, comment.text) == ("reviewer", "Đã gọi Sở.\nChờ trả lời.")
    moments = (await reviewer.read(f"/mismatches/{mismatch_id}/history"))["moments"]
    assert moments[-1]["source"] == "comment"
    browser = await office.signed_in(Role.OPERATOR)
    assert "Nguyễn Thị Reviewer" in (await browser.get(f"/mismatches/{mismatch_id}")).words


async def test_causes_and_reports_are_set_and_taken_back(office: House, reviewer: Program) -> None:
    mismatch_id = await _id(reviewer)
    ids = {"ids": [mismatch_id]}
    assert [one["slug"] for one in (await reviewer.read("/causes"))["causes"]].count("typing") == 1
    for path, more, expected in (
        ("cause", {"cause": "typing"}, ("typing", "", False)),
        ("report", {"reference": "12/VP-KSTTHC"}, ("typing", "12/VP-KSTTHC", True)),
        ("withdraw-report", {}, ("typing", "", False)),
        ("cause", {"cause": None}, (None, "", False)),
    ):
        answer = await reviewer.post(f"/mismatches/{path}", ids | more)
        assert answer.text == '{"asked":1,"changed":1}', path
        work = (await office.ledger.read(work_of, [mismatch_id]))[mismatch_id]
        assert (work.cause, work.report_reference, work.reported_at is not None) == expected


async def test_a_re_read_wakes_the_pair_once(office: House, reviewer: Program) -> None:
    body = {"ids": (await all_ids(reviewer))[:2]}
    assert (await reviewer.post("/mismatches/reread", body)).text == '{"asked":2,"changed":2}'
    assert (await reviewer.post("/mismatches/reread", body)).text == '{"asked":2,"changed":0}'
    assert office.control.pairs == ["ha-noi"]


async def test_a_waiver_is_for_the_values_that_were_seen(office: House) -> None:
    approver = await program_of(office, Role.APPROVER)
    mismatch_id = await _id(approver)
    seen = (await approver.read(f"/mismatches/{mismatch_id}"))["mismatch"]["values_digest"]
    body = {"ids": [mismatch_id], "owner": "Phòng KSTTHC", "reason": "Chờ Cổng sửa", "until": UNTIL}
    problem = await approver.refusal("/mismatches/waive", body | {"expected": {mismatch_id: "another"}})
    assert (problem["status"], mismatch_id in problem["detail"]) == (409, True)
    assert (await approver.read(f"/mismatches/{mismatch_id}"))["waiver"] is None
    assert (await approver.post("/mismatches/waive", body | {"expected": {mismatch_id: seen}})).status == 200
    waived = await approver.read(f"/mismatches/{mismatch_id}")
    assert (waived["mismatch"]["state"], waived["waiver"]["expires_at"]) == ("waived", "2026-12-31T17:00:00Z")
    assert (await approver.post("/mismatches/unwaive", {"ids": [mismatch_id]})).text == '{"asked":1,"changed":1}'
    assert (await approver.read(f"/mismatches/{mismatch_id}"))["mismatch"]["state"] == "suspected"


async def test_where_one_is_not_to_be_seen_nothing_is_changed(office: House, reviewer: Program) -> None:
    unit = await program_of(office, Role.UNIT, unit="H26.17")
    own = await all_ids(unit)
    other = next(one for one in await all_ids(reviewer) if one not in own)
    for ids in ([*own, other], [*own, "M-AAAAAAAAAAAAAAAA"]):
        problem = await unit.refusal("/mismatches/comment", {"ids": ids, "text": "Của chúng tôi"})
        assert problem["status"] == 404
    assert await office.ledger.read(comments_of, own[0]) == []


@pytest.mark.parametrize(
    ("path", "more", "status", "words"),
    [
        ("assign", {"assignee": "nobody-here"}, 422, "assignee: There is no such user."),
        ("assign", {"unit": "H99.99"}, 422, "unit: There is no such unit."),
        ("cause", {"cause": "no_such"}, 422, "cause: "),
        ("cause", {}, 422, "missing required field `cause`"),
        ("comment", {"text": "   "}, 422, "text: Write something here."),
        ("comment", {"text": "a\x00b"}, 422, "nobody can see"),
        ("comment", {"txt": "a"}, 422, "unknown field `txt`; did you mean 'text'?"),
        ("comment", {"text": 5}, 422, "Expected `str`, got `int` - at `$.text`"),
        ("report", {"reference": "x" * 201}, 422, "`$.reference`"),
        ("waive", {"owner": "a", "reason": "b", "until": "2026-11-25"}, 422, "until: "),
        ("waive", {"owner": "a", "reason": "b", "until": "2028-11-25"}, 422, "until: "),
        ("waive", {"owner": "a", "reason": "b", "until": "soon"}, 422, "`$.until`"),
    ],
)
async def test_what_is_wrong_with_a_wish_is_said_exactly(
    office: House, path: str, more: dict[str, object], status: int, words: str
) -> None:
    operator = await program_of(office, Role.OPERATOR)
    before = len(await office.ledger.read(trail, limit=500))
    problem = await operator.refusal(f"/mismatches/{path}", {"ids": [await _id(operator)]} | more)
    assert (problem["status"], words in problem["detail"]) == (status, True), problem
    assert len(await office.ledger.read(trail, limit=500)) == before


async def test_faults_point_into_the_body(reviewer: Program) -> None:
    problem = await reviewer.refusal("/mismatches/assign", {"ids": [await _id(reviewer)], "unit": "H99"})
    assert problem["errors"] == [{"pointer": "#/unit", "detail": "There is no such unit."}]


@pytest.mark.parametrize("ids", [[], ["M-1"], "M-AAAAAAAAAAAAAAAA", ["M-AAAAAAAAAAAAAAAA"] * 1001])
async def test_ids_are_checked_by_form_and_number(reviewer: Program, ids: object) -> None:
    assert (await reviewer.refusal("/mismatches/reread", {"ids": ids}))["status"] == 422


async def test_a_body_must_be_json_of_a_bounded_size(reviewer: Program) -> None:
    async def status(body: bytes, kind: str = "application/json") -> int:
        path = f"{API}/mismatches/reread"
        answer = await reviewer.browser.ask("POST", path, data=body, headers={"Content-Type": kind})
        assert answer.headers["Content-Type"].startswith("application/problem+json")
        return answer.status

    assert await status(b'{"ids": []}', "text/plain") == 415
    assert await status(b"ids=M-1", "application/x-www-form-urlencoded") == 415
    assert await status(b'{"ids": [') == 400
    assert await status(b'{"ids": ["\xff"]}') == 400
    assert await status(b'{"ids": ["\\ud800"]}') in (400, 422)
    assert await status(b"[" * 50_000) in (400, 422)
    assert await status(b" " * (LARGEST_BODY + 1)) == 413


async def test_documents_are_made_within_what_is_seen_and_noted(office: House, reviewer: Program) -> None:
    unit = await program_of(office, Role.UNIT, unit="H26.17")
    kinds = {one["kind"]: one for one in (await unit.read("/documents"))["kinds"]}
    assert kinds["mismatches"]["formats"] == ["docx", "xlsx", "csv"]
    assert "docx" not in kinds["sync-obstacles"]["formats"]
    made = await unit.post("/documents/mismatches", {"format": "csv", "as_of": "2026-11-25T08:00:00+07:00"})
    assert (made.status, made.headers["Content-Type"]) == (200, "text/csv; charset=utf-8")
    assert "filename*=UTF-8''" in made.headers["Content-Disposition"]
    every = await reviewer.post("/documents/mismatches", {"format": "csv"})
    assert 0 < made.text.count("\n") < every.text.count("\n")
    entry = (await office.ledger.read(trail, action="document", limit=5))[-1]
    assert (entry.actor, entry.detail["unit"]) == ("user:unit/báo cáo", "H26.17")


async def test_a_list_of_publications_holds_what_was_asked_for(reviewer: Program) -> None:
    async def rows(**publications: Any) -> int:
        made = await reviewer.post("/documents/publications", {"format": "csv", "publications": publications})
        assert made.status == 200
        return made.text.count("\n")

    every = await rows()
    by_status = [await rows(status=status.value) for status in Status]
    head = await rows(text="there is no such publication")
    assert sum(one - head for one in by_status) == every - head
    assert max(by_status) < every


@pytest.mark.parametrize(
    ("kind", "wish", "status"),
    [
        ("mismatches", {"format": "pdf"}, 422),
        ("sync-obstacles", {"format": "docx"}, 422),
        ("mismatches", {"format": "csv", "unit": "H26.20"}, 422),
        ("mismatches", {"format": "csv", "as_of": "2026-11-25T08:00:00"}, 422),
        ("mismatches", {"format": "csv", "as_of": "0001-01-01T00:00:00+14:00"}, 422),
        ("mismatches", {"format": "csv", "period": "2026-10"}, 422),
        ("mismatches", {"format": "csv", "number": "1\n2"}, 422),
        ("mismatches", {"format": "csv", "publications": {"late": True}}, 422),
        ("publications", {"format": "csv", "publications": {"status": "tardy"}}, 422),
        ("publications", {"format": "csv", "publications": {"due_within": 2}}, 422),
        ("mismatches", {"format": "csv", "pair": "none"}, 400),
        ("no-such", {"format": "csv"}, 404),
    ],
)
async def test_a_document_that_cannot_be_made_is_refused(
    office: House, kind: str, wish: dict[str, Any], status: int
) -> None:
    unit = await program_of(office, Role.UNIT, unit="H26.17")
    assert (await unit.refusal(f"/documents/{kind}", wish))["status"] == status


async def test_changes_of_a_program_come_to_open_pages(office: House, reviewer: Program) -> None:
    office.clock.pass_by(minutes=1)
    mismatch_id = await _id(reviewer)
    browser = await office.signed_in(Role.APPROVER)
    async with browser.client.get(f"{office.base}/live") as stream:
        await stream.content.readline()
        await reviewer.post("/mismatches/cause", {"ids": [mismatch_id], "cause": "typing"})
        seen = b""
        while mismatch_id.encode() not in seen:
            seen += await stream.content.readline()
    assert office.clock() == AS_OF + timedelta(minutes=1)
