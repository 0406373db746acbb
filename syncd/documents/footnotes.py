"""Footnotes of a DOCX: python-docx has none, so the part is written here.

In: a paragraph and a text. Out: a star in the paragraph, and the text at the foot of its page. Signs are numbered by
the word processor, in the order * † ‡ §.
"""

from __future__ import annotations

from typing import Final
from xml.sax.saxutils import escape

from docx.document import Document as Paper
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from syncd.documents.layout import FONT, plain

WORDS: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SEPARATORS: Final = "".join(
    f'<w:footnote w:type="{kind}" w:id="{number}"><w:p><w:pPr><w:spacing w:before="0" w:after="0"/></w:pPr>'
    f"<w:r><w:{mark}/></w:r></w:p></w:footnote>"
    for kind, number, mark in (
        ("separator", -1, "separator"),
        ("continuationSeparator", 0, "continuationSeparator"),
    )
)
_FONTS: Final = f'<w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:cs="{FONT}"/>'


class Footnotes:
    """The footnotes of one paper, marked by stars; `finish` writes them."""

    def __init__(self) -> None:
        self._texts: list[str] = []

    def add(self, paragraph: Paragraph, text: str) -> None:
        """Refer to a new footnote from the end of the paragraph."""
        self._texts.append(plain(text))
        number = len(self._texts)
        paragraph._p.append(  # noqa: SLF001 - python-docx has no word for this
            parse_xml(
                f'<w:r xmlns:w="{WORDS}"><w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
                f'<w:footnoteReference w:id="{number}"/></w:r>'
            )
        )

    def finish(self, paper: Paper) -> None:
        """Write the part, where there is any footnote."""
        if not self._texts:
            return
        notes = "".join(_note(number, text) for number, text in enumerate(self._texts, start=1))
        content = (
            f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
            f'<w:footnotes xmlns:w="{WORDS}">{_SEPARATORS}{notes}</w:footnotes>'
        )
        name = PackURI("/word/footnotes.xml")
        part = Part(name, CONTENT_TYPE.WML_FOOTNOTES, content.encode(), paper.part.package)
        paper.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
        for section in paper.sections:
            settings = section._sectPr  # noqa: SLF001 - python-docx has no word for this
            first = next(one for one in settings if one.tag in (qn("w:type"), qn("w:pgSz")))
            first.addprevious(parse_xml(f'<w:footnotePr xmlns:w="{WORDS}"><w:numFmt w:val="chicago"/></w:footnotePr>'))


def _note(number: int, text: str) -> str:
    return (
        f'<w:footnote w:id="{number}"><w:p><w:pPr><w:spacing w:before="0" w:after="0"/><w:jc w:val="both"/></w:pPr>'
        f'<w:r><w:rPr>{_FONTS}<w:sz w:val="22"/><w:vertAlign w:val="superscript"/></w:rPr>'
        f"<w:footnoteRef/></w:r>"
        f'<w:r><w:rPr>{_FONTS}<w:i/><w:sz w:val="22"/></w:rPr>'
        f'<w:t xml:space="preserve"> {escape(text)}</w:t></w:r></w:p></w:footnote>'
    )
