"""A provider that errs, lies or is somebody else lets nobody in, and holds nobody up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import aiohttp
import pytest

from loopback.oidc_provider import CLIENT_ID, Key, ProviderState, signed_with, tampered, unsigned
from syncd.config.desk import OidcConfig
from syncd.desk.pages.oidc import OUT
from syncd.desk.security.oidc import asking
from syncd.desk.security.oidc import provider as provider_module
from syncd.desk.security.oidc.asking import LARGEST, Said, is_safe
from syncd.desk.security.oidc.provider import provider_of
from syncd.errors import ConfigurationError
from syncd.records.roles import Role
from tests.desk.oidc.conftest import City

NOW = 1_772_416_800
"""`START` in seconds since 1970."""


async def _is_let_in(city: City) -> bool:
    browser = await city.house.browser()
    answer = await city.enter(browser)
    assert answer.status in (303, 403), answer.words
    return (await browser.get("/account")).status == 200


@pytest.fixture
async def lan(city: City) -> City:
    await city.house.user(Role.OPERATOR, "lan")
    return city


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"nonce": ["x"]},
        {"aud": "another"},
        {"aud": ["another"]},
        {"aud": None},
        {"aud": [CLIENT_ID, "another"]},
        {"aud": [CLIENT_ID, "another"], "azp": "another"},
        {"azp": "another"},
        {"aud": {CLIENT_ID: 1}},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"exp": NOW - 61},
        {"exp": None},
        {"exp": "soon"},
        {"exp": True},
        {"exp": float("nan")},
        {"exp": float("inf")},
        {"exp": 10**400},
        {"iat": NOW - 601},
        {"iat": NOW + 61},
        {"iat": None},
        {"iat": float("nan")},
        {"nbf": NOW + 61},
        {"nbf": "later"},
        {"sub": ""},
        {"sub": None},
        {"sub": 5},
        {"sub": "x" * 256},
        {"sub": "a\nb"},
    ],
)
async def test_a_token_that_is_not_for_this_sign_in_is_not_believed(lan: City, claims: dict[str, Any]) -> None:
    lan.state.claims = claims
    assert not await _is_let_in(lan)


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": [CLIENT_ID]},
        {"aud": [CLIENT_ID, "another"], "azp": CLIENT_ID},
        {"azp": CLIENT_ID},
        {"exp": NOW - 59},
        {"iat": NOW - 599},
        {"iat": NOW + 59.5},
        {"nbf": NOW},
        {"sub": "x" * 255},
    ],
)
async def test_a_token_within_the_limits_is_believed(lan: City, claims: dict[str, Any]) -> None:
    """The other half of each check: what is refused above is refused for its own fault."""
    lan.state.claims = claims
    assert await _is_let_in(lan)


@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "ES256"])
async def test_each_algorithm_that_is_taken_works(lan: City, algorithm: str) -> None:
    lan.state.algorithm = algorithm
    assert await _is_let_in(lan)


@pytest.mark.parametrize("algorithm", ["RS512", "PS384", "RS384"])
async def test_other_algorithms_are_not_taken(lan: City, algorithm: str) -> None:
    lan.state.algorithm = algorithm
    assert not await _is_let_in(lan)


def _public_pem(state: ProviderState) -> bytes:
    return bytes(state.keys[0].as_pem(private=False))


@pytest.mark.parametrize(
    "made",
    [
        lambda _state: unsigned,
        lambda _state: tampered,
        lambda state: signed_with(_public_pem(state), state.keys[0].kid),
        lambda state: signed_with(_public_pem(state), None),
        lambda _state: signed_with(b"", None),
        lambda _state: lambda _claims, right: right + "x",
        lambda _state: lambda _claims, right: right.rpartition(".")[0] + ".",
        lambda _state: lambda _claims, _right: "no token",
        lambda _state: lambda _claims, _right: "..",
        lambda _state: lambda _claims, _right: "x" * 20_000,
        lambda _state: lambda _claims, right: right.split(".")[0] + "." + "W1tb" * 3_000 + ".eA",
        lambda _state: lambda _claims, _right: "W1tb" * 3_000 + ".e30.eA",
    ],
)
async def test_a_token_that_the_provider_did_not_sign_is_not_believed(
    lan: City, made: Callable[[ProviderState], Any]
) -> None:
    lan.state.made = made(lan.state)
    assert not await _is_let_in(lan)


async def test_a_published_key_that_is_a_shared_secret_signs_nothing(lan: City) -> None:
    """Key confusion by the provider's own list."""
    shared = {"kty": "oct", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0", "kid": "shared"}
    lan.state.published = [shared]
    lan.state.made = signed_with(b"secret-secret-secret-secret", "shared")
    assert not await _is_let_in(lan)


@pytest.mark.parametrize(
    "change",
    [
        {"use": "enc"},
        {"alg": "RS512"},
        {"kid": "another"},
        {"kty": "EC"},
        {"n": "!!"},
        {"n": 5},
        {"n": "AQAB"},
        {"n": None},
        {"e": ""},
    ],
)
async def test_a_key_that_is_not_fit_for_it_checks_nothing(lan: City, change: dict[str, Any]) -> None:
    lan.state.published = [{**lan.state.keys[0].as_dict(private=False), **change}, 5, None, "x", {}]
    assert not await _is_let_in(lan)


@pytest.mark.parametrize("is_named", [True, False])
async def test_the_right_key_is_found_among_others_also_without_a_name(
    lan: City, other_keys: tuple[Key, ...], is_named: bool
) -> None:
    keys = [key.as_dict(private=False) for key in (*other_keys, *lan.state.keys)]
    lan.state.published = keys if is_named else [{**key, "kid": None} for key in keys]
    lan.state.names_key = is_named
    assert await _is_let_in(lan)


async def test_keys_of_a_header_are_not_looked_at(lan: City, other_keys: tuple[Key, ...]) -> None:
    """A token that brings its own key, or says where it is."""
    right = lan.state.keys
    lan.state.published = [key.as_dict(private=False) for key in right]
    lan.state.keys = list(other_keys)
    lan.state.header = {"jwk": other_keys[0].as_dict(private=False), "kid": right[0].kid}
    assert not await _is_let_in(lan)


@pytest.mark.parametrize(
    ("trouble", "when"),
    [
        ({"broken": {"openid-configuration": 500}}, "out"),
        ({"broken": {"openid-configuration": 302}}, "out"),
        ({"broken": {"openid-configuration": 200}}, "out"),
        ({"huge": {"openid-configuration"}}, "out"),
        ({"discovery": {"issuer": "https://evil.example"}}, "out"),
        ({"discovery": {"token_endpoint": "http://evil.example/token"}}, "out"),
        ({"discovery": {"authorization_endpoint": "javascript:alert(1)"}}, "out"),
        ({"discovery": {"jwks_uri": None}}, "out"),
        ({"discovery": {"jwks_uri": ["x"]}}, "out"),
        ({"broken": {"token": 500}}, "back"),
        ({"broken": {"token": 307}}, "back"),
        ({"huge": {"token"}}, "back"),
        ({"broken": {"keys": 404}}, "back"),
        ({"huge": {"keys"}}, "back"),
        ({"published": {"a": 1}}, "back"),
    ],
)
async def test_a_provider_that_does_not_answer_as_it_must_is_said_to_be_down(
    lan: City, trouble: dict[str, Any], when: str
) -> None:
    for name, value in trouble.items():
        setattr(lan.state, name, value)
    browser = await lan.house.browser()
    answer = await browser.get(OUT) if when == "out" else await lan.enter(browser)
    assert (answer.status, answer.headers["Retry-After"]) == (503, "60")
    assert "does not answer at present" in answer.words
    assert "elsewhere" not in lan.state.seen
    assert (await browser.get("/account")).status == 303


@pytest.mark.parametrize("place", ["openid-configuration", "token", "keys"])
async def test_a_slow_provider_is_cut_off(lan: City, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = await lan.house.browser()
    wanted = OUT if place == "openid-configuration" else lan.local(await lan.out(browser))
    lan.state.silent = {place}
    monkeypatch.setattr(asking, "TIMEOUT", aiohttp.ClientTimeout(total=0.3))
    assert (await browser.get(wanted)).status == 503


async def test_a_provider_that_is_down_is_asked_again_only_after_a_while(lan: City) -> None:
    lan.state.broken = {"openid-configuration": 500}
    browser = await lan.house.browser()
    for _ in range(5):
        assert (await browser.get(OUT)).status == 503
    assert lan.state.seen == ["openid-configuration"]
    lan.state.broken = {}
    lan.house.clock.pass_by(seconds=10)
    assert (await browser.get(OUT)).status == 303


async def test_what_was_known_is_used_while_the_provider_cannot_be_asked(lan: City) -> None:
    assert await _is_let_in(lan)
    lan.state.broken = {"openid-configuration": 500, "keys": 500}
    lan.house.clock.pass_by(hours=2)
    assert await _is_let_in(lan)


async def test_a_wrong_secret_of_ours_is_told_to_the_operator_alone(
    lan: City, capsys: pytest.CaptureFixture[str]
) -> None:
    lan.provider.secret = lambda _name: "not the right one"
    answer = await lan.enter(await lan.house.browser())
    assert (answer.status, "invalid_client" in answer.text) == (503, False)
    assert "not the right one" not in f"{lan.provider!r} {Said(200, {'id_token': 'x'})!r}"


async def test_a_provider_that_takes_the_secret_in_the_form_gets_it_there(lan: City) -> None:
    lan.state.discovery = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    assert await _is_let_in(lan)


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://id.hanoi.example/realms/tthc", True),
        ("http://127.0.0.1:8080", True),
        ("http://localhost", True),
        ("http://[::1]:80/", True),
        ("http://id.hanoi.example", False),
        ("http://127.0.0.1.evil.example", False),
        ("https://user:word@id.example", False),
        ("https://id.example/#x", False),
        ("https://id.example/a b", False),
        ("https://id.example:port/", False),
        ("https://[::1", False),
        ("javascript:alert(1)", False),
        ("//id.example", False),
        ("", False),
    ],
)
def test_codes_and_tokens_go_over_https_or_stay_on_this_machine(url: str, safe: bool) -> None:
    assert is_safe(url) is safe


def test_an_issuer_without_tls_is_refused_before_anything_starts() -> None:
    settings = OidcConfig(issuer="http://id.hanoi.example", client_id="x")
    with pytest.raises(ConfigurationError, match=r"desk.oidc.issuer: is no https address"):
        provider_of(settings, redirect_uri="", clock=lambda: None, secret=str)  # type: ignore[arg-type,return-value]


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(_name: str) -> None:
        raise ModuleNotFoundError("no", name="joserfc")

    monkeypatch.setattr(provider_module, "import_module", absent)
    settings = OidcConfig(issuer="https://id.hanoi.example", client_id="x")
    with pytest.raises(ConfigurationError, match="needs joserfc, which is not installed") as caught:
        provider_of(settings, redirect_uri="", clock=lambda: None, secret=str)  # type: ignore[arg-type,return-value]
    assert caught.value.action == "install syncd[oidc]"


def test_the_cap_is_larger_than_any_list_of_keys() -> None:
    assert LARGEST > 50 * 1024
