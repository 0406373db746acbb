"""The Service Index unit by unit, as of an instant: groups, total, band, rank, and how the total moved.

In: a session, the city in the index, a period. Out: one row for each unit below the city, best first. What the portal
does not give stays None.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from syncd.answers.service_index import total_of
from syncd.documents.columns import Cell, Column
from syncd.documents.content import GROUP, Annex, Row
from syncd.documents.speech import change, period_words
from syncd.ledger.index import tables_as_of
from syncd.publication.index.bands import BANDS, Band, band
from syncd.publication.index.comparison import ranks
from syncd.publication.index.indicators import GROUPS, NATIONAL_TABLE
from syncd.records.figures import Group, IndexTable, IndexUnit, UnitLevel
from syncd.records.periods import Period

BELOW: Final = frozenset({UnitLevel.DEPARTMENT, UnitLevel.COMMUNE, UnitLevel.OTHER})
SHORT: Final[dict[Group, str]] = {
    Group.TRANSPARENCY: "Công khai, minh bạch",
    Group.PROGRESS: "Tiến độ",
    Group.ONLINE: "DVCTT",
    Group.PAYMENT: "Thanh toán",
    Group.DIGITISATION: "Số hóa",
    Group.SATISFACTION: "Hài lòng",
}
LEVELS: Final[dict[UnitLevel, str]] = {
    UnitLevel.DEPARTMENT: "Các sở, cơ quan tương đương sở",
    UnitLevel.COMMUNE: "Ủy ban nhân dân các xã, phường",
    UnitLevel.OTHER: "Cơ quan, đơn vị khác",
}
ORDER: Final = tuple(LEVELS)
COLUMNS: Final[tuple[Column, ...]] = (
    Column("at", "STT", "No.", Cell.WHOLE, 5),
    Column("name", "Đơn vị", "Unit", width=26),
    Column("code", "Mã", "Code", width=9),
    *(
        Column(group, f"{SHORT[group]} ({rule.maximum})", rule.english, Cell.POINTS, 9)
        for group, rule in GROUPS.items()
    ),
    Column("total", "Tổng (100)", "Total", Cell.POINTS, 8),
    Column("band", "Xếp loại", "Band", width=9),
    Column("rank", "Xếp hạng", "Rank", Cell.WHOLE, 7),
    Column("change", "So kỳ trước", "Change", Cell.CHANGE, 8),
)
LOWEST_SURE: Final = frozenset(one.name for one in BANDS if one.is_verified)


class UnitsOfIndex(NamedTuple):
    """The units of the city; ``is_read``: whether any interface had answered about the period by then."""

    rows: tuple[Row, ...]
    is_read: bool


def units_of_index(session: Session, *, root: str, period: Period, at: datetime, within: str | None) -> UnitsOfIndex:
    """Every unit below the city (or ``within`` and below it), by level and rank."""
    now = _tables(session, root, period, at)
    before = _tables(session, root, period.previous, at)
    units = _units(now, root)
    totals = {one.id: total_of(now, one.id) for one in units}
    places = ranks(units, totals)
    ordered = sorted(
        units, key=lambda one: (ORDER.index(one.level), totals[one.id] is None, places.get(one.id, 0), one.name, one.id)
    )
    rows = tuple(
        _row(number, one, totals[one.id], places.get(one.id, one.rank), now, before)
        for number, one in enumerate((one for one in ordered if _is_within(one, within)), start=1)
    )
    return UnitsOfIndex(rows, bool(now))


def _tables(session: Session, root: str, period: Period, at: datetime) -> list[IndexTable]:
    """The tables of a period; those that are about one group come first, for they know it best."""
    kept = tables_as_of(session, period=str(period), root=root, at=at) if root else []
    return sorted((one.table for one in kept), key=lambda table: table.endpoint in NATIONAL_TABLE)


def _units(tables: Sequence[IndexTable], root: str) -> list[IndexUnit]:
    """Each unit once, with a code where any interface gives one."""
    found: dict[str, IndexUnit] = {}
    for table in tables:
        for one in table.units:
            if one.level in BELOW and one.id != root and (one.id not in found or (one.code and not found[one.id].code)):
                found[one.id] = one
    return list(found.values())


def _is_within(unit: IndexUnit, within: str | None) -> bool:
    return within is None or unit.code == within or unit.code.startswith(f"{within}.")


def _row(number: int, unit: IndexUnit, total: Decimal | None, rank: int | None, now: Tables, before: Tables) -> Row:
    known = band_of(total)
    return {
        "at": number,
        "name": unit.name,
        "code": unit.code,
        **{group.value: group_score(now, unit.id, group) for group in GROUPS},
        "total": total,
        "band": known.name if known else None,
        "rank": rank,
        "change": change(total, total_of(before, unit.id)),
        GROUP: LEVELS[unit.level],
    }


Tables = Iterable[IndexTable]


def band_of(total: Decimal | None) -> Band | None:
    """The band of a total; None where it is unknown, or no total of the index."""
    return band(total) if total is not None and 0 <= total <= 100 else None


def group_score(tables: Tables, unit: str, group: Group) -> Decimal | None:
    """The score that the portal shows of a group."""
    wanted = (
        one.score
        for table in tables
        for one in table.figures
        if (one.unit, one.group) == (unit, group) and not one.code
    )
    return next((score for score in wanted if score is not None), None)


def annex(found: UnitsOfIndex, period: Period) -> Annex:
    """The table by unit. Bands whose bounds no source states are said to be so."""
    bands: Mapping[str, None] = dict.fromkeys(str(row["band"]) for row in found.rows if row["band"])
    unsure = [name for name in bands if name not in LOWEST_SURE]
    notes = ["Xếp hạng trong từng nhóm đơn vị (sở, ngành; xã, phường)."]
    if unsure:
        notes.append(f"Ngưỡng xếp loại {', '.join(unsure)} (80 điểm, 70 điểm) cần đối chiếu với văn bản quy định.")
    return Annex(
        sheet="Theo đơn vị",
        title=f"Kết quả Bộ chỉ số của các đơn vị {period_words(period)}",
        columns=COLUMNS,
        rows=found.rows,
        notes=tuple(notes),
    )
