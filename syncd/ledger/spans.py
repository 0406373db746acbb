"""Rows that hold from one instant until another: comparing, ending, adding, and asking for a past instant.

In: tables with ``valid_from`` and ``valid_to`` (not included; null: still). Out: conditions, differences, changes.
A clock that was set back cannot rewrite an answer once given: no change comes before the one that was made before it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from syncd.ledger.rows import chunks

V = TypeVar("V")


class Difference(NamedTuple):
    """What changed from one state to the next, by key, each sorted: what came, what is another now, what went."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    gone: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.gone)


def compare(known: Mapping[str, V], given: Mapping[str, V]) -> Difference:
    """What changed from ``known`` to ``given``."""
    return Difference(
        new=tuple(sorted(given.keys() - known.keys())),
        changed=tuple(sorted(key for key in given.keys() & known.keys() if given[key] != known[key])),
        gone=tuple(sorted(known.keys() - given.keys())),
    )


def held_at(table: sa.Table, at: datetime) -> sa.ColumnElement[bool]:
    """The rows that held at an instant."""
    return sa.and_(table.c.valid_from <= at, sa.or_(table.c.valid_to.is_(None), table.c.valid_to > at))


def last_change(
    session: Session, table: sa.Table, *where: sa.ColumnElement[bool], until: datetime | None = None
) -> datetime | None:
    """When a row last began or ended to hold, no later than ``until``."""
    found = []
    for column in (table.c.valid_from, table.c.valid_to):
        wanted = sa.select(sa.func.max(column)).where(*where)
        found.append(session.scalar(wanted if until is None else wanted.where(column <= until)))
    return max((one for one in found if one is not None), default=None)


def end(session: Session, table: sa.Table, numbers: Sequence[int], at: datetime) -> None:
    """End rows at an instant."""
    for some in chunks(numbers):
        session.execute(sa.update(table).where(table.c.id.in_(some)).values(valid_to=at))
