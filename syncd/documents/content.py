"""What stands in a document, before it is a file: a letter, annexes of rows.

In: nothing. Out: the vocabulary between those who know figures and those who know formats.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from syncd.documents.columns import Column

Row = dict[str, Any]
GROUP = "_group"
"""Key of a row: the line above the first of several rows that belong together (on paper alone)."""
STRONG = "_strong"
"""Key of a row: it is set in bold (on paper alone)."""


class Style(StrEnum):
    """How a paragraph of a letter is set."""

    BODY = "body"
    HEADING = "heading"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph. ``footnote``: what stands at the foot of the page; a star in the text refers to it."""

    text: str
    style: Style = Style.BODY
    footnote: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """An official letter (công văn). ``subject``: what follows "V/v"; ``to``: whom it is addressed to, one each.

    ``copies``: who gets it besides (Nơi nhận), without the addressees and the archive.
    """

    subject: str
    to: tuple[str, ...]
    body: tuple[Paragraph, ...]
    copies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Annex:
    """One table. ``rows`` may be a stream: it is walked through once. ``total``: the row below all (DOCX, XLSX).

    ``on_paper``: names of the columns that a page has room for; empty for all. ``sheet``: its name in a workbook, at
    most 31 characters. ``notes`` stand below (DOCX) or above (XLSX) the table.
    """

    sheet: str
    title: str
    columns: Sequence[Column]
    rows: Iterable[Row]
    total: Row | None = None
    notes: tuple[str, ...] = ()
    on_paper: tuple[str, ...] = ()

    @property
    def paper_columns(self) -> list[Column]:
        """The columns that are printed."""
        return [column for column in self.columns if not self.on_paper or column.name in self.on_paper]


@dataclass(frozen=True, slots=True)
class Content:
    """A document. ``list_at``: which annex a format with room for one table alone (CSV) holds."""

    annexes: tuple[Annex, ...]
    letter: Letter | None = None
    list_at: int = -1
