"""Entries with keys and values (of JSON, of TOML) as rows of a table.

In: numbered entries. Out: a `Table`. An entry that is no record is one faulty row, never the end of the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from syncd.sides.errors import ShapeError
from syncd.sides.tables.cells import cell
from syncd.sides.tables.sought import Sought, SoughtColumns
from syncd.sides.tables.table import Row, Table
from syncd.sides.tables.titles import advice, folded, shown

NOT_A_RECORD = "the entry is no object with keys and values"


class Broken(str):
    """A line that holds no entry, with the reason."""

    __slots__ = ()


def open_records(found: str, records: Sequence[tuple[int, Any]], columns: SoughtColumns, where: str) -> Table:
    """The entries as a table. Raises `ShapeError` where none is a record, or a required key stands in none of them."""
    mappings = [record for _, record in records if isinstance(record, dict)]
    if records and not mappings:
        raise ShapeError(f"none of {len(records)} entries is a record", where=where, action="export the file again")
    seen = tuple(dict.fromkeys(str(key) for record in mappings for key in record))
    keys = _keys(seen, columns, where) if mappings else {}
    return Table(f"{found}, {len(records)} entries", _rows(records, keys), seen)


def _rows(records: Sequence[tuple[int, Any]], keys: dict[str, str]) -> Iterator[Row]:
    for number, record in records:
        if isinstance(record, dict):
            yield Row(number, {name: cell(record.get(key)) for name, key in keys.items()})
        else:
            yield Row(number, {}, str(record) if isinstance(record, Broken) else NOT_A_RECORD)


def _keys(seen: Sequence[str], columns: SoughtColumns, where: str) -> dict[str, str]:
    """The key of each sought field as the records write it; a required one must stand in at least one record."""
    by_fold: dict[str, list[str]] = {}
    for key in seen:
        by_fold.setdefault(folded(key), []).append(key)
    found = {column.field: _key(column, by_fold, seen, columns, where) for column in columns}
    return {field: key for field, key in found.items() if key is not None}


def _key(
    column: Sought, by_fold: dict[str, list[str]], seen: Sequence[str], columns: SoughtColumns, where: str
) -> str | None:
    exact = [title for title in column.titles if title in seen]
    keys = exact or [key for title in sorted(column.folded) for key in by_fold.get(title, ())]
    if len(keys) == 1:
        return keys[0]
    if not keys and not column.required:
        return None
    said = (
        f"the key {column.title!r} is written in several ways: {shown(keys)}"
        if keys
        else f"no record has the key {column.title!r}; {advice(column.title, seen)}"
    )
    raise ShapeError(said, where=where, path=columns.path(column))
