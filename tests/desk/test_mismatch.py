"""One mismatch: what differs, what it rests on, what happened, and nothing for whom it is not."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from pathlib import Path

import pytest

from syncd.answers.marks import marked
from syncd.desk.pages.history import last_day
from syncd.desk.pages.tones import mark_names, pairs
from syncd.ledger.work import add_comment
from syncd.reconcile.lifecycle import Event
from syncd.records.roles import Role
from tests.desk.conftest import START, House
from tests.desk.lively import find, happen, ids_beside, lively_file, seen

EVIL = '<script>alert("x")</script>'


@pytest.fixture(scope="module")
def empty_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lively ledger in the place of an empty one."""
    return lively_file(tmp_path_factory.mktemp("lively"), START)


@pytest.fixture
def ids(empty_ledger: Path) -> dict[str, str]:
    """The ids that tests speak of."""
    return ids_beside(empty_ledger)


async def page(house: House, mismatch_id: str, role: Role = Role.REVIEWER, **more: str):
    browser = await house.signed_in(role, unit=more.pop("unit", ""))
    return await browser.get(f"/mismatches/{mismatch_id}", params=more)


async def test_the_difference_is_marked_inside_both_texts_with_the_names_of_the_marks(house, ids):
    answer = await page(house, ids["tone"])
    assert answer.status == 200
    assert re.search(r'thường tr<mark class="is-tone portal">ú</mark> đối', answer.text)
    assert re.search(r'thường tr<mark class="is-tone city">ũ</mark> đối', answer.text)
    assert "ú sắc ≠ ũ ngã" in answer.words
    assert "only the marks on them differ" in answer.words


async def test_the_evidence_says_when_each_side_was_read_and_what_that_proved(house, ids):
    answer = await page(house, ids["tone"])
    assert answer.words.count("5,812 of 5,812 records") == 2
    assert 'href="https://dichvucong.gov.vn/thu-tuc-hanh-chinh/01904a2f-6bb1-7c43-9f0e-2f1d6d9f7a10"' in answer.text
    assert 'rel="noopener noreferrer"' in answer.text


async def test_the_raw_record_is_shown_as_text_and_not_as_markup(house, ids):
    browser = await house.signed_in(Role.REVIEWER)
    for side in ("portal", "city"):
        answer = await browser.get(f"/mismatches/{ids['tone']}/raw/{side}")
        assert answer.status == 200
        assert '"maTTHC": "1.004222"' in answer.words
        assert "<b>" not in answer.text
    assert (await browser.get(f"/mismatches/{ids['tone']}/raw/other")).status == 404


async def test_the_history_tells_who_did_what_once(house, ids):
    told = (await page(house, ids["tone"])).words
    history = told[told.index("History") :]
    for sentence in (
        "syncd found that the two sides part",
        "Nguyễn Thị Lan asked for a re-read",
        "Read again: it is still so.",
        "confirmed it by a second reading",
        "assigned it to Nguyễn Thị Lan",
        "set the cause: Entered wrongly",
        "lỗi gõ dấu khi nhập",
    ):
        assert history.count(sentence) >= 1, sentence
    waived = (await page(house, ids["waived"], Role.APPROVER)).words
    assert waived.count("waived it up to") == 1
    assert "applied the waiver" not in waived


async def test_a_long_history_is_cut_and_can_be_seen_whole(house, ids):
    for number in range(50):
        await house.ledger.write(
            add_comment, mismatch_ids=[ids["tone"]], text=f"Lần {number}.", now=house.clock(), actor="user:minh"
        )
    browser = await house.signed_in(Role.REVIEWER)
    short = await browser.get(f"/mismatches/{ids['tone']}")
    assert "17 earlier entries" in short.words
    assert "Lần 2." not in short.words
    whole = await browser.get(f"/mismatches/{ids['tone']}?history=all")
    assert "Lần 2." in whole.words


@pytest.mark.parametrize("path", ["", "/raw/city", "/worth"])
async def test_what_is_another_units_is_not_there(house, ids, path):
    browser = await house.signed_in(Role.UNIT, unit="H26.17")
    assert (await browser.get(f"/mismatches/{ids['other']}{path}")).status == 404
    assert (await browser.get(f"/mismatches/{ids['child']}{path}")).status == 200
    assert (await browser.get(f"/mismatches/M-AAAAAAAAAAAAAAAA{path}")).status == 404


