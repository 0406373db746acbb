"""Cursors of lists that are cut from one answer: where the page begins, as an opaque text.

In: the number of rows before the page. Out: a cursor and back; a problem for what no page gave. What is asked between
two pages may change; with ``as_of`` it does not.
"""

from __future__ import annotations

from syncd.answers.cursors import REFUSED, Cursor, read, written
from syncd.desk.api.parameters import bad_cursor

FARTHEST = 10_000_000


def place(begin: int, of: str) -> str:
    """The cursor of the page that begins after so many rows; empty for 0, which stands for the end."""
    return written(Cursor(of, (begin,), "")) if begin else ""


def begin_of(cursor: str, of: str) -> int:
    """How many rows come before the page. Raises `ProblemError` (400) for a cursor of another list, or of none."""
    if not cursor:
        return 0
    try:
        begin = read(cursor, of, (int,)).values[0]
    except ValueError as error:
        raise bad_cursor(error) from None
    if not isinstance(begin, int) or not 0 <= begin <= FARTHEST:
        raise bad_cursor(ValueError(REFUSED))
    return begin


def after_of(cursor: str, of: str) -> str:
    """The id of the row that comes before the page."""
    if not cursor:
        return ""
    try:
        return read(cursor, of, ()).id
    except ValueError as error:
        raise bad_cursor(error) from None


def place_after(last: str, of: str) -> str:
    """The cursor of the page that begins after a row; empty at the end."""
    return written(Cursor(of, (), last)) if last else ""
