"""The page of publications: both readings, filters, instants, whose they are."""

from __future__ import annotations

import re

import pytest
from sqlalchemy.orm import Session

from syncd.answers.publication_list import PublicationFilter, publications_page, table_of
from syncd.answers.publications import Judged, judged
from syncd.desk.counting import Counting
from syncd.desk.languages import words
from syncd.desk.pages.publications import days_told
from syncd.records.roles import Role
from tests.desk.conftest import Build, House
from tests.desk.furnished import furnished
from tests.documents.office import AS_OF, SOURCES


@pytest.fixture
async def office(build: Build) -> House:
    """A desk over a city with a past."""
    return await furnished(build)


def _judged(session: Session) -> Judged:
    assert SOURCES.about is not None
    return judged(session, SOURCES.about, AS_OF)


def _codes(text: str) -> list[str]:
    return re.findall(r'href="/procedures/(1\.\d{6})', text)


async def test_both_readings_stand_side_by_side_with_who_answers_and_why(office: House) -> None:
    """How late each step is by each, in its own unit of days."""
    page = await (await office.signed_in(Role.REVIEWER)).get("/publications?q=1.000011")
    assert _codes(page.text) == ["1.000011"]
    for words_ in (
        "67 days late",
        "49 working days late",
        "1 working day late",
        "Sở Tư pháp",
        "executing agency of the",
    ):
        assert words_ in page.words
    assert 'href="/decisions/3511%2FQ%C4%90-UBND"' in page.text


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("late=1&status=overdue", ["1.000011"]),
        ("due=5", ["1.000881", "1.000882", "1.000883"]),
        ("due=1", []),
        ("q=HOC+PHI", ["1.000881"]),
        ("unit=H26.21", ["1.000006"]),
        ("status=unknown&portal_status=late", []),
        ("q=1.000881&begin=nonsense&due=77&status=nonsense", ["1.000881"]),
        ("begin=9999999", []),
    ],
)
async def test_the_address_holds_the_filter(office: House, query: str, codes: list[str]) -> None:
    """Each alone and together; what is nonsense asks for nothing."""
    page = await (await office.signed_in(Role.REVIEWER)).get(f"/publications?{query}")
    assert (page.status, _codes(page.text)) == (200, codes)


async def test_a_past_instant_is_told_and_judged_as_of_then(office: House) -> None:
    """Before a decision was in the register nothing of it is there."""
    browser = await office.signed_in(Role.REVIEWER)
    then = await browser.get("/publications?as_of=2026-11-16T09:00&q=1.00088")
    assert _codes(then.text) == []
    assert "You see how things stood at 16/11/2026 09:00" in then.words
    before = await browser.get("/publications?as_of=2020-01-01")
    assert "had not been read whole by then" in before.words
    assert (await browser.get("/publications?as_of=never")).status == 400
    assert "You see how" not in (await browser.get("/publications?as_of=2999-01-01")).words


async def test_a_unit_sees_what_is_its_own(office: House) -> None:
    """Rows, counts and the choice of units; also when it asks for another's."""
    browser = await office.signed_in(Role.UNIT, unit="H26.17")
    page = await browser.get("/publications")
    assert sorted(_codes(page.text)) == ["1.000004", "1.000011"]
    assert "Sở Y tế" not in page.words
    assert _codes((await browser.get("/publications?unit=H26.21")).text) == []


@pytest.mark.parametrize(("role", "is_shown"), [(Role.REVIEWER, True), (Role.AUDITOR, False), (Role.UNIT, False)])
async def test_faults_of_registers_are_for_those_who_keep_them(office: House, role: Role, is_shown: bool) -> None:
    """The row, what is wrong, and which were never read."""
    page = await (await office.signed_in(role)).get("/publications")
    assert ("the number is missing" in page.words) == is_shown
    assert ("Never read by then" in page.words) == is_shown


async def test_what_is_not_set_up_is_said_to_be_so(build: Build) -> None:
    """Instead of an empty list that looks like good news."""
    house = await furnished(build, about=None, root="")
    browser = await house.signed_in(Role.REVIEWER)
    for path in ("/publications", "/decisions", "/index"):
        page = await browser.get(path)
        assert (page.status, "This is not set up" in page.words) == (200, True)


async def test_a_page_that_needs_long_says_so_and_asks_again(office: House) -> None:
    """It never waits longer than a page may."""
    office.desk.counting.patience = 0
    browser = await office.signed_in(Role.REVIEWER)
    first = await browser.get("/publications")
    assert "being worked out" in first.words
    assert 'hx-trigger="load' in first.text
    office.desk.counting.patience = Counting().patience + 60
    assert len(_codes((await browser.get("/publications")).text)) == 14


async def test_names_from_outside_stay_text(office: House) -> None:
    """No element comes of a name."""
    browser = await office.signed_in(Role.REVIEWER)
    for path in ("/publications", "/procedures", "/procedures/1.000666", "/decisions/3511%2FQ%C4%90-UBND", "/index"):
        page = await browser.get(path)
        assert page.status == 200
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
        assert "<b>đậm" not in page.text


async def test_pages_go_on_where_the_last_one_ended(office: House) -> None:
    """Nothing twice, nothing lost; the counts are of everything."""
    found = await office.ledger.read(_judged)
    table = table_of(found)
    seen: list[str] = []
    begin, pages = 0, 0
    while pages == 0 or begin:
        page = publications_page(table, PublicationFilter(), within=None, begin=begin, size=5)
        assert (page.total, page.seen) == (14, 14)
        seen += [row.code for row in page.rows]
        begin, pages = page.next, pages + 1
    assert (pages, len(set(seen))) == (3, 14)
    assert sum(page.statuses.values()) == 14


async def test_days_are_told_in_the_unit_that_they_are_counted_in(office: House) -> None:
    """Signing by the law in days, everything else in working days; nothing where nothing is known."""
    found = await office.ledger.read(_judged)
    row = next(one.row for one in table_of(found).listed if one.row.code == "1.000011")
    assert days_told(words("vi"), row, "sign", "law") == "chậm 67 ngày"
    assert days_told(words("vi"), row, "sign", "portal") == "chậm 49 ngày làm việc"
    unknown = next(one.row for one in table_of(found).listed if one.row.code == "1.000881")
    assert days_told(words("vi"), unknown, "sign", "law") == ""
    assert days_told(words("vi"), unknown, "public", "law") == "còn 4 ngày làm việc"
