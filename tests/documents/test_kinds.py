"""Every kind of document, made from a city with a past: what is in it, who makes it, that it is the same again."""

from __future__ import annotations

import asyncio
import csv
import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest

from syncd.documents.kinds import KINDS, UnknownDocumentError, build, make
from syncd.documents.wanted import Document, DocumentFormat, Sources
from syncd.ledger import Ledger, open_ledger, upgrade
from syncd.reconcile.mismatches import MismatchKind, Observation
from syncd.records.roles import MAY, Capability, Role
from tests.documents.office import AS_OF, BEFORE, DEPARTMENTS, SEPTEMBER, SOURCES, furnish, observe, wanted

DOCX, XLSX, CSV = DocumentFormat.DOCX, DocumentFormat.XLSX, DocumentFormat.CSV
EVERY = [(kind.name, form) for kind in KINDS.values() for form in kind.formats]
LETTERS = ("index-announcement", "publication-results", "overdue-dossiers", "sync-obstacles")
HOSTILE = '=HYPERLINK("http://evil.example","bấm vào đây")'
HEADER = 4
"""The row of a sheet that holds the titles."""


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """The office's ledger; the tests of this module only read it."""
    url = f"sqlite:///{tmp_path_factory.mktemp('office') / 'ledger.db'}"
    upgrade(url)
    with open_ledger(url) as opened:
        yield furnish(opened)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """A ledger that knows nothing."""
    url = f"sqlite:///{tmp_path_factory.mktemp('empty') / 'ledger.db'}"
    upgrade(url)
    with open_ledger(url) as opened:
        yield opened


def made(ledger: Ledger, kind: str, form: DocumentFormat, folder: Path, **values: Any) -> Document:
    return ledger.read_now(build, kind, wanted(form, **values), SOURCES, folder)


def text_of(document: Document) -> str:
    """Everything that is written in a DOCX, tables included."""
    paper = docx.Document(str(document.path))
    return "\n".join(element.text or "" for element in paper.element.body.iter() if element.tag.endswith("}t"))


def sheet_of(document: Document, number: int = 0) -> list[list[Any]]:
    """The rows below the titles of one sheet."""
    book = openpyxl.load_workbook(document.path)
    return [list(row) for row in book.worksheets[number].iter_rows(min_row=HEADER + 1, values_only=True)]


def lines_of(document: Document) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(document.path.read_bytes().decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize(("kind", "form"), EVERY)
def test_the_same_instant_gives_the_same_bytes(ledger: Ledger, tmp_path: Path, kind: str, form: DocumentFormat) -> None:
    """Also after something else has been made, and in another folder."""
    first = made(ledger, kind, form, tmp_path).path.read_bytes()
    (tmp_path / "again").mkdir()
    made(ledger, kind, form, tmp_path / "again", as_of=AS_OF + timedelta(hours=1))
    assert made(ledger, kind, form, tmp_path / "again").path.read_bytes() == first


@pytest.mark.parametrize(("kind", "form"), EVERY)
def test_every_document_says_the_instant_of_its_figures(
    ledger: Ledger, tmp_path: Path, kind: str, form: DocumentFormat
) -> None:
    """In its text, its sheets or its last column; and in its name."""
    document = made(ledger, kind, form, tmp_path)
    assert "25-11-2026 09h00" in document.name
    if form is DOCX:
        assert "9h00’ ngày 25/11/2026" in text_of(document)
    elif form is XLSX:
        for page in openpyxl.load_workbook(document.path).worksheets:
            assert page["A2"].value == "Số liệu tính đến 09:00 ngày 25/11/2026 (giờ Hà Nội)"
            assert page.freeze_panes == "B5"
            assert page.auto_filter.ref
    elif lines_of(document):
        assert {line["Số liệu tính đến"] for line in lines_of(document)} == {"25/11/2026 09:00:00"}


@pytest.mark.parametrize(("kind", "form"), EVERY)
def test_what_is_not_known_is_said_and_never_zero(
    empty: Ledger, tmp_path: Path, kind: str, form: DocumentFormat
) -> None:
    """A ledger that has read nothing still makes every document."""
    document = made(empty, kind, form, tmp_path)
    if form is DOCX and kind not in ("mismatches", "sync-obstacles"):
        assert "chưa có số liệu" in text_of(document)
        assert "0/100" not in text_of(document)


@pytest.mark.parametrize("kind", LETTERS)
def test_a_letter_is_laid_out_as_decree_30_wants(ledger: Ledger, tmp_path: Path, kind: str) -> None:
    """A4 with its margins, state and motto, number and date left to the clerk, addressees, signature, Nơi nhận."""
    document = made(ledger, kind, DOCX, tmp_path)
    paper = docx.Document(str(document.path))
    first = paper.sections[0]
    assert (first.page_width.mm, first.page_height.mm) == pytest.approx((210, 297), abs=0.1)
    margins = (first.top_margin.mm, first.bottom_margin.mm, first.left_margin.mm, first.right_margin.mm)
    assert margins == pytest.approx((20, 20, 30, 15), abs=0.1)
    assert first.different_first_page_header_footer
    assert "PAGE" in first.header._element.xml
    assert "PAGE" not in first.first_page_header._element.xml
    said = text_of(document)
    for words in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số: ......./UBND-KSTTHC",
        "Hà Nội, ngày ..... tháng ..... năm 2026",
        "Kính gửi:",
        "Nơi nhận:",
        "- Lưu: VT, KSTTHC.",
        "TL. CHỦ TỊCH",
        "CHÁNH VĂN PHÒNG",
        "./.",
        "Phụ lục I",
        "Phụ lục II",
    ):
        assert words in said
    assert paper.styles["Normal"].font.name == "Times New Roman"
    assert paper.core_properties.created.replace(tzinfo=AS_OF.tzinfo) == AS_OF
    assert len(paper.sections) == 3
    assert all("w:tblHeader" in table._tbl.xml for table in paper.tables[3:])


