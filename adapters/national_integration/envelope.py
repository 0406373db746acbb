"""The integration API's envelope: ``{"error_code": 0, "message": "…", "result": […]}`` with its tolerances.

In: the bytes of one answer. Out: the elements of its result as they were sent; else a `SideError`. Success is told by
``error_code`` alone (0, "0" or "00"), never by the words of the message.
"""

from __future__ import annotations

from typing import Any

from msgspec import Raw, Struct

from syncd.records.text import loose
from syncd.sides.errors import PermanentError, ShapeError
from syncd.sides.http import decode

ALREADY_THERE = "đã tồn tại"
BUSY = ("hệ thống bận", "đang bận", "quá tải", "timeout", "time out", "thử lại sau", "tạm thời")
LONGEST_MESSAGE = 120


class Envelope(Struct):
    """``error_code`` may be a number or a text; ``result`` an array, an object or nothing; the message anything."""

    error_code: int | str | None = None
    message: Any = None
    result: Raw = Raw(b"")
    session: Any = None


class _Nested(Struct):
    """``LayDVC`` alone answers with an object that holds the array."""

    data: list[Raw]


class RefusedError(PermanentError):
    """The system answered, and said no: an ``error_code`` that is not zero.

    ``code`` is that code as text; ``is_busy`` whether the message asks to come again.
    """

    def __init__(self, message: str, *, where: str, action: str, code: str, is_busy: bool) -> None:
        super().__init__(message, where=where, action=action)
        self.code = code
        self.is_busy = is_busy


class AlreadyThereError(RefusedError):
    """What was handed over is there already: 3, -3 or 1 and the words "đã tồn tại". A reading side never expects it."""


def opened(body: bytes | Raw, where: str) -> list[Raw]:
    """The elements of the result; an object is one element, nothing is none. Raises `RefusedError`, `ShapeError`."""
    envelope = decode(body, Envelope, where=where)
    require_success(envelope, where)
    return elements(envelope.result, where)


def require_success(envelope: Envelope, where: str) -> None:
    """Raises `RefusedError` for a code that is not zero, `ShapeError` for an answer with neither code nor result."""
    code = envelope.error_code
    if code is None:
        if bytes(envelope.result):
            return
        raise ShapeError("the answer has neither error_code nor result", where=where, path="$.error_code")
    if not is_zero(code):
        raise _refused(str(code).strip()[:40], envelope.message, where)


def is_zero(code: int | str) -> bool:
    """0, "0" and "00" all mean success; an empty text means nothing."""
    written = str(code).strip()
    return bool(written) and not written.strip("0")


def _refused(code: str, message: Any, where: str) -> RefusedError:
    said = " ".join(message.split())[:LONGEST_MESSAGE] if isinstance(message, str) else ""
    words = loose(said)
    kind = AlreadyThereError if loose(ALREADY_THERE) in words else RefusedError
    return kind(
        f"the system answers error_code {code!r}: {said!r}",
        where=where,
        action="look the code up with the side's operator; check madonvi, the account and its rights",
        code=code,
        is_busy=any(loose(word) in words for word in BUSY),
    )


def elements(result: Raw, where: str) -> list[Raw]:
    """Array, object or absent: always a list of what was sent."""
    content = bytes(result).strip()
    if content in (b"", b"null", b'""', b"{}"):
        return []
    if content[:1] == b"[":
        return decode(content, list[Raw], where=where)
    if content[:1] != b"{":
        raise ShapeError(f"expected an array or an object, got {content[:40]!r}", where=where, path="$.result")
    try:
        return decode(content, _Nested, where=where).data
    except ShapeError:
        return [Raw(content)]
