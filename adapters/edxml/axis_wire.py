"""The shapes of the document axis: its envelope, and the rows of its lists.

In: bytes of an answer. Out: rows, or the bytes of one package; else a `SideError`.
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from typing import Any

import msgspec
from msgspec import Raw, Struct

from syncd.sides.errors import PermanentError, ShapeError
from syncd.sides.http import decode

Leaf = str | int | float | bool | None
LONGEST_MESSAGE = 120
LONGEST_KIND = 40


class Envelope(Struct, rename={"code": "ErrorCode", "description": "ErrorDesc"}):
    """``{status: "OK"|"FAIL", ErrorCode: "0", ErrorDesc, data}``; ``total`` where a version declares one."""

    status: Leaf = None
    code: Leaf = None
    description: Any = None
    data: Raw = Raw(b"")
    total: Leaf = None


class Row(Struct, rename={"message": "messageType"}):
    """One row of a list, as far as it is needed; a document that goes to several units has several."""

    title: Leaf = None
    notation: Leaf = None
    message: Leaf = None


class RefusedError(PermanentError):
    """The axis answered, and said no."""


def opened(body: bytes, where: str) -> Envelope:
    """The envelope of a success. Raises `RefusedError`, `ShapeError`."""
    envelope = decode(body, Envelope, where=where)
    code, status = text(envelope.code).strip(), text(envelope.status).strip().upper()
    if not code and not status:
        raise ShapeError("the answer has neither status nor ErrorCode", where=where, path="$.status")
    if status == "FAIL" or code.strip("0"):
        said = " ".join(envelope.description.split())[:LONGEST_MESSAGE] if isinstance(envelope.description, str) else ""
        raise RefusedError(
            f"the axis answers {status or 'no status'}, ErrorCode {code[:40]!r}: {said!r}",
            where=where,
            action="check system_id and its secret, and that the clock is right; else ask the axis's operator",
        )
    return envelope


def rows(envelope: Envelope, where: str) -> list[Raw]:
    """The rows of a list; nothing is none."""
    content = bytes(envelope.data).strip()
    return [] if content in (b"", b"null", b'""', b"{}") else decode(content, list[Raw], where=where)


def declared(envelope: Envelope) -> int | None:
    """How many rows the list has, where the axis says so."""
    told = text(envelope.total).strip()
    return int(told) if told.isascii() and told.isdigit() and len(told) < 10 else None


def package_bytes(envelope: Envelope, where: str) -> bytes:
    """The package: base64 as the client library expects it, or the XML itself as some gateways hand it on."""
    if bytes(envelope.data).strip() in (b"", b"null"):
        raise ShapeError("the answer holds no document", where=where, path="$.data")
    content = decode(envelope.data, str, where=where)
    if "<" in content[:4096]:
        return content.encode("utf-8", "surrogatepass")
    try:
        return b64decode("".join(content.split()), validate=True)
    except (binascii.Error, ValueError):
        raise ShapeError("the document is neither base64 nor XML", where=where, path="$.data") from None


def identity(raw: Raw, field: str, where: str) -> str:
    """The id in one row. Raises `ShapeError` where there is none."""
    held = decode(raw, dict[str, Raw], where=where)
    try:
        found = text(msgspec.json.decode(held.get(field, b"null"), type=Leaf)).strip()
    except msgspec.MsgspecError:
        found = ""
    if not found or len(found) > 300 or not found.isascii() or not found.isprintable():
        raise ShapeError(f"a row of the list has no usable {field}", where=where, path=f"$.data[].{field}")
    return found


def message_of(row: Row, usual: str, where: str) -> str:
    """The kind of message of one row, which is sent back in a header. Raises `ShapeError` for what is no word."""
    said = text(row.message).strip()
    if said and not (said.isascii() and said.isalnum() and len(said) <= LONGEST_KIND):
        raise ShapeError("a row of the list has no usable messageType", where=where, path="$.data[].messageType")
    return said or usual


def text(leaf: Leaf) -> str:
    """A leaf as text; "" for null."""
    return "" if leaf is None else str(leaf)
