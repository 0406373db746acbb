"""Registers that the Office keeps in files: what is read, and what its keeper is told."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from syncd.errors import ConfigurationError
from syncd.sides.registers import REGISTERS, RegisterError, RegisterProblem, read_register
from syncd.sides.registers import reading as reading_module

DOCUMENTS = REGISTERS["legal_documents"]
DECISIONS = REGISTERS["decisions"]
ASSIGNMENTS = REGISTERS["assignments"]
CALENDAR = REGISTERS["calendar"]

DECREE = {
    "number": "63/2010/NĐ-CP",
    "name": "Nghị định về kiểm soát thủ tục hành chính",
    "signed": "2010-06-08",
    "effective": "2010-10-14",
    "shortened": "false",
}


def workbook(rows: Sequence[Sequence[Any]], title: str = "Sổ") -> bytes:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def written(folder: Path, name: str, content: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def problems(path: Path, layout: Any = DOCUMENTS) -> tuple[RegisterProblem, ...]:
    with pytest.raises(RegisterError) as caught:
        read_register(path, layout)
    return caught.value.problems


def problem(path: Path, layout: Any = DOCUMENTS) -> RegisterProblem:
    (only,) = problems(path, layout)
    return only


TITLES = ["STT", "Số, ký hiệu", "Trích yếu", "Ngày ký", "Ngày hiệu lực", "Trình tự rút gọn"]
NAME = " Nghị định về kiểm soát\nthủ tục hành chính "
FILES: dict[str, bytes | str] = {
    "a.xlsx": workbook(
        [
            ["SỔ THEO DÕI VĂN BẢN"],
            [],
            TITLES,
            [1, "63/2010/NĐ-CP", NAME, date(2010, 6, 8), datetime.fromisoformat("2010-10-14T00:00"), False],
        ]
    ),
    "a.csv": ";".join(TITLES) + "\n" + f'1;63/2010/NĐ-CP;"{NAME}";08/06/2010;14/10/2010;không\n',
    "a.json": json.dumps(
        [
            {
                "number": "63/2010/NĐ-CP",
                "Trích yếu": NAME,
                "signed": "2010-06-08",
                "effective": "20101014",
                "shortened": 0,
            }
        ]
    ),
    "a.toml": '[[rows]]\nnumber = "63/2010/NĐ-CP"\n"Trích yếu" = """' + NAME + '"""\n'
    "signed = 2010-06-08\neffective = 2010-10-14\nshortened = false\n",
}


@pytest.mark.parametrize("name", FILES)
def test_every_kind_of_file_gives_the_same_rows(tmp_path: Path, name: str) -> None:
    assert read_register(written(tmp_path, name, FILES[name]), DOCUMENTS) == {"63/2010/NĐ-CP": DECREE}


def test_rows_of_a_json_file_may_stand_under_a_key_as_in_toml(tmp_path: Path) -> None:
    path = written(tmp_path, "a.json", '\ufeff {"rows": [{"date": "24/11/2026", "Lý do": "Ngày Văn hóa"}]}')
    assert read_register(path, CALENDAR) == {
        "2026-11-24": {"date": "2026-11-24", "works": "", "reason": "Ngày Văn hóa"}
    }


def test_columns_that_are_not_there_are_empty_in_every_row(tmp_path: Path) -> None:
    found = read_register(written(tmp_path, "a.csv", "number\n5/2026/NĐ-CP\n"), DOCUMENTS)
    assert found == {"5/2026/NĐ-CP": dict.fromkeys(DECREE, "") | {"number": "5/2026/NĐ-CP"}}


def test_text_is_stripped_and_in_its_composed_form(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", "number\n\u200b 5/2026/NĐ-\u00a0CP \n".replace("Đ", "\u0110"))
    assert list(read_register(path, DOCUMENTS)) == ["5/2026/NĐ- CP"]
    path = written(tmp_path, "b.csv", "number,name\n5,Nghi\u0323 \u0111i\u0323nh\n")
    assert read_register(path, DOCUMENTS)["5"]["name"] == "Nghị định"


def test_several_values_of_one_cell_are_separated_alike(tmp_path: Path) -> None:
    by_hand = 'number;Mã TTHC\n1/QĐ-UBND;"1.001612\n1.000280, 1.001612;"\n'
    as_list = '[[rows]]\nnumber = "1/QĐ-UBND"\nprocedures = ["1.001612", "1.000280"]\n'
    for path in (written(tmp_path, "a.csv", by_hand), written(tmp_path, "a.toml", as_list)):
        (row,) = read_register(path, DECISIONS).values()
        assert row["procedures"] == "1.001612; 1.000280"


def test_decisions_with_one_number_are_told_apart_by_date_and_issuer(tmp_path: Path) -> None:
    """Numbers begin anew each year, and eight real ones belong to two agencies."""
    rows = "1603/QĐ-UBND;01/07/2025;Hà Nội\n1603/QĐ-UBND;01/07/2026;Hà Nội\n1603/QĐ-UBND;;\n"
    found = read_register(written(tmp_path, "a.csv", "number;signed;issuer\n" + rows), DECISIONS)
    assert list(found) == [
        "1603/QĐ-UBND | 2025-07-01 | Hà Nội",
        "1603/QĐ-UBND | 2026-07-01 | Hà Nội",
        "1603/QĐ-UBND",
    ]


def test_one_decision_may_have_a_row_for_each_action(tmp_path: Path) -> None:
    rows = "5/QĐ-UBND;mới;1.001612\n5/QĐ-UBND;bãi bỏ;1.000280\n5/QĐ-UBND;bãi bỏ;1.000281\n"
    found = read_register(written(tmp_path, "a.csv", "number;action;procedures\n" + rows), DECISIONS)
    assert list(found) == [
        "5/QĐ-UBND | new | 1.001612",
        "5/QĐ-UBND | abolish | 1.000280",
        "5/QĐ-UBND | abolish | 1.000281",
    ]


def test_a_long_key_is_cut_and_still_tells_rows_apart(tmp_path: Path) -> None:
    """A decision may publish hundreds of procedures; a ledger's index bears no key of any length."""
    many = ",".join(f"1.{number:06}" for number in range(900))
    rows = f'5/QĐ-UBND;"{many}"\n5/QĐ-UBND;"{many},2.000001"\n'
    found = read_register(written(tmp_path, "a.csv", "number;procedures\n" + rows), DECISIONS)
    assert len(found) == 2
    assert all(key.startswith("5/QĐ-UBND | 1.000000") and len(key) < 300 for key in found)
    assert (
        "is in row 2 and in row 3"
        in problem(
            written(tmp_path, "a.csv", f'number;procedures\n5/QĐ-UBND;"{many}"\n5/qđ-ubnd;"{many}"\n'), DECISIONS
        ).wrong
    )