async def test_others_of_the_same_procedure_are_named_within_what_may_be_seen(house, ids):
    assert ids["missing"] in (await page(house, ids["tone"])).text
    await asyncio.to_thread(find, house.ledger, [seen(6, code="1.004222", agency_code="H26.11")], house.clock())
    unit = await page(house, ids["tone"], Role.UNIT, unit="H26.17")
    assert unit.text.count("data-own-other") == 0
    assert len(re.findall(r"Also open on this procedure", unit.words)) == 1
    assert "Missing on the portal" not in unit.words[unit.words.index("Also open") :]


async def test_a_side_that_lacks_the_record_says_so(house, ids):
    words = (await page(house, ids["missing"])).words
    assert re.search(r"Portal has the record .* City has no record|has the record.*has no record", words)


async def test_next_and_previous_follow_the_queue_that_one_came_from(house, ids):
    browser = await house.signed_in(Role.REVIEWER)
    query = "severity=major&order=name"
    queue = re.findall(r'<tr id="row-(M-\w+)"', (await browser.get(f"/queue?{query}")).text)
    answer = await browser.get(f"/mismatches/{queue[3]}", params={"in": query})
    ways = re.findall(r'rel="(prev|next)" href="/mismatches/(M-\w+)\?in=', answer.text)
    assert dict(ways) == {"prev": queue[2], "next": queue[4]}
    assert 'href="/queue?severity=major&amp;order=name"' in answer.text
    assert (await browser.get(f"/mismatches/{queue[3]}", params={"in": "kind=x"})).status == 400


@pytest.mark.parametrize(
    ("role", "offered"),
    [
        (Role.AUDITOR, set()),
        (Role.UNIT, {"cause", "comment", "reread"}),
        (Role.REVIEWER, {"cause", "comment", "reread", "assign", "report"}),
        (Role.APPROVER, {"cause", "comment", "reread", "assign", "report", "waive"}),
    ],
)
async def test_only_what_the_visitor_may_do_is_offered(house, ids, role, offered):
    answer = await page(house, ids["tone"], role, unit="H26.17" if role is Role.UNIT else "")
    assert set(re.findall(r"/act/(\w+)", answer.text)) == offered


async def test_hostile_values_do_nothing(house, ids):
    bad = seen(
        900,
        kind="field_differs",
        field="name",
        name=EVIL,
        portal_value=f"{EVIL} \u202e\u200b",
        city_value="cafe\u0301 \u00a0x",
        agency_name=EVIL,
        portal_key='"><img src=x>',
    )
    (mismatch_id,) = await asyncio.to_thread(find, house.ledger, [bad], house.clock())
    answer = await page(house, mismatch_id)
    assert EVIL not in answer.text
    assert "<img" not in answer.text
    assert "U+202E" in answer.words


async def test_a_value_that_changed_and_ended_is_told(house, ids):
    await asyncio.to_thread(happen, house.ledger, Event.AGREED, ids["tone"], at=house.clock())
    answer = await page(house, ids["tone"], Role.APPROVER)
    assert "saw both sides agree: resolved" in answer.words
    assert "was open from" in answer.words
    assert not set(re.findall(r"/act/(\w+)", answer.text)) & {"reread", "waive"}


async def test_worth_is_a_part_for_a_script_and_a_page_without_one(house, ids):
    house.desk.counting.patience = 60
    browser = await house.signed_in(Role.REVIEWER)
    part = await browser.get(f"/mismatches/{ids['tone']}/worth", headers={"HX-Request": "true"})
    assert "<html" not in part.text
    assert "Publications are not judged here" in part.words
    whole = await browser.get(f"/mismatches/{ids['tone']}/worth")
    assert "<html" in whole.text


def test_marks_have_their_names():
    assert [mark_names(one) for one in ("ú", "ữ", "a", "đ", "Ậ")] == [
        "sắc",
        "móc, ngã",
        "không dấu",
        "gạch ngang",
        "nặng, mũ",
    ]
    (pair,) = pairs(*marked("thường trú", "thường trũ"))
    assert (pair.portal, pair.portal_name, pair.city, pair.city_name) == ("ú", "sắc", "ũ", "ngã")
    assert pairs(*marked("a", "b")) == ()


def test_a_waiver_holds_up_to_the_end_of_its_last_day():
    midnight = START.replace(hour=17, minute=0)
    assert last_day(midnight) == midnight - timedelta(seconds=1)
