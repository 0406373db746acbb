"""The queue shows what its address asks for, and nobody what is another unit's."""

from __future__ import annotations

import asyncio
import gzip
import re
from html import unescape
from pathlib import Path

import pytest

from syncd.answers.marks import marked
from syncd.desk.pages.excerpts import excerpts
from syncd.reconcile.lifecycle import Event
from syncd.records.roles import Role
from tests.desk.conftest import START
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


def rows(answer) -> list[str]:
    """The ids of the rows of a page, in their order."""
    return re.findall(r'<tr id="row-(M-\w+)"', answer.text)


def links(answer, text: str) -> list[str]:
    """Where the links with these words go."""
    found = re.findall(r'<a[^>]*href="([^"]+)"[^>]*>((?:(?!</a>).)*)</a>', answer.text, re.DOTALL)
    return [unescape(way) for way, words in found if text in re.sub(r"<[^>]+>", "", unescape(words))]


async def test_the_first_page_shows_the_gravest_first_and_says_how_many_there_are(house, ids):
    browser = await house.signed_in(Role.REVIEWER)
    answer = await browser.get("/queue")
    assert answer.status == 200
    assert len(rows(answer)) == 50
    assert "50 of 63" in answer.words
    severities = re.findall(r'class="severity (\w+)"', answer.text)
    assert severities == sorted(severities, key=["bad", "warn", "quiet"].index)


@pytest.mark.parametrize("text", ["thuong tru", "THƯỜNG TRÚ", "1004222", "1.004222.000.00.00.H26"])
async def test_a_search_finds_without_marks_and_any_form_of_a_code(house, ids, text):
    browser = await house.signed_in(Role.REVIEWER)
    answer = await browser.get("/queue", params={"q": text})
    assert ids["tone"] in rows(answer)
    assert ids["other"] not in rows(answer)


@pytest.mark.parametrize(
    ("query", "name", "is_there"),
    [
        ("class=tone-mark", "tone", True),
        ("kind=missing_in_city", "tone", False),
        ("unit=H26.17", "child", True),
        ("unit=H26.11", "child", False),
        ("field=name", "tone", True),
        ("severity=critical", "tone", False),
        ("state=waived", "waived", True),
        ("assignee=lan", "tone", True),
        ("assignee=nobody", "tone", False),
        ("cause=wrong_entry", "tone", True),
        ("older=2", "tone", True),
        ("older=3", "tone", False),
    ],
)
async def test_each_filter_narrows(house, ids, query, name, is_there):
    browser = await house.signed_in(Role.REVIEWER)
    answer = await browser.get(f"/queue?q={ids[name]}&{query}")
    assert answer.status == 200
    assert (ids[name] in rows(answer)) is is_there


async def test_a_menu_leads_to_the_filter_with_one_choice_more_and_a_chip_takes_it_away(house, ids):
    browser = await house.signed_in(Role.REVIEWER)
    answer = await browser.get("/queue?severity=major&order=oldest")
    (more,) = links(answer, "Tone mark")
    assert more == "/queue?severity=major&class=tone-mark&order=oldest"
    narrowed = await browser.get(more)
    assert rows(narrowed) == [ids["tone"]]
    assert "/queue?severity=major&order=oldest" in links(narrowed, "Tone mark")


async def test_menus_count_what_there_would_be(house, ids):
    browser = await house.signed_in(Role.REVIEWER)
    answer = await browser.get("/queue")
    number = int(re.search(r"Severity\s+Critical (\d+)", answer.words)[1])
    assert len(rows(await browser.get("/queue?severity=critical"))) == number
    later = await browser.get("/queue/menus/assignee", params={"in": "severity=major"})
    assert re.search(r"Lan.*\d", later.words)
    ages = await browser.get("/queue/menus/older")
    assert "At least 1 day" in ages.words


async def test_pages_follow_one_another_both_ways(house, ids):
    browser = await house.signed_in(Role.REVIEWER)
    first = await browser.get("/queue?order=name")
    (after,) = links(first, "Next")
    second = await browser.get(after)
    assert len({*rows(first), *rows(second)}) == 63
    (before,) = links(second, "Previous")
    assert rows(await browser.get(before)) == rows(first)


@pytest.mark.parametrize("query", ["kind=nonsense", "older=x", "cursor=abc", "order=random", "state=open"])
async def test_an_address_that_cannot_be_right_shows_everything_and_says_why(house, ids, query):
    browser = await house.signed_in(Role.REVIEWER)
    answer = await browser.get(f"/queue?{query}")
    assert answer.status == 400
    assert len(rows(answer)) == 50
    assert "cannot be understood" in answer.words


async def test_a_unit_sees_what_is_its_own_or_below(house, ids):
    browser = await house.signed_in(Role.UNIT, unit="H26.17")
    shown = set(rows(await browser.get("/queue")))
    assert {ids["tone"], ids["child"]} <= shown
    assert ids["other"] not in shown
    assert rows(await browser.get("/queue?unit=H26.11")) == []
    assert (await browser.get(f"/queue/rows/{ids['other']}")).status == 404
    assert (await browser.get(f"/queue/rows/{ids['tone']}")).status == 200