@pytest.mark.parametrize("name", ["a.csv", "a.json", "a.toml"])
def test_a_calendar_may_declare_a_year(tmp_path: Path, name: str) -> None:
    content = {"a.csv": "Ngày\n2027\n", "a.json": '[{"Ngày": 2027}]', "a.toml": "[[rows]]\ndate = 2027\n"}[name]
    assert list(read_register(written(tmp_path, name, content), CALENDAR)) == ["2027"]


@pytest.mark.parametrize(
    ("word", "meant"), [("Lĩnh vực", "field"), ("thu tuc", "procedure"), ("publisher", "publisher")]
)
def test_kinds_of_assignment_are_known_in_both_languages(tmp_path: Path, word: str, meant: str) -> None:
    path = written(tmp_path, "a.csv", f"Loại;Giá trị;Mã đơn vị;Đơn vị\n{word};Hộ tịch;H26.16;Sở Tư pháp\n")
    assert read_register(path, ASSIGNMENTS) == {
        f"{meant} | Hộ tịch": {
            "kind": meant,
            "value": "Hộ tịch",
            "unit_code": "H26.16",
            "unit_name": "Sở Tư pháp",
        }
    }


def test_a_register_with_titles_and_no_rows_is_empty(tmp_path: Path) -> None:
    assert read_register(written(tmp_path, "a.csv", "Ngày;Làm việc\n"), CALENDAR) == {}
    assert read_register(written(tmp_path, "a.toml", "rows = []\n"), CALENDAR) == {}
    assert read_register(written(tmp_path, "a.json", "[]"), CALENDAR) == {}


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv", "a.json", "a.toml"])
def test_a_file_without_a_byte_is_no_register(tmp_path: Path, name: str) -> None:
    assert "the file is empty" in problem(written(tmp_path, name, "")).wrong


