"""`syncd report`: documents from the command line."""

from __future__ import annotations

from pathlib import Path

import docx
import openpyxl

from tests.cli.program import syncd
from tests.cli.town import Town


def test_every_kind_is_listed(observed: Town) -> None:
    """With its formats and what it is, in both languages."""
    said = syncd("report", "list", folder=observed.folder)
    assert said.status == 0
    assert "index-announcement" in said.out
    assert "Thông báo kết quả Bộ chỉ số" in said.out


def test_a_workbook_of_mismatches(observed: Town, tmp_path: Path) -> None:
    """The ending says the format; the ledger is asked, nothing is read anew."""
    said = syncd("report", "mismatches", "--output", str(tmp_path / "a.xlsx"), folder=observed.folder)
    assert (said.status, said.err) == (0, "")
    page = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0]
    assert {page.cell(row, 1).value for row in range(5, page.max_row + 1)} == {
        "1.000001", "1.000003", " 1.014325", "1.000009"
    }  # fmt: skip
    assert [one.name for one in tmp_path.iterdir()] == ["a.xlsx"]


def test_a_past_instant_gives_the_same_file_again(observed: Town, tmp_path: Path) -> None:
    """To the byte; before anything was known the list is empty."""
    for name in ("one.docx", "two.docx"):
        made = ("report", "sync-obstacles", "--as-of", "2200-01-01", "-o", str(tmp_path / name))
        assert syncd(*made, folder=observed.folder).status == 0
    assert (tmp_path / "one.docx").read_bytes() == (tmp_path / "two.docx").read_bytes()
    before = ("report", "mismatches", "--as-of", "2020-01-01", "-o", str(tmp_path / "none.csv"))
    assert syncd(*before, folder=observed.folder).status == 0
    assert (tmp_path / "none.csv").read_text("utf-8-sig").count("\n") == 1


def test_a_folder_gets_the_document_under_its_own_name(observed: Town, tmp_path: Path) -> None:
    """A letter by default, with the number and the date that were given."""
    said = syncd(
        "report", "sync-obstacles", "--as-of", "2026-11-24T09:30", "--number", "12", "--dated", "2026-12-05",
        "-o", str(tmp_path), folder=observed.folder,
    )  # fmt: skip
    assert said.status == 0
    (file,) = tmp_path.iterdir()
    assert file.name == "Vướng mắc đồng bộ với Cổng DVCQG (tính đến 24-11-2026 09h30).docx"
    cells = [cell.text for row in docx.Document(str(file)).tables[0].rows for cell in row.cells]
    assert any("Số: 12/UBND-KSTTHC" in text for text in cells)
    assert "Hà Nội, ngày 05 tháng 12 năm 2026" in cells[3]


def test_on_working_days_alone_when_asked(observed: Town, tmp_path: Path) -> None:
    """A timer asks every day; on a Sunday nothing is made, and on a make-up Saturday (2026-08-22) something is."""
    asked = ("report", "mismatches", "--on-working-days", "--format", "csv", "-o", str(tmp_path), "--as-of")
    said = syncd(*asked, "2026-11-22T06:30", folder=observed.folder)
    assert (said.status, said.out) == (0, "22-11-2026 is no working day: nothing is made\n")
    assert not list(tmp_path.iterdir())
    for day in ("2026-11-25T06:30", "2026-08-22T06:30"):
        assert syncd(*asked, day, folder=observed.folder).status == 0
    assert len(list(tmp_path.iterdir())) == 2


def test_what_is_wrong_is_said(observed: Town, tmp_path: Path) -> None:
    """No file, no such kind, nothing to make it from, no period, no day, no folder."""
    file = str(tmp_path / "a.docx")
    cases = (
        (("report", "mismatches"), 2, "--output"),
        (("report", "nonsense", "-o", file), 1, "known are index-announcement"),
        (("report", "index-announcement", "-o", file), 1, "add [index]"),
        (("report", "mismatches", "-o", file, "--period", "2026-13"), 2, "2026-Q3"),
        (("report", "mismatches", "-o", file, "--dated", "today"), 2, "2026-11-25"),
        (("report", "mismatches", "-o", file, "--pair", "nowhere"), 2, "ha-noi"),
        (("report", "mismatches", "-o", str(tmp_path / "no" / "a.csv")), 1, "No such file"),
    )
    for arguments, status, words in cases:
        said = syncd(*arguments, folder=observed.folder)
        assert (said.status, words in said.err) == (status, True), said.err
    assert list(tmp_path.iterdir()) == []
