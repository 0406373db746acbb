"""CSV files that spreadsheets open as they are: UTF-8 with a byte-order mark, CRLF, no text that becomes a formula.

In: columns and rows. Out: a file, there whole or not at all. The rule of formulas stands here once, for every table.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from syncd.documents.columns import Column
from syncd.records.dates import HO_CHI_MINH

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula, or looks behind."""
MARK: Final = "\ufeff"
"""Tells spreadsheets that the file is UTF-8."""
BUFFER: Final = 1 << 19
"""Bytes that are written in one go. A thread that writes often takes Python's lock back before others are awake."""
AS_OF: Final = "Số liệu tính đến"
FLAGS: Final = {True: "có", False: "không"}


def neutral(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def write_csv(path: Path, columns: Sequence[Column], rows: Iterable[Mapping[str, Any]], *, as_of: datetime) -> int:
    """Write the rows under their Vietnamese titles; returns how many. The instant stands in the last column of each.

    Raises `OSError` where the file cannot be written.
    """
    written = 0
    moment = _cell(as_of)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as folder:
        unfinished = Path(folder) / "table.csv"
        with unfinished.open("w", BUFFER, encoding="utf-8", errors="replace", newline="") as file:
            file.write(MARK)
            writer = csv.writer(file, lineterminator="\r\n")
            writer.writerow([*map(title, columns), AS_OF])
            for row in rows:
                writer.writerow([*(_cell(row[column.name]) for column in columns), moment])
                written += 1
        unfinished.replace(path)
    return written


def title(column: Column) -> str:
    """The Vietnamese title on one line, after the title that it shares with its neighbours."""
    return f"{column.group}: {column.vietnamese}" if column.group else column.vietnamese


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return FLAGS[value]
    if isinstance(value, datetime):
        return value.astimezone(HO_CHI_MINH).strftime("%d/%m/%Y %H:%M:%S")
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return str(value) if isinstance(value, int | float | Decimal) else neutral(str(value).replace("\x00", ""))
