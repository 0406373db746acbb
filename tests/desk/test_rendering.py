"""How values and pages are written: numbers, days, hidden characters, languages, and how long a page takes."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError

from syncd.desk import writing
from syncd.desk.app import routes, static_route
from syncd.desk.assets import Assets
from syncd.desk.badges import BADGES, badge_of
from syncd.desk.languages import chosen, words
from syncd.desk.rendering import Page, Rendering
from syncd.desk.routes import Route
from syncd.desk.visitor import Visitor, capabilities_of
from syncd.desk.ways import Ways, changed, inside
from syncd.ledger.accounts import User
from syncd.publication.facts import Status
from syncd.reconcile.differences import DifferenceClass
from syncd.reconcile.lifecycle import MismatchState
from syncd.reconcile.mismatches import MismatchKind, Severity
from syncd.records.roles import Capability, Role
from tests.desk.conftest import House

NOW = datetime(2026, 3, 2, 17, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def rendering() -> Rendering:
    """The templates of the desk."""
    assets = Assets()
    return Rendering(Ways([*routes(), static_route(assets)]), assets)


def _visitor(role: Role = Role.OPERATOR) -> Visitor:
    return Visitor(1, "lan", "Nguyễn Thị Lan", role, capabilities=capabilities_of(role))


@pytest.mark.parametrize(
    ("value", "places", "vi", "en"),
    [
        (1234567, 0, "1.234.567", "1,234,567"),
        (0, 0, "0", "0"),
        (-1234.5, 1, "−1.234,5", "−1,234.5"),
        (Decimal("86.425"), 2, "86,43", "86.43"),
        (0.1 + 0.2, 2, "0,30", "0.30"),
        (2.5, 0, "3", "3"),
        (None, 0, "–", "–"),
    ],
)
def test_numbers_have_the_separators_of_the_language(
    value: float | Decimal | None, places: int, vi: str, en: str
) -> None:
    assert (writing.number(value, "vi", places), writing.number(value, "en", places)) == (vi, en)


def test_days_and_instants_are_those_of_hanoi() -> None:
    assert writing.day(NOW) == "03/03/2026"
    assert writing.instant(NOW) == "03/03/2026 00:30"
    assert writing.day(date(2026, 3, 2)) == "02/03/2026"
    assert writing.day(None) == writing.instant(None) == "–"


@pytest.mark.parametrize(
    ("before", "vi", "en"),
    [
        (timedelta(seconds=59), "vừa xong", "just now"),
        (timedelta(minutes=1), "1 phút trước", "1 minute ago"),
        (timedelta(hours=23, minutes=59), "23 giờ trước", "23 hours ago"),
        (timedelta(days=400), "400 ngày trước", "400 days ago"),
        (-timedelta(days=2), "sau 2 ngày", "in 2 days"),
    ],
)
def test_how_long_ago_is_told_in_the_largest_whole_unit(before: timedelta, vi: str, en: str) -> None:
    told = [writing.ago(NOW - before, NOW, words(language)) for language in ("vi", "en")]
    assert told == [vi, en]
    assert writing.ago(None, NOW, words("vi")) == "chưa lần nào"


def test_characters_that_cannot_be_seen_or_turn_text_around_are_shown_by_name() -> None:
    shown = writing.visible("a\u202eb\u200bc\x07<i>")
    assert shown.count('class="unseen"') == 3
    assert "U+202E" in shown
    assert "RIGHT-TO-LEFT OVERRIDE" in shown
    assert "&lt;i&gt;" in shown


@given(st.text())
def test_whatever_a_side_sends_becomes_harmless_text(text: str) -> None:
    shown = str(writing.visible(text)).replace('<span class="unseen" title="', "").replace("</span>", "")
    assert "<" not in shown
    assert not any(char in shown for char in "\u202e\u2066\u200b\x00\x1b")


def test_vietnamese_is_not_mistaken_for_hidden_characters() -> None:
    text = "Đăng ký thường trú; Thủ tục số 1.004222 – “hộ tịch”\nỦy ban nhân dân"
    assert "unseen" not in writing.visible(text)
    assert "unseen" not in writing.visible("Tie\u0302\u0301ng")


@pytest.mark.parametrize(
    ("wish", "accepted", "language"),
    [
        ("", "", "vi"),
        ("", "en-GB,en;q=0.9", "en"),
        ("", "fr,en;q=0.3,vi;q=0.8", "vi"),
        ("", "en;q=0", "vi"),
        ("", "*", "vi"),
        ("en", "vi", "en"),
        ("xx", "en", "en"),
        ("", "en;q=abc, " * 500, "vi"),
        ("../../etc", "\x00", "vi"),
    ],
)
def test_the_language_is_the_wish_else_what_the_browser_prefers_else_vietnamese(
    wish: str, accepted: str, language: str
) -> None:
    assert chosen(wish, accepted) == language


async def test_the_language_switch_works_without_an_account_and_with_one(house: House) -> None:
    stranger = await house.browser("vi")
    page = await stranger.get("/sign-in")
    assert '<html lang="vi"' in page.text
    answer = await stranger.post("/language", {"language": "en", "back": "/sign-in?next=%2Fusers"})
    assert answer.location == "/sign-in?next=%2Fusers"
    assert '<html lang="en"' in (await stranger.get("/sign-in")).text
    lan = await house.signed_in(Role.REVIEWER)
    await lan.post("/language", {"language": "vi", "back": "//evil.example"})
    assert "Tài khoản của bạn" in (await lan.get("/account")).words
    elsewhere = await house.signed_in_as(lan.user_id, "reviewer")
    assert '<html lang="vi"' in (await elsewhere.get("/account")).text
    assert (await lan.post("/language", {"language": "xx"})).status == 400


async def test_the_theme_is_remembered_by_the_browser(house: House) -> None:
    browser = await house.browser()
    assert 'data-theme="auto"' in (await browser.get("/sign-in")).text
    await browser.post("/theme", {"theme": "dark", "back": "/sign-in"})
    assert 'data-theme="dark"' in (await browser.get("/sign-in")).text


@pytest.mark.parametrize(
    ("family", "values"),
    [
        ("kind", MismatchKind),
        ("severity", Severity),
        ("state", MismatchState),
        ("difference", DifferenceClass),
        ("publication", Status),
        ("role", Role),
    ],
)
def test_every_value_has_a_badge_with_a_word_and_a_mark_of_its_own(family: str, values: type[str]) -> None:
    badges = [badge_of(family, value) for value in values]  # type: ignore[attr-defined]
    assert {*BADGES[family]} == {*values}  # type: ignore[misc]
    assert len({badge.text for badge in badges}) == len({badge.mark for badge in badges}) == len(badges)


def test_a_name_that_a_template_does_not_know_is_an_error(rendering: Rendering) -> None:
    with pytest.raises(UndefinedError):
        rendering.text("users.html", Page(now=NOW, visitor=_visitor()), {})


def test_two_hundred_rows_take_the_loop_a_few_milliseconds(rendering: Rendering) -> None:
    """Measured: 200 users in 15 to 25 ms on a slow core; the bound is the desk's 50 ms, best of several."""
    rows = [User(n, f"user{n}", "Nguyễn Thị Lan", "unit", "H26.17", "vi", None, None, NOW, NOW) for n in range(200)]
    page = Page(language="vi", now=NOW, visitor=_visitor())
    took = []
    for _ in range(8):
        begun = time.process_time()
        text = rendering.text("users.html", page, {"users": rows})
        took.append(time.process_time() - begun)
    assert text.count("data-key-row") == 200
    assert min(took) < 0.05


