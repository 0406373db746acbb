"""The Office's registers: what they say, and what is wrong with a row that cannot be used."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from syncd.publication.assignments import Assignment, read_assignments, units_of
from syncd.publication.facts import Authority, LegalDocument
from syncd.publication.registers import read_decisions, read_legal_documents
from syncd.records.agencies import Agency
from syncd.records.directory import Directory


def test_a_legal_document_is_found_by_its_number_however_it_was_written() -> None:
    rows: dict[str, dict[str, object]] = {
        "1": {
            "number": "Nghị định số 106/2024/NĐ-CP",
            "name": "về chính sách chăn nuôi",
            "signed": "01/08/2024",
            "effective": "2024-09-20",
            "shortened": "false",
        },
        "2": {
            "number": "6/2026/nđ-cp",
            "effective": date(2026, 9, 4),
            "signed": datetime(2026, 9, 4, 3, tzinfo=UTC),
            "shortened": True,
        },
    }
    documents, problems = read_legal_documents(rows)
    assert problems == ()
    assert documents == {
        "106/2024/NĐ-CP": LegalDocument(
            number="106/2024/NĐ-CP",
            name="về chính sách chăn nuôi",
            signed=date(2024, 8, 1),
            effective=date(2024, 9, 20),
        ),
        "06/2026/NĐ-CP": LegalDocument(
            number="06/2026/NĐ-CP", signed=date(2026, 9, 4), effective=date(2026, 9, 4), shortened=True
        ),
    }


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"number": "", "effective": "2026-09-04"}, "write for example 106/2024/NĐ-CP"),
        ({"number": "nghị định không số"}, "no document number in 'nghị định không số'"),
        ({"number": "6/2026/NĐ-CP", "effective": "31/02/2026"}, "effective: not a date: '31/02/2026'"),
        ({"number": "6/2026/NĐ-CP", "signed": "04/09/2206"}, "outside the years 1900 to 2199"),
        ({"number": "6/2026/NĐ-CP", "shortened": "maybe"}, "unknown word 'maybe'; write true or false"),
        ({"number": "6/2026/NĐ-CP", "effective": 46280.5}, "write for example 2026-09-15"),
    ],
)
def test_a_row_that_cannot_be_read_is_left_out_and_says_what_would_be_right(row: dict[str, object], says: str) -> None:
    documents, (problem,) = read_legal_documents({"r7": row})
    assert documents == {}
    assert (problem.register, problem.row) == ("legal_documents", "r7")
    assert says in problem.reason


def test_a_document_of_which_a_row_cannot_be_read_is_not_known_by_another_row() -> None:
    good = {"number": "6/2026/NĐ-CP", "effective": "2026-09-04"}
    for second in ({**good, "effective": "2026-09-05"}, {**good, "effective": "31/09/2026"}):
        documents, problems = read_legal_documents({"1": good, "2": second})
        assert documents == {}
        assert [problem.row for problem in problems] == ["2"]
    assert len(read_legal_documents({"1": good, "2": good})[0]) == 1


DECISION = {
    "number": "Quyết định số 3584/QĐ-UBND",
    "signed": "08/09/2026",
    "issuer": "Chủ tịch UBND Thành phố",
    "authority": "",
    "procedures": "1.115423; 1.115424.H26 1.115425",
    "legal_documents": "106/2024/NĐ-CP; Luật số 31/2024/QH15",
    "action": "amend",
    "ministry_decision": "2972/QĐ-BNN-CN",
}


def test_a_decision_names_its_procedures_by_the_portals_codes() -> None:
    decisions, problems = read_decisions({"1": DECISION})
    assert problems == ()
    (row,) = decisions.rows
    assert (row.number, row.signed, row.authority) == ("3584/QĐ-UBND", date(2026, 9, 8), Authority.PROVINCE)
    assert row.codes == ("1.115423", "1.115424", "1.115425")
    assert row.legal_documents == ("106/2024/NĐ-CP", "31/2024/QH15")
    assert (row.action, row.ministry_decision) == ("amend", "2972/QĐ-BNN-CN")


def test_an_official_letter_that_corrects_is_no_decision_of_its_own() -> None:
    rows = {
        "1": DECISION,
        "2": {"number": "123/UBND-KSTTHC", "signed": "20/09/2026", "corrects": "3584/QĐ-UBND"},
        "3": {"number": "130/UBND-KSTTHC", "signed": "22/09/2026", "corrects": "123/UBND-KSTTHC"},
    }
    decisions, problems = read_decisions(rows)
    assert (len(decisions.rows), problems) == (1, ())
    assert decisions.corrected == {"123/UBND-KSTTHC": ("3584/QĐ-UBND",), "130/UBND-KSTTHC": ("3584/QĐ-UBND",)}


def test_a_letter_may_correct_several_decisions_and_a_decision_replace_several() -> None:
    rows = {
        "1": {**DECISION, "replaces": "số 12/QĐ-UBND; 13/QĐ-UBND"},
        "2": {"number": "123/UBND-KSTTHC", "corrects": "3584/QĐ-UBND; Quyết định số 12/QĐ-UBND; 3584/QĐ-UBND"},
        "3": {"number": "130/UBND-KSTTHC", "corrects": "123/UBND-KSTTHC; 14/QĐ-UBND"},
        "4": {"number": "130/UBND-KSTTHC", "signed": "2026-09-23", "corrects": "15/QĐ-UBND"},
    }
    decisions, problems = read_decisions(rows)
    assert problems == ()
    assert decisions.rows[0].replaces == ("12/QĐ-UBND", "13/QĐ-UBND")
    assert decisions.corrected["123/UBND-KSTTHC"] == ("3584/QĐ-UBND", "12/QĐ-UBND")
    assert set(decisions.corrected["130/UBND-KSTTHC"]) == {f"{n}/QĐ-UBND" for n in (3584, 12, 14, 15)}


def test_letters_that_correct_one_another_in_a_ring_end() -> None:
    rows = {"1": {"number": "1/UBND", "corrects": "2/UBND"}, "2": {"number": "2/UBND", "corrects": "1/UBND"}}
    assert read_decisions(rows)[0].corrected == {"1/UBND": ("1/UBND",), "2/UBND": ("2/UBND",)}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"number": ""}, "the number is missing"),
        ({"number": "số ba"}, "not a decision number: 'số ba'"),
        ({"signed": "31/11/2026"}, "signed: not a date"),
        ({"action": "xem xét"}, "unknown word 'xem xét'; write new, amend, replace or abolish"),
        ({"authority": "ông"}, "write ministry, province or tasked"),
        ({"number": "918/QĐ-TTPVHCC"}, "write ministry, province or tasked"),
        ({"procedures": "1.115423; mọi thủ tục"}, "not a procedure code: 'mọi'"),
        ({"legal_documents": "luật đất đai"}, "no document number in 'luật đất đai'"),
        ({"authority": "tỉnh"}, "write ministry, province or tasked"),
        ({"corrects": "12/QĐ-UBND; 3584/QĐ-UBND"}, "is said to correct itself"),
        ({"corrects": "12/QĐ-UBND, ngày 01/8/2026"}, "corrects: no number in 'ngày 01/8/2026'"),
        ({"replaces": "các quyết định trước"}, "replaces: no number in 'các quyết định trước'"),
    ],
)
def test_a_decision_that_cannot_be_read_casts_doubt_on_what_it_names(change: dict[str, str], says: str) -> None:
    decisions, (problem,) = read_decisions({"k": {**DECISION, **change}})
    assert decisions.rows == ()
    assert says in problem.reason
    assert problem.row == "k"
    assert "1.115423" in decisions.doubtful_codes


def test_a_row_without_procedures_may_be_about_any() -> None:
    decisions, _ = read_decisions({"1": {**DECISION, "procedures": ""}, "2": {"number": "", "procedures": ""}})
    assert decisions.unlisted == (date(2026, 9, 8), None)


def test_rows_that_contradict_one_another_are_all_left_out() -> None:
    decisions, problems = read_decisions({"1": DECISION, "2": {**DECISION, "signed": "09/09/2026"}})
    assert decisions.rows == ()
    assert {problem.row for problem in problems} == {"1", "2"}
    assert decisions.doubtful_numbers == {"3584/QĐ-UBND"}


def test_numbers_begin_anew_each_year() -> None:
    decisions, problems = read_decisions({"1": DECISION, "2": {**DECISION, "signed": "08/09/2025"}})
    assert (len(decisions.rows), problems) == (2, ())


def _assigned(kind: str, value: str, unit: str, name: str = "") -> dict[str, str]:
    return {"kind": kind, "value": value, "unit_code": unit, "unit_name": name}


def test_an_assignment_is_about_one_thing_and_names_a_known_unit() -> None:
    rows = {
        "1": _assigned("field", "Đường  bộ", "H26.1"),
        "2": _assigned("procedure", "1.115423.H26", "H26.2", "Sở Nội vụ"),
        "3": _assigned("decision", "QĐ 918/QĐ-TTPVHCC", "H26.1"),
        "4": _assigned("publisher", "H26.101", "H26.101"),
        "5": _assigned("field", "Báo chí", "H27.1"),
        "6": _assigned("lĩnh vực", "Báo chí", "H26.1"),
        "7": _assigned("field", " ", "H26.1"),
        "8": _assigned("field", "Báo chí", ""),
    }
    assignments, problems = read_assignments(rows, is_known=lambda code: code.startswith("H26."))
    assert assignments.fields == {"đường bộ": Assignment("H26.1")}
    assert assignments.procedures == {"1.115423": Assignment("H26.2", "Sở Nội vụ")}
    assert assignments.decisions == {"918/QĐ-TTPVHCC": Assignment("H26.1")}
    assert assignments.publishers == {"H26.101": Assignment("H26.101")}
    assert {problem.row: problem.reason for problem in problems} == {
        "5": "unknown unit 'H27.1'; write a code of the list of agencies, like H26.17",
        "6": "kind: unknown word 'lĩnh vực'; write field, procedure, decision or publisher",
        "7": "the value is missing; write what is assigned: a field's name or code, a procedure's code, …",
        "8": "unknown unit ''; write a code of the list of agencies, like H26.17",
    }


def test_what_is_assigned_to_two_units_is_assigned_to_none() -> None:
    rows = {str(n): _assigned("field", "Báo chí", unit) for n, unit in enumerate(("H26.1", "H26.2", "H26.1"))}
    assignments, problems = read_assignments(rows)
    assert assignments.fields == {}
    assert [problem.row for problem in problems] == ["1", "2"]


def test_units_are_the_codes_of_the_city_by_form_and_those_that_the_directory_puts_below_it() -> None:
    city, odd = Agency(code="H26", name="UBND Thành phố Hà Nội"), Agency(code="TTX", name="Trạm", parent_code="H26")
    asked = ("H26.10", "H26", "H26.99", "H27.10", "000.00.10.H26", "Sở Nội vụ", "TTX", "")
    assert {one for one in asked if units_of(Directory(), "H26")(one)} == {"H26.10", "H26", "H26.99", "000.00.10.H26"}
    assert {one for one in asked if units_of(Directory([city, odd]), "H26")(one)} == {
        "H26.10",
        "H26",
        "H26.99",
        "000.00.10.H26",
        "TTX",
    }
