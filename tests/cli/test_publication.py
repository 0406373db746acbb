"""`syncd publication` and `syncd index` as users meet them, on a ledger that real passes have filled."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path

import openpyxl
import pytest

from tests.cli.program import Said, syncd

CONFIGURATION = """\
[database]
url = "sqlite:///ledger.db"

[[pairs]]
name = "ha-noi"
applies = { agency = "H26" }

[pairs.portal]
adapter = "file"
path = "portal.jsonl"
columns = { code = "code", portal_id = "id", name = "name", kind = "kind", state = "state", levels = "levels", \
publisher_code = "publisher", executing_agencies = "agencies", decision_number = "decision", \
decision_date = "signed", published_at = "public" }

[pairs.city]
adapter = "file"
path = "city.csv"
columns = { local_code = "Mã TTHC", name = "Tên TTHC" }

[publication]
unit = "H26"
legal_documents = "documents.csv"
decisions = "decisions.csv"
decisions_complete_since = 2026-01-01
assignments = "assignments.csv"
calendar = "calendar.csv"
"""
DOCUMENTS = """\
Số ký hiệu,Trích yếu,Ngày ký,Ngày hiệu lực,Trình tự rút gọn
35/2026/QĐ-UBND,Quy định về hộ tịch,01/08/2026,15/09/2026,không
"""
DECISIONS = """\
Số ký hiệu,Ngày ký,Cơ quan ban hành,Thẩm quyền,Mã TTHC,Căn cứ
918/QĐ-UBND,12/09/2026,UBND Thành phố Hà Nội,tỉnh,1.000001,35/2026/QĐ-UBND
"""
ASSIGNMENTS = """\
Loại,Giá trị,Mã đơn vị,Đơn vị
thủ tục,1.000001,H26.16,Sở Tư pháp Thành phố Hà Nội
"""
CALENDAR = "Ngày,Làm việc,Lý do\n2027,,Lịch năm 2027 đã công bố\n"
PORTAL = {
    "code": "1.000001",
    "id": "id-1",
    "name": "Đăng ký khai sinh",
    "kind": "specific",
    "state": "Công khai",
    "levels": "Cấp tỉnh",
    "publisher": "H26",
    "agencies": "Ủy ban nhân dân cấp tỉnh",
    "decision": "918/QĐ-UBND",
    "signed": "12/09/2026",
    "public": "2026-09-22T09:00:00+07:00",
}
AS_OF = ("--as-of", "2100-01-01")


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A folder in which one pass has been run."""
    (tmp_path / "syncd.toml").write_text(CONFIGURATION, encoding="utf-8")
    (tmp_path / "portal.jsonl").write_text(json.dumps(PORTAL, ensure_ascii=False) + "\n", encoding="utf-8")
    (tmp_path / "city.csv").write_text("Mã TTHC,Tên TTHC\n1.000001.H26,Đăng ký khai sinh\n", encoding="utf-8-sig")
    registers = {"documents": DOCUMENTS, "decisions": DECISIONS, "assignments": ASSIGNMENTS, "calendar": CALENDAR}
    for name, text in registers.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8-sig")
    assert syncd("observe", folder=tmp_path).status in (0, 3)
    return tmp_path


def asked(folder: Path, *options: str) -> Said:
    said = syncd("publication", "--format", "json", *options, folder=folder)
    assert said.err == ""
    return said


def test_a_row_says_both_readings_how_late_who_answers_and_why(office: Path) -> None:
    (row,) = asked(office).rows
    assert (row["code"], row["decision"], row["signed"], row["effective"]) == (
        "1.000001", "918/QĐ-UBND", "2026-09-12", "2026-09-15",
    )  # fmt: skip
    assert (row["sign_law_day"], row["sign_law_status"], row["sign_law_days"]) == ("2026-09-10", "late", 2)
    assert (row["sign_portal_day"], row["sign_portal_status"], row["sign_portal_days"]) == ("2026-09-08", "late", 3)
    assert (row["public_law_day"], row["public_law_status"]) == ("2026-09-18", "late")
    assert (row["status"], row["portal_status"], row["days_late"]) == ("late", "late", 2)
    assert (row["unit_code"], row["unit_why"]) == ("H26.16", "assignment")
    assert row["rules"] == "SIGN-P.legal.2017 SIGN-P.portal PUB-P.legal.2017 PUB-P.portal"


def test_filters_keep_what_was_asked_for(office: Path) -> None:
    assert len(asked(office, "--late").rows) == 1
    assert len(asked(office, "--agency", "H26.16").rows) == 1
    assert len(asked(office, "--agency", "H26").rows) == 1
    assert asked(office, "--agency", "H26.17").rows == []
    assert asked(office, "--due-within", "5").rows == []


def test_a_spreadsheet_and_a_csv_say_the_same(office: Path) -> None:
    said = syncd("publication", "--format", "xlsx", "--output", "late.xlsx", folder=office)
    assert (said.status, said.out) == (0, "1 rows in late.xlsx\n")
    page = openpyxl.load_workbook(office / "late.xlsx").active
    assert page is not None
    assert [cell.value for cell in page[5]][:2] == ["1.000001", "Đăng ký khai sinh"]
    (row,) = csv.DictReader(StringIO(syncd("publication", "--format", "csv", folder=office).out))
    assert (row["code"], row["signed"], row["days_late"]) == ("1.000001", "12/09/2026", "2")


