"""Bodies: read up to a cap, told apart from web pages, decoded strictly.

In: a hostile stream of bytes. Out: bytes of a known size and kind, typed values, or an error that says where it hurts.
"""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache
from threading import Lock
from typing import Any, Protocol, TypeVar, cast

import msgspec

from syncd.sides.errors import BlockedError, ShapeError, TooLargeError

T = TypeVar("T")

_MAKING = Lock()

CHUNK = 64 * 1024
EXCERPT = 200
BLOCK_MARKS = (
    b"request rejected",
    b"the requested url was rejected",
    b"support id",
    b"access denied",
    b"web application firewall",
    b"captcha",
    b"attention required",
    b"bobcmn",
    "bảo trì".encode(),
)
_MARKUP = (b"<!doctype", b"<html", b"<head", b"<body", b"<script", b"<!--", b"<meta", b"<title", b"<div")
_JSON_STARTS = b'{["-0123456789tfn'
_BOM = b"\xef\xbb\xbf"


class _Stream(Protocol):
    def iter_chunked(self, n: int) -> Any: ...


async def read_capped(stream: _Stream, cap: int, where: str) -> bytes:
    """Read a stream to its end; raises `TooLargeError` as soon as it passes ``cap`` bytes, counted after unpacking."""
    held = bytearray()
    async for chunk in stream.iter_chunked(CHUNK):
        held += chunk
        if len(held) > cap:
            raise too_large(where, cap)
    return bytes(held)


def too_large(where: str, cap: int) -> TooLargeError:
    return TooLargeError(
        f"the answer is larger than {cap} bytes and was not read to its end",
        where=where,
        action="ask for smaller pages, or raise max_bytes if the side is right",
    )


def is_page(body: bytes, content_type: str) -> bool:
    """Whether a body is a web page, whatever its header says about it."""
    start = body[:512].removeprefix(_BOM).lstrip().lower()
    return start.startswith(_MARKUP) or (content_type.startswith("text/html") and not start.startswith((b"{", b"[")))


def is_block_page(body: bytes) -> bool:
    """Whether a body reads like the page of a firewall or of maintenance."""
    start = body[:4096].lower()
    return any(mark in start for mark in BLOCK_MARKS)


def excerpt(body: bytes, secrets: tuple[str, ...] = ()) -> str:
    """The beginning of a foreign body on one line, without secrets, at most 200 characters."""
    text = body[: 8 * EXCERPT].decode("utf-8", "replace")
    for secret in secrets:
        text = text.replace(secret, "***")
    line = " ".join("".join(mark if mark.isprintable() else " " for mark in text).split())
    return line if len(line) <= EXCERPT else line[: EXCERPT - 1] + "…"


def json_body(body: bytes, content_type: str, where: str, secrets: tuple[str, ...] = ()) -> bytes:
    """The bytes of a JSON answer. Raises `BlockedError` for a web page, `ShapeError` for what cannot be JSON."""
    if is_page(body, content_type):
        raise blocked(where, body, secrets)
    start = body.removeprefix(_BOM)
    if not start.lstrip()[:1] or start.lstrip()[:1] not in _JSON_STARTS:
        raise ShapeError(
            f"expected JSON, got {excerpt(body, secrets)!r}" if body else "expected JSON, got an empty body",
            where=where,
            path="$",
            action="check that base_url is the address of the side's interface",
        )
    return start


def blocked(where: str, body: bytes, secrets: tuple[str, ...] = ()) -> BlockedError:
    return BlockedError(
        f"a web page came instead of an answer: {excerpt(body, secrets)!r}",
        where=where,
        action="a firewall or maintenance stands between: ask the side to admit this address, or wait",
    )


def decode(body: bytes | msgspec.Raw, type: type[T], *, where: str) -> T:  # noqa: A002
    """Decode JSON strictly into ``type``. Raises `ShapeError` whose ``path`` points into the answer; nothing else."""
    try:
        decoded: T = _decoder(cast("Hashable", type)).decode(body)
    except msgspec.MsgspecError as error:
        message, _, path = str(error).partition(" - at `")
        raise ShapeError(message[:EXCERPT], where=where, path=path.rstrip("`")[:EXCERPT] or "$") from None
    except RecursionError:
        raise ShapeError("the answer is nested too deeply", where=where, path="$") from None
    except (ValueError, OverflowError) as error:
        raise ShapeError(f"not JSON: {error!s:.200}", where=where, path="$") from None
    return decoded


@lru_cache(maxsize=256)
def _decoder(type: Hashable) -> msgspec.json.Decoder[Any]:  # noqa: A002
    """One decoder for each type. Two threads that meet a type for the first time at once would crash msgspec 0.22."""
    with _MAKING:
        return msgspec.json.Decoder(type)
