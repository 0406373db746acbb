"""Tables on paper: ruled, with header rows that come again on every page, and grouped titles.

In: columns and rows. Out: one table's XML, made at once: python-docx would take minutes for a thousand rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby, islice
from typing import Any, Final
from xml.sax.saxutils import escape

from docx.oxml import parse_xml
from docx.oxml.xmlchemy import BaseOxmlElement

from syncd.documents.columns import Cell, Column
from syncd.documents.content import GROUP, STRONG
from syncd.documents.footnotes import WORDS
from syncd.documents.layout import plain
from syncd.documents.speech import DASH, whole
from syncd.records.dates import HO_CHI_MINH

TWIPS_A_MM: Final = 1440 / 25.4
MM_A_POINT: Final = 25.4 / 72
MARGINS_EM: Final = 0.7
LEAST_EM: Final[dict[Cell, float]] = {
    Cell.TEXT: 4.1,
    Cell.DATE: 4.8,
    Cell.INSTANT: 4.8,
    Cell.WHOLE: 2.2,
    Cell.POINTS: 2.6,
    Cell.CHANGE: 2.6,
    Cell.FLAG: 2.4,
}
"""Widths that hold a day, a number or a short word, in widths of the letter M."""
BATCH: Final = 50
LONGEST_TEXT: Final = 600
"""Characters of one cell on paper; what is longer is cut, and the sign says so."""
CUT: Final = "…"
ALIGN: Final[dict[Cell, str]] = {
    Cell.TEXT: "left",
    Cell.DATE: "center",
    Cell.INSTANT: "center",
    Cell.WHOLE: "center",
    Cell.POINTS: "center",
    Cell.CHANGE: "center",
    Cell.FLAG: "center",
}
_BORDERS: Final = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)


def shown(value: Any, cell: Cell) -> str:
    """A value as it is printed: a dash where it is unknown, nothing where there is none to know."""
    if value is None:
        return DASH
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, datetime):
        return f"{value.astimezone(HO_CHI_MINH):%H:%M %d/%m/%Y}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if cell is Cell.POINTS and not isinstance(value, str):
        return f"{value:.2f}"
    if cell is Cell.CHANGE and not isinstance(value, str):
        return f"{value:+.2f}" if value else "0.00"
    return whole(value) if isinstance(value, int) else _short(str(value))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + CUT


def grid(
    columns: Sequence[Column],
    rows: Iterable[Mapping[str, Any]],
    *,
    width_mm: float,
    size: float,
    place: Callable[[BaseOxmlElement], object],
    total: Any = None,
) -> None:
    """Write a table as wide as ``width_mm``, in type of this size. ``total``: the row below all.

    ``place`` puts it where it belongs before it has rows: moving a long one holds every thread until it is there.
    """
    widths = _widths(columns, width_mm, size)
    half = round(size * 2)
    columns_of_grid = "".join(f'<w:gridCol w:w="{one}"/>' for one in widths)
    table = parse_xml(
        f'<w:tbl xmlns:w="{WORDS}"><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{_BORDERS}</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar>'
        f'<w:left w:w="57" w:type="dxa"/><w:right w:w="57" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{columns_of_grid}</w:tblGrid>{_header(columns, widths, half)}</w:tbl>"
    )
    place(table)
    for several in _batches(_body(columns, rows, widths, half)):
        table.extend(parse_xml(f'<w:tbl xmlns:w="{WORDS}">{"".join(several)}</w:tbl>'))
    if total is not None:
        below = _row(columns, total, widths, half, bold=True)
        table.extend(parse_xml(f'<w:tbl xmlns:w="{WORDS}">{below}</w:tbl>'))


def _batches(rows: Iterator[str]) -> Iterator[list[str]]:
    """Rows in small portions: each is parsed in one go, and nobody else runs meanwhile."""
    while several := list(islice(rows, BATCH)):
        yield several


def _body(
    columns: Sequence[Column], rows: Iterable[Mapping[str, Any]], widths: Sequence[int], half: int
) -> Iterator[str]:
    """The rows, under a line for each group that begins."""
    before = ""
    for row in rows:
        if (group := row.get(GROUP, "")) != before:
            span = f'<w:gridSpan w:val="{len(columns)}"/>'
            yield f"<w:tr>{_cell(group, sum(widths), half, 'left', bold=True, merging=span)}</w:tr>"
            before = group
        yield _row(columns, row, widths, half, bold=bool(row.get(STRONG)))


def _widths(columns: Sequence[Column], width_mm: float, size: float) -> list[int]:
    """Widths by the columns' own, but none so narrow that a day or a number would break."""
    floors = [_floor(column, size) for column in columns]
    narrow: set[int] = set()
    while True:
        free = [at for at in range(len(columns)) if at not in narrow]
        share = (width_mm - sum(floors[at] for at in narrow)) / (sum(columns[at].width for at in free) or 1)
        pinched = {at for at in free if columns[at].width * share < floors[at]}
        if not pinched or len(pinched) == len(free):
            break
        narrow |= pinched
    millimetres = [floors[at] if at in narrow else column.width * share for at, column in enumerate(columns)]
    return [round(one * TWIPS_A_MM) for one in millimetres]


