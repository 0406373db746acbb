"""The city's side as files: what a city exports when its system has no interface that can be read.

In: a catalogue. Out: CSV and JSONL bytes with Vietnamese column names, and the table of equivalences as CSV.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from io import StringIO
from typing import Final

from loopback.catalogue import Catalogue, CityRow

LEVELS_APART: Final = "; "

COLUMNS: Final[dict[str, Callable[[CityRow], str]]] = {
    "Mã TTHC": lambda row: row.local_code,
    "Tên TTHC": lambda row: row.name,
    "Lĩnh vực": lambda row: row.field_name,
    "Cơ quan công khai": lambda row: row.publisher_name,
    "Cơ quan thực hiện": lambda row: LEVELS_APART.join(row.executors),
    "Cấp thực hiện": lambda row: LEVELS_APART.join(row.levels),
    "QĐ công bố": lambda row: row.decision_number,
    "Ngày QĐ": lambda row: _day(row),
    "Tình trạng": lambda row: "Công khai" if row.active else "Hết hiệu lực",
    "Mã DVCQG": lambda row: row.portal_id,
}
"""The exported columns, in order; ``Mã DVCQG`` is the portal's UUID."""

CANONICAL: Final[dict[str, str]] = {
    "Mã TTHC": "local_code",
    "Tên TTHC": "name",
    "Lĩnh vực": "field_name",
    "Cơ quan công khai": "publisher_name",
    "Cơ quan thực hiện": "executing_agencies",
    "Cấp thực hiện": "levels",
    "QĐ công bố": "decision_number",
    "Ngày QĐ": "decision_date",
    "Tình trạng": "state",
    "Mã DVCQG": "portal_id",
}
"""Which canonical field each column is."""


def city_table(catalogue: Catalogue) -> list[dict[str, str]]:
    """The rows as texts by column."""
    return [{column: value(row) for column, value in COLUMNS.items()} for row in catalogue.city]


def as_csv(catalogue: Catalogue) -> bytes:
    """CSV as a spreadsheet saves it: UTF-8 with a byte-order mark, CRLF."""
    return _csv(list(COLUMNS), [list(row.values()) for row in city_table(catalogue)])


def as_jsonl(catalogue: Catalogue) -> bytes:
    """One JSON object a line, UTF-8."""
    return b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in city_table(catalogue))


def equivalences_csv(catalogue: Catalogue) -> bytes:
    """The hand-made codes and what they mean."""
    return _csv(["Mã địa phương", "Mã quốc gia"], [list(pair) for pair in catalogue.equivalences.items()])


def _csv(header: list[str], rows: list[list[str]]) -> bytes:
    text = StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def _day(row: CityRow) -> str:
    """``dd/mm/yyyy``; a date that never was for a poisoned row."""
    if row.poisoned:
        return "31/02/2026"
    return f"{row.decision_day:%d/%m/%Y}" if row.decision_day else ""
