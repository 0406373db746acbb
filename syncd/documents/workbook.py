"""Writes rows as an XLSX workbook: real types, frozen header, filters, column widths, in constant memory.

In: a sheet's columns, its rows, the instant that they are as of. Out: a file, there whole or not at all, the same bytes
for the same rows and instant. A text is never taken for a formula or a link.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple
from zipfile import ZipFile

import xlsxwriter
import xlsxwriter.workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from syncd.documents.columns import Cell, Column
from syncd.documents.csv_files import title as title_of
from syncd.documents.sheet_rows import LINE_PT, SheetRows, lines_in
from syncd.records.dates import HO_CHI_MINH

LONGEST_NAME: Final = 31
"""Characters that the name of a sheet takes (a limit of the format)."""
MOST_ROWS: Final = 1_048_570
"""Rows that one sheet takes, less the ones above the table."""
OPTIONS: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": True,
}
FORMATS: Final[dict[Cell, dict[str, Any]]] = {
    Cell.TEXT: {"text_wrap": True, "valign": "top"},
    Cell.DATE: {"num_format": "dd/mm/yyyy", "valign": "top", "align": "left"},
    Cell.INSTANT: {"num_format": "dd/mm/yyyy hh:mm", "valign": "top", "align": "left"},
    Cell.WHOLE: {"num_format": "#,##0", "valign": "top"},
    Cell.POINTS: {"num_format": "0.00", "valign": "top"},
    Cell.CHANGE: {"num_format": "+0.00;-0.00;0.00", "valign": "top"},
    Cell.FLAG: {"valign": "top"},
}
TOTAL: Final = {"bold": True, "top": 1}
PACKING: Final = 1
"""How hard the file is packed, of 9: the usual 6 takes a third of all time, and saves a fifth of the bytes."""
NOTE, HEADER = 2, 3
"""The rows of the note and of the titles, counted from 0."""
FONT: Final = {"font_name": "Times New Roman", "font_size": 11}
Row = Mapping[str, Any]


class _Packed(ZipFile):
    """The archive that xlsxwriter makes, which gives it no choice of how hard it packs."""

    def __init__(self, file: str, mode: Literal["w"], compression: int, allowZip64: bool) -> None:  # noqa: N803
        super().__init__(file, mode, compression, allowZip64, compresslevel=PACKING)


xlsxwriter.workbook.ZipFile = _Packed


class Sheet(NamedTuple):
    """One sheet: its name, the heading above the table, its columns and rows.

    ``rows`` may be a stream, which is walked through once. ``total`` stands below all rows, ``note`` above the table.
    """

    name: str
    heading: str
    columns: Sequence[Column]
    rows: Iterable[Row]
    total: Row | None = None
    note: str = ""


def write_workbook(path: Path, sheets: Sequence[Sheet], *, as_of: datetime) -> None:
    """Write the sheets; the instant stands above each table. Raises `OSError` where the file cannot be written."""
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as folder:
        unfinished = Path(folder) / "workbook.xlsx"
        book = xlsxwriter.Workbook(str(unfinished), {**OPTIONS, "tmpdir": folder})
        with closing(book):
            book.set_properties({"created": as_of.astimezone(HO_CHI_MINH).replace(tzinfo=None)})
            for sheet in sheets:
                _write_sheet(book, sheet, as_of)
        unfinished.replace(path)


def _write_sheet(book: xlsxwriter.Workbook, sheet: Sheet, as_of: datetime) -> None:
    page = book.add_worksheet(sheet.name[:LONGEST_NAME])
    title = book.add_format({**FONT, "bold": True, "font_size": 13})
    header = book.add_format({**FONT, "bold": True, "text_wrap": True, "bottom": 1, "valign": "vcenter"})
    small = book.add_format({**FONT, "italic": True, "text_wrap": True, "valign": "top"})
    aside = book.add_format({**FONT, "italic": True})
    formats = {cell: book.add_format({**FONT, **options}) for cell, options in FORMATS.items()}
    for at, column in enumerate(sheet.columns):
        page.set_column(at, at, column.width)
    page.write_string(0, 0, sheet.heading, title)
    moment = as_of.astimezone(HO_CHI_MINH)
    page.write_string(1, 0, f"Số liệu tính đến {moment:%H:%M} ngày {moment:%d/%m/%Y} (giờ Hà Nội)", aside)
    if sheet.note:
        _write_note(page, sheet, small)
    page.set_row(HEADER, LINE_PT * max(_lines(column) for column in sheet.columns))
    for at, column in enumerate(sheet.columns):
        page.write_string(HEADER, at, f"{title_of(column)}\n{column.english}", header)
    last = _write_rows(page, sheet, formats, book)
    page.freeze_panes(HEADER + 1, 1)
    page.autofilter(HEADER, 0, last, len(sheet.columns) - 1)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(HEADER)


def _write_note(page: Worksheet, sheet: Sheet, form: Format) -> None:
    """Write the note across all columns, so that it is neither cut nor makes the page wider."""
    across = sum(column.width for column in sheet.columns)
    page.set_row(NOTE, LINE_PT * lines_in(sheet.note, across))
    if len(sheet.columns) > 1:
        page.merge_range(NOTE, 0, NOTE, len(sheet.columns) - 1, sheet.note, form)
    else:
        page.write_string(NOTE, 0, sheet.note, form)


def _lines(column: Column) -> int:
    """Lines that both titles of a column take."""
    return lines_in(title_of(column), column.width) + lines_in(column.english, column.width)


def _write_rows(page: Worksheet, sheet: Sheet, formats: Mapping[Cell, Format], book: xlsxwriter.Workbook) -> int:
    """Write the rows as they come, then the total; returns the number of the last row above the total."""
    last = HEADER
    rows = SheetRows(page, sheet.columns, formats, HEADER + 1)
    for last, row in enumerate(sheet.rows, start=HEADER + 1):
        if last > MOST_ROWS:
            raise OSError(f"{sheet.name}: more than {MOST_ROWS} rows do not fit into one sheet")
        rows.write(last, row)
    rows.end(last)
    if sheet.total is not None:
        strong = {cell: book.add_format({**FONT, **options, **TOTAL}) for cell, options in FORMATS.items()}
        below = SheetRows(page, sheet.columns, strong, last + 1)
        below.write(last + 1, sheet.total)
        below.end(last + 1)
    return last