def _floor(column: Column, size: float) -> float:
    """The least width in mm in type of this size: a day (also of an instant, over two lines), a number, a word."""
    return (MARGINS_EM + min(LEAST_EM[column.cell], column.width / 2)) * size * MM_A_POINT


def _header(columns: Sequence[Column], widths: Sequence[int], half: int) -> str:
    """One row of titles; two where some of them share a title."""
    if not any(column.group for column in columns):
        cells = (_title(column.vietnamese, width, half) for column, width in zip(columns, widths, strict=True))
        return _header_row(cells)
    above: list[str] = []
    below: list[str] = []
    for group, several in groupby(zip(columns, widths, strict=True), key=lambda one: one[0].group):
        members = list(several)
        if group:
            span = f'<w:gridSpan w:val="{len(members)}"/>'
            above.append(_title(group, sum(width for _, width in members), half, span))
            below += [_title(column.vietnamese, width, half) for column, width in members]
        else:
            above += [
                _title(column.vietnamese, width, half, '<w:vMerge w:val="restart"/>') for column, width in members
            ]
            below += [_title("", width, half, "<w:vMerge/>") for _, width in members]
    return _header_row(above) + _header_row(below)


def _header_row(cells: Iterable[str]) -> str:
    return f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{''.join(cells)}</w:tr>"


def _title(text: str, width: int, half: int, merging: str = "") -> str:
    return _cell(text, width, half, "center", bold=True, merging=merging)


def _row(columns: Sequence[Column], row: Mapping[str, Any], widths: Sequence[int], half: int, *, bold: bool) -> str:
    cells = (
        _cell(shown(row[column.name], column.cell), width, half, _align(row[column.name], column.cell), bold=bold)
        for column, width in zip(columns, widths, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(cells)}</w:tr>"


def _align(value: Any, cell: Cell) -> str:
    return "center" if value is None else ALIGN[cell]


def _cell(text: str, width: int, half: int, align: str, *, bold: bool, merging: str = "") -> str:
    lines = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in plain(text).split("\n"))
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{merging}<w:vAlign w:val="center"/></w:tcPr>'
        f'<w:p><w:pPr><w:spacing w:before="20" w:after="20"/><w:jc w:val="{align}"/>'
        f'<w:rPr><w:sz w:val="{half}"/></w:rPr></w:pPr>'
        f'<w:r><w:rPr>{"<w:b/>" if bold else ""}<w:sz w:val="{half}"/><w:szCs w:val="{half}"/></w:rPr>'
        f"{lines}</w:r></w:p></w:tc>"
    )
