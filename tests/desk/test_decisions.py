"""The pages of decisions: the list, and one with its procedures, both sides and deadlines."""

from __future__ import annotations

import re

import pytest

from syncd.records.roles import Role
from tests.desk.conftest import Build, House
from tests.desk.furnished import furnished


@pytest.fixture
async def office(build: Build) -> House:
    """A desk over a city with a past."""
    return await furnished(build)


def _numbers(text: str) -> list[str]:
    return re.findall(r'data-key-open href="/decisions/(\d+)', text)


async def test_decisions_stand_newest_first_and_are_searched(office: House) -> None:
    """With how their procedures stand."""
    browser = await office.signed_in(Role.AUDITOR)
    every = _numbers((await browser.get("/decisions")).text)
    assert every[:3] == ["3600", "3511", "3508"]
    assert len(every) == 12
    assert _numbers((await browser.get("/decisions?q=3505")).text) == ["3505"]
    assert _numbers((await browser.get("/decisions?status=overdue")).text) == ["3511"]
    assert _numbers((await browser.get("/decisions?status=overdue&q=3505")).text) == []


async def test_one_decision_shows_its_procedures_on_both_sides(office: House) -> None:
    """Whoever cites it, with deadlines where it is judged; its number in any form, however it is encoded."""
    browser = await office.signed_in(Role.AUDITOR)
    for path in ("/decisions/3511%2FQ%C4%90-UBND", "/decisions/3511/Q%C4%90-UBND", "/decisions/3511/qd-ubnd."):
        page = await browser.get(path)
        assert page.status == 200
        assert "67 days late" in page.words
        assert page.words.count("cites the decision") == 6
        assert "not judged here" in page.words
    assert (await browser.get("/decisions/1/Q%C4%90-KHAC")).status == 404


async def test_a_decision_not_yet_public_is_there(office: House) -> None:
    """Its procedures are the city's alone."""
    page = await (await office.signed_in(Role.AUDITOR)).get("/decisions/3600%2FQ%C4%90-UBND")
    assert page.words.count("Never there") == 3
    assert "4 working days left" in page.words


async def test_a_unit_sees_decisions_about_its_own(office: House) -> None:
    """And of those nothing of another unit."""
    browser = await office.signed_in(Role.UNIT, unit="H26.17")
    assert sorted(_numbers((await browser.get("/decisions")).text)) == ["3504", "3511"]
    page = await browser.get("/decisions/3511%2FQ%C4%90-UBND")
    assert re.findall(r'data-key-open href="/procedures/([^"?]+)', page.text) == ["1.000011"]
    assert (await browser.get("/decisions/3505%2FQ%C4%90-UBND")).status == 404


async def test_a_decision_as_of_before_it_is_not_there(office: House) -> None:
    """An instant of the past knows nothing of what came later."""
    browser = await office.signed_in(Role.AUDITOR)
    assert (await browser.get("/decisions/3600%2FQ%C4%90-UBND?as_of=2026-11-16T09:00")).status == 404
    assert "3600" not in _numbers((await browser.get("/decisions?as_of=2026-11-16T09:00")).text)


async def test_the_list_is_whole_after_one_decision_was_looked_at(office: House) -> None:
    """What was worked out for the page of one decision is never taken for all of them."""
    browser = await office.signed_in(Role.REVIEWER)
    past = "as_of=2026-11-20T09:00"
    assert (await browser.get(f"/decisions/3511%2FQ%C4%90-UBND?{past}")).status == 200
    page = await browser.get(f"/decisions?{past}")
    assert page.status == 200
    assert len(set(re.findall(r'href="/decisions/([^"?]+)', page.text))) > 5
