"""A letter in the layout of Decree 30/2020/NĐ-CP (annex I), and its annexes, each on a page of its own.

In: a letter's words, annexes, what the Office puts on its letters. Out: a DOCX. Number and date are the clerk's, and
left open unless they are given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Final

from docx.document import Document as Paper
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.shared import Mm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from syncd.config.desk import LetterConfig
from syncd.documents.content import Annex, Content, Letter, Row, Style
from syncd.documents.footnotes import Footnotes
from syncd.documents.grid import grid
from syncd.documents.layout import (
    BODY_PT,
    CENTRE,
    INDENT,
    JUSTIFIED,
    LEFT_ALIGNED,
    SMALL_PT,
    TEXT_WIDTH_LANDSCAPE_MM,
    TEXT_WIDTH_MM,
    new_paper,
    new_section,
    page,
    rule,
    save,
    undivided,
    without_margins,
    write_run,
)
from syncd.documents.speech import LEGEND, ROMAN, as_of_words, place_and_date, whole

AGENCY_MM, NATION_MM = 65.0, 100.0
MOTTO_MM: Final = 58.0
"""How long "Độc lập - Tự do - Hạnh phúc" is in 13 pt: the line below it is as long (Decree 30/2020, annex I)."""
WIDE_FROM: Final = 112
"""Columns that are together wider than so many characters need a landscape page."""
MOST_ROWS: Final = 1000
"""Rows of one annex on paper; more of them stand in the workbook alone."""
HALVES_OF_A_NAME: Final = frozenset({"ỦY BAN NHÂN DÂN", "UỶ BAN NHÂN DÂN", "HỘI ĐỒNG NHÂN DÂN"})
"""First lines that are no superior body but the first half of the agency's own name."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What is on the letter besides its words. ``number`` and ``dated``: empty for a draft."""

    config: LetterConfig
    as_of: datetime
    number: str = ""
    dated: date | None = None

    @property
    def sign(self) -> str:
        """``193/UBND-KSTTHC``, or dots where the clerk writes the number."""
        return f"{self.number or '.......'}/{self.config.notation}"


def write_letter(path: Path, title: str, content: Content, stamp: Stamp) -> None:
    """Write the letter with its annexes, or the annexes alone. Raises `OSError`."""
    paper = new_paper(title, f"{stamp.config.superior} {stamp.config.agency}", stamp.as_of)
    footnotes = Footnotes()
    if content.letter is not None:
        _write_letter(paper, content.letter, stamp, footnotes)
    for number, annex in enumerate(content.annexes):
        called = _called(number, len(content.annexes)) if content.letter is not None else ""
        _write_annex(paper, annex, called, stamp, first=not (called or number))
    footnotes.finish(paper)
    save(paper, path)


def _called(number: int, of: int) -> str:
    return "Phụ lục" if of == 1 else f"Phụ lục {ROMAN[number]}"


def _write_letter(paper: Paper, letter: Letter, stamp: Stamp, footnotes: Footnotes) -> None:
    _head(paper, letter.subject, stamp)
    _addressees(paper, letter.to)
    for paragraph in letter.body:
        line = _paragraph(paper)
        write_run(line, paragraph.text, bold=paragraph.style is Style.HEADING)
        line.paragraph_format.keep_with_next = paragraph.style is Style.HEADING or paragraph is letter.body[-1]
        if paragraph.footnote:
            footnotes.add(line, paragraph.footnote)
    _close(paper, letter, stamp)


def _head(paper: Paper, subject: str, stamp: Stamp) -> None:
    """Agency, number and subject on the left; state, motto, place and date on the right."""
    left, right, number, day = _two_columns(paper, 2)
    is_one_name = stamp.config.superior.strip().upper() in HALVES_OF_A_NAME
    _line(left, stamp.config.superior, 12, bold=is_one_name)
    _line(left, stamp.config.agency, 12, bold=True)
    rule(left.add_paragraph(), AGENCY_MM, AGENCY_MM * 0.35)
    _line(right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12, bold=True)
    _line(right, "Độc lập - Tự do - Hạnh phúc", 13, bold=True)
    rule(right.add_paragraph(), NATION_MM, MOTTO_MM)
    _line(number, f"Số: {stamp.sign}", 13)
    _line(number, f"V/v {subject}", 12).paragraph_format.space_before = Pt(6)
    _line(day, place_and_date(stamp.config.place, stamp.dated, stamp.as_of), 13, italic=True)


def _two_columns(paper: Paper, rows: int) -> list[_Cell]:
    table = paper.add_table(rows, 2)
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    without_margins(table)
    for column, width in zip(table.columns, (AGENCY_MM, NATION_MM), strict=True):
        column.width = Mm(width)
    cells: list[_Cell] = []
    for row in table.rows:
        for cell, width in zip(row.cells, (AGENCY_MM, NATION_MM), strict=True):
            cell.width = Mm(width)
            cells.append(cell)
    return cells


def _line(cell: _Cell, text: str, size: float, **form: bool) -> Paragraph:
    """One more centred line of a cell; the first one takes the paragraph that every cell begins with."""
    paragraph = cell.paragraphs[0] if not cell.paragraphs[0].runs else cell.add_paragraph()
    paragraph.alignment = CENTRE
    return write_run(paragraph, text, size=size, **form)


