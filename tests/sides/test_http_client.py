"""The HTTP client against a real server: what it asks, what it believes, when it tries again, when it gives up."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from typing import Any

import pytest
from aiohttp import web

from syncd.sides.errors import (
    BlockedError,
    PermanentError,
    ShapeError,
    SideError,
    ThrottledError,
    TransientError,
    UnauthorisedError,
    UnreachableError,
)
from syncd.sides.http.breaker import CircuitOpenError
from tests.sides.server import answers, asking, json_answer, page, serving

STATUSES: list[tuple[web.Response, type[SideError]]] = [
    (json_answer("{}", 400), PermanentError),
    (json_answer("{}", 404), PermanentError),
    (json_answer("{}", 401), UnauthorisedError),
    (json_answer("{}", 403), UnauthorisedError),
    (page(401, "<html>HTTP Status 401 - Unauthorized</html>"), UnauthorisedError),
    (page(401), BlockedError),
    (page(403), BlockedError),
    (page(403, "<html>Forbidden</html>"), BlockedError),
    (page(200), BlockedError),
    (page(201), BlockedError),
    (page(200, "<!DOCTYPE html><p>Hệ thống bảo trì"), BlockedError),
    (page(503), BlockedError),
    (web.Response(status=200, text="<html>no header says so</html>", content_type="application/json"), BlockedError),
    (json_answer("{}", 429), ThrottledError),
    (json_answer("{}", 408), TransientError),
    (json_answer("{}", 500), TransientError),
    (page(502, "<html>Bad Gateway</html>"), TransientError),
    (json_answer("{}", 204), PermanentError),
    (web.Response(status=302, headers={"Location": "https://login.example/?t=1"}), PermanentError),
    (web.Response(status=200, text="", content_type="application/json"), ShapeError),
    (web.Response(status=200, text="OK", content_type="text/plain"), ShapeError),
]


@pytest.mark.parametrize(("answer", "expected"), STATUSES)
async def test_each_answer_becomes_its_own_error(answer: web.Response, expected: type[SideError]) -> None:
    """Statuses and bodies are told apart together, exactly."""
    async with serving(answers(answer)) as url, asking(url, attempts=1) as side:
        with pytest.raises(expected) as caught:
            await side.ask(accept=frozenset({200, 201}))
    assert type(caught.value) is expected
    assert caught.value.where == "POST /x"
    assert side.outcomes == [expected.slug]


async def test_an_accepted_answer_comes_back_with_its_bytes() -> None:
    """201 is success where the call says so; a byte-order mark falls away."""
    async with serving(answers(json_answer("\ufeff{}", 201))) as url, asking(url) as side:
        assert await side.ask(accept=frozenset({201})) == b"{}"
    assert side.outcomes == ["ok"]


async def test_a_raw_answer_keeps_status_headers_and_body_whatever_its_kind() -> None:
    """`request` judges the status alone: a web page may be what was asked for."""
    async with serving(answers(page(200, "<html>report</html>"))) as url, asking(url) as side:
        answer = await side.client.request("GET", "x", operation="report", safe=True)
    assert (answer.status, answer.body, answer.headers["content-type"][:9]) == (
        200,
        b"<html>report</html>",
        "text/html",
    )
    assert "report" not in repr(answer)


async def test_what_is_asked_arrives() -> None:
    """Body, query, headers, address and credentials are sent as they were given; the environment adds nothing."""
    seen: dict[str, Any] = {}

    async def handler(request: web.Request) -> web.Response:
        seen.update(path=request.path_qs, body=await request.text(), headers=request.headers.copy())
        return json_answer()

    settings = {"secret_headers": {"X-Api-Key": "key"}, "basic_user": "sở", "basic_password_secret": "password"}
    async with serving(handler) as url, asking(f"{url}/api/", headers={"groupId": "7"}, **settings) as side:
        await side.ask("/list", json={"tên": "đất"}, params={"q": "a b"})
        assert (seen["path"], seen["body"]) == ("/api/list?q=a+b", '{"tên":"đất"}')
        assert seen["headers"]["Content-Type"] == "application/json"
        assert seen["headers"]["X-Api-Key"] == "s3cr3t-t0ken"
        assert seen["headers"]["Authorization"] == "Basic " + b64encode("sở:mật-khẩu".encode()).decode()
        assert (seen["headers"]["groupId"], seen["headers"]["User-Agent"]) == ("7", "syncd")
        await side.ask("/form", form={"params": '{"a":1}'})
    assert seen["body"] == "params=%7B%22a%22%3A1%7D"


async def test_transient_trouble_is_tried_again_only_where_that_is_safe() -> None:
    """A safe call succeeds at the third attempt; an unsafe one fails at the first."""
    bad = json_answer("{}", 503)
    async with serving(answers(bad, bad, json_answer())) as url, asking(url) as side:
        assert await side.ask() == b'{"x":1}'
    assert side.outcomes == ["transient", "transient", "ok"]
    assert [attempt.number for attempt in side.attempts] == [1, 2, 3]
    assert [attempt.retried_in for attempt in side.attempts] == [*side.time.slept, None]
    async with serving(answers(bad, json_answer())) as url, asking(url) as side:
        with pytest.raises(TransientError):
            await side.ask(safe=False)
    assert side.outcomes == ["transient"]


async def test_attempts_are_capped_and_waits_have_full_jitter() -> None:
    """Each wait lies between nothing and a bound that doubles up to its ceiling."""
    settings = {"attempts": 6, "backoff_base": 1.0, "backoff_ceiling": 4.0, "breaker_failures": 100}
    async with serving(answers(json_answer("{}", 500))) as url, asking(url, **settings) as side:
        with pytest.raises(TransientError):
            await side.ask()
    assert len(side.attempts) == 6
    bounds = [1, 2, 4, 4, 4]
    assert all(0 <= slept <= bound for slept, bound in zip(side.time.slept, bounds, strict=True))


async def test_the_budget_of_time_ends_the_attempts() -> None:
    """A wait that would pass the budget is not begun."""
    async with (
        serving(answers(json_answer("{}", 503, Retry_After="50"))) as url,
        asking(url, attempts=20, retry_budget=120, breaker_failures=100) as side,
    ):
        with pytest.raises(TransientError):
            await side.ask()
    assert len(side.attempts) == 3


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Retry_After": "7"}, 7.0),
        ({"Retry_After": "86400"}, 20.0),
        ({"Retry_After": "Wed, 01 Jul 2026 00:00:09 GMT", "Date": "Wed, 01 Jul 2026 00:00:00 GMT"}, 9.0),
    ],
)
async def test_the_wait_that_the_side_asks_for_is_the_least_one(headers: dict[str, str], expected: float) -> None:
    """Seconds and dates are honoured, up to the ceiling; our own back-off is far shorter here."""
    settings = {"backoff_base": 0.001, "backoff_ceiling": 0.001, "retry_after_ceiling": 20}
    async with (
        serving(answers(json_answer("{}", 429, **headers), json_answer())) as url,
        asking(url, **settings) as side,
    ):
        await side.ask()
    assert side.time.slept == [expected]


async def test_the_circuit_opens_after_failures_in_a_row_and_closes_by_one_probe() -> None:
    """While it is open the side is left in peace; one probe after the time decides."""
    asked = 0
    status = 500

    async def counted(request: web.Request) -> web.Response:
        nonlocal asked
        asked += 1
        return json_answer("{}", status)

    settings = {"attempts": 1, "breaker_failures": 2, "breaker_open_seconds": 30}
    async with serving(counted) as url, asking(url, **settings) as side:
        for _ in range(2):
            with pytest.raises(TransientError):
                await side.ask()
        with pytest.raises(CircuitOpenError) as caught:
            await side.ask()
        assert (asked, caught.value.delay, caught.value.slug) == (2, 30.0, "unreachable")
        side.time.now += 31
        with pytest.raises(TransientError):
            await side.ask()
        with pytest.raises(CircuitOpenError):
            await side.ask()
        side.time.now += 31
        status = 200
        await side.ask()
        await side.ask()
    assert asked == 5


async def test_an_open_circuit_is_not_waited_for_inside_a_call() -> None:
    """Trying again stops as soon as the circuit opens."""
    async with (
        serving(answers(json_answer("{}", 500))) as url,
        asking(url, attempts=10, breaker_failures=2) as side,
    ):
        with pytest.raises(CircuitOpenError):
            await side.ask()
    assert side.outcomes == ["transient", "transient", "unreachable"]


async def test_refusals_do_not_open_the_circuit() -> None:
    """A side that answers, with whatever refusal, is not down."""
    async with (
        serving(answers(json_answer("{}", 404))) as url,
        asking(url, attempts=1, breaker_failures=1) as side,
    ):
        for _ in range(3):
            with pytest.raises(PermanentError):
                await side.ask()


async def test_a_cancelled_call_is_cancelled_at_once_and_is_no_outcome() -> None:
    """Cancellation passes through attempts and through waits, and says nothing about the side."""
    reached, gate = asyncio.Event(), asyncio.Event()

    async def hold(request: web.Request) -> web.Response:
        reached.set()
        await gate.wait()
        return json_answer()

    async with serving(hold) as url, asking(url, breaker_failures=1) as side:
        task = asyncio.create_task(side.ask())
        await reached.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert side.attempts == []
        gate.set()
        assert await side.ask() == b'{"x":1}'


async def test_an_error_that_parsing_raises_is_an_outcome_of_the_attempt() -> None:
    """An envelope that says "busy" is tried again like a status that does."""
    async with serving(answers(json_answer('"busy"'), json_answer('"fine"'))) as url, asking(url) as side:

        def parse(body: bytes) -> str:
            if body == b'"busy"':
                raise TransientError("busy")
            return body.decode()

        assert await side.client.ask("POST", "/x", operation="read", safe=True, parse=parse) == '"fine"'
    assert side.outcomes == ["transient", "ok"]


async def test_a_proxy_is_used_where_it_is_set_and_the_environment_names_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """``HTTP_PROXY`` is ignored; ``proxy`` is obeyed, and named when it is down."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    hosts: list[str] = []

    async def proxy(request: web.Request) -> web.Response:
        hosts.append(request.host)
        return json_answer()

    async with serving(answers(json_answer())) as url, asking(url) as side:
        await side.ask()
    async with serving(proxy) as url, asking("http://portal.example", proxy=url) as side:
        await side.ask()
    assert hosts == ["portal.example"]
    async with asking("http://portal.example", proxy="http://127.0.0.1:1", attempts=1) as side:
        with pytest.raises(UnreachableError, match="proxy"):
            await side.ask()


async def test_cookies_are_forgotten_unless_they_are_wanted() -> None:
    """A client remembers nothing between calls by itself."""
    seen: list[str] = []

    async def handler(request: web.Request) -> web.Response:
        seen.append(request.headers.get("Cookie", ""))
        return json_answer(Set_Cookie="a=1")

    async with serving(handler) as url:
        for wanted in (False, True):
            async with asking(url, cookies=wanted) as side:
                await side.ask()
                await side.ask()
    assert seen == ["", "", "", "a=1"]
