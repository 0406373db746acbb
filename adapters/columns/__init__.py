"""Column mapping, shared by the adapters whose records are rows: files and databases.

In: rows of cells and the settings key ``columns``. Out: raw records, keys, canonical procedures and answers.
"""

from adapters.columns.mapping import Column, Columns, MappedColumn, Mapping, mapping
from adapters.columns.points import answered, stands_for
from adapters.columns.records import PAGE, Listing, digest, key_text, paged, procedure
from syncd.sides.tables.cells import Cell, Number, Strange, cell
from syncd.sides.tables.table import Row, is_blank

__all__ = [
    "PAGE",
    "Cell",
    "Column",
    "Columns",
    "Listing",
    "MappedColumn",
    "Mapping",
    "Number",
    "Row",
    "Strange",
    "answered",
    "cell",
    "digest",
    "is_blank",
    "key_text",
    "mapping",
    "paged",
    "procedure",
    "stands_for",
]
