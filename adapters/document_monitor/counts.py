"""One count in a cell: what it is, or why it is none.

In: a cell as a spreadsheet, a database or an answer gives it. Out: a whole number, None where nothing is said.
``1.234`` as text is one thousand two hundred and thirty-four; as a number it is none, and nobody guesses. Pure.
"""

from __future__ import annotations

import re

from syncd.sides.tables.cells import Cell, Number, is_empty
from syncd.sides.tables.readers import as_written

MOST = 10**12
SAYS_NOTHING = frozenset({"-", "–", "—", "null"})

_PLAIN = re.compile(r"\d{1,13}", re.ASCII)
_GROUPED = re.compile(r"[0-9]{1,3}(?:([.,\u0020\u00a0\u202f])[0-9]{3})(?:\1[0-9]{3}){0,3}")
_WHOLE = re.compile(r"(\d{1,13})\.0+", re.ASCII)


def read_count(cell: Cell) -> int | None:
    """A count, None for an empty cell or a dash. Raises `ValueError` for anything else that is no whole number."""
    if is_empty(cell):
        return None
    if isinstance(cell, int) and not isinstance(cell, bool):
        return _within(cell)
    if isinstance(cell, Number):
        found = _WHOLE.fullmatch(cell.digits)
        if found is None:
            raise ValueError(f"the number {cell.digits[:40]} is no count; a thousand must not be written as 1.000 here")
        return _within(int(found[1]))
    text = as_written(cell).strip()
    if text in SAYS_NOTHING:
        return None
    if _PLAIN.fullmatch(text):
        return _within(int(text))
    if _GROUPED.fullmatch(text):
        return _within(int(re.sub(r"\D", "", text)))
    if found := _WHOLE.fullmatch(text):
        return _within(int(found[1]))
    raise ValueError(f"{text[:40]!r} is no count")


def _within(count: int) -> int:
    if not 0 <= count <= MOST:
        raise ValueError(f"{str(count)[:20]} is no count: it is below 0 or above {MOST}")
    return count
