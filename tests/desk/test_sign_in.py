"""The door: who comes in, with which session, and what guessing costs."""

from __future__ import annotations

import asyncio
import re

import pytest

from syncd.desk.ways import inside
from syncd.ledger.accounts import change_user, password_hash_of, set_password
from syncd.ledger.audit import trail
from syncd.records import passwords
from syncd.records.passwords import Cost, hashed
from syncd.records.roles import Role
from tests.desk.conftest import PASSWORD, START, Browser, Build, House


@pytest.fixture
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Checking a password costs nothing, and none is right: for tests that try many."""
    monkeypatch.setattr(passwords, "check", lambda _password, _hash_text: passwords.Checked(False))


async def _enter(browser: Browser, login: str = "lan", password: str = PASSWORD, **more: str) -> int:
    await browser.get("/sign-in")
    return (await browser.post("/sign-in", {"login": login, "password": password, **more})).status


async def test_the_right_password_opens_a_session_and_is_in_the_trail(house: House) -> None:
    user = await house.user(Role.REVIEWER, "lan", password=PASSWORD)
    browser = await house.browser()
    await browser.get("/sign-in")
    answer = await browser.post("/sign-in", {"login": "LAN", "password": PASSWORD})
    assert (answer.status, answer.location) == (303, "/")
    assert "lan" in (await browser.get("/account")).words
    assert user > 0
    entries = await house.ledger.read(trail, limit=3)
    assert ("signed_in", "user:lan") in [(entry.action, entry.actor) for entry in entries]


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(house: House) -> None:
    await house.user(Role.REVIEWER, "lan", password=PASSWORD)
    browser = await house.browser()
    await browser.get("/sign-in")
    answer = await browser.post("/sign-in", {"login": "lan", "password": PASSWORD})
    cookie = next(line for line in answer.headers.getall("Set-Cookie") if line.startswith("syncd-session="))
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert len(browser.cookie("syncd-session")) == 43


async def test_over_https_the_cookie_belongs_to_this_host_alone(build: Build) -> None:
    house: House = await build(public_url="https://desk.example")
    browser = await house.browser(Host="desk.example")
    answer = await browser.get("/sign-in")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-syncd-before=")
    assert "Secure" in cookie
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")


async def test_a_planted_session_is_not_taken_over(house: House) -> None:
    """Fixation: whatever token came before, signing in makes a new one, and the old one stays worthless."""
    await house.user(Role.REVIEWER, "lan", password=PASSWORD)
    browser = await house.browser()
    browser.give("syncd-session", "planted-by-an-attacker")
    assert await _enter(browser) == 303
    assert browser.cookie("syncd-session") != "planted-by-an-attacker"
    attacker = await house.browser()
    attacker.give("syncd-session", "planted-by-an-attacker")
    assert (await attacker.get("/account")).status == 303


async def test_signing_in_again_ends_the_session_that_was_there(house: House) -> None:
    await house.user(Role.REVIEWER, "lan", password=PASSWORD)
    browser = await house.browser()
    await _enter(browser)
    before = browser.cookie("syncd-session")
    browser.token = ""
    await browser.get("/account")
    assert (await browser.post("/sign-in", {"login": "lan", "password": PASSWORD})).status == 303
    thief = await house.browser()
    thief.give("syncd-session", before)
    assert (await thief.get("/account")).status == 303
    assert (await browser.get("/account")).status == 200


@pytest.mark.parametrize("login", ["lan", "nobody", "", "x" * 300, "a'; DROP TABLE users;--"])
async def test_a_wrong_password_and_an_unknown_login_get_the_same_answer(house: House, login: str) -> None:
    await house.user(Role.REVIEWER, "lan", password=PASSWORD)
    browser = await house.browser()
    await browser.get("/sign-in")
    answer = await browser.post("/sign-in", {"login": login, "password": "not this one!!"})
    assert answer.status == 422
    assert "The login or the password is wrong." in answer.words
    assert "syncd-session" not in str(answer.headers)


async def test_an_unknown_login_costs_the_same_work(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The hash is computed for nobody as well: the number of derivations is the time that can be measured."""
    costs: list[Cost] = []
    derived = passwords._derived

    def counted(password: str, salt: bytes, cost: Cost) -> bytes:
        costs.append(cost)
        return derived(password, salt, cost)

    await house.user(Role.REVIEWER, "lan", password=PASSWORD)
    monkeypatch.setattr(passwords, "_derived", counted)
    browser = await house.browser()
    await _enter(browser, "lan", "not this one!!")
    await _enter(browser, "nobody", "not this one!!")
    assert costs == [passwords.COST] * 2


async def test_a_disabled_user_is_out_at_once_and_cannot_come_back(house: House) -> None:
    user = await house.user(Role.REVIEWER, "lan", password=PASSWORD)
    browser = await house.browser()
    await _enter(browser)
    await house.ledger.write(change_user, user_id=user, disabled=True, now=START, actor="test")
    assert (await browser.get("/account")).status == 303
    assert await _enter(await house.browser()) == 422


