"""The queue: pages of mismatches by a filter, and what a bulk action would touch.

In: a session, a `Filter`, whose mismatches are seen (``within``), a place in the list. Out: frozen rows; a page costs
about the same wherever it stands, because it begins where the one before ended.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.orm import Session

from syncd.answers.belonging import is_within
from syncd.answers.cursors import Cursor, read, written
from syncd.answers.queue_conditions import conditions
from syncd.answers.queue_facets import Facet, Facets, Groups, basis, facets, facets_of, groups, ids_in
from syncd.answers.queue_filter import Filter
from syncd.answers.queue_rows import FEW, ORDERED, QueueRow, count, ordered_ids, rows_of
from syncd.ledger.rows import chunks
from syncd.ledger.tables_listing import MISMATCH_LISTING

__all__ = [
    "BulkPreview",
    "Facet",
    "Facets",
    "Filter",
    "Groups",
    "Page",
    "QueueRow",
    "basis",
    "bulk_preview",
    "facets",
    "facets_of",
    "groups",
    "ids_in",
    "ids_of",
    "mismatches_page",
    "visible_ids",
]

LARGEST_PAGE = 1000
SAMPLE = 10

_L = MISMATCH_LISTING.c


class Page(Struct, frozen=True, kw_only=True):
    """One page; ``next`` and ``previous`` are cursors, empty where there is no such page. ``total``: of all pages."""

    rows: tuple[QueueRow, ...]
    next: str
    previous: str
    total: int


class BulkPreview(Struct, frozen=True, kw_only=True):
    """What a bulk action would touch. ``unknown``: ids that are not there, or not to be seen from here."""

    total: int
    states: Mapping[str, int]
    kinds: Mapping[str, int]
    units: Mapping[str, int]
    sample: tuple[QueueRow, ...]
    unknown: tuple[str, ...] = ()


def mismatches_page(
    session: Session,
    wanted: Filter,
    *,
    within: str | None,
    now: datetime,
    cursor: str = "",
    size: int = 50,
    me: str = "",
    total: int | None = None,
    among: Sequence[str] | None = None,
) -> Page:
    """One page of the queue. ``me``: the login that ``me`` stands for. ``total``: where it is known already.

    ``among``: the ids of all mismatches of the filter, where they were gathered already (see `ids_in`).

    Raises ValueError for a cursor that this order did not give, or a size outside 1 to `LARGEST_PAGE`.
    """
    if not 1 <= size <= LARGEST_PAGE:
        raise ValueError(f"a page has 1 to {LARGEST_PAGE} rows, not {size}")
    order = ORDERED[wanted.order]
    at = read(cursor, wanted.order, order.kinds) if cursor else None
    where = conditions(wanted, within=within, now=now, me=me) if among is None else [_L.id.in_(among)]
    known = count(session, where) if total is None else total
    how = {"is_few": known <= FEW and among is None, "is_mixed": not wanted.is_open_only and among is None}
    found = ordered_ids(session, where, order, at, size + 1, **how)
    has_more = len(found) > size
    found = found[:size]
    if at is not None and at.is_back:
        found.reverse()
    is_back = at is not None and at.is_back
    rows = rows_of(session, [one[-1] for one in found], now)
    return Page(
        rows=rows,
        next=_place(wanted.order, found, -1, False) if found and (has_more or is_back) else "",
        previous=_place(wanted.order, found, 0, True) if found and (has_more if is_back else at is not None) else "",
        total=known,
    )


def _place(order: str, found: Sequence[Sequence[Any]], at: int, is_back: bool) -> str:
    *values, identity = found[at]
    return written(Cursor(order, tuple(values), identity, is_back))


def ids_of(
    session: Session, wanted: Filter, *, within: str | None, now: datetime, limit: int, me: str = ""
) -> tuple[str, ...]:
    """The ids of the first ``limit`` mismatches of a filter, in its order."""
    where = conditions(wanted, within=within, now=now, me=me)
    how = {"is_few": count(session, where) <= FEW, "is_mixed": not wanted.is_open_only}
    return tuple(row[-1] for row in ordered_ids(session, where, ORDERED[wanted.order], None, limit, **how))


def visible_ids(session: Session, ids: Sequence[str], *, within: str | None) -> tuple[str, ...]:
    """Those of these ids that are there and may be seen, in their order, each once."""
    seen: set[str] = set()
    for some in chunks(ids):
        seen.update(session.scalars(sa.select(_L.id).where(_L.id.in_(some), *is_within(_L.unit, within))))
    return tuple(one for one in dict.fromkeys(ids) if one in seen)


def bulk_preview(
    session: Session, wanted: Filter | Sequence[str], *, within: str | None, now: datetime, limit: int, me: str = ""
) -> BulkPreview:
    """What an action on a filter (its first ``limit``) or on these ids would touch."""
    if isinstance(wanted, Filter):
        given: Sequence[str] = ids_of(session, wanted, within=within, now=now, limit=limit, me=me)
    else:
        given = list(dict.fromkeys(wanted))[:limit]
    ids = visible_ids(session, given, within=within)
    counts: dict[str, Counter[str]] = {"state": Counter(), "kind": Counter(), "unit": Counter()}
    for some in chunks(ids):
        for row in session.execute(sa.select(_L.state, _L.kind, _L.unit).where(_L.id.in_(some))):
            for name, counter in counts.items():
                counter[getattr(row, name)] += 1
    return BulkPreview(
        total=len(ids),
        states=counts["state"],
        kinds=counts["kind"],
        units=counts["unit"],
        sample=rows_of(session, ids[:SAMPLE], now),
        unknown=tuple(one for one in given if one not in set(ids)),
    )
