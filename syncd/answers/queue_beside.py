"""What stands beside the queue: whose work it is and why, how old, what is new, what comes before and after one row.

In: a session, a `Filter`, whose mismatches are seen. Out: counts, and the ids beside a mismatch in the filter's order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.orm import Session

from syncd.answers.cursors import Cursor
from syncd.answers.queue_conditions import Conditions, conditions
from syncd.answers.queue_filter import Filter
from syncd.answers.queue_rows import FEW, ORDERED, count, ordered_ids
from syncd.ledger.rows import chunks
from syncd.ledger.tables import MISMATCHES
from syncd.ledger.tables_desk import MISMATCH_WORK
from syncd.ledger.tables_listing import MISMATCH_LISTING

_L = MISMATCH_LISTING.c
_W = MISMATCH_WORK.c


class WorkCounts(Struct, frozen=True):
    """How many there are by assignee and by cause, as if nothing were chosen there; what has none is not counted."""

    assignees: Mapping[str, int]
    causes: Mapping[str, int]


class Beside(Struct, frozen=True):
    """The ids before and after one mismatch in a filter's order; empty where there is none."""

    before: str = ""
    after: str = ""


class Standing(Struct, frozen=True):
    """What an action rests on: one mismatch as it stands. ``unit``: whose it is."""

    id: str
    pair: str
    state: str
    values_digest: str
    unit: str


def work_counts(session: Session, wanted: Filter, *, within: str | None, now: datetime, me: str = "") -> WorkCounts:
    """By assignee and by cause."""
    if not wanted.assignee and not wanted.cause:
        return _both(session, conditions(wanted, within=within, now=now, me=me))

    def by(column: sa.Column[Any], without: str) -> dict[str, int]:
        where = conditions(wanted, within=within, now=now, me=me, without=(without,))
        counted = sa.select(column, sa.func.count()).join_from(MISMATCH_WORK, MISMATCH_LISTING, _L.id == _W.mismatch_id)
        rows = session.execute(counted.where(*where, column.is_not(None), column != "").group_by(column))
        return {str(value): int(number) for value, number in rows}

    return WorkCounts(by(_W.assignee, "assignee"), by(_W.cause, "cause"))


def _both(session: Session, where: Conditions) -> WorkCounts:
    """Where neither is filtered by: both in one look."""
    counted = sa.select(_W.assignee, _W.cause, sa.func.count())
    joined = counted.join_from(MISMATCH_WORK, MISMATCH_LISTING, _L.id == _W.mismatch_id).where(*where)
    assignees, causes = Counter[str](), Counter[str]()
    for assignee, cause, number in session.execute(joined.group_by(_W.assignee, _W.cause)):
        assignees[assignee or ""] += number
        causes[cause or ""] += number
    return WorkCounts(
        {value: number for value, number in assignees.items() if value},
        {value: number for value, number in causes.items() if value},
    )


def age_counts(
    session: Session, wanted: Filter, days: Sequence[int], *, within: str | None, now: datetime, me: str = ""
) -> dict[int, int]:
    """How many have been open for at least so many days, as if no age were chosen."""
    where = conditions(wanted, within=within, now=now, me=me, without=("older", "younger"))
    old = [sa.func.sum(sa.case((_L.first_seen <= now - timedelta(days=one), 1), else_=0)) for one in days]
    row = session.execute(sa.select(*old).where(*where)).one()
    return {one: int(number or 0) for one, number in zip(days, row, strict=True)}


def news(session: Session, wanted: Filter, since: datetime, *, within: str | None, now: datetime, me: str = "") -> int:
    """How many mismatches of the filter were first seen after an instant."""
    return count(session, [*conditions(wanted, within=within, now=now, me=me), _L.first_seen > since])


def beside(
    session: Session, wanted: Filter, mismatch_id: str, *, within: str | None, now: datetime, me: str = ""
) -> Beside:
    """What stands before and after one mismatch, which need not belong to the filter itself."""
    order = ORDERED[wanted.order]
    row = session.execute(sa.select(*order.columns).where(_L.id == mismatch_id)).first()
    if row is None:
        return Beside()
    where = conditions(wanted, within=within, now=now, me=me)
    how = {"is_few": count(session, where) <= FEW, "is_mixed": not wanted.is_open_only}

    def next_one(is_back: bool) -> str:
        place = Cursor(wanted.order, tuple(row), mismatch_id, is_back)
        found = ordered_ids(session, where, order, place, 1, **how)
        return str(found[0][-1]) if found else ""

    return Beside(next_one(True), next_one(False))


def standing_of(session: Session, ids: Sequence[str]) -> dict[str, Standing]:
    """How these mismatches stand, by id."""
    found: dict[str, Standing] = {}
    columns = (MISMATCHES.c.id, MISMATCHES.c.pair, MISMATCHES.c.state, MISMATCHES.c.values_digest, _L.unit)
    for some in chunks(ids):
        wanted = sa.select(*columns).join_from(MISMATCHES, MISMATCH_LISTING, _L.id == MISMATCHES.c.id)
        rows = session.execute(wanted.where(MISMATCHES.c.id.in_(some)))
        found.update((row.id, Standing(*row)) for row in rows)
    return found
