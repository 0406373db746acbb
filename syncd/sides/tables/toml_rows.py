"""TOML texts: an array of tables, ``[[rows]]``, one table a row.

In: the bytes of a file. Out: a `Table`; anything beside the rows is refused.
"""

from __future__ import annotations

import tomllib

from syncd.sides.errors import ShapeError
from syncd.sides.tables.records import open_records
from syncd.sides.tables.sought import SoughtColumns
from syncd.sides.tables.table import EMPTY, Table, decode
from syncd.sides.tables.titles import shown

ROWS = "rows"


def open_toml(content: bytes, columns: SoughtColumns, *, where: str) -> Table:
    """Open a TOML text. Raises `ShapeError` where it is no TOML, or has no ``[[rows]]`` or other things beside it."""
    text = decode(content, where)
    if not text.strip():
        return EMPTY
    try:
        found = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise ShapeError(f"the text is no TOML, or is cut: {error}", where=where, action="mend the text") from error
    rows = found.pop(ROWS, None)
    if not isinstance(rows, list) or found:
        said = f"beside [[{ROWS}]] there is {shown(found)}" if found else f"there is no [[{ROWS}]]"
        raise ShapeError(said, where=where, action=f"write each row as a table of its own under [[{ROWS}]]")
    return open_records(f"tables under {ROWS!r}", list(enumerate(rows, 1)), columns, where)
