"""The filter of the queue as conditions of a query.

In: a `Filter`, whose mismatches are seen, the time. Out: conditions on `mismatch_listing`, one for each thing asked.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from syncd.answers.belonging import is_of, is_within
from syncd.answers.queue_filter import ME, NO_CAUSE, NOBODY, OPEN_STATES, Filter
from syncd.ledger.listing import search_words
from syncd.ledger.tables_desk import MISMATCH_WORK
from syncd.ledger.tables_listing import MISMATCH_LISTING

_L = MISMATCH_LISTING.c
_W = MISMATCH_WORK.c

Conditions = list[sa.ColumnElement[bool]]


def conditions(
    wanted: Filter, *, within: str | None, now: datetime, me: str = "", without: Collection[str] = ()
) -> Conditions:
    """The filter as conditions on `MISMATCH_LISTING`; ``without``: attributes of the filter that are left out."""
    given: Conditions = [_L.is_open.is_(True)] if wanted.is_open_only else []
    given += is_within(_L.unit, within)
    for name, build in _CONDITIONS.items():
        value = getattr(wanted, name)
        if name == "states" and value == OPEN_STATES:
            continue
        if name not in without and value not in ((), "", None):
            given += build(value, now, me)
    return given


def _any_of(column: sa.Column[Any]) -> Callable[[Any, datetime, str], Conditions]:
    return lambda values, _now, _me: [column.in_(values)]


def _assigned(value: str, _now: datetime, me: str) -> Conditions:
    has_any = sa.select(_W.mismatch_id).where(_W.assignee != "")
    if value == NOBODY:
        return [_L.id.not_in(has_any)]
    return [_L.id.in_(sa.select(_W.mismatch_id).where(_W.assignee == (me if value == ME else value)))]


def _caused(value: str, _now: datetime, _me: str) -> Conditions:
    if value == NO_CAUSE:
        return [_L.id.not_in(sa.select(_W.mismatch_id).where(_W.cause.is_not(None)))]
    return [_L.id.in_(sa.select(_W.mismatch_id).where(_W.cause == value))]


def _reported(value: bool, _now: datetime, _me: str) -> Conditions:
    reported = sa.select(_W.mismatch_id).where(_W.reported_at.is_not(None))
    return [_L.id.in_(reported) if value else _L.id.not_in(reported)]


def _said(text: str, _now: datetime, _me: str) -> Conditions:
    return [_L.search.contains(word, autoescape=True) for word in search_words(text)]


_CONDITIONS: dict[str, Callable[[Any, datetime, str], Conditions]] = {
    "pairs": _any_of(_L.pair),
    "units": lambda units, _now, _me: [is_of(_L.unit, units)],
    "kinds": _any_of(_L.kind),
    "fields": _any_of(_L.field),
    "severities": _any_of(_L.severity),
    "states": _any_of(_L.state),
    "classes": _any_of(_L.difference),
    "assignee": _assigned,
    "cause": _caused,
    "reported": _reported,
    "older": lambda days, now, _me: [_L.first_seen <= now - timedelta(days=days)],
    "younger": lambda days, now, _me: [_L.first_seen >= now - timedelta(days=days)],
    "text": _said,
}
