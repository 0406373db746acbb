"""How an answer of the API is sent: JSON, a strong ETag over its bytes, the next page as a link, packed where wished.

In: a frozen struct and the request's headers. Out: a response; 304 where the asker has this very answer already.
"""

from __future__ import annotations

import asyncio
import gzip
from hashlib import blake2b
from typing import Any

import msgspec
from aiohttp import web
from msgspec import Struct

from syncd.desk.ways import changed

MEDIA_TYPE = "application/json"
WORTH_PACKING = 1_024
LONGEST_MATCH = 4_000
"""Characters of ``If-None-Match`` that are looked at."""
KEPT = "private, no-cache"
"""Whoever asked may keep an answer, and must ask each time whether it still holds."""


class Listing(Struct, frozen=True, kw_only=True):
    """A page of a list. ``next``: the cursor of the page after this one, empty at the end."""

    next: str


async def answered(request: web.Request, value: Any, *, status: int = 200) -> web.Response:
    """The answer; to a reading request with its ETag."""
    body = msgspec.json.encode(value)
    headers = {"Vary": "Accept-Encoding, Authorization"}
    if isinstance(value, Listing) and value.next:
        headers["Link"] = f'<{changed(request.path_qs, {"cursor": value.next})}>; rel="next"'
    is_packed = len(body) > WORTH_PACKING and "gzip" in request.headers.get("Accept-Encoding", "")
    if request.method in ("GET", "HEAD"):
        tag = tag_of(body, is_packed=is_packed)
        headers |= {"ETag": tag, "Cache-Control": KEPT}
        if has_already(request.headers.get("If-None-Match", ""), tag):
            return web.Response(status=304, headers=headers)
    if is_packed:
        body = await asyncio.to_thread(gzip.compress, body, 6, mtime=0)
        headers["Content-Encoding"] = "gzip"
    return web.Response(body=body, status=status, headers=headers, content_type=MEDIA_TYPE)


def tag_of(body: bytes, *, is_packed: bool) -> str:
    """The strong ETag: the same bytes in another coding are another representation (RFC 9110, 8.8.3.3)."""
    return f'"{blake2b(body, digest_size=16).hexdigest()}{"-gzip" if is_packed else ""}"'


def has_already(wished: str, tag: str) -> bool:
    """Whether ``If-None-Match`` names this answer, in either coding."""
    if wished.strip() == "*":
        return True
    plain = _plain(tag)
    return any(_plain(one) == plain for one in wished[:LONGEST_MATCH].split(","))


def _plain(tag: str) -> str:
    return tag.strip().removeprefix("W/").strip('"').removesuffix("-gzip")
