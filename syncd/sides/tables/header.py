"""The header row of a table: found among the first rows, never assumed to be the first.

In: the first rows of a sheet or a CSV text, and the columns sought. Out: where each found field stands, or `ShapeError`
with what was looked for and what was seen. Banners, merged cells and blank rows before the header are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from syncd.records.text import display
from syncd.sides.errors import ShapeError
from syncd.sides.tables.cells import Cell, is_empty
from syncd.sides.tables.sought import Sought, SoughtColumns
from syncd.sides.tables.table import Row
from syncd.sides.tables.titles import folded, nearest, shown

LOOKED_AT = 50

Line = Sequence[Cell]

_ORDINAL = re.compile(r"\(?\d{1,2}\)?")


@dataclass(frozen=True, slots=True)
class Header:
    """Where the header stands (``number`` counts rows from 1), its width, each field's position, and all titles."""

    number: int
    width: int
    positions: dict[str, int]
    titles: tuple[str, ...]


def matched(line: Line, columns: Iterable[Sought]) -> int:
    """How many sought columns a row holds the title of."""
    titles = _titles(line)
    return sum(not column.folded.isdisjoint(titles) for column in columns)


def find_header(first: Sequence[Line], columns: SoughtColumns, *, where: str) -> Header:
    """Of the first rows that holds every required title, and most of the others.

    Raises `ShapeError` when there is none, or a column comes twice.
    """
    able = [at for at, line in enumerate(first) if matched(line, columns.required) == len(columns.required)]
    if not able:
        raise _not_found(first, columns, where)
    best = max(able, key=lambda at: matched(first[at], columns))
    return _header(best + 1, first[best], columns, where)


def rows(lines: Iterable[Line], columns: SoughtColumns, *, where: str) -> tuple[Header, Iterator[Row]]:
    """Find the header, then give the rows after it; blank rows are left out."""
    source = iter(lines)
    first = list(islice(source, LOOKED_AT))
    header = find_header(first, columns, where=where)
    return header, _rows(chain(first[header.number :], source), header, columns)


def _rows(lines: Iterable[Line], header: Header, columns: SoughtColumns) -> Iterator[Row]:
    for number, line in enumerate(lines, header.number + 1):
        if all(map(is_empty, line)) or _is_header_again(line, header, columns):
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


def _is_header_again(line: Line, header: Header, columns: SoughtColumns) -> bool:
    """Exports repeat the header on each printed page; a header merged over two rows looks the same."""
    found = [column for column in columns if column.field in header.positions]
    at = header.positions[found[0].field]
    return at < len(line) and _title(line[at]) in found[0].folded and matched(line, found) == len(found)


def _is_ordinals(line: Line) -> bool:
    """The row (1) (2) (3) that official forms put under the header."""
    written = [str(cell).strip() for cell in line if not is_empty(cell)]
    return len(written) > 1 and all(_ORDINAL.fullmatch(text) for text in written)


def _header(number: int, line: Line, columns: SoughtColumns, where: str) -> Header:
    titles = [_title(cell) for cell in line]
    positions: dict[str, int] = {}
    for column in columns:
        at = [place for place, title in enumerate(titles) if title in column.folded]
        if len(at) > 1:
            raise _comes_twice(number, line, at, columns.path(column), where)
        positions |= {column.field: at[0]} if at else {}
    width = max(at for at, title in enumerate(titles) if title) + 1
    return Header(number, width, positions, tuple(str(cell) for cell in line if not is_empty(cell)))


def _comes_twice(number: int, line: Line, at: Sequence[int], path: str, where: str) -> ShapeError:
    written = dict.fromkeys(str(line[place]) for place in at)
    said = " and ".join(repr(display(title)) for title in written)
    return ShapeError(
        f"the title {said} comes {len(at)} times in row {number}",
        where=where,
        path=path,
        action="rename one of the columns in the file",
    )


def _not_found(first: Sequence[Line], columns: SoughtColumns, where: str) -> ShapeError:
    best = max(range(len(first)), key=lambda at: matched(first[at], columns), default=None)
    said = f"no header row in the first {LOOKED_AT} rows; looked for {columns.shown()}"
    if best is None or not matched(first[best], columns):
        best = next((at for at, line in enumerate(first) if any(map(_title, line))), None)
    if best is None:
        return ShapeError(f"{said}; there is no text in these rows", where=where, path=columns.path())
    seen = [str(cell) for cell in first[best] if isinstance(cell, str) and cell.strip()]
    lacking = [column for column in columns.required if column.folded.isdisjoint(_titles(first[best]))]
    advised = "; ".join(_advised(column.field, column.title, seen) for column in lacking)
    return ShapeError(
        f"{said}; row {best + 1} has {shown(seen)}; {advised}",
        where=where,
        path=columns.path(lacking[0]),
        action="write the titles as they stand in the file" if columns.setting else "give the columns these titles",
    )


def _advised(field: str, title: str, seen: Sequence[str]) -> str:
    near = nearest(title, seen)
    return f"{field}: {title!r} is not there" + (f", did you mean {near!r}?" if near else "")


def _title(cell: Cell) -> str:
    return folded(cell) if isinstance(cell, str) and len(cell) <= 400 else ""


def _titles(line: Line) -> frozenset[str]:
    return frozenset(map(_title, line))
