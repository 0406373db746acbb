"""CSV texts: which delimiter they have, and their rows.

In: the bytes of a file. Out: a `Table`. The delimiter is found by the header row alone, never guessed from a sample;
a text that ends inside a quoted field or in the middle of its last row raises a doubt: the export was cut.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice

from syncd.sides.tables.header import LOOKED_AT, Header, Line, matched, rows
from syncd.sides.tables.sought import SoughtColumns
from syncd.sides.tables.table import EMPTY, Doubt, Row, Table, decode

DELIMITERS = (",", ";", "\t", "|")


def open_csv(content: bytes, columns: SoughtColumns, *, where: str, delimiter: str | None, doubt: Doubt) -> Table:
    """Open a CSV text. Raises `ShapeError` where it is no text or has no header row."""
    text = decode(content, where)
    if not text.strip():
        return EMPTY
    chosen = delimiter or _delimiter(text, columns)
    header, found = rows(_lines(text, chosen, doubt), columns, where=where)
    ends = text.endswith(("\n", "\r"))
    said = f"delimiter {chosen!r}, header in row {header.number}"
    return Table(said, _checked(found, header, ends, doubt), header.titles)


def _delimiter(text: str, columns: SoughtColumns) -> str:
    """The delimiter with which some row holds most of the sought titles, and then the one that splits it most."""
    return max(DELIMITERS, key=lambda delimiter: _score(text, delimiter, columns))


def _score(text: str, delimiter: str, columns: SoughtColumns) -> tuple[int, int]:
    first = islice(_lines(text, delimiter, lambda _: None), LOOKED_AT)
    return max(((matched(line, columns), len(line)) for line in first), default=(0, 0))


def _lines(text: str, delimiter: str, doubt: Doubt) -> Iterator[Line]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        yield from reader
    except csv.Error as error:
        doubt(f"line {reader.line_num}: {error}; the file is cut, or a quotation mark is not doubled")


def _checked(found: Iterator[Row], header: Header, ends: bool, doubt: Doubt) -> Iterator[Row]:
    last: Row | None = None
    for last in found:
        yield last
    if last is not None and not ends and len(last.cells) < len(header.positions):
        doubt(f"row {last.number}, the last one, is cut")
