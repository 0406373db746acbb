"""The header row of a table: found among the first rows, never assumed to be the first.

In: the first rows of a sheet or a CSV text, and the mapping. Out: where each mapped field stands, or `ShapeError` with
what was looked for and what was seen. Banners, merged cells and blank rows before the header are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from adapters.columns import Cell, Mapping, Row
from adapters.columns.cells import is_empty
from adapters.columns.titles import folded, nearest, shown
from syncd.sides.errors import ShapeError

LOOKED_AT = 50

Line = Sequence[Cell]

_ORDINAL = re.compile(r"\(?\d{1,2}\)?")


@dataclass(frozen=True, slots=True)
class Header:
    """Where the header stands (``number`` counts rows from 1), how wide it is, and the position of each field."""

    number: int
    width: int
    positions: dict[str, int]


def matched(line: Line, mapping: Mapping) -> int:
    """How many mapped titles a row holds."""
    titles = _titles(line)
    return sum(column.folded in titles for column in mapping)


def find_header(first: Sequence[Line], mapping: Mapping, *, where: str) -> Header:
    """The first row that holds every mapped title. Raises `ShapeError` when there is none, or a title comes twice."""
    for number, line in enumerate(first, 1):
        if matched(line, mapping) == len(mapping.columns):
            return _header(number, line, mapping, where)
    raise _not_found(first, mapping, where)


def rows(lines: Iterable[Line], mapping: Mapping, *, where: str) -> tuple[Header, Iterator[Row]]:
    """Find the header, then give the rows after it; blank rows are left out."""
    source = iter(lines)
    first = list(islice(source, LOOKED_AT))
    header = find_header(first, mapping, where=where)
    return header, _rows(chain(first[header.number :], source), header, mapping)


def _rows(lines: Iterable[Line], header: Header, mapping: Mapping) -> Iterator[Row]:
    for number, line in enumerate(lines, header.number + 1):
        if all(map(is_empty, line)) or _is_header_again(line, header, mapping):
            continue
        if number == header.number + 1 and _is_ordinals(line):
            continue
        fault = _fault(line, header)
        cells = {name: line[at] for name, at in header.positions.items() if at < len(line)}
        if fault or not all(map(is_empty, cells.values())):
            yield Row(number, cells, fault)


def _fault(line: Line, header: Header) -> str:
    """A row of another width than the header: its cells cannot be told apart for sure."""
    if len(line) > header.width and not all(map(is_empty, line[header.width :])):
        return f"the row has {len(line)} cells, the header {header.width}: a delimiter without quotation marks?"
    if len(line) <= max(header.positions.values()):
        return f"the row has {len(line)} cells, the header {header.width}: it is cut"
    return ""


def _is_header_again(line: Line, header: Header, mapping: Mapping) -> bool:
    """Exports repeat the header on each printed page; a header merged over two rows looks the same."""
    key = next(iter(mapping))
    at = header.positions[key.field]
    return at < len(line) and _title(line[at]) == key.folded and matched(line, mapping) == len(mapping.columns)


def _is_ordinals(line: Line) -> bool:
    """The row (1) (2) (3) that official forms put under the header."""
    written = [str(cell).strip() for cell in line if not is_empty(cell)]
    return len(written) > 1 and all(_ORDINAL.fullmatch(text) for text in written)


def _header(number: int, line: Line, mapping: Mapping, where: str) -> Header:
    titles = [_title(cell) for cell in line]
    for column in mapping:
        if titles.count(column.folded) > 1:
            raise ShapeError(
                f"the title {column.title!r} comes {titles.count(column.folded)} times in row {number}",
                where=where,
                path=f"columns.{column.field}",
                action="rename one of the columns in the file",
            )
    width = max(at for at, title in enumerate(titles) if title) + 1
    return Header(number, width, {column.field: titles.index(column.folded) for column in mapping})


def _not_found(first: Sequence[Line], mapping: Mapping, where: str) -> ShapeError:
    best = max(range(len(first)), key=lambda at: matched(first[at], mapping), default=None)
    said = f"no header row in the first {LOOKED_AT} rows; looked for {mapping.shown()}"
    if best is None or not matched(first[best], mapping):
        best = next((at for at, line in enumerate(first) if any(map(_title, line))), None)
    if best is None:
        return ShapeError(f"{said}; there is no text in these rows", where=where, path="columns")
    seen = [str(cell) for cell in first[best] if isinstance(cell, str) and cell.strip()]
    lacking = [column for column in mapping if column.folded not in _titles(first[best])]
    advised = "; ".join(_advised(column.field, column.title, seen) for column in lacking)
    return ShapeError(
        f"{said}; row {best + 1} has {shown(seen)}; {advised}",
        where=where,
        path=f"columns.{lacking[0].field}",
        action="write the titles as they stand in the file",
    )


def _advised(field: str, title: str, seen: Sequence[str]) -> str:
    near = nearest(title, seen)
    return f"{field}: {title!r} is not there" + (f", did you mean {near!r}?" if near else "")


def _title(cell: Cell) -> str:
    return folded(cell) if isinstance(cell, str) and len(cell) <= 400 else ""


def _titles(line: Line) -> frozenset[str]:
    return frozenset(map(_title, line))
