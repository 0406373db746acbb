"""From the report's rows to figures; pure.

In: the pages of one answer, as sent: a bare array (sometimes inside ``data``) of rows whose values are all strings.
Out: an `IndexTable` of totals and group points. ``ShapeError`` with a path for a value that is not what it must be.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from adapters.service_index import Place, index_table, ranked
from syncd.records.figures import Figure, Group, IndexTable, IndexUnit, UnitLevel
from syncd.sides.http import decode

COLUMNS = {
    "CKMB": Group.TRANSPARENCY,
    "TDGQ": Group.PROGRESS,
    "CLGQ": Group.ONLINE,
    "TTTT": Group.PAYMENT,
    "MDSH": Group.DIGITISATION,
    "MDHL": Group.SATISFACTION,
    "TONG_SCORE": Group.TOTAL,
}
"""Their meaning is inferred: the maxima agree (TTTT reaches 10), but one public script swaps CLGQ and TTTT."""

LEVELS = {"1": UnitLevel.PROVINCE, "2": UnitLevel.DEPARTMENT, "3": UnitLevel.COMMUNE}
"""By ``LOAI_COQUAN``."""


class Row(Struct):
    ID: str
    TEN: str
    CKMB: str | None
    TDGQ: str | None
    CLGQ: str | None
    TTTT: str | None
    MDSH: str | None
    MDHL: str | None
    TONG_SCORE: str | None
    MA_COQUAN: str | None = None
    LOAI_COQUAN: str | None = None
    ROW_STT: str | None = None


class Wrapped(Struct):
    data: list[Row]


def rows_of(page: bytes, *, where: str) -> list[Row]:
    """The rows of one page. Raises `ShapeError` with the path."""
    if page.lstrip().startswith(b"{"):
        return decode(page, Wrapped, where=where).data
    return decode(page, list[Row], where=where)


def figures(endpoint: str, pages: Sequence[bytes], *, where: str) -> IndexTable:
    """Translate all pages. Ranks of provinces are the report's; below them its rows are numbered across levels, so
    that the order by total points ranks them."""
    units: list[IndexUnit] = []
    found: list[Figure] = []
    for number, page in enumerate(pages, 1):
        for at, row in enumerate(rows_of(page, where=where)):
            place = Place(where if len(pages) == 1 else f"{where} page {number}", f"$[{at}]")
            units.append(_unit(row, place))
            found.extend(_figures(row, place))
    totals = {one.unit: one.score for one in found if one.group is Group.TOTAL}
    return index_table(endpoint, ranked(units, totals), found, where=where, path="$")


def _unit(row: Row, place: Place) -> IndexUnit:
    level = LEVELS.get(row.LOAI_COQUAN or "", UnitLevel.OTHER)
    return IndexUnit(
        id=place.key(row.ID, "ID"),
        name=place.name(row.TEN, "TEN"),
        level=level,
        code=place.key(row.MA_COQUAN, "MA_COQUAN") if row.MA_COQUAN else "",
        rank=_rank(row.ROW_STT, place) if level is UnitLevel.PROVINCE else None,
    )


def _rank(written: str | None, place: Place) -> int | None:
    if not written:
        return None
    if not (written.isascii() and written.isdigit() and len(written) <= 6):
        raise place.wrong(f"not a rank: {written[:40]!r}", "ROW_STT")
    return int(written)


def _figures(row: Row, place: Place) -> Iterator[Figure]:
    for column, group in COLUMNS.items():
        written: str | None = getattr(row, column)
        yield Figure(unit=row.ID, group=group, score=place.decimal(written, column) if written else None)
