"""Headers whose columns may have several titles, and may be absent."""

from __future__ import annotations

import pytest

from syncd.sides.errors import ShapeError
from syncd.sides.tables.csv_rows import open_csv
from syncd.sides.tables.header import find_header, rows
from syncd.sides.tables.json_rows import open_json
from syncd.sides.tables.sought import Sought, SoughtColumns
from syncd.sides.tables.table import Table

COLUMNS = SoughtColumns(
    (Sought("number", ("Số, ký hiệu", "number")), Sought("signed", ("Ngày ký", "signed"), required=False))
)


def opened(text: str, columns: SoughtColumns = COLUMNS) -> Table:
    doubts: list[str] = []
    return open_csv(text.encode(), columns, where="a.csv", delimiter=None, doubt=doubts.append)


def test_any_of_its_titles_finds_a_column() -> None:
    header = find_header([["SIGNED", "số,  ký hiệu"]], COLUMNS, where="a.csv")
    assert header.positions == {"number": 1, "signed": 0}


def test_a_column_that_need_not_be_there_is_left_out() -> None:
    (row,) = opened("number;x\n5;y\n").rows
    assert row.cells == {"number": "5"}


def test_the_row_with_most_of_the_titles_is_the_header() -> None:
    """A banner may hold one of the titles by chance."""
    header, found = rows([["Số, ký hiệu"], ["Số, ký hiệu", "Ngày ký"], ["5/QĐ", "6"]], COLUMNS, where="a.csv")
    assert header.number == 2
    assert [row.cells for row in found] == [{"number": "5/QĐ", "signed": "6"}]


def test_a_column_under_two_of_its_titles_is_refused() -> None:
    with pytest.raises(ShapeError, match=r"the title 'number' and 'Số, ký hiệu' comes 2 times in row 1"):
        opened('number;"Số, ký hiệu"\n')


def test_all_titles_are_told_as_written() -> None:
    assert opened("number; STT ;\n5;1;\n").titles == ("number", " STT ")


def test_errors_name_the_settings_only_where_titles_are_settings() -> None:
    with pytest.raises(ShapeError) as caught:
        opened("Ngày ký;x\n")
    assert caught.value.path == ""
    with pytest.raises(ShapeError) as caught:
        opened("Ngày ký;x\n", SoughtColumns(COLUMNS.columns, setting="columns"))
    assert caught.value.path == "columns.number"


def test_records_may_leave_a_key_out_that_need_not_be_there() -> None:
    table = open_json(b'[{"number": "5"}]', COLUMNS, where="a.json", array=None)
    assert [row.cells for row in table.rows] == [{"number": "5"}]
    assert table.titles == ("number",)