def test_an_unknown_column_is_refused_with_the_nearest_one(tmp_path: Path) -> None:
    found = problem(written(tmp_path, "a.xlsx", workbook([["number", "Ngày hiêu lưc"]], "Năm 2026")))
    assert found.sheet == "Năm 2026"
    assert found.wrong == "unknown column 'Ngày hiêu lưc'"
    assert found.right == "did you mean 'Ngày hiệu lực'?"


def test_an_unknown_key_of_one_record_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "a.toml", '[[rows]]\nnumber = "5"\n[[rows]]\nnumber = "6"\nefective = 2026-01-01\n')
    assert problem(path).right == "did you mean 'effective'?"


def test_the_same_column_in_both_languages_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "a.json", '[{"effective": "2026-01-01", "Ngày hiệu lực": "2026-01-01", "number": "5"}]')
    assert "written in several ways" in problem(path).wrong
    path = written(tmp_path, "a.toml", '[[rows]]\nnumber = "5"\n"Số hiệu " = "6"\n')
    assert problem(path).wrong == "the columns 'number' and 'Số hiệu ' are the same one"


def test_a_required_column_that_is_not_there_is_named_with_what_is(tmp_path: Path) -> None:
    found = problem(written(tmp_path, "a.csv", "Số hiệu văn bản;Ngày ký\n5;01/01/2026\n"))
    assert "looked for 'Số, ký hiệu' (number)" in found.wrong
    assert "row 1 has 'Số hiệu văn bản', 'Ngày ký'" in found.wrong
    assert found.right == "give the columns these titles"


def test_every_fault_is_told_with_row_column_and_what_would_be_right(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["Số, ký hiệu", "Ngày ký", "Rút gọn"], ["5", "31/02/2026", "có"], ["", 46000, "có lẽ"]]
    path = written(tmp_path, "a.xlsx", workbook(rows, "Sổ"))
    with pytest.raises(ConfigurationError) as caught:
        read_register(path, DOCUMENTS)
    first, second, third, fourth = str(caught.value).splitlines()
    place = f"{path}, sheet 'Sổ', row "
    assert first.startswith(f"{place}2, column 'Ngày ký' (signed): not a date: '31/02/2026'")
    assert first.endswith("; write a date like 31/12/2026")
    assert second.startswith(f"{place}3, column 'Số, ký hiệu' (number): the cell is empty; write a number like")
    assert third.startswith(f"{place}3, column 'Ngày ký' (signed): the number 46000 is no date")
    assert fourth.startswith(f"{place}3, column 'Trình tự rút gọn' (shortened): 'có lẽ' is no known yes or no")
    assert isinstance(caught.value, RegisterError)
    assert (caught.value.problems[0].row, caught.value.path) == (2, str(path))


def test_a_key_that_comes_twice_names_both_rows(tmp_path: Path) -> None:
    """Case and white space do not make another key."""
    found = problem(written(tmp_path, "a.csv", "number\n5/2026/NĐ-CP\n6\n 5/2026/nđ-cp\n"))
    assert found.wrong == "'5/2026/nđ-cp' is in row 2 and in row 4"
    assert found.row == 4


