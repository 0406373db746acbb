"""What the hostile proxy may do to an answer on the wire.

In: a request and the true reply. Out: bytes that lie, come late, come without end, or do not come.
"""

from __future__ import annotations

import asyncio
import gzip
import socket
import struct
from collections.abc import Awaitable, Callable, Iterator
from functools import cache
from typing import Final

from aiohttp import web

from loopback.conformance.recording import Reply
from loopback.faults.wire import BLOCK_PAGE

Act = Callable[[web.BaseRequest, Reply], Awaitable[web.StreamResponse]]

CHUNK: Final = 64 * 1024
MOST_SENT: Final = 256 * 1024 * 1024
BOMB: Final = 192 * 1024 * 1024
PLAIN: Final = frozenset({"host", "user-agent", "accept", "accept-encoding", "content-type", "content-length"})
OLD_DATE: Final = "Thu, 01 Jan 2015 00:00:00 GMT"


async def faithful(_request: web.BaseRequest, reply: Reply) -> web.StreamResponse:
    """The true answer."""
    return web.Response(status=reply.status, headers=reply.headers, body=reply.body)


def changed(change: Callable[[bytes], bytes]) -> Act:
    """A complete answer with another body; it is sent piece by piece."""

    async def act(request: web.BaseRequest, reply: Reply) -> web.StreamResponse:
        body = await asyncio.to_thread(change, reply.body)
        return await _sent(request, reply, (body[at : at + CHUNK] for at in range(0, len(body), CHUNK)))

    return act


def status(number: int, body: bytes = b"", **headers: str) -> Act:
    """A status without the answer; ``headers`` are written with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    async def act(_request: web.BaseRequest, _reply: Reply) -> web.StreamResponse:
        return web.Response(status=number, body=body, headers=named)

    return act


def block_page(number: int) -> Act:
    """The page of a firewall."""
    return status(number, BLOCK_PAGE.encode(), Content_Type="text/html; charset=utf-8")


def echo(number: int) -> Act:
    """A system that repeats in its answer what it was asked, secrets first."""

    async def act(request: web.BaseRequest, _reply: Reply) -> web.StreamResponse:
        newest_first = reversed(list(request.headers.items()))
        asked = "\n".join(f"{name}: {value}" for name, value in newest_first if name.lower() not in PLAIN)
        body = f"{asked}\n\n{(await request.read()).decode('utf-8', 'replace')}"
        return web.Response(status=number, text=body)

    return act


async def truncated(request: web.BaseRequest, reply: Reply) -> web.StreamResponse:
    """The whole length is announced, half of it comes, and the connection ends."""
    return await _begun(request, reply)


async def slow(request: web.BaseRequest, reply: Reply) -> web.StreamResponse:
    """Half of the body, and then nothing until the client hangs up."""
    response = await _begun(request, reply)
    await asyncio.Event().wait()
    return response


async def reset(request: web.BaseRequest, reply: Reply) -> web.StreamResponse:
    """The connection is reset before the answer."""
    transport = request.transport
    if transport is not None:
        linger = struct.pack("ii", 1, 0)
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        transport.abort()
    return web.Response(status=reply.status)


async def skewed(_request: web.BaseRequest, reply: Reply) -> web.StreamResponse:
    """The true answer from a system whose clock stands in 2015."""
    return web.Response(status=reply.status, headers={**reply.headers, "Date": OLD_DATE}, body=reply.body)


async def endless(request: web.BaseRequest, reply: Reply) -> web.StreamResponse:
    """A body that goes on far beyond every cap."""
    lead = reply.body[: reply.body.rfind(b"}")] or b"["
    return await _sent(request, reply, _endless(lead))


def _endless(lead: bytes) -> Iterator[bytes]:
    yield lead
    for _ in range(MOST_SENT // CHUNK):
        yield b" " * CHUNK


async def bomb(request: web.BaseRequest, reply: Reply) -> web.StreamResponse:
    """A small body that unpacks into a very large one."""
    packed = await asyncio.to_thread(packed_bomb)
    headers = {**reply.headers, "Content-Encoding": "gzip"}
    return await _sent(request, reply._replace(headers=headers), (packed,))


@cache
def packed_bomb() -> bytes:
    return gzip.compress(b"[" + b" " * BOMB, compresslevel=9, mtime=0)


async def _begun(request: web.BaseRequest, reply: Reply) -> web.StreamResponse:
    response = web.StreamResponse(status=reply.status, headers=reply.headers)
    response.content_length = max(2, len(reply.body))
    response.force_close()
    await response.prepare(request)
    await response.write(reply.body[: len(reply.body) // 2] or b"{")
    return response


async def _sent(
    request: web.BaseRequest, reply: Reply, chunks: Iterator[bytes] | tuple[bytes, ...]
) -> web.StreamResponse:
    response = web.StreamResponse(status=reply.status, headers=reply.headers)
    await response.prepare(request)
    for chunk in chunks:
        await response.write(chunk)
    await response.write_eof()
    return response