def test_the_clerks_number_and_date_are_written_as_the_decree_wants(ledger: Ledger, tmp_path: Path) -> None:
    """Days below ten and the first two months get a zero."""
    day = AS_OF.date().replace(month=2, day=5)
    said = text_of(made(ledger, "index-announcement", DOCX, tmp_path, number="193", dated=day))
    assert "Số: 193/UBND-KSTTHC" in said
    assert "ngày 05 tháng 02 năm 2026" in said
    assert "(Kèm theo Công văn số 193/UBND-KSTTHC ngày 05/02/2026 của Ủy ban nhân dân Thành phố Hà Nội)" in said


def test_the_announcement_prints_points_as_hanoi_prints_them(ledger: Ledger, tmp_path: Path) -> None:
    """Total, change, rank; each group; late publications by both readings."""
    said = text_of(made(ledger, "index-announcement", DOCX, tmp_path))
    total = "- Tổng số điểm Thành phố đạt được tháng 10/2026: 55.23/100 điểm (tăng 1.29 điểm so với tháng 9/2026), "
    assert f"{total}xếp hạng 34/34 tỉnh, thành phố" in said
    assert "+ Công khai, minh bạch: 11.20/18 điểm (tăng 1.29 điểm);" in said
    assert "17\u00a0hồ sơ tại 5\u00a0đơn vị" in said
    assert "theo cách tính của Cổng Dịch vụ công quốc gia có 5\u00a0lượt" in said


def test_the_footnote_says_that_figures_may_change(ledger: Ledger, tmp_path: Path) -> None:
    """On the page of the total, by a star."""
    document = made(ledger, "index-announcement", DOCX, tmp_path)
    parts = {str(part.partname): part.blob for part in docx.Document(str(document.path)).part.package.iter_parts()}
    said = parts["/word/footnotes.xml"].decode()
    assert "9h00’ ngày 25/11/2026; số liệu này có thể thay đổi theo thời gian." in said
    assert b'w:footnoteReference w:id="1"' in parts["/word/document.xml"]


def test_without_the_period_before_nothing_is_compared(ledger: Ledger, tmp_path: Path) -> None:
    """September is the first month that was read."""
    said = text_of(made(ledger, "index-announcement", DOCX, tmp_path, period=SEPTEMBER))
    assert "53.94/100 điểm (chưa có số liệu để so sánh với tháng 8/2026)" in said


