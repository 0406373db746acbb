"""One cell: what a spreadsheet, a JSON text or a database may hold, and how it is kept in bytes.

In: a value of Python. Out: JSON that keeps its type, and back. No type is ever inferred: text stays text, and what a
program made of it (a number, a date) is kept apart, so that the field's own rule can refuse it in words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

LONGEST_TEXT = 4_000_000

_HALVES = re.compile("[\ud800-\udfff]")


class Number(NamedTuple):
    """A number that is no whole one, as its digits were shown: what was written before that is lost."""

    digits: str


class Strange(NamedTuple):
    """Something that no field can hold, with the reason in words."""

    reason: str


Cell = str | int | bool | None | date | datetime | Number | Strange | Sequence[Any]


def cell(value: object) -> Cell:
    """Any value of Python as a cell. Exact decimals and UUIDs are text; bytes and the like are `Strange`."""
    if isinstance(value, str):
        return _text(value)
    if value is None or isinstance(value, bool | int | date | Number | Strange):
        return value
    if isinstance(value, float):
        return Number(repr(value))
    if isinstance(value, Decimal):
        return format(value, "f") if value.is_finite() else Strange(f"the number {value}")
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, list | tuple):
        return [_entry(entry) for entry in value]
    return Strange(f"a value of the type {type(value).__name__}")


def _entry(value: object) -> Cell:
    return Strange("a list inside a list") if isinstance(value, list | tuple) else cell(value)


def _text(value: str) -> str | Strange:
    if len(value) > LONGEST_TEXT:
        return Strange(f"a text of {len(value)} characters, over the limit of {LONGEST_TEXT}")
    if "\x00" in value:
        return Strange("a text with a NUL character")
    if _HALVES.search(value):
        return Strange("a text with half of a surrogate pair, which is no character")
    return value


def encoded(value: Cell) -> Any:
    """A cell as plain JSON: text, whole numbers, truth values and null as themselves, the rest as ``{type: text}``."""
    if isinstance(value, datetime):
        return {"datetime": value.isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, Number):
        return {"number": value.digits}
    if isinstance(value, Strange):
        return {"strange": value.reason}
    if isinstance(value, list | tuple):
        return [encoded(entry) for entry in value]
    return value


DECODERS: dict[str, Any] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "number": Number,
    "strange": Strange,
}


def decoded(value: Any) -> Cell:
    """The inverse of `encoded`. Raises `ValueError` for what `encoded` never writes."""
    if isinstance(value, list):
        return [decoded(entry) for entry in value]
    if not isinstance(value, dict):
        return value  # type: ignore[no-any-return]
    ((name, text),) = value.items() if len(value) == 1 else (("", ""),)
    if name not in DECODERS or not isinstance(text, str):
        raise ValueError(f"{str(value)[:80]} is no cell")
    return DECODERS[name](text)  # type: ignore[no-any-return]


def is_empty(value: Cell) -> bool:
    """Whether there is nothing in a cell that anybody could see."""
    return value is None or (isinstance(value, str) and not value.strip()) or (isinstance(value, list) and not value)
