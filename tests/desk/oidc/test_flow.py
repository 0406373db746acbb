"""Through the city's sign-in one comes to one's own account, the page that was wanted, and nowhere else."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from yarl import URL

from syncd.config.desk import DeskConfig
from syncd.desk.pages.oidc import OUT, SENTENCES, OidcPages, oidc_routes
from syncd.ledger.accounts import change_user, link_subject, user_by_login
from syncd.ledger.audit import trail
from syncd.records.roles import Capability, Role
from tests.desk.conftest import START, Build, House
from tests.desk.oidc.conftest import NAME, City


async def test_the_first_time_the_login_finds_the_account_and_links_it(city: City) -> None:
    await city.house.user(Role.REVIEWER, "lan")
    browser = await city.house.browser()
    answer = await city.enter(browser, "/account")
    assert (answer.status, answer.location) == (303, "/account")
    assert "lan" in (await browser.get("/account")).words
    user = await city.house.ledger.read(user_by_login, "lan")
    assert user is not None
    assert user.oidc_subject == f"8f1c {city.state.issuer}"
    actions = [(entry.action, entry.actor) for entry in await city.house.ledger.read(trail, limit=2)]
    assert actions == [("signed_in", "user:lan"), ("subject_linked", "user:lan")]


async def test_later_the_subject_finds_it_whatever_the_login_is_called_now(city: City) -> None:
    await city.house.user(Role.REVIEWER, "lan")
    await city.enter(await city.house.browser())
    await city.house.user(Role.OPERATOR, "admin")
    city.state.login = "admin"
    browser = await city.house.browser()
    assert (await city.enter(browser)).status == 303
    page = (await browser.get("/account")).words
    assert "lan" in page
    assert "admin" not in page


async def test_the_page_offers_it_where_it_is_configured(city: City, build: Build) -> None:
    page = await (await city.house.browser()).get("/sign-in?next=/account")
    assert f"Sign in with {NAME}" in page.words
    link = re.search(r'class="button wide" href="([^"]+)"', page.text)
    assert link is not None
    assert link[1] == f"{OUT}?next=%2Faccount"
    plain: House = await build()
    assert NAME not in (await (await plain.browser()).get("/sign-in")).words
    assert (await (await plain.browser()).get(OUT)).status == 404


async def test_nobody_gets_an_account_by_coming(city: City) -> None:
    city.state.login = "nobody<b>"
    browser = await city.house.browser()
    answer = await city.enter(browser)
    assert answer.status == 403
    assert f"{NAME} knows you as “nobody<b>”, but there is no such account here." in answer.words
    assert "nobody<b>" not in answer.text
    assert (await browser.get("/account")).status == 303
    assert await city.house.ledger.read(user_by_login, "nobody<b>") is None


async def test_a_disabled_account_stays_closed_whether_it_is_linked_or_not(city: City) -> None:
    user = await city.house.user(Role.REVIEWER, "lan")
    await city.house.ledger.write(change_user, user_id=user, disabled=True, now=START, actor="test")
    assert "is closed here" in (await city.enter(await city.house.browser())).words
    unlinked = await city.house.ledger.read(user_by_login, "lan")
    assert unlinked is not None
    assert unlinked.oidc_subject is None
    await city.house.ledger.write(link_subject, user_id=user, subject=f"8f1c {city.state.issuer}", now=START, actor="t")
    assert "is closed here" in (await city.enter(await city.house.browser())).words


async def test_an_account_that_is_linked_to_somebody_else_is_not_taken_over(city: City) -> None:
    await city.house.user(Role.OPERATOR, "lan")
    await city.enter(await city.house.browser())
    city.state.subject = "another"
    browser = await city.house.browser()
    answer = await city.enter(browser)
    assert (answer.status, "belongs to another person" in answer.words) == (403, True)
    assert (await browser.get("/account")).status == 303


async def test_a_subject_of_another_issuer_is_another_subject(city: City) -> None:
    """A city that changes its provider: the same subject there may be somebody else."""
    user = await city.house.user(Role.OPERATOR, "boss")
    await city.house.ledger.write(link_subject, user_id=user, subject="8f1c https://old.example", now=START, actor="t")
    assert (await city.enter(await city.house.browser())).status == 403


async def test_an_email_that_nobody_has_checked_opens_no_account(city: City) -> None:
    await city.house.user(Role.OPERATOR, "lan@hanoi.example")
    city.provider.settings = city.provider.settings.model_copy(update={"login_claim": "email"})
    city.state.claims = {"email": "lan@hanoi.example"}
    assert "did not say which account is yours" in (await city.enter(await city.house.browser())).words
    city.state.claims = {"email": "lan@hanoi.example", "email_verified": True}
    assert (await city.enter(await city.house.browser())).status == 303


async def test_signing_out_is_local(city: City) -> None:
    await city.house.user(Role.REVIEWER, "lan")
    browser = await city.house.browser()
    await city.enter(browser)
    browser.token = ""
    await browser.get("/account")
    assert (await browser.post("/sign-out")).location == "/sign-in"
    assert (await browser.get("/account")).status == 303


async def test_a_session_that_was_planted_before_is_not_taken_over(city: City) -> None:
    await city.house.user(Role.REVIEWER, "lan")
    browser = await city.house.browser()
    browser.give("syncd-session", "planted-by-an-attacker")
    await city.enter(browser)
    assert browser.cookie("syncd-session") != "planted-by-an-attacker"
    assert not browser.cookie("syncd-oidc")


async def test_whoever_is_signed_in_goes_on(city: City) -> None:
    browser = await city.house.signed_in(Role.REVIEWER)
    assert (await browser.get(f"{OUT}?next=/account")).location == "/account"


@pytest.mark.parametrize("way", ["https://evil.example/", "//evil.example", "/\\evil.example", "/" + "a" * 1500])
async def test_nobody_is_sent_elsewhere_afterwards(city: City, way: str) -> None:
    await city.house.user(Role.REVIEWER, "lan")
    assert (await city.enter(await city.house.browser(), way)).location == "/"


async def test_an_answer_that_this_browser_did_not_ask_for_signs_nobody_in(city: City) -> None:
    """Forged sign-in: an attacker's answer, followed by somebody else."""
    await city.house.user(Role.REVIEWER, "lan")
    theirs = city.local(await city.out(await city.house.browser()))
    victim = await city.house.browser()
    assert (await victim.get(theirs)).status == 400
    await city.out(victim)
    answer = await victim.get(theirs)
    assert (answer.status, "begun in another window" in answer.words) == (400, True)
    assert "token" not in city.state.seen


