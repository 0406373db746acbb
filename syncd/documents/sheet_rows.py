"""Rows of a sheet as XML, written straight into the file of its rows: a fifth of the time that cell by cell takes.

In: columns with their formats, rows. Out: `<row>` elements of SpreadsheetML, in constant memory. xlsxwriter makes the
rest of the book; what is used of it here is private, and the tests read each kind of cell back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, NamedTuple
from xml.sax.saxutils import escape

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from syncd.documents.columns import Cell, Column
from syncd.records.dates import HO_CHI_MINH

LONGEST_CELL: Final = 32_767
"""Characters that one cell takes (a limit of the format)."""
CUT: Final = "…"
EARLIEST: Final = 1900
"""Spreadsheets know no day before this year; such a day is written as text."""
REMEMBERED: Final = 4096
"""Texts that are remembered as XML: names of units, of kinds, of states come again and again."""
LONGEST_REMEMBERED: Final = 200
EMPTY: Final = "/>"
AT_ONCE: Final = 200
"""Rows that are written in one go. A thread that writes often takes Python's lock back before others are awake."""
LINE_PT: Final = 15
MOST_LINES: Final = 10
WIDER: Final = 1.1
"""Words do not fill a line to its end."""

_FIRST_DAY = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet knows no time zones
_DAY = 86_400
_ESCAPE = re.compile("(_x[0-9A-Fa-f]{4}_)")
_UNSAFE = re.compile("[\x00-\x08\x0b\x0c\r\x0e-\x1f\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")


class _Place(NamedTuple):
    name: str
    begin: str
    form: str
    written: Callable[[Any], str]


def lines_in(text: str, width: int) -> int:
    """About how many lines a text takes in a column of so many characters; at most `MOST_LINES`."""
    if len(text) < width and "\n" not in text:
        return 1
    return min(sum(1 + int(len(line) * WIDER) // width for line in text.split("\n")), MOST_LINES)


class SheetRows:
    """Writes rows below what has been written of the page already, from top to bottom."""

    def __init__(self, page: Worksheet, columns: Sequence[Column], formats: Mapping[Cell, Format], first: int) -> None:
        self._page = page
        self._waiting: list[str] = []
        self._places = [
            _Place(
                column.name,
                f'<c r="{xl_col_to_name(at)}',
                f'" s="{_number_of(formats[column.cell])}"',
                WRITTEN[column.cell],
            )
            for at, column in enumerate(columns)
        ]
        self._texts = [(column.name, column.width) for column in columns if column.cell is Cell.TEXT]
        page._write_single_row(first)  # noqa: SLF001 - see the module
        page._check_dimensions(first, len(columns) - 1)  # noqa: SLF001

    def write(self, number: int, row: Mapping[str, Any]) -> None:
        """Write one row; ``number`` counts from 0 and grows."""
        at = number + 1
        texts = [(str(row[name]), width) for name, width in self._texts]
        long = [one for one in texts if len(one[0]) >= one[1] or "\n" in one[0]]
        lines = max([lines_in(*one) for one in long], default=1)
        height = f' ht="{LINE_PT * lines}" customHeight="1"' if lines > 1 else ""
        cells = "".join(f"{begin}{at}{form}{written(row[name])}" for name, begin, form, written in self._places)
        self._waiting.append(f'<row r="{at}"{height}>{cells}</row>')
        if len(self._waiting) == AT_ONCE:
            self._flush()

    def end(self, last: int) -> None:
        """Say which row was the last."""
        self._flush()
        self._page._check_dimensions(last, 0)  # noqa: SLF001

    def _flush(self) -> None:
        self._page.fh.write("".join(self._waiting))
        self._waiting.clear()


def _number_of(form: Format) -> int:
    return int(form._get_xf_index())  # noqa: SLF001 - see the module


def _text(value: Any) -> str:
    if value is None or value == "":
        return EMPTY
    text = str(value)
    return _remembered(text) if len(text) <= LONGEST_REMEMBERED else _inline(text)


def _inline(text: str) -> str:
    """A text cell. Whatever the text is, it is never a formula, a link or a number."""
    if len(text) > LONGEST_CELL:
        text = text[: LONGEST_CELL - 1] + CUT
    if not text.isprintable() or "_x" in text:
        text = _UNSAFE.sub(lambda found: f"_x{ord(found.group()):04X}_", _ESCAPE.sub(r"_x005F\1", text))
        text = _SURROGATE.sub("\ufffd", text)
    space = ' xml:space="preserve"' if text != text.strip() else ""
    return f' t="inlineStr"><is><t{space}>{escape(text)}</t></is></c>'


_remembered = lru_cache(REMEMBERED)(_inline)


def _day(value: Any) -> str:
    if isinstance(value, datetime):
        value = value.astimezone(HO_CHI_MINH).replace(tzinfo=None)
    if not isinstance(value, date) or value.year < EARLIEST:
        return _text(value)
    if not isinstance(value, datetime):
        return f"><v>{(value - _FIRST_DAY.date()).days}</v></c>"
    passed = value - _FIRST_DAY
    return f"><v>{passed.days + passed.seconds / _DAY:.16G}</v></c>"


def _number(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return _text(value)
    number = float(value)
    return f"><v>{number:.16G}</v></c>" if abs(number) < float("inf") else EMPTY


def _flag(value: Any) -> str:
    return _text("" if value is None else "có" if value else "không")


WRITTEN: Final[dict[Cell, Callable[[Any], str]]] = {
    Cell.TEXT: _text,
    Cell.DATE: _day,
    Cell.INSTANT: _day,
    Cell.WHOLE: _number,
    Cell.POINTS: _number,
    Cell.CHANGE: _number,
    Cell.FLAG: _flag,
}
"""How a value of each kind of cell is written."""