def test_the_table_is_for_people(office: Path) -> None:
    said = syncd("publication", "--late", folder=office)
    assert "late" in said.out
    assert "12/09/2026" in said.out
    assert "Sở Tư pháp" in said.out


def test_what_was_answered_once_is_answered_again_after_the_register_changed(office: Path) -> None:
    """As of an instant before the change, with the dates that were known then. No rules are written by an answer."""
    before = asked(office).rows
    changed = DOCUMENTS.replace("15/09/2026", "01/10/2026")
    (office / "documents.csv").write_text(changed, encoding="utf-8-sig")
    (after,) = asked(office).rows
    assert (after["effective"], after["sign_law_status"]) == ("2026-10-01", "on_time")
    said = syncd("publication", "--format", "json", *AS_OF, folder=office)
    assert (said.rows, "the rules of then are not remembered" in said.err) == ([after], True)
    assert before[0]["effective"] == "2026-09-15"


def test_a_register_with_a_fault_is_told_and_the_last_good_one_still_holds(office: Path) -> None:
    asked(office)
    (office / "documents.csv").write_text(DOCUMENTS.replace("15/09/2026", "31/09/2026"), encoding="utf-8-sig")
    said = syncd("publication", "--format", "json", folder=office)
    assert said.status == 0
    assert "documents.csv" in said.err
    assert "31/09/2026" in said.err
    assert said.rows[0]["effective"] == "2026-09-15"


def test_an_unknown_unit_in_the_register_is_told(office: Path) -> None:
    (office / "assignments.csv").write_text(ASSIGNMENTS.replace("H26.16", "Sở Tư pháp"), encoding="utf-8-sig")
    said = syncd("publication", "--format", "json", folder=office)
    assert "assignments" in said.err
    assert said.rows[0]["unit_why"] == "none"


def test_a_document_without_dates_makes_it_unknown_and_not_late(office: Path) -> None:
    (office / "documents.csv").write_text(DOCUMENTS.replace("15/09/2026", ""), encoding="utf-8-sig")
    (row,) = asked(office).rows
    assert (row["sign_law_status"], row["sign_law_day"]) == ("unknown", None)
    assert "the effective date is not known of 35/2026/QĐ-UBND" in row["reason"]


def test_before_any_reading_nothing_is_known(office: Path) -> None:
    said = syncd("publication", "--format", "json", "--as-of", "2020-01-01", folder=office)
    assert (said.status, said.rows) == (4, [])
    assert "had not been read whole by then" in said.err


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--format", "xlsx"), "--output FILE.xlsx"),
        (("--output", "x.csv", "--format", "csv"), "only xlsx goes to a file"),
        (("--late", "--due-within", "3"), "give one of the two"),
        (("--as-of", "yesterday"), "is not an instant"),
    ],
)
def test_usage_errors_say_what_would_be_right(office: Path, options: tuple[str, ...], told: str) -> None:
    said = syncd("publication", *options, folder=office)
    assert said.status == 2
    assert told in " ".join(said.err.replace("│", " ").split())


def test_without_the_table_it_says_how_to_write_one(office: Path) -> None:
    text = CONFIGURATION[: CONFIGURATION.index("[publication]")]
    (office / "syncd.toml").write_text(text, encoding="utf-8")
    said = syncd("publication", folder=office)
    assert said.status == 1
    assert '[publication] unit = "H26"' in said.err


def test_the_index_that_was_never_read_is_unknown(office: Path) -> None:
    text = CONFIGURATION + '[index]\nroot = "389181"\n[index.source]\nadapter = "national-report"\n'
    (office / "syncd.toml").write_text(text, encoding="utf-8")
    asked(office)
    said = syncd("index", "--period", "2026", "--format", "json", folder=office)
    assert said.status == 4
    assert (said.rows["rank"], said.rows["read"]) == (None, {})
    own = {row["code"]: (row["own_numerator"], row["own_denominator"]) for row in said.rows["rows"]}
    assert own["PUBLISH_ON_TIME"] == (0, 1)
    assert own["PUBLIC_UPDATE_ON_TIME"] == (0, 1)
    assert all(row["portal"] is None for row in said.rows["rows"])
    assert syncd("index", "--period", "2026-13", folder=office).status == 2


def test_impact_lists_what_is_late_for_good_and_computes_a_set(office: Path) -> None:
    asked(office)
    said = syncd("index", "impact", "--period", "2026", "--format", "json", folder=office)
    assert said.status == 0
    (late,) = [row for row in said.rows if row["action"] == "too_late"]
    assert (late["city"], late["unit_code"]) == (0.0, "H26.16")
    computed = syncd("index", "impact", "--period", "2026", "--mend", late["id"], folder=office)
    assert computed.out == "+0.00 points in 2026\n"
    unknown = syncd("index", "impact", "--mend", "nothing", folder=office)
    assert unknown.status == 2
    assert "nothing that is open has the id 'nothing'" in unknown.err


def test_check_reads_the_registers(office: Path) -> None:
    (office / "calendar.csv").write_text("Ngày,Làm việc\n31/02/2026,có\n", encoding="utf-8-sig")
    said = syncd("check", folder=office)
    assert said.status == 1
    assert "1 row in documents.csv" in said.out
    assert "calendar.csv" in said.err
