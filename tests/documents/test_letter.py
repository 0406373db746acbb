"""Letters on paper: names of bodies, long annexes, wide ones, texts that break a page."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import docx
import pytest
from docx.enum.section import WD_ORIENT
from hypothesis import given
from hypothesis import strategies as st

from syncd.config.desk import LetterConfig
from syncd.documents.columns import Cell, Column
from syncd.documents.content import Annex, Content, Letter, Paragraph
from syncd.documents.letter import MOST_ROWS, Stamp, capital_words, write_letter

AS_OF = datetime(2026, 11, 25, 2, tzinfo=UTC)
NARROW = (Column("at", "STT", "No.", Cell.WHOLE, 5), Column("name", "Đơn vị", "Unit", width=40))


def text_of(path: Path) -> str:
    paper = docx.Document(str(path))
    return "\n".join(element.text or "" for element in paper.element.body.iter() if element.tag.endswith("}t"))


def letter(folder: Path, *annexes: Annex, body: str = "Nội dung./.", **config: str) -> Path:
    words = Letter("thử", ("Sở Y tế",), (Paragraph(body, footnote="Ghi chú."),))
    write_letter(folder / "out.docx", "Thử", Content(annexes, words), Stamp(LetterConfig(**config), AS_OF))
    return folder / "out.docx"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("ủy ban nhân dân thành phố hà nội", "Ủy ban nhân dân Thành phố Hà Nội"),
        ("ủy ban nhân dân tỉnh gia lai", "Ủy ban nhân dân tỉnh Gia Lai"),
        ("văn phòng", "Văn phòng"),
    ],
)
def test_bodies_and_places_are_capitalised_as_decree_30_wants(name: str, words: str) -> None:
    """The body's first letter, every syllable of the place."""
    assert capital_words(name) == words


def test_a_superior_body_is_not_bold_and_half_of_a_name_is(tmp_path: Path) -> None:
    """ "Ủy ban nhân dân" alone is the first half of the agency's own name."""
    for superior, bold in (("UBND THÀNH PHỐ HÀ NỘI", None), ("ỦY BAN NHÂN DÂN", True)):
        paper = docx.Document(str(letter(tmp_path, superior=superior)))
        first, second = paper.tables[0].cell(0, 0).paragraphs[:2]
        assert (first.text, first.runs[0].bold) == (superior, bold)
        assert second.runs[0].bold is True


def test_a_single_addressee_stands_on_the_line_itself(tmp_path: Path) -> None:
    """With the full stop at its end."""
    assert "Kính gửi: Sở Y tế." in text_of(letter(tmp_path))


def test_a_wide_annex_lies_and_each_is_numbered_for_itself(tmp_path: Path) -> None:
    """Landscape paper, page one again."""
    wide = [Column(f"c{n}", "Cột", "Column", width=20) for n in range(8)]
    annexes = (Annex("a", "Hẹp", NARROW, [{"at": 1, "name": "x"}]), Annex("b", "Rộng", wide, []))
    sections = docx.Document(str(letter(tmp_path, *annexes))).sections
    assert [one.orientation for one in sections] == [WD_ORIENT.PORTRAIT, WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE]
    assert ['w:pgNumType w:start="1"' in one._sectPr.xml for one in sections] == [False, True, True]


def test_a_long_annex_is_cut_and_says_so(tmp_path: Path) -> None:
    """The rest stands in the workbook; an empty one says that too."""
    rows = ({"at": n, "name": f"Đơn vị {n}"} for n in range(1, MOST_ROWS + 8))
    said = text_of(letter(tmp_path, Annex("a", "Dài", NARROW, rows), Annex("b", "Trống", NARROW, [])))
    assert f"Đơn vị {MOST_ROWS}" in said
    assert f"Đơn vị {MOST_ROWS + 1}" not in said
    assert "Phụ lục in 1\u00a0000 dòng đầu, còn 7 dòng; danh sách đầy đủ tại tệp XLSX." in said
    assert "Không có dòng nào." in said


def test_what_is_unknown_is_a_dash_and_what_is_empty_stays_empty(tmp_path: Path) -> None:
    """None is unknown, and never a zero."""
    path = letter(tmp_path, Annex("a", "Một", NARROW, [{"at": None, "name": ""}, {"at": 0, "name": "x"}]))
    table = docx.Document(str(path)).tables[-1]
    assert [[cell.text for cell in row.cells] for row in table.rows][1:] == [["–", ""], ["0", "x"]]


def test_a_file_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    """No folder, no file."""
    with pytest.raises(FileNotFoundError):
        letter(tmp_path / "nowhere")
    with pytest.raises(KeyError):
        letter(tmp_path, Annex("a", "Một", NARROW, [{}]))
    assert list(tmp_path.iterdir()) == []


@given(text=st.text(st.characters(), max_size=60))
def test_any_text_makes_a_letter_that_opens(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    """Controls, marks of direction, markup, lone surrogates: in the body, in a cell, in a footnote."""
    folder = tmp_path_factory.mktemp("letter")
    path = letter(folder, Annex("a", f"Bảng {text}", NARROW, [{"at": 1, "name": text}]), body=text)
    assert "Nơi nhận:" in text_of(path)
    assert not {"\u202e", "\u200b", "\x00"} & set(text_of(path))
