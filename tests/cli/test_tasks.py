"""`syncd tasks` as users meet it, on a ledger that a course has filled."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from syncd.ledger import open_ledger, upgrade
from syncd.ledger.tasks import record_failed_tasks, record_tasks
from syncd.passes.tasks import with_codes
from syncd.records.directory import Directory
from syncd.records.periods import Period
from syncd.records.tasks import TaskReading, TaskTally
from tests.cli.program import syncd
from tests.cli.town import CONFIGURATION, Town

AT = datetime(2026, 10, 10, 3, tzinfo=UTC)
YEAR = Period.parse("2026")
MONITOR = """
[[tasks]]
name = "nhiem-vu"
unit = "H26"

[tasks.source]
adapter = "document-monitor"
file = { path = "nhiem-vu-{period}.csv" }
"""
TALLIES = (
    TaskTally(unit_code="H26.8", unit_name="Sở Tư pháp", assigned=1240, done_on_time=1000, done_late=25),
    TaskTally(unit_code="H26.17", unit_name="Sở Y tế", assigned=4, done=9),
    TaskTally(unit_name="Ban lạ", assigned=1),
)
OF_2026 = ("tasks", "--period", "2026", "--as-of", "2026-10-10T12:00")


@pytest.fixture
def office(tmp_path: Path) -> Path:
    town = Town(tmp_path).write(MONITOR)
    url = f"sqlite:///{town.folder}/ledger.db"
    upgrade(url)
    with open_ledger(url) as ledger:
        reading = with_codes(TaskReading(period=YEAR, at=AT, tallies=TALLIES), Directory(), "")
        ledger.write_now(record_tasks, source="nhiem-vu", reading=reading, read_at=AT, actor="daemon")
    return tmp_path


def test_a_terminal_shows_units_their_rate_and_what_is_odd(office: Path) -> None:
    said = syncd(*OF_2026, folder=office)
    assert said.status == 0
    assert "Sở Tư pháp" in said.out
    assert "97.6" in said.out
    assert "nhiem-vu: Sở Y tế: assigned is 4, its parts are 9" in said.err
    assert "nhiem-vu: Ban lạ: no unit of the portal's directory" in said.err


def test_a_failed_reading_is_told_with_its_reason(office: Path) -> None:
    with open_ledger(f"sqlite:///{office}/ledger.db") as ledger:
        how = {"source": "nhiem-vu", "period": YEAR, "reason": "a page is missing", "actor": "daemon"}
        ledger.write_now(record_failed_tasks, **how, read_at=AT.replace(hour=4))
    assert "failed 10/10/2026" in (said := syncd(*OF_2026, folder=office)).out
    assert "a page is missing" in said.out


def test_json_has_every_number_and_null_where_nothing_is_said(office: Path) -> None:
    rows = {one["unit_name"]: one for one in syncd(*OF_2026, "--format", "json", folder=office).rows["rows"]}
    assert (rows["Sở Tư pháp"]["assigned"], rows["Sở Tư pháp"]["no_time_limit"]) == (1240, None)
    assert rows["Sở Tư pháp"]["on_time"] == {"numerator": 1000, "denominator": 1025, "source": "nhiem-vu"}


def test_csv_and_a_workbook_have_the_same_rows(office: Path) -> None:
    lines = syncd(*OF_2026, "--format", "csv", folder=office).out.splitlines()
    assert len(lines) == 4
    assert lines[0].startswith("unit_code,unit_name,assigned")
    said = syncd(*OF_2026, "--format", "xlsx", "--output", "nv.xlsx", folder=office)
    assert said.status == 0
    sheet = load_workbook(office / "nv.xlsx")["2026"]
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert any("Tổng số nhiệm vụ" in str(cell) for row in cells for cell in row)
    assert any("Sở Tư pháp" in row and 1240 in row for row in cells)


def test_a_unit_can_be_asked_about_alone(office: Path) -> None:
    said = syncd(*OF_2026, "--unit", "H26.8", "--format", "json", folder=office)
    assert [one["unit_code"] for one in said.rows["rows"]] == ["H26.8"]


def test_what_was_never_read_is_unknown(office: Path) -> None:
    for arguments in (("tasks", "--period", "2025"), ("tasks", "--as-of", "2026-10-09", "--period", "2026")):
        said = syncd(*arguments, folder=office)
        assert said.status == 4
        assert "nothing is known of them" in said.err


def test_a_configuration_without_tasks_says_what_to_add(tmp_path: Path) -> None:
    Town(tmp_path).write(head=CONFIGURATION)
    upgrade(f"sqlite:///{tmp_path}/ledger.db")
    said = syncd("tasks", folder=tmp_path)
    assert said.status == 1
    assert "[[tasks]]" in said.err


def test_a_period_that_is_none_is_a_usage_error(office: Path) -> None:
    assert syncd("tasks", "--period", "2026-13", folder=office).status == 2


def test_the_check_connects_to_the_monitor(office: Path) -> None:
    """And says in one line what it found, or what is wrong."""
    assert "nhiem-vu.source" in (said := syncd("check", folder=office)).err
    assert "cannot be read" in said.err
