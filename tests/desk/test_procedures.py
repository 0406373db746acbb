"""The pages of procedures: the catalogue, one procedure at any instant, its versions compared."""

from __future__ import annotations

import re

import pytest

from syncd.answers.procedure_sheet import sheet
from syncd.desk.pages.procedures import minute_after
from syncd.records.procedure import Procedure, State
from syncd.records.roles import Role
from tests.desk.conftest import Browser, Build, House
from tests.desk.furnished import furnished
from tests.documents.office import AS_OF


@pytest.fixture
async def office(build: Build) -> House:
    """A desk over a city with a past."""
    return await furnished(build)


@pytest.fixture
async def browser(office: House) -> Browser:
    """An auditor."""
    return await office.signed_in(Role.AUDITOR)


async def test_the_catalogue_is_searched_in_any_form(browser: Browser) -> None:
    """By words without marks, by code, by how a side shows it."""
    found = await browser.get("/procedures?q=thuong+tru")
    assert re.findall(r'data-key-open href="([^"]+)"', found.text) == ["/procedures/1.000007"]
    hidden = await browser.get("/procedures?portal=hidden")
    assert re.findall(r'data-key-open href="([^"]+)"', hidden.text) == ["/procedures/%201.000777"]
    assert "No procedure is found" in (await browser.get("/procedures?q=khong+he+co")).words


async def test_a_code_that_begins_with_a_space_is_another_one(browser: Browser) -> None:
    """Its address leads to it alone, and the space can be seen."""
    spaced, plain = await browser.get("/procedures/%201.000777"), await browser.get("/procedures/1.000777")
    assert "Thủ tục có dấu cách" in spaced.words
    assert "Thủ tục không có dấu cách" in plain.words
    assert "a space that belongs to the code" in spaced.text
    assert "a space that belongs to the code" not in plain.text
    assert (await browser.get("/procedures/1.000777%20")).status == 404
    assert (await browser.get("/procedures/..%2F..%2Fetc")).status == 404


async def test_a_procedure_is_shown_as_it_was_then(browser: Browser) -> None:
    """On either side: before the portal changed it both said the same name."""
    now = await browser.get("/procedures/%201.000777")
    assert "Withdrawn" in now.words
    assert '<mark class="as-tone">' in now.text
    then = await browser.get("/procedures/%201.000777?as_of=2026-11-19T09:00")
    assert "Withdrawn" not in then.words
    assert '<mark class="as-tone">' not in then.text
    assert "You see how things stood at 19/11/2026 09:00" in then.words
    assert (await browser.get("/procedures/%201.000777?as_of=2026-11-01")).status == 404


def _marked(text: str, tag: str) -> str:
    return " ".join(re.findall(rf'<{tag} class="as-differs">(.*?)</{tag}>', text))


async def test_two_versions_are_compared_word_by_word(browser: Browser) -> None:
    """By the link of a version, or by choosing two in any order; versions of others are not shown."""
    page = await browser.get("/procedures/%201.000777")
    (link,) = set(re.findall(r'href="(/procedures/%201\.000777\?old=\d+&amp;new=\d+)#compared"', page.text))
    old, new = re.findall(r"=(\d+)", link)
    compared = await browser.get(f"/procedures/%201.000777?old={old}&new={new}")
    assert '<del class="as-tone">' in compared.text
    assert "trực tuyến trên Cổng Dịch" in _marked(compared.text, "ins")
    assert "tại Trung tâm" in _marked(compared.text, "del")
    turned = await browser.get(f"/procedures/%201.000777?old={new}&new={old}")
    assert _marked(turned.text, "ins") == _marked(compared.text, "ins")
    for query in (f"old={old}&new={old}", "old=1&new=2", f"old={old}&new=99999999", "old=x&new=-1"):
        assert "What changed between two" not in (await browser.get(f"/procedures/%201.000777?{query}")).words


async def test_a_version_links_to_the_instant_at_which_it_was_so(browser: Browser) -> None:
    """The link of the first version shows what it said."""
    page = await browser.get("/procedures/%201.000777")
    links = re.findall(r'href="(/procedures/%201\.000777\?as_of=[^"]+)"', page.text)
    assert links[0] == "/procedures/%201.000777?as_of=2026-11-20T09%3A00"
    first = await browser.get(links[-1])
    assert "Nộp hồ sơ tại Trung tâm" in first.words


def test_a_form_of_instants_has_no_seconds() -> None:
    """So the next whole minute is the first that surely shows what began within one."""
    assert minute_after(AS_OF) == AS_OF
    assert minute_after(AS_OF.replace(second=1)) == AS_OF.replace(minute=1)


def test_a_sheet_shows_what_both_say_once() -> None:
    """And what only one side says beside nothing; a difference keeps its class."""
    portal = Procedure(code="1.1", name="Đăng ký", state=State.PUBLIC, requirements="Không")
    city = Procedure(code="1.1", name="Đăng kỷ", state=State.PUBLIC)
    rows = {row.field: row for row in sheet(portal, city)}
    assert (rows["state"].is_same, rows["name"].is_same, rows["name"].difference) == (True, False, "tone-mark")
    assert (rows["requirements"].is_same, rows["requirements"].city, rows["requirements"].difference) == (False, (), "")
    assert sheet(None, None) == ()
    assert [row.field for row in sheet(None, city)] == ["code", "name", "state"]
