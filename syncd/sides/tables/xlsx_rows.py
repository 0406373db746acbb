"""XLSX workbooks: the sheet that is meant, and its rows.

In: the bytes of a file. Out: a `Table`. Cells keep the type that the workbook gives them; a value merged over several
rows stands in each of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from syncd.sides.errors import ShapeError
from syncd.sides.tables.archive import check_archive
from syncd.sides.tables.cells import Cell, Number, cell
from syncd.sides.tables.header import Line, rows
from syncd.sides.tables.sought import SoughtColumns
from syncd.sides.tables.table import EMPTY, Table
from syncd.sides.tables.titles import advice, folded

EXACT = 10**15
MERGED_ROWS = 2_000_000


def open_xlsx(content: bytes, columns: SoughtColumns, *, where: str, sheet: str | None) -> Table:
    """Open one sheet. Raises `ShapeError` for a damaged or hostile workbook, a missing sheet or header row."""
    if not content:
        return EMPTY
    check_archive(content, where=where)
    found = _guarded(content, sheet, where)
    lines = list(_lines(found))
    if not lines:
        return EMPTY
    header, table = rows(lines, columns, where=f"{where}, sheet {found.name!r}")
    return Table(f"sheet {found.name!r}, header in row {header.number}", table, header.titles, found.name)


def _guarded(content: bytes, sheet: str | None, where: str) -> CalamineSheet:
    try:
        return _sheet(CalamineWorkbook.from_filelike(BytesIO(content)), sheet, where)
    except PasswordError as error:
        raise ShapeError("the workbook has a password", where=where, action="save it without a password") from error
    except (CalamineError, OSError, ValueError) as error:
        raise ShapeError(f"the workbook cannot be read: {error}", where=where, action="export it again") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # what the parser's own bugs surface as
            raise
        raise ShapeError("the workbook cannot be read: its parser gave up", where=where) from error


def _sheet(workbook: CalamineWorkbook, wanted: str | None, where: str) -> CalamineSheet:
    sheets = [sheet for sheet in workbook.sheets_metadata if sheet.typ is SheetTypeEnum.WorkSheet]
    if wanted is None:
        visible = [sheet.name for sheet in sheets if sheet.visible is SheetVisibleEnum.Visible]
        names = visible or [sheet.name for sheet in sheets]
    else:
        names = [sheet.name for sheet in sheets if folded(sheet.name) == folded(wanted)]
    if not names:
        known = [sheet.name for sheet in sheets]
        said = f"no sheet {wanted!r}; {advice(wanted, known)}" if wanted else "there is no sheet with cells"
        raise ShapeError(said, where=where, path="sheet")
    return workbook.get_sheet_by_name(names[0])


def _lines(sheet: CalamineSheet) -> Iterator[Line]:
    """The rows, the first of the sheet first; merged cells are filled with their one value."""
    below = _merged(sheet)
    first: dict[tuple[int, int], Cell] = {}
    for at, values in enumerate(sheet.iter_rows()):
        line = [_cell(value) for value in values]
        for column, top in below.get(at, ()):
            if column < len(line):
                line[column] = first.setdefault((top, column), line[column])
        yield line


def _merged(sheet: CalamineSheet) -> dict[int, list[tuple[int, int]]]:
    """For each row of a range merged downwards: its column and the range's first row. Banners lie in one row."""
    found: dict[int, list[tuple[int, int]]] = {}
    offset = sheet.start[1] if sheet.start else 0
    last = sheet.end[0] if sheet.end else 0
    budget = MERGED_ROWS
    for (top, left), (bottom, _) in sheet.merged_cell_ranges or []:
        budget -= min(bottom, last) - top + 1
        if bottom > top and left >= offset and budget > 0:
            for row in range(top, min(bottom, last) + 1):
                found.setdefault(row, []).append((left - offset, top))
    return found


def _cell(value: object) -> Cell:
    """A workbook has one kind of number: whole ones that it still holds exactly are whole, the others `Number`."""
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < EXACT else Number(repr(value))
    return cell(value)
