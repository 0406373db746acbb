"""The token of an iGate side: got by every grant, shared, refreshed, renewed once; and in no message, log or repr."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from adapters.igate.tokens import EARLY, SILENCE, TokenAnswer, Tokens
from loopback.igate import PROCEDURES
from loopback.igate_sso import SsoState
from loopback.run import running
from syncd.errors import ConfigurationError
from syncd.sides.adapter import Listed, Wanted
from syncd.sides.errors import ShapeError, SideError, TransientError, UnauthorisedError
from tests.adapters.igate.worlds import Site, around, by_password, checked, igate, reading
from tests.adapters.national_gateway.worlds import read

OWN_HEADER = {"secret_headers": {"AAA-Key": "gateway-key"}}


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with igate() as running:
        yield running


def secrets_of(sso: SsoState) -> list[str]:
    return [sso.client_secret, sso.password, *sso.issued]


@pytest.mark.parametrize("place", ["header", "form"])
async def test_a_client_signs_in_with_its_secret_in_the_header_or_in_the_form(site: Site, place: str) -> None:
    async with reading(site, client_in=place) as side:
        _, proof = await read(side)
    assert proof.whole
    assert site.sso.grants == ["client_credentials"]


@pytest.mark.parametrize("is_confidential", [False, True])
async def test_a_member_of_the_staff_signs_in_with_a_password(site: Site, is_confidential: bool) -> None:
    """Through the public client ``web-onegate``, or through one that has a secret of its own."""
    own = {"client_id": site.sso.client_id, "client_secret_secret": "igate-client"} if is_confidential else {}
    async with reading(site, **by_password(site) | own) as side:
        _, proof = await read(side)
    assert proof.whole
    assert site.sso.grants == ["password"]


async def test_questions_that_run_at_once_sign_in_once(site: Site) -> None:
    async with reading(site) as side:
        answers = await asyncio.gather(*(side.check() for _ in range(10)))
    assert len(set(answers)) == 1
    assert site.sso.grants == ["client_credentials"]


@pytest.mark.parametrize(
    ("settings", "renewal"), [({}, "client_credentials"), ({"grant": "password"}, "refresh_token")]
)
async def test_ten_questions_whose_token_ended_renew_it_once(
    site: Site, settings: dict[str, str], renewal: str
) -> None:
    """With the refresh token where Keycloak gave one; client credentials come without."""
    chosen = by_password(site) if settings else {}
    async with reading(site, **chosen) as side:
        await side.check()
        site.sso.expire()
        await asyncio.gather(*(side.check() for _ in range(10)))
        await side.check()
    assert site.sso.grants[1:] == [renewal]


async def test_a_token_is_renewed_before_it_ends(site: Site) -> None:
    async with reading(site, **by_password(site)) as side:
        await side.check()
        site.clock.at += site.sso.lifetime - EARLY - 1
        await side.check()
        assert site.sso.grants == ["password"]
        site.clock.at += 2
        await side.check()
        assert len(site.state.asked) == 3
    assert site.sso.grants == ["password", "refresh_token"]


async def test_a_life_shorter_than_the_margin_is_used_for_its_half(site: Site) -> None:
    site.sso.lifetime = 20.0
    async with reading(site) as side:
        for _ in range(3):
            await side.check()
        site.clock.at += 11
        await side.check()
    assert len(site.sso.grants) == 2


async def test_a_refresh_token_that_counts_no_more_means_signing_in_again(site: Site) -> None:
    """The session was ended by somebody; Keycloak answers 400 ``invalid_grant``."""
    async with reading(site, **by_password(site)) as side:
        await side.check()
        site.sso.end_sessions()
        await side.check()
    assert site.sso.grants == ["password", "refresh_token", "password"]


async def test_an_old_refresh_token_is_not_even_tried(site: Site) -> None:
    async with reading(site, **by_password(site)) as side:
        await side.check()
        site.clock.at += site.sso.refresh_lifetime + 1
        await side.check()
    assert site.sso.grants == ["password", "password"]


async def test_a_token_that_ends_in_mid_listing_loses_and_doubles_no_page(site: Site) -> None:
    """The page that was refused is asked for again; the others are not. Several pages are walked twice."""
    site.state.before = lambda: site.sso.expire() if len(site.state.asked) in (2, 5) else None
    async with reading(site, page_size=50, **by_password(site)) as side:
        found, proof = await read(side)
    assert proof.whole, proof.reasons
    assert len({one.key for one in found}) == len(found) == len(site.state.shown())
    assert site.sso.grants == ["password", "refresh_token", "refresh_token"]
    assert len(site.state.asked) == 2 * -(-len(found) // 50) + 2


async def test_a_401_that_stays_with_a_new_token_is_an_answer(site: Site) -> None:
    """Once, and no more: no loop of sign-ins."""
    site.faults.add("unauthorised", path=PROCEDURES, times=None)
    async with reading(site) as side:
        with pytest.raises(UnauthorisedError) as raised:
            await side.check()
    assert raised.value.status == 401
    assert len(site.sso.grants) == 2


async def test_a_403_is_an_answer_and_renews_nothing(site: Site) -> None:
    site.state.forbidden = {PROCEDURES}
    async with reading(site) as side:
        with pytest.raises(UnauthorisedError) as raised:
            await side.check()
    assert raised.value.status == 403
    assert site.sso.grants == ["client_credentials"]


async def test_a_wrong_password_is_tried_once_for_all_and_again_after_a_while(site: Site) -> None:
    """Many questions at once must lock no account; Keycloak counts failures."""
    chosen = by_password(site)
    async with reading(site, {"igate_password": "mat-khau-cu"}, **chosen) as side:
        answers = await asyncio.gather(*(side.check() for _ in range(10)), return_exceptions=True)
        assert {type(one) for one in answers} == {UnauthorisedError}
        assert site.sso.grants == ["password"]
        site.clock.at += SILENCE + 1
        with pytest.raises(UnauthorisedError, match="client_id, the grant"):
            await side.check()
    assert site.sso.grants == ["password", "password"]


@pytest.mark.parametrize("wrong", [{"grant": "password"}, {"client_in": "form"}, {"client_in": "header"}])
async def test_a_refusal_that_repeats_the_secret_brings_it_into_no_message(site: Site, wrong: dict[str, str]) -> None:
    site.sso.echoes = True
    chosen = by_password(site) if "grant" in wrong else wrong
    told = {"igate_password": "mat-khau-that", "igate_client": "khoa-that"}
    async with reading(site, told, **chosen) as side:
        with pytest.raises(UnauthorisedError) as raised:
            await side.check()
    assert "***" in str(raised.value)
    assert not any(one in str(raised.value) + repr(raised.value) for one in told.values())


async def test_the_gateways_refusal_repeats_the_token_and_no_message_holds_it(site: Site) -> None:
    """Spring writes the token that it refuses into its answer."""
    async with reading(site) as side:
        site.state.before = site.sso.expire
        with pytest.raises(UnauthorisedError) as raised:
            await side.check()
    assert "Access token expired: ***" in str(raised.value)
    assert not any(one in str(raised.value) for one in site.sso.issued)


async def test_a_detail_that_repeats_what_it_was_asked_brings_no_secret_into_the_message(site: Site) -> None:
    """Not JSON, and full of the question's headers: an excerpt of it stands in the error."""

    async def echo(request: web.Request) -> web.Response:
        return web.Response(text="\n".join(f"{name}: {told}" for name, told in request.headers.items()))

    app = web.Application()
    app.router.add_get("/{path:.*}", echo)
    async with running(app) as site.url, reading(site, {"gateway_key": "khoa-cong"}, **OWN_HEADER) as side:
        with pytest.raises(SideError) as raised:
            await side.fetch_detail(Listed("6243fed45b82236f00000001", b""))
    assert "***" in str(raised.value)
    assert not any(secret in repr(raised.value) for secret in ["khoa-cong", *secrets_of(site.sso)])