def test_units_of_the_index_are_ranked_within_their_group(ledger: Ledger, tmp_path: Path) -> None:
    """Departments first; a unit without figures has no rank, no band and no zero."""
    rows = sheet_of(made(ledger, "index-announcement", XLSX, tmp_path), 1)
    names = [row[1] for row in rows]
    assert len(rows) == 21
    assert names[6] == "Sở Tư pháp"
    assert rows[6][3:] == [None] * 10
    assert [row[11] for row in rows[:6]] == [1, 2, 3, 4, 5, 6]
    assert [row[11] for row in rows[7:]] == list(range(1, 15))
    assert rows[0][9] >= rows[1][9]
    assert rows[0][12] == pytest.approx(1.29)


def test_both_readings_of_a_deadline_stand_side_by_side(ledger: Ledger, tmp_path: Path) -> None:
    """Counted by unit; the sums are those of the list; days say which days they are."""
    document = made(ledger, "publication-results", XLSX, tmp_path)
    *units, total = sheet_of(document)
    assert total[1] == "TỔNG CỘNG"
    assert total[3] == sum(row[3] for row in units) == 11
    assert sum(total[4:10]) == sum(total[10:16]) == 11
    late = sheet_of(document, 1)
    assert len(late) == total[5] + total[6]
    assert any("67 ngày" in row[11] and "49 ngày làm việc" in row[12] for row in late)


def test_reasons_are_said_in_vietnamese(ledger: Ledger, tmp_path: Path) -> None:
    """No English sentence of the core reaches an office."""
    for kind in ("publication-results", "publications"):
        assert "Cổng đang hiển thị thủ tục" in text_of(made(ledger, kind, DOCX, tmp_path))
        assert "the portal" not in text_of(made(ledger, kind, DOCX, tmp_path))


def test_overdue_dossiers_hold_nothing_of_an_applicant(ledger: Ledger, tmp_path: Path) -> None:
    """Units with their sums, then each dossier; those in time are not listed."""
    document = made(ledger, "overdue-dossiers", XLSX, tmp_path)
    *units, total = sheet_of(document)
    listed = sheet_of(document, 1)
    assert len(listed) == total[9] == sum(row[9] for row in units) == 23
    assert total[6] is None, "one unit does not say how many run late: there is no sum"
    assert not any("H26.17-261124-9999" in row for row in listed)
    titles = [cell.value for cell in openpyxl.load_workbook(document.path).worksheets[1][HEADER]]
    assert not any("hủ hồ sơ" in title or "Địa chỉ" in title for title in titles)


def test_the_operator_gets_confirmed_obstacles_with_their_evidence(ledger: Ledger, tmp_path: Path) -> None:
    """Not what is suspected, nor what the city must mend itself; each with its readings and its event."""
    document = made(ledger, "sync-obstacles", XLSX, tmp_path)
    rows = sheet_of(document, 1)
    assert rows
    assert all("đọc toàn bộ, 1 bản ghi (lần đọc 1)" in row[6] and isinstance(row[9], int) for row in rows)
    assert not any("hệ thống của thành phố chưa có" in row[2] for row in rows)
    assert sum(row[3] for row in sheet_of(document)) == len(rows)


def test_chosen_mismatches_are_reported_whatever_their_kind(ledger: Ledger, tmp_path: Path) -> None:
    """Somebody at the desk picked them."""
    ids = [line["Mã sai lệch"] for line in lines_of(made(ledger, "mismatches", CSV, tmp_path))]
    rows = sheet_of(made(ledger, "sync-obstacles", XLSX, tmp_path, chosen=(ids[0], ids[2])), 1)
    assert {row[11] for row in rows} == {ids[0], ids[2]}


def test_a_past_instant_shows_the_mismatches_of_then(tmp_path: Path) -> None:
    """What comes later changes nothing: the same bytes."""
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    upgrade(url)
    with open_ledger(url) as ledger:
        furnish(ledger)
        then = made(ledger, "mismatches", XLSX, tmp_path).path.read_bytes()
        furnish_more(ledger)
        assert made(ledger, "mismatches", XLSX, tmp_path).path.read_bytes() == then
        later = made(ledger, "mismatches", XLSX, tmp_path, as_of=AS_OF + timedelta(days=2))
        assert len(sheet_of(later)) == 19
        assert sheet_of(made(ledger, "mismatches", XLSX, tmp_path, as_of=BEFORE - timedelta(days=1))) == []


