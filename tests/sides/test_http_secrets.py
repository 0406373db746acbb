"""What the HTTP client never shows: secrets, foreign exceptions, foreign bodies at length."""

from __future__ import annotations

import traceback

import pytest
from aiohttp import web

from syncd.errors import ConfigurationError
from syncd.sides.errors import (
    PermanentError,
    UnreachableError,
)
from syncd.sides.http import HttpClient, HttpSettings
from tests.sides.server import answers, asking, json_answer, serving


async def test_no_secret_is_ever_shown() -> None:
    """Not in an error that quotes a body that echoes it, not in its traceback, not in a repr, not in an attempt."""

    async def echo(request: web.Request) -> web.Response:
        return web.Response(status=400, text=f"you sent {request.headers['Authorization']} to {request.path_qs}")

    async with serving(echo) as url, asking(url, bearer_secret="key") as side:
        with pytest.raises(PermanentError) as caught:
            await side.ask("/x", params={"pin": "query-s3cr3t"}, headers={"X-Trace": "hdr-s3cr3t"})
        shown = "".join(traceback.format_exception(caught.value)) + repr(side.client) + repr(side.attempts)
    assert "s3cr3t-t0ken" not in shown
    assert "Bearer ***" in shown
    assert caught.value.where == "POST /x"


async def test_a_failed_connection_leaves_no_foreign_exception_behind() -> None:
    """aiohttp's own errors hold the request's headers, so that they must not travel along."""
    async with asking("http://no-such-host.invalid", attempts=1, bearer_secret="key") as side:
        with pytest.raises(UnreachableError) as caught:
            await side.ask()
    assert caught.value.__suppress_context__
    assert caught.value.__cause__ is None


async def test_a_secret_that_cannot_stand_in_a_header_is_a_configuration_error() -> None:
    """Its name is shown, its text is not."""
    settings = HttpSettings(base_url="http://127.0.0.1:1", bearer_secret="key")
    client = HttpClient("portal", settings, secret={"key": "hid\nden"}.__getitem__)
    with pytest.raises(ConfigurationError, match="'key'") as caught:
        await client.json("GET", "/", operation="read", safe=True)
    assert "den" not in str(caught.value).replace("hidden", "")
    await client.close()
    await client.close()


async def test_foreign_bodies_are_quoted_in_200_characters_at_most() -> None:
    """A long refusal is cut, and its control characters fall away."""
    async with serving(answers(json_answer("{\n\x1b" + "a" * 5000, 400))) as url, asking(url) as side:
        with pytest.raises(PermanentError) as caught:
            await side.ask()
    assert len(caught.value.message) < 260
    assert "\x1b" not in caught.value.message