def test_addresses_keep_the_state_of_a_page_and_change_a_part_of_it() -> None:
    assert changed("/queue?kind=a&kind=b&q=x%20y&page=3", {"page": 4}) == "/queue?kind=a&kind=b&q=x+y&page=4"
    assert changed("/queue?page=3", {"page": None, "q": ""}) == "/queue"
    assert changed("/queue", {"kind": ["a", "b"]}) == "/queue?kind=a&kind=b"


@given(st.text(), st.text(min_size=1))
def test_a_value_in_an_address_never_becomes_a_part_of_the_path_or_another_value(query: str, code: str) -> None:
    async def nothing(_request: object) -> None: ...

    query, code = (text.encode("utf-8", "ignore").decode() for text in (query, code))
    ways = Ways([Route("GET", "/units/{code}", "unit", nothing, Capability.SEE)])  # type: ignore[arg-type]
    address = urlsplit(ways.url("unit", code=code, q=query))
    assert address.path.count("/") == 2
    assert parse_qs(address.query, keep_blank_values=True) == ({"q": [query]} if query else {})


@given(st.text(max_size=60))
def test_a_way_that_is_followed_is_always_one_of_this_desk(way: str) -> None:
    found = urlsplit(inside(way))
    assert (found.scheme, found.netloc) == ("", "")
    assert inside(way).startswith("/")
    assert inside(way)[1:2] not in ("/", "\\")
