"""Registers from the file that the Office keeps to the facts that are judged: both ends agree on columns and words."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from syncd.publication.assignments import KINDS, Assignment, Assignments, read_assignments, units_of
from syncd.publication.facts import Authority, LegalDocument
from syncd.publication.registers import ACTIONS, ANSWERS, AUTHORITIES, read_decisions, read_legal_documents
from syncd.records.agencies import Agency
from syncd.records.directory import Directory
from syncd.sides.registers import REGISTERS, RegisterError, read_register
from syncd.sides.registers import readers as words
from syncd.sides.registers.reading import Rows


def read(folder: Path, register: str, *rows: Sequence[str]) -> Rows:
    """The rows of a register, titles first, by way of a CSV file as spreadsheets export it."""
    path = folder / f"{register}.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)
    return read_register(path, REGISTERS[register])


def test_the_assignment_table_says_which_unit_answers(tmp_path: Path) -> None:
    rows = read(
        tmp_path,
        "assignments",
        ["STT", "Loại", "Giá trị", "Mã đơn vị", "Đơn vị"],
        ["1", "Lĩnh vực", "Hộ tịch", "H26.16", "Sở Tư pháp"],
        ["2", "thủ tục", "1.115423.H26", "H26.10", ""],
        ["3", "Quyết định", "QĐ số 918/QĐ-TTPVHCC", "H26.10", ""],
        ["4", "Cơ quan công bố", "H26.101", "H26.101", ""],
        ["5", "lĩnh vực", "Đường bộ", "H27.10", "Sở khác"],
    )
    codes = ("H26", "H26.10", "H26.16", "H26.101")
    directory = Directory(Agency(code=code, name=f"Đơn vị {code}") for code in codes)
    assignments, (problem,) = read_assignments(rows, is_known=units_of(directory, "H26"))
    assert assignments == Assignments(
        fields={"hộ tịch": Assignment("H26.16", "Sở Tư pháp")},
        procedures={"1.115423": Assignment("H26.10")},
        decisions={"918/QĐ-TTPVHCC": Assignment("H26.10")},
        publishers={"H26.101": Assignment("H26.101")},
    )
    assert str(problem).startswith("assignments, row field | Đường bộ: unknown unit 'H27.10'")


def test_legal_documents_have_their_dates(tmp_path: Path) -> None:
    rows = read(
        tmp_path,
        "legal_documents",
        ["Số, ký hiệu", "Trích yếu", "Ngày ký", "Ngày hiệu lực", "Trình tự rút gọn", "Ghi chú"],
        ["Nghị định số 106/2024/NĐ-CP", "về chăn nuôi", "01/08/2024", "20/09/2024", "không", "xem lại"],
        ["6/2026/NĐ-CP", "", "4/9/2026", "04/09/2026", "có", ""],
        ["7/2026/TT-BTP", "", "", "", "", ""],
    )
    documents, problems = read_legal_documents(rows)
    assert problems == ()
    day = date(2026, 9, 4)
    assert list(documents.values()) == [
        LegalDocument(
            number="106/2024/NĐ-CP", name="về chăn nuôi", signed=date(2024, 8, 1), effective=date(2024, 9, 20)
        ),
        LegalDocument(number="06/2026/NĐ-CP", signed=day, effective=day, shortened=True),
        LegalDocument(number="07/2026/TT-BTP"),
    ]


def test_decisions_and_the_letters_that_correct_them(tmp_path: Path) -> None:
    rows = read(
        tmp_path,
        "decisions",
        [
            "Số, ký hiệu",
            "Ngày ký",
            "Cơ quan ban hành",
            "Thẩm quyền",
            "Mã TTHC",
            "Căn cứ",
            "Hình thức",
            "Đính chính",
            "Thay thế",
            "Quyết định của Bộ",
        ],
        [
            "Số 918/QĐ-TTPVHCC",
            "03/07/2026",
            "Trung tâm",
            "Được giao",
            "1.115423\n1.115424.H26",
            "106/2024/NĐ-CP; Luật số 31/2024/QH15",
            "Sửa đổi, bổ sung",
            "",
            "12/QĐ-UBND\n13/QĐ-UBND",
            "2972/QĐ-BNNMT",
        ],
        ["14/QĐ-UBND", "04/07/2026", "", "", "1.115425", "", "Bãi bỏ", "", "", ""],
        ["77/UBND-KSTTHC", "01/08/2026", "", "", "", "", "", "918/QĐ-TTPVHCC; 14/QĐ-UBND", "", ""],
    )
    decisions, problems = read_decisions(rows)
    assert problems == ()
    tasked, own = decisions.rows
    assert (tasked.number, tasked.signed, tasked.authority) == ("918/QĐ-TTPVHCC", date(2026, 7, 3), Authority.TASKED)
    assert (tasked.codes, tasked.action) == (("1.115423", "1.115424"), "amend")
    assert tasked.legal_documents == ("106/2024/NĐ-CP", "31/2024/QH15")
    assert (tasked.replaces, tasked.ministry_decision) == (("12/QĐ-UBND", "13/QĐ-UBND"), "2972/QĐ-BNNMT")
    assert (own.authority, own.action) == (Authority.PROVINCE, "abolish")
    assert decisions.corrected == {"77/UBND-KSTTHC": ("918/QĐ-TTPVHCC", "14/QĐ-UBND")}


@pytest.mark.parametrize(
    ("column", "right"),
    [("Hình thức", "write mới, sửa đổi, thay thế or bãi bỏ"), ("Thẩm quyền", "write bộ, tỉnh or được giao")],
)
def test_a_word_that_nobody_knows_is_told_with_the_words_that_are_right(
    tmp_path: Path, column: str, right: str
) -> None:
    with pytest.raises(RegisterError) as caught:
        read(tmp_path, "decisions", ["Số, ký hiệu", column], ["14/QĐ-UBND", "xem xét"])
    (problem,) = caught.value.problems
    assert (problem.row, problem.right) == (2, right)


@pytest.mark.parametrize(
    ("written", "understood"),
    [
        (words.FLAGS, ANSWERS),
        (words.ACTIONS, ACTIONS),
        (words.AUTHORITIES, AUTHORITIES),
        (words.SUBJECTS, KINDS),
    ],
)
def test_every_word_that_the_reader_writes_is_understood_and_none_is_waited_for_in_vain(
    written: words.Words[str], understood: dict[str, object]
) -> None:
    assert {written.read(one) for one in understood if one} == set(understood) - {""}
    assert written.meanings == set(understood) - {""}


def test_every_column_that_is_used_is_one_of_the_layout() -> None:
    columns = {name: {column.name for column in layout.columns} for name, layout in REGISTERS.items()}
    assert columns["assignments"] == {"kind", "value", "unit_code", "unit_name"}
    assert columns["legal_documents"] == {"number", "name", "signed", "effective", "shortened"}
    assert columns["decisions"] == {
        *("number", "signed", "issuer", "authority", "procedures", "legal_documents"),
        *("action", "corrects", "replaces", "ministry_decision"),
    }
