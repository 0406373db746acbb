"""Rows for people and for programs: table, json, jsonl, csv.

In: rows of plain values. Out: text on standard output; Vietnamese stays readable, and a cell that a spreadsheet would
take for a formula is made text.
"""

from __future__ import annotations

import csv
import json
import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from io import StringIO, TextIOWrapper
from typing import Any, TextIO
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table
from rich.text import Text

from syncd.documents.csv_files import neutral

HO_CHI_MINH = ZoneInfo("Asia/Ho_Chi_Minh")
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
BREAKS = re.compile(r"\r\n|\r|\n")
WIDTH_OF_A_PIPE = 200
Row = Mapping[str, Any]


class Format(StrEnum):
    """How rows are shown."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"


def prepare_output() -> None:
    """Write UTF-8 whatever the locale says, and go on where standard output or standard error is closed."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123 - it lasts to the end
        stream = getattr(sys, name)
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


class Paper(Console):
    """A console whose reader may leave: a closed pipe (``syncd mismatches | head``) is no error."""

    def on_broken_pipe(self) -> None:
        self.quiet = True
        _nobody_reads(sys.stderr if self.stderr else sys.stdout)


def _nobody_reads(stream: TextIO) -> None:
    """Send what is still written to nowhere, so that the end of the program finds nothing to complain about."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def write(text: str) -> None:
    """Write text to standard output as it is, and see that it arrives. Raises `OSError`, but not for a closed pipe."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        _nobody_reads(sys.stdout)
        if not isinstance(error, BrokenPipeError):
            raise


def console() -> Console:
    """Standard output for people; on a pipe as wide as it takes, so that nothing is cut."""
    is_terminal = sys.stdout.isatty()
    return Paper(highlight=False, width=None if is_terminal else WIDTH_OF_A_PIPE, soft_wrap=not is_terminal)


def visible(text: str) -> str:
    """Make control and direction characters visible, so that a foreign text cannot drive the terminal."""
    return CONTROLS.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


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
        write("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in plain))
    else:
        write_json(plain)


def write_json(value: Any) -> None:
    """Write a value as JSON for programs and for eyes."""
    write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def _plain(value: Any) -> Any:
    """Days and instants as text; points as numbers, of which JSON has but one kind."""
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


def _csv(rows: Iterable[Row], columns: Sequence[str]) -> None:
    text = StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(row[name]) for name in columns] for row in rows)
    write("\ufeff" + text.getvalue())


def _cell(value: Any) -> str:
    text = "" if value is None else _in_words(value)
    return neutral(text)


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
    return visible(BREAKS.sub(" | ", _in_words(value)))


def _in_words(value: Any) -> str:
    if isinstance(value, datetime):
        return local(value)
    return value.strftime("%d/%m/%Y") if isinstance(value, date) else str(value)


def local(at: datetime) -> str:
    """An instant as people in Hà Nội read it."""
    return at.astimezone(HO_CHI_MINH).strftime("%d/%m/%Y %H:%M:%S")


def say(text: str, *, style: str = "") -> None:
    """One line for people on standard output."""
    console().print(Text(visible(text), style=style))


def complain(text: str) -> None:
    """One line for people on standard error."""
    Paper(stderr=True, highlight=False, soft_wrap=True).print(Text(visible(text)))


def counted(number: int, noun: str) -> str:
    """A number with its noun: ``1 pair``, ``2 pairs``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