def furnish_more(ledger: Ledger) -> None:
    """One more mismatch, a day after `AS_OF`."""
    one = Observation(kind=MismatchKind.MISSING_IN_CITY, code="1.999999", name="Thủ tục mới")
    observe(ledger, [one], AS_OF + timedelta(days=1), confirmed=False)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_unit_gets_what_is_its_own(ledger: Ledger, tmp_path: Path, kind: str) -> None:
    """Nothing of another unit, and nothing at all for a unit that is not there."""
    if kind != "index":
        assert "Sở Y tế" in text_of(made(ledger, kind, DOCX, tmp_path))
    assert "Sở Y tế" not in text_of(made(ledger, kind, DOCX, tmp_path, within="H26.17"))
    nothing = text_of(made(ledger, kind, DOCX, tmp_path, within="\x00nothing"))
    assert not any(name in nothing for name in DEPARTMENTS.values())


def test_no_text_becomes_a_formula_or_a_link(ledger: Ledger, tmp_path: Path) -> None:
    """In a workbook it stays text, in CSV an apostrophe stands before it."""
    book = openpyxl.load_workbook(made(ledger, "mismatches", XLSX, tmp_path).path)
    hostile = [cell for row in book.worksheets[0].iter_rows() for cell in row if cell.value == HOSTILE]
    assert hostile
    assert all(cell.data_type == "s" and cell.hyperlink is None for cell in hostile)
    names = {line["Tên thủ tục hành chính"] for line in lines_of(made(ledger, "mismatches", CSV, tmp_path))}
    assert f"'{HOSTILE}" in names
    assert HOSTILE not in names


def test_a_document_that_cannot_be_made_says_why(ledger: Ledger, tmp_path: Path) -> None:
    """No such kind; nothing to make it from."""
    with pytest.raises(UnknownDocumentError, match="known are index-announcement"):
        made(ledger, "../../etc/passwd", DOCX, tmp_path)
    with pytest.raises(UnknownDocumentError, match=r"add \[index\]"):
        ledger.read_now(build, "index-announcement", wanted(), Sources(), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_names_are_safe_for_headers_and_paths(ledger: Ledger, tmp_path: Path) -> None:
    """Vietnamese for people, ASCII for old programs; a hostile unit is no part of them."""
    document = made(ledger, "mismatches", CSV, tmp_path, within="../\r\nX: y")
    assert document.plain_name.isascii()
    assert "/" not in document.name + document.plain_name
    assert "\r" not in document.disposition
    assert document.disposition.startswith(
        "attachment; filename=\"mismatches-20261125T0900.csv\"; filename*=UTF-8''Danh"
    )


def test_letters_are_the_offices_and_tables_are_for_all_who_may_export() -> None:
    """A unit's user writes no letter in the city's name."""
    for kind in KINDS.values():
        for form in kind.formats:
            is_letter = kind.name in LETTERS and form is DOCX
            assert (kind.needs(form) in MAY[Role.UNIT]) is not is_letter
            assert kind.needs(form) in MAY[Role.REVIEWER]
        assert kind.needs(XLSX) is Capability.EXPORT


async def test_the_loop_goes_on_while_a_document_is_made(ledger: Ledger, tmp_path: Path) -> None:
    """It is made in a thread of the ledger."""
    ticks = 0
    making = asyncio.ensure_future(make(ledger, "publication-results", wanted(XLSX), SOURCES, tmp_path))
    while not making.done():
        await asyncio.sleep(0)
        ticks += 1
    assert (await making).path.is_file()
    assert ticks > 10


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed")
def test_libreoffice_opens_every_document(ledger: Ledger, tmp_path: Path) -> None:
    """And prints it: each becomes a PDF."""
    files = []
    for kind, form in EVERY:
        if form is not CSV:
            folder = tmp_path / form.value
            folder.mkdir(exist_ok=True)
            files.append(made(ledger, kind, form, folder).path)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    for form in (DOCX, XLSX):
        out = tmp_path / f"pdf-{form}"
        these = [str(file) for file in files if file.suffix == f".{form}"]
        command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(out), *these]
        subprocess.run(command, check=True, capture_output=True, timeout=180)
        assert {one.stem for one in out.iterdir()} == {Path(one).stem for one in these}
        assert all(one.read_bytes().startswith(b"%PDF") and one.stat().st_size > 5000 for one in out.iterdir())
