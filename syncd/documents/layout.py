"""The sheet of paper of Decree 30/2020/NĐ-CP (annex I): A4, margins, Times New Roman, page numbers; and its file.

In: nothing, then paragraphs. Out: a DOCX that is the same to the byte for the same text and instant.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import docx
from docx.document import Document as Paper
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Mm, Pt
from docx.table import Table
from docx.text.paragraph import Paragraph

from syncd.documents.speech import HARD_SPACE
from syncd.records.text import display

FONT: Final = "Times New Roman"
SHORT, LONG = Mm(210), Mm(297)
TOP, BOTTOM, LEFT, RIGHT = Mm(20), Mm(20), Mm(30), Mm(15)
TEXT_WIDTH_MM: Final = 165
"""What the margins leave of a portrait page."""
TEXT_WIDTH_LANDSCAPE_MM: Final = 257
INDENT = Mm(12.7)
BODY_PT, SMALL_PT = 14, 11
EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The instant of every part inside the file: archives know no earlier one."""
NOT_XML: Final = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

CENTRE, JUSTIFIED, LEFT_ALIGNED = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY, WD_ALIGN_PARAGRAPH.LEFT


def plain(text: str) -> str:
    """A text as paper takes it: lines and hard spaces stay; what is unseen or forbidden in XML goes."""
    lines = (HARD_SPACE.join(map(display, line.split(HARD_SPACE))) for line in text.split("\n"))
    return NOT_XML.sub("\ufffd", "\n".join(lines))


def new_paper(title: str, author: str, as_of: datetime) -> Paper:
    """An empty portrait page in Vietnamese. Its properties say the instant of the figures, not of the printing."""
    paper = docx.Document()
    _set_properties(paper, title, author, as_of)
    _set_default_text(paper)
    _set_modern(paper)
    page(paper.sections[0], is_wide=False)
    return paper


def _set_properties(paper: Paper, title: str, author: str, as_of: datetime) -> None:
    moment = as_of.astimezone(UTC).replace(tzinfo=None)
    known = paper.core_properties
    known.title, known.author, known.language = plain(title)[:255], plain(author)[:255], "vi-VN"
    known.created = known.modified = moment
    known.last_modified_by, known.comments, known.revision = "", "", 1
    package = paper.part.package
    for name, relation in list(package.rels.items()):
        if relation.reltype == RELATIONSHIP_TYPE.THUMBNAIL:
            del package.rels[name]


def _set_default_text(paper: Paper) -> None:
    style: Any = paper.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(BODY_PT)
    fonts = style.element.rPr.rFonts
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(script), FONT)
    language = OxmlElement("w:lang")
    for script in ("w:val", "w:eastAsia", "w:bidi"):
        language.set(qn(script), "vi-VN")
    style.element.rPr.append(language)
    style.paragraph_format.space_after = style.paragraph_format.space_before = Pt(0)
    style.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE


def _set_modern(paper: Paper) -> None:
    """Say that today's Word lays it out, or it opens in compatibility mode."""
    for setting in paper.settings.element.iter(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), "15")


def page(section: Section, *, is_wide: bool) -> None:
    """Set paper and margins; the page number stands centred in the top margin, from the second page on."""
    section.orientation = WD_ORIENT.LANDSCAPE if is_wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (LONG, SHORT) if is_wide else (SHORT, LONG)
    section.top_margin, section.bottom_margin = TOP, BOTTOM
    section.left_margin, section.right_margin = (Mm(20), Mm(20)) if is_wide else (LEFT, RIGHT)
    section.header_distance = section.footer_distance = Mm(10)
    section.different_first_page_header_footer = True
    header = section.header
    header.is_linked_to_previous = section.first_page_header.is_linked_to_previous = False
    number = header.paragraphs[0]
    number.alignment = CENTRE
    _field(number, "PAGE")


def new_section(paper: Paper, *, is_wide: bool) -> Section:
    """Begin an annex on a page of its own; its pages are numbered for themselves (Decree 30/2020, annex I)."""
    section: Section = paper.add_section(WD_SECTION.NEW_PAGE)
    page(section, is_wide=is_wide)
    numbering = OxmlElement("w:pgNumType")
    numbering.set(qn("w:start"), "1")
    columns = section._sectPr.find(qn("w:cols"))  # noqa: SLF001 - python-docx has no word for this
    columns.addprevious(numbering)
    return section


def _field(paragraph: Paragraph, code: str) -> None:
    for kind, text in (("begin", ""), ("", code), ("end", "")):
        run = paragraph.add_run()
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        run._r.append(mark)  # noqa: SLF001 - python-docx has no word for this


def write_run(
    paragraph: Paragraph, text: str, *, size: float = BODY_PT, bold: bool = False, italic: bool = False
) -> Paragraph:
    """Add text to a paragraph; returns the paragraph."""
    run = paragraph.add_run(plain(text))
    run.font.size, run.bold, run.italic = Pt(size), bold or None, italic or None
    return paragraph


def rule(paragraph: Paragraph, width_mm: float, length_mm: float) -> None:
    """Make an empty paragraph a solid line of this length in the middle of a column of that width."""
    aside = Mm(max(0.0, (width_mm - length_mm) / 2))
    form = paragraph.paragraph_format
    form.left_indent = form.right_indent = aside
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(3)
    form.space_after = Pt(4)
    borders = OxmlElement("w:pBdr")
    line = OxmlElement("w:bottom")
    for name, value in (("w:val", "single"), ("w:sz", "6"), ("w:space", "1"), ("w:color", "000000")):
        line.set(qn(name), value)
    borders.append(line)
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001 - python-docx has no word for this
    spacing = properties.find(qn("w:spacing"))
    spacing.addprevious(borders)


def undivided(table: Table) -> None:
    """Keep each row of a table on one page."""
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001 - python-docx has no word for this


def without_margins(table: Table) -> None:
    """Let the cells of a table that only places text take its whole width."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("w:left", "w:right"):
        margin = OxmlElement(side)
        margin.set(qn("w:w"), "0")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    properties = table._tbl.tblPr  # noqa: SLF001 - python-docx has no word for this
    look = properties.find(qn("w:tblLook"))
    properties.append(margins) if look is None else look.addprevious(margins)


def save(paper: Paper, path: Path) -> None:
    """Write the file, whole or not at all, and the same bytes each time. Raises `OSError`."""
    packed = BytesIO()
    paper.save(packed)
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive:
            for part, content in _parts(packed):
                archive.writestr(part, content)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _parts(packed: BytesIO) -> Iterator[tuple[zipfile.ZipInfo, bytes]]:
    with zipfile.ZipFile(packed) as made:
        for name in made.namelist():
            part = zipfile.ZipInfo(name, EPOCH)
            part.compress_type = zipfile.ZIP_DEFLATED
            part.external_attr = 0o600 << 16
            yield part, made.read(name)
