"""Workbooks as a spreadsheet program reads them."""

from __future__ import annotations

import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.documents.columns import Cell, Column
from syncd.documents.workbook import Sheet, write_workbook

AS_OF = datetime(2026, 11, 24, 17, 30, tzinfo=UTC)
COLUMNS = (
    Column("name", "Tên thủ tục", "Procedure", width=40),
    Column("signed", "Ngày ký", "Signed", Cell.DATE),
    Column("seen", "Thời điểm", "Seen", Cell.INSTANT),
    Column("days", "Số ngày chậm", "Days late", Cell.WHOLE),
    Column("score", "Điểm", "Score", Cell.POINTS),
    Column("done", "Đã xong", "Done", Cell.FLAG),
)
ROW: dict[str, Any] = {
    "name": "Đăng ký thường trú",
    "signed": date(2026, 9, 1),
    "seen": AS_OF,
    "days": 3,
    "score": Decimal("3.25"),
    "done": True,
}


def written(path: Path, rows: list[dict[str, Any]]) -> Any:
    file = path / "out.xlsx"
    write_workbook(file, [Sheet("Công khai", "Danh sách công khai", COLUMNS, rows)], as_of=AS_OF)
    return openpyxl.load_workbook(file)["Công khai"]


def test_values_keep_their_types(tmp_path: Path) -> None:
    page = written(tmp_path, [ROW])
    assert [cell.value for cell in page[5]] == [
        "Đăng ký thường trú",
        datetime(2026, 9, 1),  # noqa: DTZ001 - a spreadsheet knows no time zones
        datetime(2026, 11, 25, 0, 30),  # noqa: DTZ001
        3,
        3.25,
        "có",
    ]
    assert page["B5"].number_format == "dd/mm/yyyy"


def test_the_header_is_frozen_and_filtered_and_says_as_of_when(tmp_path: Path) -> None:
    page = written(tmp_path, [ROW, ROW])
    assert page.freeze_panes == "B5"
    assert page.auto_filter.ref == "A4:F6"
    assert page["A1"].value == "Danh sách công khai"
    assert page["A2"].value == "Số liệu tính đến 00:30 ngày 25/11/2026 (giờ Hà Nội)"
    assert page["A4"].value == "Tên thủ tục\nProcedure"
    assert page.column_dimensions["A"].width == pytest.approx(40, abs=1)


def test_a_formula_in_a_name_stays_text(tmp_path: Path) -> None:
    page = written(tmp_path, [{**ROW, "name": '=HYPERLINK("http://evil","x")'}])
    assert page["A5"].value == '=HYPERLINK("http://evil","x")'
    assert page["A5"].data_type == "s"
    assert page["A5"].hyperlink is None


def test_what_is_not_known_leaves_an_empty_cell(tmp_path: Path) -> None:
    page = written(tmp_path, [dict.fromkeys(ROW)])
    assert [cell.value for cell in page[5]] == [None] * len(COLUMNS)


def test_a_text_that_is_too_long_is_cut_and_says_so(tmp_path: Path) -> None:
    page = written(tmp_path, [{**ROW, "name": "ơ" * 40_000}])
    assert len(page["A5"].value) == 32_767
    assert page["A5"].value.endswith("…")


def test_a_file_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_workbook(tmp_path / "nowhere" / "out.xlsx", [], as_of=AS_OF)
    with pytest.raises(KeyError):
        write_workbook(tmp_path / "out.xlsx", [Sheet("a", "b", COLUMNS, [{}])], as_of=AS_OF)
    assert list(tmp_path.iterdir()) == []


@given(name=st.text(max_size=50))
def test_any_text_makes_a_workbook_that_opens(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    """Control characters, lone surrogates, formulas: nothing breaks the file."""
    folder = tmp_path_factory.mktemp("book")
    page = written(folder, [{**ROW, "name": name}])
    assert page["D5"].value == 3


def test_several_sheets_notes_totals_and_shared_titles(tmp_path: Path) -> None:
    """The total stands below the rows and outside the filter; a shared title stands before each of its columns'."""
    columns = (Column("name", "Đơn vị", "Unit"), Column("late", "Luật", "By law", Cell.CHANGE, group="Chậm"))
    rows = [{"name": "Sở Y tế", "late": Decimal("-1.5")}]
    sheet = Sheet("Một", "Bảng một", columns, iter(rows), {"name": "TỔNG CỘNG", "late": Decimal("-1.5")}, "Ghi chú.")
    write_workbook(tmp_path / "out.xlsx", [sheet, Sheet("Hai", "Bảng hai", columns, [])], as_of=AS_OF)
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    page = book["Một"]
    assert book.sheetnames == ["Một", "Hai"]
    assert page["A3"].value == "Ghi chú."
    assert page["B4"].value == "Chậm: Luật\nBy law"
    assert (page["B5"].value, page["B5"].number_format) == (-1.5, "+0.00;-0.00;0.00")
    assert (page["A6"].value, page["A6"].font.bold, page["A5"].font.bold) == ("TỔNG CỘNG", True, False)
    assert page.auto_filter.ref == "A4:B5"
    assert book["Hai"].max_row == 4


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    """Whatever the clock says."""
    for name in ("one.xlsx", "two.xlsx"):
        write_workbook(tmp_path / name, [Sheet("a", "b", COLUMNS, [ROW])], as_of=AS_OF)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (" giữ dấu cách ", " giữ dấu cách "),
        ("hai\ndòng", "hai\ndòng"),
        ("<b>&amp;</b>", "<b>&amp;</b>"),
        ("007", "007"),
        ("\ud800 lẻ", "\ufffd lẻ"),
    ],
)
def test_hard_texts_come_back_as_text(tmp_path: Path, text: str, shown: str) -> None:
    """Markup, line ends, numbers; what no file can hold becomes a mark of replacement."""
    cell = written(tmp_path, [{**ROW, "name": text}])["A5"]
    assert (cell.value, cell.data_type) == (shown, "s")


def test_controls_are_escaped_as_the_format_wants(tmp_path: Path) -> None:
    """And what looks like such an escape is escaped itself."""
    written(tmp_path, [{**ROW, "name": "\x07 _x0041_"}])
    with zipfile.ZipFile(tmp_path / "out.xlsx") as book:
        assert "<t>_x0007_ _x005F_x0041_</t>" in book.read("xl/worksheets/sheet1.xml").decode()


def test_days_before_spreadsheets_and_numbers_without_end_break_nothing(tmp_path: Path) -> None:
    """A day of 1899 is text; infinity is no number."""
    page = written(tmp_path, [{**ROW, "signed": date(1899, 5, 1), "score": float("inf"), "days": "nhiều"}])
    assert [page[cell].value for cell in ("B5", "E5", "D5")] == ["1899-05-01", None, "nhiều"]


def test_rows_are_streamed(tmp_path: Path) -> None:
    """They are taken one by one: none is asked for before the one before it is written."""
    alive: set[int] = set()

    class Watched(dict[str, Any]):
        def __del__(self) -> None:
            alive.discard(id(self))

    def rows() -> Any:
        for _ in range(500):
            row = Watched(ROW)
            alive.add(id(row))
            assert len(alive) <= 3
            yield row

    write_workbook(tmp_path / "out.xlsx", [Sheet("a", "b", COLUMNS, rows())], as_of=AS_OF)
