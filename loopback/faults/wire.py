"""Faults of the wire: statuses, pages of a firewall, bodies that end early or never, connections that break.

In: the true answer. Out: what arrives instead of it.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Final

from aiohttp import web

from loopback.faults.documents import changed, dumped, emptied, skewed_times
from loopback.faults.occasion import Act, Occasion, body_of, like

BLOCK_PAGE: Final = (
    "<html><head><title>Request Rejected</title></head><body>The requested URL was rejected. Please consult with your"
    " administrator.<br><br>Your support ID is: 1337133713371337133</body></html>"
)


async def clock_skew(occasion: Occasion) -> web.StreamResponse:
    answer = await changed(lambda document, _occasion: skewed_times(document))(occasion)
    answer.headers["Date"] = "Thu, 01 Jan 2015 00:00:00 GMT"
    return answer


def page(status: int) -> Act:
    async def act(_occasion: Occasion) -> web.StreamResponse:
        return web.Response(status=status, text=BLOCK_PAGE, content_type="text/html")

    return act


def status(status: int, headers: Callable[[], dict[str, str]] = dict) -> Act:
    async def act(_occasion: Occasion) -> web.StreamResponse:
        return web.Response(status=status, text="", headers=headers())

    return act


def soon() -> dict[str, str]:
    later = datetime.now(UTC) + timedelta(seconds=2)
    return {"Retry-After": format_datetime(later, usegmt=True)}


async def error_envelope(_occasion: Occasion) -> web.StreamResponse:
    body = {"code": "ERROR", "data": None, "message": "Có lỗi xảy ra, vui lòng thử lại sau"}
    return web.Response(status=201, body=dumped(body), content_type="application/json")


async def empty_200(occasion: Occasion) -> web.StreamResponse:
    answer = await changed(emptied)(occasion)
    answer.set_status(200)
    return answer


async def cut_json(occasion: Occasion) -> web.StreamResponse:
    body = body_of(occasion.answer)
    return like(occasion.answer, body[: len(body) // 2])


async def _begun(occasion: Occasion) -> tuple[web.StreamResponse, bytes]:
    """Announce the whole body, send its first half; returns what is still owed."""
    body = body_of(occasion.answer)
    response = web.StreamResponse(status=occasion.answer.status)
    response.content_type, response.content_length = occasion.answer.content_type, len(body)
    response.force_close()
    await response.prepare(occasion.request)
    await response.write(body[: len(body) // 2])
    return response, body[len(body) // 2 :]


async def truncated(occasion: Occasion) -> web.StreamResponse:
    response, _owed = await _begun(occasion)
    return response


async def slow(occasion: Occasion) -> web.StreamResponse:
    response, owed = await _begun(occasion)
    occasion.drip.dripping.set()
    await occasion.drip.gate.wait()
    await response.write(owed)
    return response


async def reset(occasion: Occasion) -> web.StreamResponse:
    transport = occasion.request.transport
    if transport is not None:
        linger = struct.pack("ii", 1, 0)
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        transport.abort()
    return occasion.answer