def _addressees(paper: Paper, to: Sequence[str]) -> None:
    if len(to) == 1:
        only = paper.add_paragraph()
        only.alignment = CENTRE
        only.paragraph_format.space_before = only.paragraph_format.space_after = Pt(12)
        write_run(only, f"Kính gửi: {to[0]}.")
        return
    first = paper.add_paragraph()
    first.paragraph_format.left_indent, first.paragraph_format.space_before = Mm(18), Pt(14)
    write_run(first, "Kính gửi:")
    for at, name in enumerate(to):
        line = paper.add_paragraph()
        line.paragraph_format.left_indent, line.paragraph_format.first_line_indent = Mm(44), Mm(-4)
        write_run(line, f"- {name}{'.' if at == len(to) - 1 else ';'}")
    line.paragraph_format.space_after = Pt(8)


def _paragraph(paper: Paper) -> Paragraph:
    paragraph = paper.add_paragraph()
    paragraph.alignment = JUSTIFIED
    form = paragraph.paragraph_format
    form.first_line_indent, form.space_after, form.line_spacing = INDENT, Pt(6), 1.08
    form.widow_control = True
    return paragraph


def _close(paper: Paper, letter: Letter, stamp: Stamp) -> None:
    """Nơi nhận on the left, the signature on the right."""
    paper.add_paragraph().paragraph_format.keep_with_next = True
    left, right = _two_columns(paper, 1)
    undivided(paper.tables[-1])
    write_run(left.paragraphs[0], "Nơi nhận:", size=12, bold=True, italic=True)
    archive = f"Lưu: VT, {stamp.config.notation.rpartition('-')[2]}."
    for copy in ("Như trên;", *(f"{one};" for one in letter.copies), archive):
        line = left.add_paragraph()
        line.alignment = LEFT_ALIGNED
        write_run(line, f"- {copy}", size=SMALL_PT)
    for text in (stamp.config.signed_for, stamp.config.position):
        _line(right, text, BODY_PT, bold=True)
    for _ in range(4):
        right.add_paragraph()
    name = right.add_paragraph()
    name.alignment = CENTRE
    write_run(name, stamp.config.signer, bold=True)


def _write_annex(paper: Paper, annex: Annex, called: str, stamp: Stamp, *, first: bool) -> None:
    is_wide = sum(column.width for column in annex.paper_columns) > WIDE_FROM
    if first:
        page(paper.sections[0], is_wide=is_wide)
    else:
        new_section(paper, is_wide=is_wide)
    width = TEXT_WIDTH_LANDSCAPE_MM if is_wide else TEXT_WIDTH_MM
    if called:
        _centred(paper, called, bold=True)
    _centred(paper, annex.title.upper(), size=13, bold=True)
    _centred(paper, _belonging(stamp) if called else "", size=13, italic=True)
    rule(paper.add_paragraph(), width, 45)
    counted = _Counted(annex.rows)
    grid(
        annex.paper_columns,
        counted.first(MOST_ROWS),
        width_mm=width,
        size=_size(annex),
        place=lambda table: paper.element.body.insert_element_before(table, "w:sectPr"),
        total=annex.total,
    )
    for note in _notes(annex, stamp, counted):
        line = paper.add_paragraph()
        line.paragraph_format.space_before = Pt(3)
        write_run(line, note, size=SMALL_PT, italic=True)


def _belonging(stamp: Stamp) -> str:
    """Decree 30/2020, annex I: an annex names the document that it goes with."""
    where = f"{stamp.config.superior} {stamp.config.agency}".lower()
    day = f"{stamp.dated:%d/%m/%Y}" if stamp.dated else "...../...../........"
    return f"(Kèm theo Công văn số {stamp.sign} ngày {day} của {capital_words(where)})"


def capital_words(name: str) -> str:
    """``Ủy ban nhân dân Thành phố Hà Nội`` of its lower-case form: the first word and what follows the body's own name.

    Decree 30/2020, annex II: names of bodies begin with a capital, names of places have one on every syllable.
    """
    body, middle, place = name.partition("thành phố") if "thành phố" in name else name.partition("tỉnh")
    kind = {"thành phố": "Thành phố", "tỉnh": "tỉnh"}.get(middle, "")
    parts = (body.strip()[:1].upper() + body.strip()[1:], kind, place.strip().title())
    return " ".join(part for part in parts if part)


def _centred(paper: Paper, text: str, *, size: float = BODY_PT, **form: bool) -> None:
    if text:
        line = paper.add_paragraph()
        line.alignment = CENTRE
        write_run(line, text, size=size, **form)


def _size(annex: Annex) -> float:
    """Type that fits: smaller where there are many columns."""
    columns = len(annex.paper_columns)
    return 11 if columns <= 9 else 10 if columns <= 12 else 9


def _notes(annex: Annex, stamp: Stamp, counted: _Counted) -> Iterator[str]:
    yield as_of_words(stamp.as_of)
    if counted.taken == 0:
        yield "Không có dòng nào."
    yield LEGEND
    yield from annex.notes
    if counted.left:
        yield (
            f"Phụ lục in {whole(counted.taken)} dòng đầu, còn {whole(counted.left)} dòng; danh sách đầy đủ tại tệp "
            "XLSX."
        )


class _Counted:
    """Rows that are counted as they pass."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows = iter(rows)
        self.taken = 0
        self._left: int | None = None

    def first(self, most: int) -> Iterator[Row]:
        for row in islice(self._rows, most):
            self.taken += 1
            yield row

    @property
    def left(self) -> int:
        """How many there are besides those taken."""
        if self._left is None:
            self._left = sum(1 for _ in self._rows)
        return self._left