async def test_no_message_log_or_repr_of_any_trouble_holds_a_secret(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    shown: list[str] = []
    with capture_logs() as logs:
        for faults, fault in ((site.faults, "block_page_200"), (site.faults, "cut_json"), (site.sso_faults, "reset")):
            faults.add(fault, times=None)
            async with reading(site, **by_password(site)) as side:
                with pytest.raises(SideError) as raised:
                    await side.check()
                shown += [str(raised.value), repr(raised.value), repr(side), repr(vars(side)), repr(vars(side._api))]
            faults.clear()
        async with reading(site, **by_password(site)) as side:
            await side.check()
            tokens = side._api._tokens
            shown += [repr(tokens), repr(vars(tokens)), repr(await tokens.current())]
            shown.append(repr(checked(site, **by_password(site))))
    shown += [repr(logs), caplog.text]
    assert site.sso.issued
    assert not any(secret in text for text in shown for secret in secrets_of(site.sso))


def test_an_answer_of_keycloak_shows_nothing_of_itself() -> None:
    assert "abc" not in repr(TokenAnswer("abc", "abc-refresh"))


@pytest.mark.parametrize(
    "answer",
    [
        "eyJhbGciOiJSUzI1NiJ9.tran.trui",
        '"eyJhbGciOiJSUzI1NiJ9.tran.trui"',
        {},
        {"access_token": ""},
        {"access_token": 7},
        {"access_token": "a b"},
        {"access_token": "eyJ\r\nX-Other: 1"},
        {"access_token": "x" * 40_000},
        {"access_token": "ngắn"},
        {"access_token": "eyJ", "refresh_token": ["eyJ"]},
        {"access_token": "eyJ", "expires_in": "300"},
        [],
    ],
)
async def test_an_answer_without_a_usable_token_is_an_error_that_quotes_nothing(site: Site, answer: Any) -> None:
    site.sso.answer = answer
    async with reading(site) as side:
        with pytest.raises(ShapeError, match="no token that can be used") as raised:
            await side.check()
    assert "eyJ" not in str(raised.value)
    assert "token_path" in raised.value.action


@pytest.mark.parametrize("expires", [None, 0, -5, 1e300])
async def test_an_end_that_is_none_lets_a_token_be_used_until_it_is_refused(site: Site, expires: Any) -> None:
    site.sso.answer = {**site.sso.grant(refreshable=False), "expires_in": expires}
    site.sso.lifetime = 1e9
    site.sso._access = dict.fromkeys(site.sso._access, 1e9)
    async with reading(site) as side:
        await side.check()
        site.clock.at += 80_000
        await side.check()
    assert len(site.sso.grants) == 1


async def test_trouble_of_the_sign_in_that_passes_is_tried_again(site: Site) -> None:
    site.sso_faults.add("unavailable")
    async with reading(site) as side:
        await side.check()
    site.sso_faults.add("unavailable", times=None)
    async with reading(site) as side:
        with pytest.raises(TransientError):
            await side.check()


async def test_a_wrong_realm_is_told_with_what_to_check(site: Site) -> None:
    async with reading(site, token_path="/auth/realms/khac/protocol/openid-connect/token") as side:
        with pytest.raises(UnauthorisedError, match="Realm does not exist") as raised:
            await side.check()
    assert "client_id" in raised.value.action


async def test_a_renewal_that_is_cancelled_is_left_to_the_next(site: Site) -> None:
    tokens = Tokens(checked(site), around(site), site.clock)
    site.sso_faults.add("slow_body")
    first = asyncio.create_task(tokens.current())
    await site.sso_faults.drip.dripping.wait()
    second = asyncio.create_task(tokens.current())
    await asyncio.sleep(0)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    assert (await second).mark == site.sso.issued[-1]
    await tokens.close()
    await tokens.close()


async def test_point_reads_at_once_share_the_token(site: Site) -> None:
    async with reading(site, concurrency=8) as side:
        found, _ = await read(side)
        site.sso.expire()
        answers = await side.read_again([Wanted(one.key, "") for one in found[:8]])
    assert all(answer.records for answer in answers)
    assert len(site.sso.grants) == 2


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"client_secret_secret": None}, "needs client_secret_secret"),
        ({"grant": "password"}, "needs username and password_secret"),
        ({"bearer_secret": "x"}, "stand in the token's place"),
        ({"basic_user": "a", "basic_password_secret": "x"}, "stand in the token's place"),
        ({"secret_headers": {"authorization": "x"}}, "carries the token"),
        ({"sso_url": "ftp://sso"}, "http://"),
        ({"sso_url": "https://user:pass@sso.example"}, "must not hold a user"),
        ({"grant": "implicit"}, "grant"),
        ({"sort": "id;drop"}, "sort"),
    ],
)
def test_settings_that_cannot_be_right_are_refused(changes: dict[str, Any], words: str) -> None:
    site = Site("http://127.0.0.1:9", "http://127.0.0.1:9", None, None)  # type: ignore[arg-type]
    site.state = type("Shown", (), {"sso": SsoState()})()
    with pytest.raises(ConfigurationError, match=words) as raised:
        checked(site, **changes)
    assert "pass@" not in str(raised.value)


def test_headers_for_the_gateway_are_not_shown_to_keycloak() -> None:
    site = Site("http://127.0.0.1:9", "http://127.0.0.1:8", None, None)  # type: ignore[arg-type]
    site.state = type("Shown", (), {"sso": SsoState()})()
    made = checked(site, secret_headers={"AppKey": "gateway-key"}, headers={"X-Site": "1"})
    told = made.sso_settings()
    assert (told.base_url, told.headers, told.secret_headers) == ("http://127.0.0.1:8", {}, {})
    assert (told.basic_user, told.basic_password_secret) == (made.client_id, "igate-client")
    assert made.basic_user is None
