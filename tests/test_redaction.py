"""Secrets never leave: by the name of a key, by a shape, by a value."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.redaction import (
    forget_secrets,
    holds_credential,
    is_reference,
    is_sensitive,
    redact,
    redact_text,
    remember_secret,
)


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    forget_secrets()
    yield
    forget_secrets()


@pytest.mark.parametrize(
    "name",
    ["password", "DB_PASSWORD", "portalToken", "client-secret", "apiKey", "access_key", "Set-Cookie", "Authorization"],
)
def test_names_that_say_secret(name: str) -> None:
    assert is_sensitive(name)


@pytest.mark.parametrize(
    "name", ["key", "portal_key", "monkey", "keyboard", "tokens_per_minute_", "author", "city_key"]
)
def test_names_that_do_not(name: str) -> None:
    assert not is_sensitive(name)


@pytest.mark.parametrize("name", ["token_file", "password_secret", "private_key_path", "secret_name"])
def test_names_that_only_say_where(name: str) -> None:
    assert is_reference(name)


SHAPES = {
    "postgresql://syncd:hunter2@db/x": "postgresql://syncd:***@db/x",
    "postgresql://syncd:p@ss@db/x": "postgresql://syncd:***@db/x",
    "https://ghp_hunter2@api.example/x": "https://***@api.example/x",
    "https://user:hunter2@api.example/": "https://***@api.example/",
    "GET https://x.example/a?b=1&access_token=hunter2&c=2": "GET https://x.example/a?b=1&access_token=***&c=2",
    "Authorization: Bearer hunter2hunter2": "Authorization: Bearer ***",
    "authorization: Basic aHVudGVyMjpodW50ZXIy": "authorization: Basic ***",
    "host=db password=hunter2 user=x": "host=db password=*** user=x",
    "-----BEGIN PRIVATE KEY-----\nMIIhunter2\n-----END PRIVATE KEY-----": "***",
}


@pytest.mark.parametrize(("text", "hidden"), SHAPES.items())
def test_credentials_are_known_by_their_shape(text: str, hidden: str) -> None:
    assert redact_text(text) == hidden
    assert holds_credential(text)


@pytest.mark.parametrize(
    "text",
    [
        "https://dichvucong.gov.vn/p/home?page=2",
        "postgresql://syncd@db/x",
        "a@b.example",
        "basic training for staff",
        "Thủ tục cấp mã số: 1.014325 = đúng",
    ],
)
def test_harmless_texts_stay_as_they_are(text: str) -> None:
    assert redact_text(text) == text
    assert not holds_credential(text)


def test_a_remembered_secret_is_hidden_wherever_it_turns_up() -> None:
    remember_secret("k3y/with space")
    assert redact_text("a k3y/with space b k3y%2Fwith%20space c") == "a *** b *** c"


def test_a_secret_too_short_to_be_one_does_not_black_out_the_log() -> None:
    remember_secret("a")
    assert redact_text("banana") == "banana"


def test_nested_values_lose_their_secrets_and_keep_the_rest() -> None:
    value = {
        "rows": [{"token": "x", "code": "1.0"}],
        "url": "ftp://u:p@h/",
        "token_file": "/etc/t",
        "n": 3,
        "none": None,
    }
    assert redact(value) == {
        "rows": [{"token": "***", "code": "1.0"}],
        "url": "ftp://u:***@h/",
        "token_file": "/etc/t",
        "n": 3,
        "none": None,
    }


@given(
    st.recursive(
        st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_anything_can_be_redacted_twice_with_one_result(value: object) -> None:
    assert redact(redact(value)) == redact(value)


def test_a_value_that_holds_itself_ends() -> None:
    knot: list[object] = []
    knot.append(knot)
    assert "***" in repr(redact(knot))
