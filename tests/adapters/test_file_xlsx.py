"""XLSX workbooks: what Excel does to codes and dates, merged cells, and workbooks made to do harm."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from adapters.file import FileAdapter, FileSettings
from syncd.records.procedure import Procedure, State
from syncd.sides.adapter import Listed, Record
from syncd.sides.errors import ShapeError, SideError
from syncd.sides.reading import Evidence, prove

PORTAL_TITLES = [
    "Mã TTHC",
    "Tên TTHC",
    "Lĩnh vực",
    "Đối tượng",
    "Cơ quan công khai",
    "Cấp thực hiện",
    "Tình trạng",
    "QĐ Công bố",
]
COLUMNS = {"code": "Mã TTHC", "name": "Tên TTHC", "field_name": "Lĩnh vực"}
HEADER = ["Mã TTHC", "Tên TTHC", "Lĩnh vực"]

Sheet = Any


def workbook(rows: Sequence[Any], change: Callable[[Sheet], object] = str) -> bytes:
    book = openpyxl.Workbook()
    sheet: Sheet = book.active
    sheet.title = "Danh sách TTHC"
    for row in rows:
        sheet.append(list(row))
    change(sheet)
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def adapter(folder: Path, content: bytes, **settings: Any) -> FileAdapter:
    (folder / "a.xlsx").write_bytes(content)
    checked = FileSettings.model_validate({"adapter": "file", "path": "a.xlsx", "columns": COLUMNS} | settings)
    return FileAdapter(checked, folder)


async def listed(side: FileAdapter) -> list[Listed]:
    evidence = Evidence()
    rows = [one async for page in side.list_records(evidence) for one in page]
    assert prove(evidence).whole, prove(evidence).reasons
    return rows


async def procedures(side: FileAdapter) -> list[Procedure]:
    return [side.canonical(Record(key, raw)) for key, raw in await listed(side)]


async def failure(side: FileAdapter) -> SideError:
    with pytest.raises(SideError) as caught:
        await listed(side)
    return caught.value


async def test_the_portal_s_export_with_its_banner_is_read(tmp_path: Path) -> None:
    """A merged banner with line ends, a blank row, then the header; agencies of one cell on several lines."""

    def banner(sheet: Sheet) -> None:
        sheet.merge_cells("A1:H1")

    rows = [
        ["DANH SÁCH\nTHỦ TỤC HÀNH CHÍNH"],
        [],
        PORTAL_TITLES,
        [
            "1.014966",
            " Cấp lại ",
            "Quản tài viên",
            "Công dân\nTổ chức",
            "Bộ Tư pháp",
            "Cấp tỉnh",
            "Còn hiệu lực",
            "5/QĐ-BTP",
        ],
    ]
    columns = COLUMNS | {"levels": "Cấp thực hiện", "subjects": "Đối tượng", "state": "Tình trạng"}
    side = adapter(tmp_path, workbook(rows, banner), columns=columns)
    (found,) = await procedures(side)
    assert (found.code, found.name, found.subjects, found.state) == (
        "1.014966",
        " Cấp lại ",
        ("Công dân", "Tổ chức"),
        State.PUBLIC,
    )
    assert "sheet 'Danh sách TTHC', header in row 3" in await side.check()


async def test_a_code_that_excel_made_a_number_is_invalid_and_says_how_to_mend_it(tmp_path: Path) -> None:
    side = adapter(tmp_path, workbook([HEADER, [1.01432, "x", "y"], ["1.014321", "x", "y"]]))
    first, second = await listed(side)
    with pytest.raises(ShapeError) as caught:
        side.canonical(Record(*first))
    assert "a.xlsx, row 2, column 'Mã TTHC'" in str(caught.value)
    assert "the number 1.01432" in str(caught.value)
    assert "format the column as text" in str(caught.value)
    assert side.canonical(Record(*second)).code == "1.014321"


async def test_whole_numbers_are_exact_text_and_too_long_ones_are_invalid(tmp_path: Path) -> None:
    columns = {"code": "Mã TTHC", "portal_id": "Lĩnh vực"}
    side = adapter(
        tmp_path, workbook([HEADER, ["1.1", "x", 55763403428], ["1.2", "x", 12345678901234567]]), columns=columns
    )
    first, second = await listed(side)
    assert side.canonical(Record(*first)).portal_id == "55763403428"
    with pytest.raises(ShapeError, match="digits may have been lost"):
        side.canonical(Record(*second))


async def test_real_date_cells_are_dates_and_refused_as_text(tmp_path: Path) -> None:
    rows = [
        HEADER,
        ["1.1", "x", date(2026, 3, 12)],
        ["1.2", "x", datetime.fromisoformat("2026-03-12T09:30")],
        ["1.3", "x", time(9, 30)],
    ]
    side = adapter(tmp_path, workbook(rows), columns={"code": "Mã TTHC", "decision_date": "Lĩnh vực"})
    first, second, third = await listed(side)
    assert side.canonical(Record(*first)).decision_date == date(2026, 3, 12)
    assert side.canonical(Record(*second)).decision_date == date(2026, 3, 12)
    with pytest.raises(ShapeError, match="of the type time"):
        side.canonical(Record(*third))
    as_text = adapter(tmp_path, workbook(rows), columns={"code": "Mã TTHC", "decision_number": "Lĩnh vực"})
    with pytest.raises(ShapeError, match="the date 2026-03-12"):
        as_text.canonical(Record(*(await listed(as_text))[0]))


async def test_a_value_merged_over_rows_stands_in_each_of_them(tmp_path: Path) -> None:
    def merge(sheet: Sheet) -> None:
        sheet.merge_cells("D3:D4")

    rows = [
        ["", *HEADER],
        ["", "1.1", "a", "Hộ tịch"],
        ["", "1.2", "b", "Đất đai"],
        ["", "1.3", "c", ""],
        ["", "1.4", "d", ""],
    ]
    found = await procedures(adapter(tmp_path, workbook(rows, merge)))
    assert [one.field_name for one in found] == ["Hộ tịch", "Đất đai", "Đất đai", ""]


async def test_a_header_merged_over_two_rows_is_no_record(tmp_path: Path) -> None:
    def merge(sheet: Sheet) -> None:
        for column in "ABC":
            sheet.merge_cells(f"{column}1:{column}2")

    side = adapter(tmp_path, workbook([HEADER, [], ["1.1", "x", "y"]], merge))
    assert [one.key for one in await listed(side)] == ["1.1"]


async def test_a_table_away_from_the_corner_keeps_the_row_numbers_that_people_see(tmp_path: Path) -> None:
    def move(sheet: Sheet) -> None:
        sheet.move_range("A1:C3", rows=4, cols=3)

    side = adapter(tmp_path, workbook([HEADER, ["1.1", "x", "y"], ["", "x", "y"]], move))
    assert [one.key for one in await listed(side)] == ["1.1", "row 7"]


async def test_the_first_visible_sheet_is_read_unless_one_is_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for title, code, state in (("Ẩn", "1.1", "hidden"), ("Một", "1.2", "visible"), ("Hai", "1.3", "visible")):
        sheet = book.create_sheet(title)
        sheet.append(HEADER)
        sheet.append([code, "x", "y"])
        sheet.sheet_state = state
    del book["Sheet"]
    book.active = 1
    content = saved(book)
    assert [one.key for one in await listed(adapter(tmp_path, content))] == ["1.2"]
    assert [one.key for one in await listed(adapter(tmp_path, content, sheet=" hai"))] == ["1.3"]
    assert "did you mean 'Một'?" in str(await failure(adapter(tmp_path, content, sheet="mot")))


async def test_an_error_page_saved_as_a_workbook_is_named_as_one(tmp_path: Path) -> None:
    assert "a web page" in str(await failure(adapter(tmp_path, b"\r\n<!DOCTYPE html><html>")))
    assert "password-protected" in str(
        await failure(adapter(tmp_path, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)))
    )
    assert "no XLSX workbook" in str(await failure(adapter(tmp_path, b"Ma TTHC,Ten")))


async def test_a_cut_workbook_is_an_error(tmp_path: Path) -> None:
    content = workbook([HEADER, ["1.1", "x", "y"]])
    assert "damaged or cut" in str(await failure(adapter(tmp_path, content[: len(content) // 2])))


async def test_a_part_with_a_wrong_checksum_is_an_error(tmp_path: Path) -> None:
    content = bytearray(workbook([HEADER, *([f"1.{at}", "x" * at, "y"] for at in range(50))]))
    at = content.index(b"xl/worksheets/sheet1.xml") + 200
    content[at] ^= 0xFF
    assert "damaged" in str(await failure(adapter(tmp_path, bytes(content))))


async def test_a_zip_that_holds_no_workbook_is_an_error(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("readme.txt", "hello")
    assert isinstance(await failure(adapter(tmp_path, stream.getvalue())), ShapeError)
