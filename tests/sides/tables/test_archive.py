"""Workbooks made to do harm are refused before anything parses them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest

from syncd.sides.errors import ShapeError, TooLargeError
from syncd.sides.tables.archive import check_archive

Sheet = Any


def workbook(change: Callable[[Sheet], object] = str) -> bytes:
    book = openpyxl.Workbook()
    sheet: Sheet = book.active
    sheet.append(["Mã TTHC", "Tên TTHC"])
    change(sheet)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def repacked(content: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return stream.getvalue()


def test_cells_that_lie_far_apart_are_refused_before_the_parser_reserves_memory() -> None:
    """One cell in the far corner would ask for half a terabyte and end the daemon."""

    def far(sheet: Sheet) -> None:
        sheet["XFD1048576"] = "x"

    with pytest.raises(TooLargeError, match="reach to row 1048576 and column 16384"):
        check_archive(workbook(far), where="a.xlsx")


def test_cells_without_places_are_measured_as_well() -> None:
    """Rows and cells may leave their places out: then they follow one another."""
    wide = b"<worksheet><sheetData><row>" + b"<c><v>1</v></c>" * 9000 + b'</row><row r="1048576"><c><v>1</v></c></row>'
    hostile = repacked(workbook(), lambda name, old: wide + b"</sheetData></worksheet>" if "sheet1" in name else old)
    with pytest.raises(TooLargeError, match="row 1048576 and column 9000"):
        check_archive(hostile, where="a.xlsx")


def test_a_formatted_but_empty_far_row_is_no_harm() -> None:
    def formatted(sheet: Sheet) -> None:
        sheet["XFD1048576"].number_format = "@"

    check_archive(workbook(formatted), where="a.xlsx")


def test_a_document_type_is_refused() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet/>'
    hostile = repacked(workbook(), lambda name, old: bomb if "sheet1" in name else old)
    with pytest.raises(ShapeError, match="document type"):
        check_archive(hostile, where="a.xlsx")


def test_a_workbook_that_unpacks_to_far_more_than_it_is_is_refused() -> None:
    hostile = repacked(workbook(), lambda name, old: old + bytes(20_000_000) if "theme" in name else old)
    with pytest.raises(TooLargeError, match="unpacks from"):
        check_archive(hostile, where="a.xlsx")


def test_a_workbook_of_countless_parts_is_refused() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for at in range(10_001):
            archive.writestr(str(at), b"")
    with pytest.raises(TooLargeError, match="10001 parts"):
        check_archive(stream.getvalue(), where="a.xlsx")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_part_of_a_method_that_unpacks_without_a_limit_is_refused(method: int) -> None:
    """The library inflates a whole piece of these at once, whatever the directory says of its size."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
    with pytest.raises(ShapeError, match=f"xl/workbook.xml is packed by method {method}"):
        check_archive(stream.getvalue(), where="a.xlsx")
