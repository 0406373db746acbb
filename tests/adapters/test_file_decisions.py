"""An export of outgoing documents as a source of decisions: what is taken, what is left out, what is doubted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from adapters.columns.decisions import RULES, STATES
from adapters.file import FileDecisions, FileSettings, definition
from syncd.errors import ConfigurationError
from syncd.records.publication_decision import Decision, DecisionState
from syncd.sides.errors import SideError
from syncd.sides.reading import Evidence, Proof, prove
from syncd.sides.registry import problems
from tests.passes.archives import around

COLUMNS = {
    "number": "Số ký hiệu",
    "signed": "Ngày ban hành",
    "signer": "Người ký",
    "abstract": "Trích yếu",
    "codes": "Mã TTHC",
}
HEAD = "Số ký hiệu,Ngày ban hành,Người ký,Trích yếu,Mã TTHC\n"
ABOUT = "Về việc công bố Danh mục thủ tục hành chính"
Make = Callable[..., FileDecisions]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def made(name: str, content: str | None, **decisions: Any) -> FileDecisions:
        if content is not None:
            (tmp_path / name).write_text(content, encoding="utf-8")
        table = {"adapter": "file", "path": name, "decisions": {"columns": COLUMNS} | decisions}
        assert definition.decisions is not None
        reader = definition.decisions(FileSettings.model_validate(table), around(tmp_path))
        assert isinstance(reader, FileDecisions)
        return reader

    return made


async def read(reader: FileDecisions) -> tuple[list[Decision], Proof]:
    evidence, found, failure = Evidence(), list[Decision](), None
    try:
        async for page in reader.list_decisions(evidence):
            found += page
    except SideError as error:
        failure = error.message
    return found, prove(evidence, failure=failure)


async def test_a_decision_is_read_with_everything_that_is_mapped(make: Make) -> None:
    row = f'3584/QĐ-UBND,08/09/2026,Nguyễn Văn Bình,{ABOUT},"1.000001, 1.000002;1.014325"\n'
    reader = make("a.csv", HEAD + row, issuer_code="H26", since="2026-01-01")
    found, proof = await read(reader)
    assert (proof.whole, reader.since) == (True, date(2026, 1, 1))
    assert reader.carries == {*COLUMNS, "issuer_code"}
    assert found == [
        Decision(
            key="3584/QĐ-UBND 2026-09-08",
            number="3584/QĐ-UBND",
            signed=date(2026, 9, 8),
            issuer_code="H26",
            signer="Nguyễn Văn Bình",
            abstract=ABOUT,
            codes=("1.000001", "1.000002", "1.014325"),
        )
    ]


@pytest.mark.parametrize(
    ("number", "abstract", "taken"),
    [
        ("3584/QĐ-UBND", ABOUT, True),
        ("3584/QD-UBND", "Công bố TTHC nội ngành y tế", True),
        ("3584/QĐ-UBND", "về việc CÔNG BỐ thủ tục hành chính bị bãi bỏ", True),
        ("123/UBND-KSTT", ABOUT, False),
        ("3584/QĐ-UBND", "Về việc bổ nhiệm cán bộ", False),
        ("3584/QĐ-UBND", "Công bố quy trình nội bộ giải quyết thủ tục hành chính", False),
        ("3584/QĐ-UBND", "", False),
    ],
)
async def test_documents_that_publish_no_procedures_are_left_out(
    make: Make, number: str, abstract: str, taken: bool
) -> None:
    found, proof = await read(
        make("a.csv", f"{HEAD}1/QĐ-UBND,01/09/2026,,{ABOUT},\n{number},08/09/2026,,{abstract},\n")
    )
    assert proof.whole
    assert (len([one for one in found if one.is_publication]), proof.counted) == (1 + taken, 1 + taken)
    assert [(one.kind, one.count) for one in proof.findings] == ([] if taken else [("other_documents", 1)])


async def test_of_a_decision_that_its_abstract_leaves_out_number_and_day_are_told_once(make: Make) -> None:
    """So that nobody takes it for missing; who signed it and about whom it is stays unread."""
    row = "9/QĐ-UBND,08/09/2026,Nguyễn Văn Bình,Về việc bổ nhiệm cán bộ,\n"
    found, proof = await read(make("a.csv", f"{HEAD}1/QĐ-UBND,01/09/2026,,{ABOUT},\n{row}{row}"))
    key = "left out: 9/QĐ-UBND 2026-09-08"
    assert found[1:] == [Decision(key=key, number="9/QĐ-UBND", signed=date(2026, 9, 8), is_publication=False)]
    assert (proof.counted, [one.count for one in proof.findings]) == (1, [2])
    alone, empty = await read(make("a.csv", f"{HEAD}{row}"))
    assert (len(alone), empty.whole) == (1, False)


async def test_a_row_that_cannot_be_read_is_a_finding_and_ends_nothing(make: Make) -> None:
    reader = make("a.csv", f"{HEAD}1/QĐ-UBND,31/02/2026,,{ABOUT},\n2/QĐ-UBND,01/09/2026,,{ABOUT},\n")
    found, proof = await read(reader)
    assert [one.number for one in found] == ["2/QĐ-UBND"]
    (finding,) = proof.findings
    assert (proof.whole, finding.kind, finding.count) == (True, "unreadable_rows", 1)
    assert "row 2" in finding.examples[0]
    assert "31/02/2026" in finding.examples[0]


async def test_the_same_number_and_day_twice_has_two_keys(make: Make) -> None:
    row = f"1/QĐ-UBND,01/09/2026,,{ABOUT},\n"
    found, proof = await read(make("a.csv", HEAD + row + row))
    assert (proof.whole, [one.key for one in found]) == (True, ["1/QĐ-UBND 2026-09-01", "1/QĐ-UBND 2026-09-01#2"])


async def test_a_workbook_with_real_dates_and_words_of_its_own(make: Make, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["SỔ VĂN BẢN ĐI"])
    sheet.append(["Số ký hiệu", "Ngày ban hành", "Tình trạng", "Cơ quan"])
    sheet.append(["3584/QĐ-UBND", datetime(2026, 9, 8), "Thu hồi", "UBND Thành phố Hà Nội"])  # noqa: DTZ001
    sheet.append(["3585/QĐ-UBND", "09/09/2026", "Hủy phát hành", "UBND Thành phố Hà Nội"])
    book.save(tmp_path / "a.xlsx")
    columns = {
        "number": "Số ký hiệu",
        "signed": "Ngày ban hành",
        "issuer_name": "Cơ quan",
        "state": {"column": "Tình trạng", "values": {"Hủy phát hành": "recalled"}},
    }
    found, proof = await read(make("a.xlsx", None, columns=columns))
    assert proof.whole
    assert [(one.signed, one.state, one.issuer_name) for one in found] == [
        (date(2026, 9, 8), DecisionState.RECALLED, "UBND Thành phố Hà Nội"),
        (date(2026, 9, 9), DecisionState.RECALLED, "UBND Thành phố Hà Nội"),
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (HEAD, "the file has no rows"),
        ("", ""),
        ("Số,Ngày\n1,2\n", "decisions.columns.number"),
    ],
)
async def test_what_is_no_such_list_is_never_whole(make: Make, content: str, said: str) -> None:
    found, proof = await read(make("a.csv", content))
    assert (found, proof.whole) == ([], False)
    assert any(said in reason for reason in proof.reasons)


async def test_a_file_that_is_not_there_is_told(make: Make) -> None:
    with pytest.raises(SideError, match=r"gone\.csv"):
        await make("gone.csv", None).check()


async def test_the_check_says_what_was_found(make: Make) -> None:
    content = f"{HEAD}1/QĐ-UBND,01/09/2026,,{ABOUT},\n5/UBND-KSTT,01/09/2026,,{ABOUT},\n2/QĐ-UBND,x,,{ABOUT},\n"
    said = await make("a.csv", content).check()
    assert said.startswith("a.csv: 1 publication decisions, 1 other documents, columns 'Số ký hiệu' (number)")
    assert "1 rows cannot be read: row 4" in said


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({}, "set exactly one of columns"),
        ({"columns": {"code": "a"}, "decisions": {"columns": {"number": "a"}}}, "set exactly one of columns"),
        ({"decisions": {"columns": {"signed": "a"}}}, "number must be mapped"),
        ({"decisions": {"columns": {"number": "a", "numer": "b"}}}, "did you mean"),
        ({"decisions": {"columns": {"number": {"column": "a", "separator": ","}}}}, "never split"),
        ({"decisions": {"columns": {"number": "a", "state": {"column": "b", "values": {"x": "y"}}}}}, "no state"),
        ({"decisions": {"columns": {"number": " "}}}, "is empty"),
    ],
)
def test_a_mapping_that_cannot_be_used_is_refused_with_what_could_be(table: dict[str, Any], said: str) -> None:
    (problem,) = problems(definition, {"adapter": "file", "path": "a.csv"} | table, "decisions[0].documents")
    assert said in str(problem) or (said == "did you mean" and "number" in str(problem))


def test_each_use_needs_its_own_columns(tmp_path: Path) -> None:
    assert definition.build is not None
    assert definition.decisions is not None
    of_procedures = FileSettings.model_validate({"adapter": "file", "path": "a.csv", "columns": {"code": "a"}})
    of_decisions = FileSettings.model_validate(
        {"adapter": "file", "path": "a.csv", "decisions": {"columns": {"number": "a"}}}
    )
    with pytest.raises(ConfigurationError, match="no columns of decisions"):
        definition.decisions(of_procedures, around(tmp_path))
    with pytest.raises(ConfigurationError, match="no columns of procedures"):
        definition.build(of_decisions, around(tmp_path))


def test_every_state_has_words_and_every_field_a_rule() -> None:
    assert set(STATES.values()) == set(DecisionState)
    assert RULES.keys() <= set(Decision.__struct_fields__)
