"""Rows for people and for programs: table, json, jsonl, csv.

In: rows of plain values. Out: text on standard output; Vietnamese stays readable, and a cell that a spreadsheet would
take for a formula is made text.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table
from rich.text import Text

HO_CHI_MINH = ZoneInfo("Asia/Ho_Chi_Minh")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
Row = Mapping[str, Any]


class Format(StrEnum):
    """How rows are shown."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"


def console() -> Console:
    """Standard output for people; on a pipe as wide as it takes, so that nothing is cut."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else 200, soft_wrap=not sys.stdout.isatty())


def show(rows: Sequence[Row], form: Format, columns: Sequence[str], *, table_columns: Sequence[str] = ()) -> None:
    """Print rows. ``table_columns``: the ones that a table has room for."""
    if form is Format.TABLE:
        _table(rows, table_columns or columns)
    elif form is Format.CSV:
        _csv(rows, columns)
    else:
        _json(rows, columns, lines=form is Format.JSONL)


def _json(rows: Iterable[Row], columns: Sequence[str], *, lines: bool) -> None:
    plain = [{name: _plain(row[name]) for name in columns} for row in rows]
    if lines:
        for row in plain:
            sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(json.dumps(plain, ensure_ascii=False, indent=2) + "\n")


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _csv(rows: Iterable[Row], columns: Sequence[str]) -> None:
    sys.stdout.write("\ufeff")
    writer = csv.writer(sys.stdout, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(row[name]) for name in columns] for row in rows)


def _cell(value: Any) -> str:
    text = local(value) if isinstance(value, datetime) else "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def _table(rows: Sequence[Row], columns: Sequence[str]) -> None:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in columns:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(Text(_word(row[name])) for name in columns))
    console().print(table)


def _word(value: Any) -> str:
    if value is None:
        return ""
    return local(value) if isinstance(value, datetime) else str(value).replace("\n", " | ")


def local(at: datetime) -> str:
    """An instant as people in Hà Nội read it."""
    return at.astimezone(HO_CHI_MINH).strftime("%d/%m/%Y %H:%M:%S")


def say(text: str, *, style: str = "") -> None:
    """One line for people on standard output."""
    console().print(Text(text, style=style))


def complain(text: str) -> None:
    """One line for people on standard error."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(Text(text))
