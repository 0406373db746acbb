"""How the cell of one canonical field is read: one small rule for each type of field.

In: a cell. Out: the value of a field (None: this side does not say), or `ValueError` that tells what to do.
Text is never taken from a number: a spreadsheet that turned ``1.014320`` into 1.01432 has lost the zero for good.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, time
from typing import TypeVar

from syncd.records.dates import EARLIEST, HO_CHI_MINH, LATEST, from_epoch_ms, local_date, parse_date
from syncd.sides.tables.cells import Cell, Number, Strange, is_empty

Day = TypeVar("Day", date, datetime)

AS_TEXT = "format the column as text and enter the value again"

_OFFSET = re.compile(r"\d{2}:\d{2}.*(?:Z|[+-]\d{2}:?\d{2})$", re.ASCII)
_CLOCK = re.compile(r"[T ](\d{1,2}):(\d{2})(?::(\d{2}))?", re.ASCII)
_COMPACT_CLOCK = re.compile(r"\d{8}(\d{2})(\d{2})(\d{2})", re.ASCII)


def as_written(cell: Cell) -> str:
    """The text of a cell that holds text or a whole number, verbatim. Raises `ValueError` for anything else."""
    match cell:
        case str():
            return cell
        case bool():
            raise ValueError(f"the cell holds the truth value {str(cell).lower()} where text belongs; {AS_TEXT}")
        case int():
            return str(cell)
        case Number():
            raise ValueError(
                f"the cell holds the number {cell.digits}, so that a zero or digits may have been lost; {AS_TEXT}"
            )
        case date():
            raise ValueError(f"the cell holds the date {cell.isoformat()} where text belongs; {AS_TEXT}")
        case Strange():
            raise ValueError(f"the cell holds {cell.reason}")
        case _:
            raise ValueError("the cell holds a list where one text belongs")


def read_code(cell: Cell) -> str | None:
    """A code or id, verbatim (never trimmed); an empty cell is no code."""
    return None if is_empty(cell) else as_written(cell)


def read_text(cell: Cell) -> str | None:
    """A text in NFC; an empty cell says "nothing", null says nothing at all."""
    return None if cell is None else unicodedata.normalize("NFC", as_written(cell))


def read_word(cell: Cell) -> str | None:
    """A word or flag to be looked up; truth values are words as well."""
    if isinstance(cell, bool):
        return str(cell).lower()
    return None if is_empty(cell) else as_written(cell)


def read_texts(cell: Cell, separators: re.Pattern[str]) -> tuple[str, ...] | None:
    """Several texts of one cell (or the entries of a JSON list), each in NFC, without the empty ones."""
    if cell is None:
        return None
    entries = [as_written(entry) for entry in cell] if isinstance(cell, list) else separators.split(as_written(cell))
    return tuple(unicodedata.normalize("NFC", entry.strip()) for entry in entries if entry.strip())


def read_date(cell: Cell) -> date | None:
    """A calendar date from a date cell, a text, 8 digits (yyyyMMdd) or milliseconds since 1970 (12 or 13 digits)."""
    if is_empty(cell):
        return None
    match cell:
        case datetime():
            return _within(cell).date() if cell.tzinfo is None else local_date(_within(cell))
        case date():
            return _within(cell)
        case bool() | Number():
            raise ValueError(f"{_shown(cell)} is no date; format the column as a date, or as text like 31/12/2026")
        case int():
            return _date_of_number(cell)
        case _:
            return parse_date(as_written(cell))


def read_instant(cell: Cell) -> datetime | None:
    """An instant in UTC; a time without an offset is local (Asia/Ho_Chi_Minh), a bare date is its first moment."""
    if isinstance(cell, datetime):
        instant = _within(cell)
        return (instant if instant.tzinfo else instant.replace(tzinfo=HO_CHI_MINH)).astimezone(UTC)
    if isinstance(cell, int) and not isinstance(cell, bool) and _is_epoch(cell):
        return from_epoch_ms(cell)
    day = read_date(cell)
    if day is None:
        return None
    text = cell.strip() if isinstance(cell, str) else ""
    if _OFFSET.search(text):
        return datetime.fromisoformat(text).astimezone(UTC)
    return datetime.combine(day, _clock(text), tzinfo=HO_CHI_MINH).astimezone(UTC)


def _clock(text: str) -> time:
    found = _COMPACT_CLOCK.fullmatch(text) or _CLOCK.search(text)
    hour, minute, second = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
    return time(hour, minute, second)


def _within(day: Day) -> Day:
    if EARLIEST.year <= day.year < LATEST.year:
        return day
    raise ValueError(f"the date {day.isoformat()} is outside the years {EARLIEST.year} to {LATEST.year - 1}")


def _is_epoch(number: int) -> bool:
    return 10**11 <= number < 10**13


def _date_of_number(number: int) -> date:
    if _is_epoch(number):
        return local_date(from_epoch_ms(number))
    if 10**7 <= number < 10**8:
        return parse_date(str(number))
    raise ValueError(f"the number {number} is no date; format the column as a date, or as text like 31/12/2026")


def _shown(cell: bool | Number) -> str:
    return f"the number {cell.digits}" if isinstance(cell, Number) else f"the truth value {str(cell).lower()}"
