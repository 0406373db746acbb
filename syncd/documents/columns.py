"""Columns of a sheet: which value, under which title, as which kind of cell.

In: nothing. Out: the vocabulary in which sheets are described; the sheets themselves are tables of these.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Cell(StrEnum):
    """What a cell holds; a spreadsheet must be able to sort and to add it up."""

    TEXT = "text"
    DATE = "date"
    INSTANT = "instant"
    WHOLE = "whole"
    POINTS = "points"
    CHANGE = "change"
    FLAG = "flag"


class Column(NamedTuple):
    """One column: the row's value, its Vietnamese and English titles, its kind, its width in characters.

    ``group``: a title above several columns that stand side by side (Vietnamese); empty for none.
    """

    name: str
    vietnamese: str
    english: str
    cell: Cell = Cell.TEXT
    width: int = 16
    group: str = ""
