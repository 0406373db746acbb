"""The cells of a register's row: text, days, numbers, and words of a table.

In: a row as the ledger remembers it, which may hold anything. Out: values; `ValueError` with what would be right.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TypeVar

from msgspec import Struct

from syncd.records.dates import local_date, parse_date
from syncd.records.decisions import parse_number
from syncd.records.text import display, loose

Row = Mapping[str, object]
Rows = Mapping[str, Row]
"""Rows by their key in the register."""

T = TypeVar("T")

LONGEST_CELL = 4000


class Problem(Struct, frozen=True):
    """A row that cannot be used: its register and key, what is wrong with it and what would be right."""

    register: str
    row: str
    reason: str

    def __str__(self) -> str:
        return f"{self.register}, row {self.row}: {self.reason}"


def text_of(row: Row, column: str) -> str:
    value = row.get(column)
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else display(str(value)[:LONGEST_CELL])


def number_of(row: Row, column: str) -> str:
    return parse_number(text_of(row, column)).canonical


def day_of(row: Row, column: str) -> date | None:
    value = row.get(column)
    if isinstance(value, datetime):
        return local_date(value) if value.tzinfo else value.date()
    if isinstance(value, date):
        return value
    if not (text := text_of(row, column)):
        return None
    try:
        return parse_date(text)
    except ValueError as error:
        raise ValueError(f"{column}: {error}; write for example 2026-09-15") from None


def word_of(row: Row, column: str, words: Mapping[str, T], right: str) -> T:
    text = text_of(row, column)
    try:
        return words[loose(text) if text else ""]
    except KeyError:
        raise ValueError(f"{column}: unknown word {text[:40]!r}; write {right}") from None
