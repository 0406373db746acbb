"""What every kind of file is opened to: rows of cells, and one line that says what was found.

In: nothing. Out: the types that the readers of the kinds share.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from syncd.sides.errors import ShapeError
from syncd.sides.tables.cells import Cell, is_empty

Doubt = Callable[[str], None]


class Row(NamedTuple):
    """One row: its number as people count it, its sought cells, and what (if anything) makes all of it unreadable."""

    number: int
    cells: dict[str, Cell]
    fault: str = ""


class Table(NamedTuple):
    """``found`` says in words what was opened; ``rows`` may be walked once.

    ``titles`` are all titles (or keys) that the file has, as written; ``sheet`` is the sheet's name, where it has any.
    """

    found: str
    rows: Iterator[Row]
    titles: tuple[str, ...] = ()
    sheet: str = ""


EMPTY = Table("an empty file", iter(()))


def is_blank(row: Row) -> bool:
    """Whether no sought cell of a row holds anything."""
    return not row.fault and all(is_empty(cell) for cell in row.cells.values())


def decode(content: bytes, where: str) -> str:
    """Text of UTF-8 (with or without a mark) or of UTF-16 with a mark. Raises `ShapeError` for anything else."""
    utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        return content.decode("utf-16" if utf16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise ShapeError(
            f"the text is not {'UTF-16' if utf16 else 'UTF-8'}: byte {error.start} is 0x{content[error.start]:02x}",
            where=where,
            action="save the file as UTF-8 (in Excel: CSV UTF-8)",
        ) from error
