"""The rows of the queue, and the orders that they may stand in.

In: conditions on `mismatch_listing`, an order, a place. Out: ids in that order, found without looking at what stands
before the place; and the rows of ids.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.orm import Session

from syncd.answers.cursors import Cursor
from syncd.ledger.rows import chunks
from syncd.ledger.tables import MISMATCHES
from syncd.ledger.tables_desk import MISMATCH_WORK
from syncd.ledger.tables_listing import MISMATCH_LISTING

FEW = 5000
"""Up to so many are gathered and then sorted; more are walked in their order until the page is full."""
SHOWN_OF_VALUE = 200

_L = MISMATCH_LISTING.c
_W = MISMATCH_WORK.c


class QueueRow(Struct, frozen=True, kw_only=True):
    """One mismatch in the queue. Values are cut after `SHOWN_OF_VALUE` characters; ``days`` is how long it is open."""

    id: str
    pair: str
    kind: str
    severity: str
    state: str
    code: str
    local_code: str
    name: str
    field: str
    difference: str
    portal_value: str
    city_value: str
    unit: str
    unit_name: str
    first_seen: datetime
    last_changed: datetime
    days: int
    assignee: str
    cause: str
    reported_at: datetime | None


class Order(Struct, frozen=True):
    """An order of the queue: the columns before the id, and whether it runs backwards."""

    columns: tuple[sa.Column[Any], ...]
    kinds: tuple[type[Any], ...]
    is_falling: bool = False


ORDERED: dict[str, Order] = {
    "severity": Order((_L.severity_rank, _L.first_seen), (int, datetime)),
    "oldest": Order((_L.first_seen,), (datetime,)),
    "newest": Order((_L.first_seen,), (datetime,), is_falling=True),
    "changed": Order((_L.last_changed,), (datetime,), is_falling=True),
    "name": Order((_L.name_key,), (str,)),
    "unit": Order((_L.unit,), (str,)),
    "code": Order((_L.code,), (str,)),
}


def count(session: Session, where: Sequence[sa.ColumnElement[bool]]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(MISMATCH_LISTING).where(*where)) or 0


def ordered_ids(
    session: Session,
    where: Sequence[sa.ColumnElement[bool]],
    order: Order,
    at: Cursor | None,
    most: int,
    *,
    is_few: bool,
    is_mixed: bool = False,
) -> list[list[Any]]:
    """The values and ids of the rows from a place on, in the order in which they are walked.

    ``is_mixed``: both what is open and what has ended may be among them. Indexes hold the two apart: many of both are
    walked one after the other, then merged.
    """
    is_falling = order.is_falling != (at is not None and at.is_back)
    if is_few or not is_mixed:
        return _walked(session, where, order, at, most, is_few=is_few, is_falling=is_falling)
    parts = [
        _walked(session, [_L.is_open.is_(is_open), *where], order, at, most, is_few=False, is_falling=is_falling)
        for is_open in (True, False)
    ]
    return list(islice(merge(*parts, reverse=is_falling), most))


def _walked(
    session: Session,
    where: Sequence[sa.ColumnElement[bool]],
    order: Order,
    at: Cursor | None,
    most: int,
    *,
    is_few: bool,
    is_falling: bool,
) -> list[list[Any]]:
    columns = (*order.columns, _L.id)
    wanted = sa.select(*columns).order_by(*(one.desc() if is_falling else one.asc() for one in columns)).limit(most)
    if is_few:
        chosen = sa.select(_L.id).where(*where).cte("chosen").prefix_with("MATERIALIZED")
        wanted = wanted.where(_L.id.in_(sa.select(chosen.c.id)))
    else:
        wanted = wanted.where(*where)
    if at is not None:
        given = [sa.literal(value, one.type) for value, one in zip((*at.values, at.id), columns, strict=True)]
        place = sa.tuple_(*columns)
        wanted = wanted.where(place < sa.tuple_(*given) if is_falling else place > sa.tuple_(*given))
    return [list(row) for row in session.execute(wanted)]


def rows_of(session: Session, ids: Sequence[str], now: datetime) -> tuple[QueueRow, ...]:
    """The rows of these ids, in their order."""
    found: dict[str, QueueRow] = {}
    for some in chunks(ids):
        wanted = sa.select(*_ROW).outerjoin(MISMATCH_WORK, _W.mismatch_id == MISMATCHES.c.id)
        wanted = wanted.join(MISMATCH_LISTING, _L.id == MISMATCHES.c.id).where(MISMATCHES.c.id.in_(some))
        found.update((row.id, _row(row, now)) for row in session.execute(wanted))
    return tuple(found[one] for one in ids if one in found)


_PLAIN = ("id", "pair", "kind", "severity", "state", "code", "local_code", "name", "field", "difference")
_ROW = (
    *(MISMATCHES.c[name] for name in (*_PLAIN, "portal_value", "city_value", "agency_name")),
    MISMATCHES.c.first_seen,
    MISMATCHES.c.last_changed,
    _L.unit,
    sa.func.coalesce(_W.assignee, "").label("assignee"),
    sa.func.coalesce(_W.cause, "").label("cause"),
    _W.reported_at,
)


def _row(row: sa.Row[Any], now: datetime) -> QueueRow:
    return QueueRow(
        **{name: getattr(row, name) for name in _PLAIN},
        portal_value=_cut(row.portal_value),
        city_value=_cut(row.city_value),
        unit=row.unit,
        unit_name=row.agency_name,
        first_seen=row.first_seen,
        last_changed=row.last_changed,
        days=max(0, (now - row.first_seen).days),
        assignee=row.assignee,
        cause=row.cause,
        reported_at=row.reported_at,
    )


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN_OF_VALUE else f"{text[:SHOWN_OF_VALUE]}…"
