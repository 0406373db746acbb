"""The client's parts on their own: settings, the breaker, the pace, waits, bodies and strict decoding."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from pydantic import ValidationError

from syncd.sides.errors import ShapeError, UnreachableError
from syncd.sides.http import HttpSettings, decode
from syncd.sides.http.body import excerpt, is_page
from syncd.sides.http.breaker import Breaker
from syncd.sides.http.limiter import pace_of
from syncd.sides.http.statuses import retry_after

NOW = datetime(2026, 7, 1, tzinfo=UTC)


class Inner(msgspec.Struct):
    x: int


class Outer(msgspec.Struct):
    rows: list[Inner]


@pytest.mark.parametrize(
    "wrong",
    [
        {"base_url": "ftp://side.example"},
        {"base_url": "https://user:pass@side.example"},
        {"base_url": "https://side.example/?key=1"},
        {"base_url": "https://side.example:port"},
        {"proxy": "http://user:pass@proxy"},
        {"headers": {"Authorization": "Bearer x"}},
        {"headers": {"X-A": "a\nb"}},
        {"headers": {"bad name": "a"}},
        {"basic_user": "u"},
        {"bearer_secret": "a", "basic_user": "u", "basic_password_secret": "p"},
        {"client_key": "key.pem"},
        {"total_timeout": 0},
        {"requests_per_second": 0},
        {"attempts": 0},
        {"no_such_key": 1},
    ],
)
def test_settings_that_cannot_be_meant_are_refused(wrong: dict[str, Any]) -> None:
    """Addresses with credentials, secrets in plain headers, halves of pairs, limits of nothing, unknown keys."""
    with pytest.raises(ValidationError):
        HttpSettings.model_validate({"base_url": "https://side.example", **wrong})


def test_a_slash_at_the_end_of_the_address_falls_away() -> None:
    """Both ways of writing it are the same address."""
    assert HttpSettings(base_url="https://side.example/api/").base_url == "https://side.example/api"


def test_a_probe_that_was_cancelled_leaves_room_for_another() -> None:
    """Abandoning says nothing about the side; while a probe is under way, nobody else is admitted."""
    now = [0.0]
    breaker = Breaker(failures=1, open_seconds=10, clock=lambda: now[0])
    breaker.admit("here")
    breaker.failed()
    now[0] = 11.0
    breaker.admit("here")
    with pytest.raises(UnreachableError):
        breaker.admit("here")
    breaker.abandoned()
    breaker.admit("here")
    breaker.succeeded()
    assert not breaker.is_open


@pytest.mark.looptime
async def test_one_host_has_one_evenly_spaced_pace_however_many_clients_ask() -> None:
    """Two clients that want 2 and 10 a second share the slower pace: one turn every half second, no burst."""
    loop = asyncio.get_running_loop()
    fast, slow = pace_of("side.example", 10), pace_of("side.example", 2)
    began = loop.time()
    turns: list[float] = []

    async def take() -> None:
        await (slow if len(turns) % 2 else fast).turn()
        turns.append(loop.time() - began)

    await asyncio.gather(*(take() for _ in range(4)))
    assert turns == pytest.approx([0.0, 0.5, 1.0, 1.5], abs=0.01)
    assert pace_of("other.example", 5) is not fast


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        ("5", 5.0),
        ("-5", None),
        ("٥", None),
        ("soon", None),
        ("99999999999999", 999999999.0),
        ("Wed, 01 Jul 2026 00:01:00 GMT", 60.0),
        ("Tue, 30 Jun 2026 00:00:00 GMT", 0.0),
        ("Wed, 99 Jul 2026 00:01:00 GMT", None),
    ],
)
def test_the_wanted_wait_is_read_in_both_forms(text: str, expected: float | None) -> None:
    """Without a Date of the side's own, our clock is the measure; nonsense is no wish."""
    assert retry_after({"Retry-After": text}, lambda: NOW) == expected


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (b'{"rows":[{"x":1},{"x":"1"}]}', "$.rows[1].x"),
        (b'{"rows":null}', "$.rows"),
        (b"{}", "$"),
        (b'{"rows":[', "$"),
        (b"", "$"),
        (b'{"rows":[{"x":' + b"[" * 100_000, "$.rows[0].x"),
        (b'{"other":' + b"[" * 100_000 + b"]" * 100_000 + b',"rows":[]}', "$"),
        (b'{"rows":[{"x":1e999}]}', "$.rows[0].x"),
        (b'{"rows":[{"x":' + b"9" * 10_000 + b"}]}", "$.rows[0].x"),
    ],
)
def test_what_cannot_be_decoded_is_a_shape_error_with_its_path(body: bytes, path: str) -> None:
    """Wrong types, holes, cut text, deep nests and huge numbers: one error, which says where."""
    with pytest.raises(ShapeError) as caught:
        decode(body, Outer, where="test")
    assert caught.value.path == path
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize("body", [b'"\xff"', b'"\\ud800"', b'"\\ud800\\u0041"'])
def test_text_that_is_not_unicode_is_a_shape_error(body: bytes) -> None:
    """No broken text gets past the wall."""
    with pytest.raises(ShapeError):
        decode(body, str, where="test")


def test_pages_are_told_from_answers_by_their_beginning() -> None:
    """JSON with the header of a page is JSON, a page with the header of JSON is a page."""
    assert is_page(b"\xef\xbb\xbf \n<!DOCTYPE html>", "application/json")
    assert not is_page(b' {"a":"<html>"}', "text/html")
    assert not is_page(b"<?xml version='1.0'?><a/>", "application/xml")


def test_an_excerpt_blacks_out_secrets_before_it_cuts() -> None:
    """A secret that straddles the cut leaves no part of itself."""
    body = ("a" * 190 + " hunter2-hunter2").encode()
    assert "hunter" not in excerpt(body, ("hunter2-hunter2",))
