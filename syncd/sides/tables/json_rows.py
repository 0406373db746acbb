"""JSON texts: an array of records (or an object that holds one), and one record a line.

In: the bytes of a file. Out: a `Table`. A cut array is an error; a cut last line raises a doubt.
"""

from __future__ import annotations

import json
from typing import Any, NoReturn

from syncd.sides.errors import ShapeError
from syncd.sides.tables.records import Broken, open_records
from syncd.sides.tables.sought import SoughtColumns
from syncd.sides.tables.table import EMPTY, Doubt, Table, decode
from syncd.sides.tables.titles import advice, shown


def open_json(content: bytes, columns: SoughtColumns, *, where: str, array: str | None) -> Table:
    """Open a JSON text. Raises `ShapeError` where it is cut, is no JSON, or has no array where it should."""
    text = decode(content, where)
    if not text.strip():
        return EMPTY
    try:
        found = _parsed(text)
    except (ValueError, RecursionError) as error:
        raise ShapeError(
            f"the text is no JSON, or is cut: {error}", where=where, action="export the file again"
        ) from error
    records = _array(found, array, where)
    said = f"an array{f' under {array!r}' if array else ''}"
    return open_records(said, list(enumerate(records, 1)), columns, where)


def open_jsonl(content: bytes, columns: SoughtColumns, *, where: str, doubt: Doubt) -> Table:
    """Open a text with one JSON record a line; blank lines are passed over."""
    text = decode(content, where)
    lines = [(number, _line(line)) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    if not lines:
        return EMPTY
    if isinstance(lines[-1][1], Broken) and not text.endswith("\n"):
        doubt(f"line {lines[-1][0]}, the last one, is cut")
    return open_records("one record a line", lines, columns, where)


def _parsed(text: str) -> Any:
    return json.loads(text, parse_constant=_no_constant)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON value")


def _line(line: str) -> Any:
    try:
        return _parsed(line)
    except (ValueError, RecursionError) as error:
        return Broken(f"the line is no JSON: {error}")


def _array(found: Any, array: str | None, where: str) -> list[Any]:
    if array is not None:
        if not isinstance(found, dict):
            raise ShapeError(f"there is no object that could hold {array!r}", where=where, action="leave array out")
        if array not in found:
            raise ShapeError(f"no key {array!r}; {advice(array, found)}", where=where, path="array")
        found = found[array]
    if isinstance(found, list):
        return found
    keys = [key for key, value in found.items() if isinstance(value, list)] if isinstance(found, dict) else []
    raise ShapeError(
        "the text is no array of records",
        where=where,
        path=array or "",
        action=f"set array to the key that holds it; arrays are under {shown(keys)}" if keys else "",
    )