async def test_one_row_is_read_anew_with_what_has_changed(house, ids):
    browser = await house.signed_in(Role.REVIEWER)
    await asyncio.to_thread(happen, house.ledger, Event.AGREED, ids["tone"], at=house.clock())
    answer = await browser.get(f"/queue/rows/{ids['tone']}", params={"in": "severity=major"})
    assert "Resolved" in answer.words
    assert 'class="old"' in answer.text


async def test_what_is_new_since_a_page_was_made_is_counted_within_its_filter(house, ids):
    browser = await house.signed_in(Role.REVIEWER)
    since = house.clock().isoformat()
    house.clock.pass_by(minutes=5)
    new = [seen(number + 500, agency_code="H26.11") for number in (0, 2)]
    await asyncio.to_thread(find, house.ledger, new, house.clock())
    assert "2 new" in (await browser.get("/queue/news", params={"since": since})).words
    other = await browser.get("/queue/news", params={"since": since, "in": "unit=H26.14"})
    assert other.words == ""
    assert (await browser.get("/queue/news", params={"since": "yesterday"})).status == 400


async def test_a_view_is_kept_shared_and_dropped(house, ids):
    browser = await house.signed_in(Role.REVIEWER)
    kept = await browser.post("/queue/views", {"name": "Việc gấp", "query": "severity=critical", "shared": "1"})
    assert (kept.status, kept.location) == (303, "/queue?severity=critical")
    colleague = await house.signed_in(Role.APPROVER)
    (way,) = links(await colleague.get("/queue"), "Việc gấp")
    assert way == "/queue?severity=critical"
    assert "/drop" not in (await colleague.get("/queue")).text
    (drop,) = re.findall(r'action="(/queue/views/\d+/drop)"', (await browser.get("/queue")).text)
    assert (await colleague.post(drop)).status == 404
    assert (await browser.post(drop, {"back": "/queue"})).status == 303
    assert links(await colleague.get("/queue"), "Việc gấp") == []


async def test_who_keeps_no_lists_cannot_share_a_view(house, ids):
    browser = await house.signed_in(Role.UNIT, unit="H26.17")
    await browser.post("/queue/views", {"name": "Riêng", "query": "", "shared": "1"})
    colleague = await house.signed_in(Role.REVIEWER)
    assert "Riêng" not in (await colleague.get("/queue")).words


@pytest.mark.parametrize("query", ["kind=nonsense", "older=-1"])
async def test_a_view_is_a_filter_or_nothing(house, query):
    browser = await house.signed_in(Role.REVIEWER)
    assert (await browser.post("/queue/views", {"name": "x", "query": query})).status == 400


async def test_names_full_of_markup_are_shown_as_they_are(house, ids):
    bad = seen(700, kind="field_differs", field="name", portal_value=EVIL, city_value="x", name=EVIL, agency_name=EVIL)
    await asyncio.to_thread(find, house.ledger, [bad], house.clock())
    browser = await house.signed_in(Role.REVIEWER)
    answer = await browser.get("/queue?order=newest")
    assert EVIL not in answer.text
    assert "alert" in answer.words


async def test_what_may_not_be_done_is_not_offered(house, ids):
    auditor = await (await house.signed_in(Role.AUDITOR)).get("/queue")
    assert "/act/" not in auditor.text.replace('action="/act/comment"', "")
    unit = await (await house.signed_in(Role.UNIT, unit="H26.17")).get("/queue")
    assert "/act/assign" not in unit.text
    assert "/act/cause" in unit.text


async def test_a_page_in_vietnamese_has_no_english_words(house, ids):
    browser = await house.signed_in(Role.REVIEWER)
    await browser.post("/language", {"language": "vi", "back": "/queue"})
    answer = await browser.get("/queue?state=all")
    assert "Danh sách xử lý" in answer.words
    assert not re.search(r"\b(Queue|Mismatch|Assignee|Kind|Older|Field|withdrawn)\b", answer.words)


async def test_a_page_is_small_over_the_wire(house, ids):
    browser = await house.signed_in(Role.OPERATOR)
    async with browser.client.get(browser.base + "/queue", headers={"Accept-Encoding": "gzip"}) as response:
        body = await response.read()
    assert response.headers["Content-Encoding"] == "gzip"
    assert len(gzip.compress(body)) < 40_000


def test_an_excerpt_shows_the_words_around_the_first_difference():
    ours, theirs = excerpts(
        "Đăng ký thường trú cho người chưa thành niên", "Đăng ký thường trũ cho người chưa thành niên"
    )
    assert "".join(one.text for one in ours) == "…ký thường trú cho người…"
    assert [one.mark for one in theirs] == ["same", "tone", "same"]


def test_an_excerpt_is_short_whatever_the_values_are():
    ours, theirs = excerpts("a b c " * 30 + "cũ " * 40, "a b c " * 30 + "mới " * 40)
    assert all(sum(len(one.text) for one in side) < 160 for side in (ours, theirs))
    same, _ = excerpts("như nhau", "như nhau")
    assert "".join(one.text for one in same) == "như nhau"
    assert excerpts("x", "")[1] == marked("x", "")[1] == ()


async def test_closed_ones_are_shown_where_the_filter_asks_for_them(house, ids):
    browser = await house.signed_in(Role.REVIEWER)
    answer = await browser.get("/queue?state=resolved")
    assert len(rows(answer)) == 2
    assert answer.text.count('class="old"') == 2