async def test_guessing_is_stopped_and_the_wait_is_told_exactly(house: House, cheap: None) -> None:
    await house.user(Role.REVIEWER, "lan")
    browser = await house.browser()
    assert [await _enter(browser, "lan", "wrong") for _ in range(10)] == [422] * 10
    answer = await browser.post("/sign-in", {"login": "Lan", "password": "wrong"})
    assert (answer.status, answer.headers["Retry-After"]) == (429, "30")
    assert "30 seconds" in answer.words
    house.clock.pass_by(seconds=29)
    assert (await browser.post("/sign-in", {"login": "lan", "password": "wrong"})).headers["Retry-After"] == "1"
    house.clock.pass_by(seconds=1)
    assert await _enter(browser, "lan", "wrong") == 422


async def test_one_address_cannot_try_many_logins(house: House, cheap: None) -> None:
    browser = await house.browser()
    assert [await _enter(browser, f"user{n}", "wrong") for n in range(30)] == [422] * 30
    answer = await browser.post("/sign-in", {"login": "another", "password": "wrong"})
    assert (answer.status, answer.headers["Retry-After"]) == (429, "10")


async def test_inventing_forwarded_addresses_does_not_help(house: House, cheap: None) -> None:
    browser = await house.browser()
    for n in range(30):
        await browser.get("/sign-in")
        form = {"login": f"user{n}", "password": "wrong"}
        await browser.post("/sign-in", form, headers={"X-Forwarded-For": f"203.0.113.{n}"})
    form = {"login": "another", "password": "wrong"}
    answer = await browser.post("/sign-in", form, headers={"X-Forwarded-For": "203.0.113.200"})
    assert answer.status == 429


async def test_a_session_ends_after_two_hours_unused(house: House) -> None:
    browser = await house.signed_in(Role.REVIEWER)
    house.clock.pass_by(hours=1, minutes=59)
    assert (await browser.get("/account")).status == 200
    house.clock.pass_by(hours=1, minutes=59)
    assert (await browser.get("/account")).status == 200
    house.clock.pass_by(hours=2, seconds=1)
    assert (await browser.get("/account")).location == "/sign-in?next=%2Faccount"


async def test_a_session_ends_after_twelve_hours_however_it_is_used(house: House) -> None:
    browser = await house.signed_in(Role.REVIEWER)
    for _ in range(7):
        house.clock.pass_by(minutes=100)
        assert (await browser.get("/account")).status == 200
    house.clock.pass_by(minutes=20)
    assert (await browser.get("/account")).status == 303


async def test_signing_out_ends_the_session_at_the_desk_too(house: House) -> None:
    browser = await house.signed_in(Role.REVIEWER)
    token = browser.cookie("syncd-session")
    assert (await browser.post("/sign-out")).location == "/sign-in"
    assert not browser.cookie("syncd-session")
    browser.give("syncd-session", token)
    assert (await browser.get("/account")).status == 303


@pytest.mark.parametrize(
    "way",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/%0d%0aSet-Cookie:x=1\r\n",
        "javascript:alert(1)",
        "http:/evil",
        "evil.example",
        "",
        "/" + "a" * 3000,
        "/ /evil",
        "/\u0085/x",
    ],
)
async def test_nobody_is_sent_elsewhere_after_signing_in(house: House, way: str) -> None:
    browser = await house.signed_in(Role.REVIEWER)
    answer = await browser.ask("GET", "/sign-in", params={"next": way})
    assert (answer.status, answer.location) == (303, "/")
    assert inside(way) == "/"


async def test_one_comes_back_to_the_page_that_one_wanted(house: House) -> None:
    await house.user(Role.OPERATOR, "lan", password=PASSWORD)
    browser = await house.browser()
    asked = await browser.get("/users?page=2&q=a%20b")
    assert asked.location == "/sign-in?next=%2Fusers%3Fpage%3D2%26q%3Da%2520b"
    page = await browser.get(asked.location)
    wanted = re.search(r'name="next" value="([^"]+)"', page.text)
    assert wanted is not None
    form = {"login": "lan", "password": PASSWORD, "next": wanted[1].replace("&amp;", "&")}
    assert (await browser.post("/sign-in", form)).location == "/users?page=2&q=a%20b"


async def test_an_old_hash_is_made_anew_when_its_password_is_used(house: House) -> None:
    await house.user(Role.REVIEWER, "lan")
    old = await asyncio.to_thread(hashed, PASSWORD, Cost(4, 8, 1))
    await house.ledger.write(set_password, user_id=1, password_hash=old, now=START, actor="test")
    assert await _enter(await house.browser()) == 303
    new = await house.ledger.read(password_hash_of, "lan")
    assert new is not None
    assert new.startswith("$scrypt$ln=15,")