async def test_an_answer_counts_once_and_only_for_ten_minutes(city: City) -> None:
    await city.house.user(Role.REVIEWER, "lan")
    browser = await city.house.browser()
    late = city.local(await city.out(browser))
    city.house.clock.pass_by(minutes=10)
    assert (await browser.get(late)).status == 400
    back = city.local(await city.out(browser))
    cookie = browser.cookie("syncd-oidc")
    assert (await browser.get(back)).status == 303
    other = await city.house.browser()
    other.give("syncd-oidc", cookie)
    assert (await other.get(back)).status == 403


@pytest.mark.parametrize("cookie", ["", "x", "e30.00", "e30", ".", "é.ü", "x" * 5000])
async def test_a_cookie_that_we_did_not_write_is_none(city: City, cookie: str) -> None:
    browser = await city.house.browser()
    back = city.local(await city.out(browser))
    headers = {"Cookie": f"syncd-oidc={cookie}"}
    browser.client.cookie_jar.clear()
    async with browser.client.get(city.house.base + back, headers=headers, allow_redirects=False) as response:
        assert response.status == 400


async def test_the_answer_of_another_issuer_is_not_taken(city: City) -> None:
    """Mix-up: RFC 9207."""
    browser = await city.house.browser()
    back = URL(city.local(await city.out(browser)))
    assert (await browser.get(str(back.update_query(iss="https://evil.example")))).status == 403
    assert "token" not in city.state.seen


async def test_who_changes_their_mind_is_told_so_in_our_words_alone(city: City) -> None:
    city.state.denies = "access_denied"
    answer = await city.enter(await city.house.browser())
    assert (answer.status, "was not completed" in answer.words) == (400, True)
    assert "không</b>" not in answer.text


async def test_the_cookie_is_out_of_reach_and_belongs_to_this_host_over_https(build: Build, city: City) -> None:
    house: House = await build(public_url="https://desk.example", more_pages=OidcPages(city.provider, b"k" * 32).routes)
    browser = await house.browser(Host="desk.example")
    answer = await browser.get(OUT)
    cookie = next(line for line in answer.headers.getall("Set-Cookie") if "oidc" in line)
    assert cookie.startswith("__Host-syncd-oidc=")
    assert {"HttpOnly", "Secure", "SameSite=Lax", "Path=/", "Max-Age=600"} <= set(cookie.split("; "))


async def test_the_question_holds_no_secret(city: City) -> None:
    answer = await (await city.house.browser()).get(OUT)
    asked = URL(answer.location).query
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == f"{city.house.base}/sign-in/provider/back"
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) == 43


async def test_a_code_stolen_on_its_way_is_worth_nothing_without_the_verifier(city: City) -> None:
    await city.house.user(Role.REVIEWER, "lan")
    theirs = URL(city.local(await city.out(await city.house.browser())))
    thief = await city.house.browser()
    own = URL(city.local(await city.out(thief)))
    assert (await thief.get(str(own.update_query(code=theirs.query["code"])))).status == 403


async def test_trying_again_and_again_is_stopped(city: City) -> None:
    browser = await city.house.browser()
    statuses = []
    for _ in range(11):
        back = URL(city.local(await city.out(browser)))
        statuses.append((await browser.get(str(back.update_query(code="guessed")))).status)
    assert statuses == [403] * 10 + [429]


async def test_every_sentence_can_be_said(city: City) -> None:
    for status, sentence in SENTENCES.values():
        assert 400 <= status < 600
        assert sentence % {"provider": NAME, "login": "lan"}


async def test_without_configuration_there_are_no_routes_and_with_it_they_are_of_the_door(city: City) -> None:
    given = {"public_url": "https://desk.example", "clock": city.house.clock, "secret": lambda _name: "s"}
    assert oidc_routes(DeskConfig(), random=bytes, **given) == ()  # type: ignore[arg-type]
    config = DeskConfig(oidc={"issuer": "https://id.example", "client_id": "x"})
    found = oidc_routes(config, random=bytes, **given)  # type: ignore[arg-type]
    assert [(route.name, route.needs) for route in found] == [
        ("oidc_begin", Capability.SIGN_IN),
        ("oidc_back", Capability.SIGN_IN),
    ]


async def test_keys_that_changed_are_read_anew(city: City) -> None:
    await city.house.user(Role.REVIEWER, "lan")
    assert (await city.enter(await city.house.browser())).status == 303
    city.state.rotate()
    city.house.clock.pass_by(seconds=11)
    assert (await city.enter(await city.house.browser())).status == 303
    assert city.state.seen.count("keys") == 2
    city.house.clock.now += timedelta(minutes=59)
    await city.enter(await city.house.browser())
    assert (city.state.seen.count("openid-configuration"), city.state.seen.count("keys")) == (1, 2)
