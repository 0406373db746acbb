"""The HTTP client when the connection itself goes wrong: caps, time limits, cuts, resets, nobody there."""

from __future__ import annotations

import asyncio
import socket

import pytest
from aiohttp import web

from syncd.sides.errors import (
    ShapeError,
    TooLargeError,
    TransientError,
    UnreachableError,
)
from tests.sides.server import answers, asking, json_answer, serving


async def test_an_answer_past_the_cap_is_not_read_to_its_end() -> None:
    """Neither a declared length, nor an endless stream, nor a bomb that unpacks to gigabytes gets past the cap."""

    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        if request.path == "/zip":
            response.enable_compression(web.ContentCoding.gzip)
        await response.prepare(request)
        try:
            while True:
                await response.write(b"0" * 65536)
        except (ConnectionError, asyncio.CancelledError):
            return response

    async with serving(endless) as url, asking(url, max_bytes=100_000) as side:
        for path in ("/stream", "/zip"):
            with pytest.raises(TooLargeError):
                await side.ask(path)
    async with serving(answers(json_answer("[" + "0," * 90_000 + "0]"))) as url, asking(url, max_bytes=1024) as side:
        with pytest.raises(TooLargeError):
            await side.ask()
        assert len(await side.ask(max_bytes=500_000)) > 1024


async def test_a_dripping_body_ends_at_the_total_time() -> None:
    """Each drop comes in time, the whole does not."""

    async def drip(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while True:
                await response.write(b" ")
                await asyncio.sleep(0.01)
        except (ConnectionError, asyncio.CancelledError):
            return response

    async with serving(drip) as url, asking(url, attempts=1, total_timeout=0.1, read_timeout=5) as side:
        with pytest.raises(TransientError, match="took too long"):
            await side.ask()


async def test_a_side_that_falls_silent_is_transient() -> None:
    """The time to wait for the next bytes is its own limit."""
    gate = asyncio.Event()

    async def silent(request: web.Request) -> web.StreamResponse:
        await gate.wait()
        return json_answer()

    async with serving(silent) as url, asking(url, attempts=1, read_timeout=0.05) as side:
        with pytest.raises(TransientError, match="fell silent"):
            await side.ask()
        gate.set()


async def test_a_body_that_is_cut_off_is_transient() -> None:
    """Fewer bytes than declared are no answer."""

    async def cut(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "100"})
        await response.prepare(request)
        await response.write(b"{}")
        assert request.transport is not None
        request.transport.close()
        return response

    async with serving(cut) as url, asking(url, attempts=1) as side:
        with pytest.raises(TransientError, match="cut off"):
            await side.ask()


async def test_a_connection_that_is_reset_without_an_answer_is_unreachable() -> None:
    """Hanging up is no answer either."""

    async def hang_up(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        return json_answer()

    async with serving(hang_up) as url, asking(url, attempts=1) as side:
        with pytest.raises(UnreachableError):
            await side.ask()


async def test_nobody_there_is_unreachable_with_words_that_teach() -> None:
    """A refused connection and a name that does not exist are told apart."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port = bound.getsockname()[1]
    async with asking(f"http://127.0.0.1:{port}", attempts=1) as side:
        with pytest.raises(UnreachableError, match="check the host, the port"):
            await side.ask()
    async with asking("http://no-such-host.invalid", attempts=1) as side:
        with pytest.raises(UnreachableError, match="host name was not found"):
            await side.ask()


async def test_a_side_that_is_no_web_server_is_a_wrong_shape() -> None:
    """Bytes that are not HTTP end in our own error."""

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"220 mail.example ESMTP\r\n\r\n")
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    async with server, asking(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", attempts=1) as side:
        with pytest.raises(ShapeError, match="not HTTP"):
            await side.ask()
