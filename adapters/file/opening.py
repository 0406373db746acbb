"""Opens the bytes of a file as what its settings say it is.

In: settings, bytes, the columns sought. Out: a `Table`, or `ShapeError` that says what is there instead.
"""

from __future__ import annotations

from adapters.file.settings import FileFormat, FilePlace
from syncd.sides.tables.csv_rows import open_csv
from syncd.sides.tables.json_rows import open_json, open_jsonl
from syncd.sides.tables.sought import SoughtColumns
from syncd.sides.tables.table import Doubt, Table
from syncd.sides.tables.xlsx_rows import open_xlsx


def open_table(place: FilePlace, content: bytes, sought: SoughtColumns, *, where: str, doubt: Doubt) -> Table:
    """Open the table in a file; what was cut raises a doubt."""
    match place.kind:
        case FileFormat.XLSX:
            return open_xlsx(content, sought, where=where, sheet=place.sheet)
        case FileFormat.CSV:
            return open_csv(content, sought, where=where, delimiter=place.delimiter, doubt=doubt)
        case FileFormat.JSON:
            return open_json(content, sought, where=where, array=place.array)
        case FileFormat.JSONL:
            return open_jsonl(content, sought, where=where, doubt=doubt)
