"""The words of the faults: an answer about to be spoiled, and a fault.

In: nothing. Out: small types that the table of faults, its acts and the plan share.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from aiohttp import web


@dataclass(slots=True)
class Drip:
    """A slow body: ``dripping`` is set when one has begun; it ends when ``gate`` is set."""

    gate: asyncio.Event = field(default_factory=asyncio.Event)
    dripping: asyncio.Event = field(default_factory=asyncio.Event)


class Occasion(NamedTuple):
    """One answer about to be spoiled: the request, the true answer, how often this fault has struck, the first and the
    latest page sent before from this path."""

    request: web.Request
    answer: web.Response
    hit: int
    before: list[bytes]
    drip: Drip


Act = Callable[[Occasion], Awaitable[web.StreamResponse]]


class Fault(NamedTuple):
    """One way to go wrong: what happens, in one line, and how."""

    doc: str
    act: Act


def body_of(answer: web.Response) -> bytes:
    """The body of an answer, as bytes."""
    return answer.body if isinstance(answer.body, bytes) else b""


def like(answer: web.Response, body: bytes) -> web.Response:
    """An answer like this one, with another body."""
    return web.Response(status=answer.status, body=body, content_type=answer.content_type, charset=answer.charset)
