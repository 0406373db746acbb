"""The gateway's list as a workbook: what the search does not say (levels, subjects, state), by code.

In: the bytes of an XLSX file whose header row stands somewhere, with merged cells above. Out: cells by code. Blocking:
run it in a thread.
"""

from __future__ import annotations

from msgspec import Struct

from adapters.national_gateway.api import EXPORT
from syncd.sides.errors import ShapeError
from syncd.sides.tables.cells import Cell
from syncd.sides.tables.sought import Sought, SoughtColumns
from syncd.sides.tables.xlsx_rows import open_xlsx

COLUMNS = SoughtColumns(
    (
        Sought("code", ("Mã TTHC", "Mã số", "Mã thủ tục")),
        Sought("subjects", ("Đối tượng", "Đối tượng thực hiện")),
        Sought("levels", ("Cấp thực hiện",)),
        Sought("state", ("Tình trạng",)),
    )
)


class Exported(Struct, frozen=True):
    """What is kept of a row of the workbook, as written; "" for an empty cell."""

    subjects: str = ""
    levels: str = ""
    state: str = ""


class Workbook(Struct):
    """Rows by code; ``repeated`` codes stand in several rows, ``broken`` rows have no code or cannot be read."""

    rows: dict[str, Exported]
    repeated: int = 0
    broken: int = 0


def read_workbook(content: bytes, *, may_be_empty: bool = False) -> Workbook:
    """Raises `ShapeError` for a workbook that is damaged, lacks a column, or has no rows where it must have some."""
    found = Workbook({})
    for row in open_xlsx(content, COLUMNS, where=f"GET {EXPORT}", sheet=None).rows:
        cells = {name: _written(cell) for name, cell in row.cells.items()}
        code = cells.pop("code", "")
        if row.fault or not code.strip():
            found.broken += bool(row.fault or any(cells.values()))
            continue
        kept = Exported(**cells)
        found.repeated += found.rows.setdefault(code, kept) != kept
    if not found.rows and not may_be_empty:
        raise ShapeError("the workbook has no rows", where=f"GET {EXPORT}", path="$")
    return found


def _written(cell: Cell) -> str:
    shown = getattr(cell, "digits", cell)
    return "" if shown is None else str(shown)