def test_a_number_that_a_spreadsheet_made_of_a_code_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "a.xlsx", workbook([["number", "Mã TTHC"], ["1/QĐ-UBND", 1.00161]]))
    found = problem(path, DECISIONS)
    assert "the number 1.00161" in found.wrong
    assert "format the column as text" in found.wrong


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", 'number\n5\n"6', "the file is cut"),
        ("a.csv", "number;signed\n5;01/01/2026\n6", "is cut"),
        ("a.csv", "number;signed\n5;01/01/2026;x\n", "the row has 3 cells"),
        ("a.csv", b"number\n\xe3\n", "not UTF-8"),
        ("a.json", '[{"number": "5"', "is cut"),
        ("a.json", "5", "no array of records"),
        ("a.json", '{"row": []}', "no key 'rows'; did you mean 'row'?"),
        ("a.json", '[{"number": "5"}, 6]', "no object"),
        ("a.json", '[{"number": ["5", "6"]}]', "a list where one text belongs"),
        ("a.json", '[{"number": {"a": 1}}]', "a value of the type dict"),
        ("a.toml", '[[rows]]\nnumber = "5', "no TOML, or is cut"),
        ("a.toml", 'number = "5"\n', "beside [[rows]] there is 'number'"),
        ("a.toml", "# nothing\n", "there is no [[rows]]"),
        ("a.toml", "rows = 5\n", "there is no [[rows]]"),
        ("a.toml", "rows = [[1]]\n", "none of 1 entries is a record"),
        ("a.toml", "a = " + "[" * 100_000, "no TOML"),
        ("a.toml", "[[rows]]\nnumber = 07:30:00\n", "of the type time"),
        ("a.xlsx", "<html>", "a web page"),
        ("a.xlsx", b"PK\x03\x04", "damaged or cut"),
        ("a.ods", "x", "the suffix '.ods' says no format"),
    ],
)
def test_files_of_another_shape_are_refused_in_words(
    tmp_path: Path, name: str, content: bytes | str, said: str
) -> None:
    found = problems(written(tmp_path, name, content))[0]
    assert said in found.wrong
    assert found.file == str(tmp_path / name)


def test_a_file_that_is_not_there_says_what_to_do(tmp_path: Path) -> None:
    found = problem(tmp_path / "a.csv")
    assert "No such file" in found.wrong
    assert "check the path" in found.right


def test_a_cell_over_the_limit_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", "number,name\n5," + "x" * 10_001 + "\n6," + "x" * 10_000 + "\n")
    found = problem(path)
    assert (found.row, found.wrong) == (2, "the cell holds 10001 characters, over the limit of 10000")


def test_rows_over_the_limit_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_module, "MOST_ROWS", 2)
    assert len(read_register(written(tmp_path, "a.csv", "number\n1\n2\n"), DOCUMENTS)) == 2
    assert "more than 2 rows" in problem(written(tmp_path, "a.csv", "number\n1\n2\n3\n")).wrong


def test_a_file_with_countless_faults_names_the_first_twenty(tmp_path: Path) -> None:
    found = problems(written(tmp_path, "a.csv", "number;signed\n" + "5;x\n" * 1000))
    assert [one.row for one in found] == list(range(2, 22))


def test_layouts_are_whole() -> None:
    """Keys are columns, and no title names two columns of one register or a column that is passed over."""
    for name, layout in REGISTERS.items():
        names = [column.name for column in layout.columns]
        assert (layout.name, len(set(names))) == (name, len(names))
        assert set(layout.key) <= set(names)
        for column in layout.columns:
            assert {layout.column_of(title) for title in (*column.titles, column.name)} == {column}
        assert not any(layout.column_of(title) for title in ("STT", "Ghi chú"))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=200), name=st.sampled_from(["a.xlsx", "a.csv", "a.json", "a.toml"]))
def test_any_bytes_end_in_rows_or_in_our_own_error(tmp_path: Path, content: bytes, name: str) -> None:
    path = written(tmp_path, name, content)
    found: dict[str, dict[str, str]] = {}
    with suppress(RegisterError):
        found = read_register(path, DOCUMENTS)
    assert all(key == row["number"] for key, row in found.items())
