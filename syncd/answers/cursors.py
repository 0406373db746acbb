"""Cursors: where a page ended, as a short text for an address. Opaque, not secret: a forged one shows nothing more.

In: the values that a page is ordered by. Out: text and back; ValueError for what no page gave.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

LONGEST = 2000
REFUSED = "this place in the list is not known; begin at the first page"


class Cursor(Struct, frozen=True):
    """The last row seen in an order: its values and its id; ``is_back``: what stands before it is wanted."""

    order: str
    values: tuple[str | int | datetime, ...]
    id: str
    is_back: bool = False


class _Written(Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    order: str
    values: tuple[str | int, ...]
    id: str
    is_back: bool


def written(cursor: Cursor) -> str:
    """A cursor as text of letters, digits, - and _."""
    values = tuple(one.isoformat() if isinstance(one, datetime) else one for one in cursor.values)
    packed = msgspec.msgpack.encode(_Written(cursor.order, values, cursor.id, cursor.is_back))
    return urlsafe_b64encode(packed).decode().rstrip("=")


def read(text: str, order: str, kinds: tuple[type[Any], ...]) -> Cursor:
    """A cursor of this order, whose values are of these kinds. Raises ValueError for anything else."""
    if len(text) > LONGEST:
        raise ValueError(REFUSED)
    try:
        packed = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
        found = msgspec.msgpack.decode(packed, type=_Written)
        values = tuple(_value(value, kind) for value, kind in zip(found.values, kinds, strict=True))
    except (UnicodeEncodeError, Error, msgspec.MsgspecError, ValueError):
        raise ValueError(REFUSED) from None
    if found.order != order:
        raise ValueError(REFUSED)
    return Cursor(found.order, values, found.id, found.is_back)


def _value(value: str | int, kind: type[Any]) -> str | int | datetime:
    if kind is datetime and isinstance(value, str):
        at = datetime.fromisoformat(value)
        if at.tzinfo is None:
            raise ValueError(REFUSED)
        return at
    if type(value) is not kind or (isinstance(value, int) and abs(value) > 2**62):
        raise ValueError(REFUSED)
    return value
