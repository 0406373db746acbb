"""Whoever reads Vietnamese sees no English: every page of a desk full of life, read word by word."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from syncd.ledger import Ledger
from syncd.ledger.accounts import add_user
from syncd.records.roles import Role
from tests.desk.conftest import Browser, Build, House
from tests.desk.furnished import furnished
from tests.desk.lively import enliven
from tests.desk.living import living, living_ledger
from tests.desk.speech import Walk, english, told

__all__ = ["living_ledger"]


def _add(ledger: Ledger, house: House, login: str, role: Role) -> int:
    how = {"login": login, "name": f"Nguyễn Thị {login.title()}", "role": role, "language": "vi"}
    unit = "H26.17" if role is Role.UNIT else ""
    return ledger.write_now(add_user, **how, unit=unit, now=house.clock(), actor="user:lan")


async def _reader(house: House, role: Role = Role.OPERATOR) -> Browser:
    """Somebody who reads Vietnamese, also before anything is known of them."""
    user = await asyncio.to_thread(_add, house.ledger, house, "hoa", role)
    return await house.signed_in_as(user, "hoa")


@pytest.fixture
async def office(build: Build) -> House:
    """A desk of publications, an index, documents, and mismatches with a history."""
    house = await furnished(build)

    def begin() -> None:
        _add(house.ledger, house, "lan", Role.OPERATOR)
        _add(house.ledger, house, "minh", Role.REVIEWER)
        enliven(house.ledger, house.clock())

    await asyncio.to_thread(begin)
    return house


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.UNIT])
async def test_no_page_of_a_busy_desk_says_an_english_word(office: House, role: Role) -> None:
    walk = Walk(await _reader(office, role))
    await walk.from_("/", "/keys", "/nowhere", "/audit", "/publications", "/causes", "/users")
    assert len(walk.seen) > 60, "a guard of the walk itself"
    assert (walk.broken, told(walk.found)) == ([], "")


class TestWithMonths:
    """Over a desk that has looked on for months."""

    @pytest.fixture
    def empty_ledger(self, living_ledger: Path) -> Path:
        """In the place of an empty one."""
        return living_ledger

    async def test_no_page_says_an_english_word(self, build: Build) -> None:
        house = await living(build)
        walk = Walk(await _reader(house))
        await walk.from_("/", "/index", "/units")
        assert len(walk.seen) > 60, "a guard of the walk itself"
        assert (walk.broken, told(walk.found)) == ([], "")


async def test_no_form_that_comes_back_with_a_fault_or_a_preview_says_an_english_word(office: House) -> None:
    browser = await _reader(office)
    page = await browser.get("/queue")
    several = re.findall(r'<tr id="row-(M-\w+)"', page.text)[:3]
    ids = {"ids": " ".join(several), "step": "preview"}
    walk = Walk(browser)
    for way, form in (
        ("/act/assign", {**ids, "assignee": "hxh", "unit": "H1.2"}),
        ("/act/assign", {**ids, "assignee": "lan", "unit": "H26.14"}),
        ("/act/cause", {**ids, "cause": "wrong_entry"}),
        ("/act/cause", {**ids, "cause": "hxh"}),
        ("/act/waive", {**ids, "owner": "", "reason": "", "until": "x"}),
        ("/act/waive", {**ids, "owner": "Lan", "reason": "Chờ", "until": "2026-12-12"}),
        ("/act/report", {**ids, "reference": "12"}),
        ("/act/comment", {**ids, "text": ""}),
        ("/act/comment", {**ids, "text": "Đã gọi"}),
        ("/causes", {"vietnamese": "", "english": "."}),
        ("/users", {"login": "Ö", "name": "", "role": "x"}),
        ("/documents/mismatches", {"form": "x", "unit": "x", "states": "x", "period": "x"}),
        ("/account/password", {"present": "x", "new": "y", "again": "z"}),
        ("/account/tokens", {"name": "", "days": "30"}),
        ("/queue", {}),
    ):
        answer = await browser.post(way, form)
        assert answer.status < 500, way
        walk.listen(f"{way} {form}", answer.text)
    assert told(walk.found) == ""


async def test_no_page_before_the_door_says_an_english_word(office: House) -> None:
    stranger = await office.browser("vi")
    walk = Walk(stranger)
    await walk.from_("/", "/sign-in", "/keys", "/nowhere")
    for form in ({"login": "hoa", "password": "sai"}, {}):
        walk.listen("sign-in", (await stranger.post("/sign-in", form)).text)
    assert (walk.broken, told(walk.found)) == ([], "")


def test_the_list_of_english_words_is_one() -> None:
    """A guard of the reading itself: what is not on the list would never be missed."""
    assert {"field_differs", "tone-mark", "overdue", "waived", "signed_in", "unknown", "rows", "the"} <= english()
    walk = Walk(None)  # type: ignore[arg-type]
    page = '<p title="waived">Đã xong <code>overdue</code></p><i lang="en">rows</i><input placeholder="the">'
    walk.listen("/causes", page)
    assert set(walk.found) == {"waived", "the"}
    walk.listen("/page", page)
    assert set(walk.found) == {"waived", "the", "rows"}
