"""Changes that were not meant: no page of the desk asked for them, or not this visitor's."""

from __future__ import annotations

import secrets
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from syncd.answers.sessions import open_sessions
from syncd.desk.app import routes
from syncd.desk.rendering import RENDERING
from syncd.desk.security import csrf
from syncd.records.roles import Role
from tests.desk.conftest import House
from tests.desk.matrix import EXPECTED


@pytest.mark.parametrize("stranger", [True, False])
async def test_no_change_without_the_form_token(house: House, stranger: bool) -> None:
    browser = await house.browser() if stranger else await house.signed_in(Role.OPERATOR)
    await browser.get("/keys")
    posts = [route for route in routes() if route.method == "POST" and not route.path.startswith("/api/")]
    for route in posts:
        path = house.app[RENDERING].ways.url(route.name, **EXPECTED[route.name].values)
        for token in ("", "x", "A" * 88, "é", csrf.masked("another secret", bytes)):
            assert (await browser.post(path, token=token)).status == 403, (path, token)
    assert await house.ledger.read(_number_of_sessions, browser.user_id, house) == (0 if stranger else 1)


def _number_of_sessions(session: Session, user_id: int, house: House) -> int:
    return len(open_sessions(session, user_id, now=house.clock(), idle=timedelta(hours=2)))


async def test_a_form_token_of_somebody_else_is_worth_nothing(house: House) -> None:
    lan, minh = await house.signed_in(Role.OPERATOR, "lan"), await house.signed_in(Role.OPERATOR, "minh")
    await lan.get("/keys")
    assert (await minh.post("/theme", {"theme": "dark"}, token=lan.token)).status == 403


async def test_the_token_of_before_the_sign_in_is_worth_nothing_after_it(house: House) -> None:
    stranger = await house.browser()
    await stranger.get("/keys")
    browser = await house.signed_in(Role.REVIEWER)
    browser.give("syncd-before", stranger.cookie("syncd-before"))
    assert (await browser.post("/theme", {"theme": "dark"}, token=stranger.token)).status == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_what_another_site_sends_is_refused_even_with_the_right_token(
    house: House, headers: dict[str, str]
) -> None:
    browser = await house.signed_in(Role.REVIEWER)
    assert (await browser.post("/theme", {"theme": "dark"}, headers=headers)).status == 403


async def test_the_desks_own_origin_and_the_header_of_htmx_are_taken(house: House) -> None:
    browser = await house.signed_in(Role.REVIEWER)
    await browser.get("/keys")
    own = {"Origin": house.base, "Sec-Fetch-Site": "same-origin", csrf.HEADER: browser.token}
    answer = await browser.ask("POST", "/theme", data={"theme": "dark"}, headers=own)
    assert (answer.status, browser.cookie("theme")) == (303, "dark")


def test_a_form_token_is_another_one_each_time_and_right_each_time() -> None:
    tokens = {csrf.masked("secret", secrets.token_bytes) for _ in range(50)}
    assert len(tokens) == 50
    assert all(csrf.is_right(token, "secret") for token in tokens)
    assert not any(csrf.is_right(token, "secreT") or csrf.is_right(token, "") for token in tokens)
