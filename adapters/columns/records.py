"""From rows of cells to raw records and on to procedures.

In: rows (cells by field, or a fault). Out: raw bytes that depend on the mapped cells alone, with keys that are unique;
and the canonical record of such bytes. A row that cannot be read is one invalid record, never the end of a reading.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b

from adapters.columns.mapping import KEYS, MappedColumn, Mapping
from syncd.records.procedure import FIELDS, Procedure
from syncd.sides.adapter import Listed
from syncd.sides.errors import ShapeError
from syncd.sides.tables.cells import Cell, decoded, encoded, is_empty
from syncd.sides.tables.table import Row

FAULT = "fault"
NO_CODE = "the row has no code"
LONGEST_KEY = 200
PAGE = 500


def raw(row: Row) -> bytes:
    """The mapped cells as JSON, in the order of the canonical fields; where columns or rows stand changes nothing."""
    cells = {name: encoded(row.cells[name]) for name in FIELDS if name in row.cells}
    fault = {FAULT: row.fault} if row.fault else {}
    return json.dumps(fault | cells, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")


@dataclass(slots=True)
class Listing:
    """Gives every row its key: the code verbatim, ``#2``, ``#3``… where it comes again, ``row 17`` where there is none.

    ``rows`` remembers the number of each key's row, for messages only. ``key_field`` names the cell that is the key
    where it is not the code; such keys are given as they are, so that a key which is none is noticed.
    """

    key_field: str = ""
    rows: dict[str, int] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)

    def listed(self, row: Row) -> Listed:
        """One row as a listing shows it."""
        if self.key_field:
            key = key_text(row.cells.get(self.key_field)) or f"row {row.number}"
            row = row._replace(cells={name: value for name, value in row.cells.items() if name in FIELDS})
        else:
            found = code_of(row)
            row = row if found or row.fault else row._replace(fault=NO_CODE)
            key = self._unique(found or f"row {row.number}")
        self.rows[key] = row.number
        return Listed(key, raw(row))

    def _unique(self, base: str) -> str:
        count = self._counts.get(base, 0) + 1
        while (key := base if count == 1 else f"{base}#{count}") in self.rows:
            count += 1
        self._counts[base] = count
        return key


def code_of(row: Row) -> str:
    """The code under which a row is listed, verbatim: the local one, else the portal's; empty where there is none."""
    return next((text for name in KEYS if (text := key_text(row.cells.get(name)))), "")


def key_text(cell: Cell) -> str:
    """The text of a cell that can be a key; empty where it cannot."""
    shown = getattr(cell, "digits", cell)
    if is_empty(cell) or isinstance(shown, bool) or not isinstance(shown, str | int):
        return ""
    return str(shown) if len(str(shown)) <= LONGEST_KEY else ""


def paged(listed: Iterable[Listed], size: int = PAGE) -> Iterator[list[Listed]]:
    """Cut into pages; no page is empty."""
    page: list[Listed] = []
    for one in listed:
        page.append(one)
        if len(page) == size:
            yield page
            page = []
    if page:
        yield page


def digest(page: Iterable[Listed]) -> bytes:
    """A digest of one page's keys and bytes."""
    hashed = blake2b(digest_size=16)
    for key, content in page:
        hashed.update(b"%d %d " % (len(key), len(content)) + key.encode("utf-8", "backslashreplace") + content)
    return hashed.digest()


def cells_of(content: bytes, *, where: str = "") -> tuple[dict[str, Cell], str]:
    """The cells in raw bytes, and the fault of a row that could not be read. Raises `ShapeError` for foreign bytes."""
    try:
        found: dict[str, object] = dict(json.loads(content))
        fault = found.pop(FAULT, "")
        return {name: decoded(value) for name, value in found.items()}, str(fault)
    except (TypeError, ValueError, RecursionError) as error:
        raise ShapeError(f"the bytes are no row of a table: {error}", where=where) from error


def identity(cells: dict[str, Cell], mapping: Mapping) -> dict[str, str]:
    """The codes that a row still shows, each read alone, whatever is wrong with the rest of it."""
    return {column.field: _code(column, cells) for column in mapping if column.field in KEYS}


def _code(column: MappedColumn, cells: dict[str, Cell]) -> str:
    try:
        code: str | None = column.value(cells.get(column.field))
    except ValueError:
        return ""
    return code or ""


def procedure(content: bytes, mapping: Mapping, *, where: str) -> Procedure:
    """The canonical record of raw bytes.

    Raises `ShapeError` with the place (``where``), the column's title and the codes that can still be read.
    """
    cells, fault = cells_of(content, where=where)
    if fault:
        raise ShapeError(fault, where=where, **identity(cells, mapping))
    values: dict[str, object] = {"code": ""}
    for column in mapping:
        try:
            values[column.field] = column.value(cells.get(column.field))
        except ValueError as error:
            place, known = f"{where}, column {column.title!r}", identity(cells, mapping)
            raise ShapeError(str(error), where=place, path=column.field, **known) from error
    values["code"] = values["code"] or ""
    return Procedure(**values)  # type: ignore[arg-type]
