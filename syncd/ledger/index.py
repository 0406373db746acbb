"""Figures of the Service Index as they were at each instant: kept by interface and period, never overwritten.

In: answers of an interface, page by page, and what they were translated to. Out: the newest answers as of an instant,
and how one figure moved. An answer that says the same as the one before it keeps no second copy.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
import sqlalchemy as sa
from msgspec import Struct, structs
from sqlalchemy.orm import Session

from syncd.ledger.audit import note
from syncd.ledger.packing import digest, json_text, pack, unpack
from syncd.ledger.rows import first_of, insert, insert_one
from syncd.ledger.tables_index import INDEX_FIGURES, INDEX_READINGS, INDEX_UNITS
from syncd.records.figures import Figure, Group, IndexTable, IndexUnit, UnitLevel
from syncd.records.periods import Period

HOLDER = sa.func.coalesce(INDEX_READINGS.c.figures_from, INDEX_READINGS.c.id)
"""The reading that holds the figures of a reading."""


class KeptTable(Struct, frozen=True, kw_only=True):
    """What one interface said, and when it was asked."""

    source: str
    endpoint: str
    read_at: datetime
    table: IndexTable


class KeptFigure(Struct, frozen=True, kw_only=True):
    """What one interface said of one figure from ``read_at`` on; ``figure`` None: it gave it no longer."""

    source: str
    endpoint: str
    read_at: datetime
    figure: Figure | None


def record_index(
    session: Session,
    *,
    source: str,
    endpoint: str,
    period: Period,
    root: str,
    read_at: datetime,
    pages: Sequence[bytes],
    table: IndexTable,
    actor: str,
) -> int:
    """Remember one whole answer (all its pages); returns the reading's id.

    Raises ValueError for the table of another endpoint.
    """
    if table.endpoint != endpoint:
        raise ValueError(f"this is the table of {table.endpoint!r}, not of {endpoint!r}")
    of = {"source": source, "endpoint": endpoint, "period": str(period), "root": root}
    before = _newest(session, of, read_at)
    sent = msgspec.msgpack.encode(list(pages))
    own = {"digest": digest(sent), "figures_digest": digest(json_text(table).encode())}
    is_as_sent_before = before is not None and before.digest == own["digest"]
    is_known = before is not None and before.figures_digest == own["figures_digest"]
    reading_id = insert_one(
        session,
        INDEX_READINGS,
        **of,
        **own,
        read_at=read_at,
        pages=None if is_as_sent_before else pack(sent),
        figures_from=before.holder if before is not None and is_known else None,
    )
    if not is_known:
        insert(session, INDEX_UNITS, [_unit_row(reading_id, *numbered) for numbered in enumerate(table.units)])
        insert(session, INDEX_FIGURES, [_figure_row(reading_id, *numbered) for numbered in enumerate(table.figures)])
    note(session, at=read_at, actor=actor, action="index_reading", reading_id=reading_id, **of, is_new=not is_known)
    return reading_id


def tables_as_of(session: Session, *, period: str, root: str, at: datetime) -> list[KeptTable]:
    """The newest answer of each interface about a period, read no later than ``at``; by source and endpoint."""
    ranked = (
        sa.select(
            INDEX_READINGS.c.id,
            sa.func.row_number()
            .over(
                partition_by=(INDEX_READINGS.c.source, INDEX_READINGS.c.endpoint),
                order_by=(INDEX_READINGS.c.read_at.desc(), INDEX_READINGS.c.id.desc()),
            )
            .label("place"),
        )
        .where(*_about(period, root, at))
        .subquery()
    )
    wanted = (
        sa.select(INDEX_READINGS.c.source, INDEX_READINGS.c.endpoint, INDEX_READINGS.c.read_at, HOLDER.label("holder"))
        .where(INDEX_READINGS.c.id.in_(sa.select(ranked.c.id).where(ranked.c.place == 1)))
        .order_by(INDEX_READINGS.c.source, INDEX_READINGS.c.endpoint)
    )
    return [
        KeptTable(source=source, endpoint=endpoint, read_at=read_at, table=_table(session, endpoint, holder))
        for source, endpoint, read_at, holder in session.execute(wanted).all()
    ]


def figure_history(
    session: Session, *, period: str, root: str, unit: str, group: str, code: str, until: datetime
) -> list[KeptFigure]:
    """How one figure moved, interface by interface, oldest first: the first sight of it, then only its changes."""
    same = sa.and_(
        INDEX_FIGURES.c.reading_id == HOLDER,
        INDEX_FIGURES.c.unit == unit,
        INDEX_FIGURES.c.group == group,
        INDEX_FIGURES.c.code == code,
    )
    of = (INDEX_READINGS.c.source, INDEX_READINGS.c.endpoint)
    when = (INDEX_READINGS.c.read_at, INDEX_READINGS.c.id)
    wanted = (
        sa.select(*of, *when, *_FIGURE)
        .select_from(INDEX_READINGS.outerjoin(INDEX_FIGURES, same))
        .where(*_about(period, root, until))
        .order_by(*of, *when, INDEX_FIGURES.c.position)
    )
    seen: dict[int, KeptFigure] = {}
    for source, endpoint, read_at, reading_id, *row in session.execute(wanted):
        figure = None if row[0] is None else _figure(*row)
        seen.setdefault(reading_id, KeptFigure(source=source, endpoint=endpoint, read_at=read_at, figure=figure))
    return _changes(list(seen.values()))


def newest_read_at(session: Session, *, until: datetime | None = None) -> datetime | None:
    """When the index was last read, no later than ``until``."""
    wanted = sa.select(sa.func.max(INDEX_READINGS.c.read_at))
    found: datetime | None = session.scalar(wanted if until is None else wanted.where(_by(until)))
    return found


def periods_known(session: Session, *, root: str, until: datetime) -> list[str]:
    """The periods that some interface had been read about by ``until``, sorted as text."""
    wanted = sa.select(INDEX_READINGS.c.period).where(INDEX_READINGS.c.root == root, _by(until))
    return sorted(session.scalars(wanted.distinct()))


def pages_of(session: Session, reading_id: int) -> tuple[bytes, ...]:
    """The pages that an interface sent, as it sent them: the evidence of one reading. Empty for an unknown id."""
    asked = sa.select(INDEX_READINGS).where(INDEX_READINGS.c.id == reading_id).subquery()
    names = ("source", "endpoint", "period", "root", "digest")
    sent = session.scalar(
        sa.select(INDEX_READINGS.c.pages)
        .where(*(INDEX_READINGS.c[name] == asked.c[name] for name in names), INDEX_READINGS.c.pages.is_not(None))
        .limit(1)
    )
    return () if sent is None else tuple(msgspec.msgpack.decode(unpack(sent), type=list[bytes]))


class _Before(Struct, frozen=True):
    digest: str
    figures_digest: str
    holder: int


def _newest(session: Session, of: dict[str, str], at: datetime) -> _Before | None:
    """The newest reading of just this, read no later than ``at``."""
    wanted = sa.select(INDEX_READINGS.c.digest, INDEX_READINGS.c.figures_digest, HOLDER.label("holder"))
    same = (INDEX_READINGS.c[name] == value for name, value in of.items())
    newest = wanted.where(*same, _by(at)).order_by(INDEX_READINGS.c.read_at.desc(), INDEX_READINGS.c.id.desc())
    return first_of(session, _Before, newest)


def _by(at: datetime) -> sa.ColumnElement[bool]:
    return INDEX_READINGS.c.read_at <= at


def _about(period: str, root: str, at: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return INDEX_READINGS.c.period == period, INDEX_READINGS.c.root == root, _by(at)


def _changes(seen: Sequence[KeptFigure]) -> list[KeptFigure]:
    """The first sight of each interface, and where it differs from what it said before."""
    kept: list[KeptFigure] = []
    last: dict[tuple[str, str], Figure | None] = {}
    for one in seen:
        of = (one.source, one.endpoint)
        if last.get(of) != one.figure:
            kept.append(one)
        last[of] = one.figure
    return kept


_UNIT = tuple(INDEX_UNITS.c[name] for name in ("unit", "name", "level", "code", "rank"))
_FIGURE = tuple(
    INDEX_FIGURES.c[name]
    for name in ("unit", "group", "code", "numerator", "denominator", "ratio", "score", "maximum", "flags")
)


def _table(session: Session, endpoint: str, holder: int) -> IndexTable:
    units = sa.select(*_UNIT).where(INDEX_UNITS.c.reading_id == holder).order_by(INDEX_UNITS.c.position)
    figures = sa.select(*_FIGURE).where(INDEX_FIGURES.c.reading_id == holder).order_by(INDEX_FIGURES.c.position)
    return IndexTable(
        endpoint=endpoint,
        units=tuple(_unit(*row) for row in session.execute(units)),
        figures=tuple(_figure(*row) for row in session.execute(figures)),
    )


def _unit(unit: str, name: str, level: str, code: str, rank: int | None) -> IndexUnit:
    return IndexUnit(id=unit, name=name, level=UnitLevel(level), code=code, rank=rank)


def _figure(unit: str, group: str, code: str, numerator: int | None, denominator: int | None, *rest: Any) -> Figure:
    ratio, score, maximum, flags = rest
    return Figure(
        unit=unit,
        group=Group(group),
        code=code,
        numerator=numerator,
        denominator=denominator,
        ratio=_decimal(ratio),
        score=_decimal(score),
        maximum=_decimal(maximum),
        flags=tuple(flags),
    )


def _unit_row(reading_id: int, position: int, unit: IndexUnit) -> dict[str, Any]:
    plain = structs.asdict(unit)
    return {"reading_id": reading_id, "position": position, "unit": plain.pop("id"), **plain}


def _figure_row(reading_id: int, position: int, figure: Figure) -> dict[str, Any]:
    """Decimals and words become their exact text in the columns themselves."""
    return {"reading_id": reading_id, "position": position, **structs.asdict(figure)}


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
