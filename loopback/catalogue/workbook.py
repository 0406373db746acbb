"""The city's side as a workbook, as staff keep it.

In: a catalogue. Out: XLSX bytes with a banner above the header. Needs openpyxl, which is there for development alone:
nothing at run time imports this module.
"""

from __future__ import annotations

from io import BytesIO

from openpyxl import Workbook

from loopback.catalogue import Catalogue
from loopback.catalogue.files import COLUMNS, city_table


def as_xlsx(catalogue: Catalogue, title: str = "Danh sách TTHC") -> bytes:
    """One sheet: a banner, the header, the rows."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.append(["DANH SÁCH THỦ TỤC HÀNH CHÍNH\nTHÀNH PHỐ HÀ NỘI"])
    sheet.append(list(COLUMNS))
    for row in city_table(catalogue):
        sheet.append(list(row.values()))
    written = BytesIO()
    book.save(written)
    return written.getvalue()
