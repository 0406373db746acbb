"""JSON texts: an array of records (or an object that holds one), and one record a line.

In: the bytes of a file. Out: a `Table`. A cut array is an error; a cut last line raises a doubt.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, NoReturn

from adapters.columns import Mapping, Row, cell
from adapters.columns.titles import advice, folded, shown
from adapters.file.table import EMPTY, Doubt, Table, decode
from syncd.sides.errors import ShapeError

NOT_A_RECORD = "the entry is no object with keys and values"


class Broken(str):
    """A line that is no JSON, with the reason."""

    __slots__ = ()


def open_json(content: bytes, mapping: Mapping, *, where: str, array: str | None) -> Table:
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
    return _table(f"an array{f' under {array!r}' if array else ''}", list(enumerate(records, 1)), mapping, where)


def open_jsonl(content: bytes, mapping: Mapping, *, where: str, doubt: Doubt) -> Table:
    """Open a text with one JSON record a line; blank lines are passed over."""
    text = decode(content, where)
    lines = [(number, _line(line)) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    if not lines:
        return EMPTY
    if isinstance(lines[-1][1], Broken) and not text.endswith("\n"):
        doubt(f"line {lines[-1][0]}, the last one, is cut")
    return _table("one record a line", lines, mapping, where)


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


def _table(found: str, records: Sequence[tuple[int, Any]], mapping: Mapping, where: str) -> Table:
    objects = [record for _, record in records if isinstance(record, dict)]
    if records and not objects:
        raise ShapeError(f"none of {len(records)} entries is a record", where=where, action="export the file again")
    keys = _keys(objects, mapping, where)
    return Table(f"{found}, {len(records)} entries", _rows(records, keys))


def _rows(records: Sequence[tuple[int, Any]], keys: dict[str, str]) -> Iterator[Row]:
    for number, record in records:
        if isinstance(record, dict):
            yield Row(number, {name: cell(record.get(key)) for name, key in keys.items()})
        else:
            yield Row(number, {}, str(record) if isinstance(record, Broken) else NOT_A_RECORD)


def _keys(records: Sequence[dict[str, Any]], mapping: Mapping, where: str) -> dict[str, str]:
    """The key of each mapped field as the records write it; it must stand in at least one record."""
    if not records:
        return {column.field: column.title for column in mapping}
    seen = dict.fromkeys(key for record in records for key in record)
    by_fold: dict[str, list[str]] = {}
    for key in seen:
        by_fold.setdefault(folded(key), []).append(key)
    return {column.field: _key(column.field, column.title, by_fold, list(seen), where) for column in mapping}


def _key(field: str, title: str, by_fold: dict[str, list[str]], seen: list[str], where: str) -> str:
    if title in seen:
        return title
    match by_fold.get(folded(title), []):
        case [key]:
            return key
        case []:
            said = f"no record has the key {title!r}; {advice(title, seen)}"
        case several:
            said = f"the key {title!r} is written in several ways: {shown(several)}"
    raise ShapeError(said, where=where, path=f"columns.{field}")
