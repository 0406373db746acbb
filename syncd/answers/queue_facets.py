"""How many mismatches there are by state, severity, kind, field and unit.

In: a filter. Out: counts by each facet, as if nothing were chosen in that facet itself; one look at one index.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.orm import Session

from syncd.answers.belonging import belongs
from syncd.answers.collation import in_order
from syncd.answers.queue_conditions import Conditions, conditions
from syncd.answers.queue_filter import OPEN_STATES, Filter
from syncd.ledger.rows import chunks
from syncd.ledger.tables import MISMATCHES
from syncd.ledger.tables_listing import FACETS, MISMATCH_LISTING

_L = MISMATCH_LISTING.c


class Facet(Struct, frozen=True):
    """One value that could be chosen, and how many mismatches there would be. ``name``: of a unit."""

    value: str
    count: int
    name: str = ""


class Facets(Struct, frozen=True, kw_only=True):
    """How many there are by each facet, as if nothing were chosen in that facet itself; the most first."""

    total: int
    states: tuple[Facet, ...]
    severities: tuple[Facet, ...]
    kinds: tuple[Facet, ...]
    fields: tuple[Facet, ...]
    units: tuple[Facet, ...]


STATE, SEVERITY, KIND, FIELD, UNIT, PAIR, COUNT, EXAMPLE = range(len(FACETS) + 3)
"""Where each value stands in a row of `grouped`."""

_CHOOSABLE = ("states", "severities", "kinds", "fields", "units")
"""The attributes of the filter that are counted, in the order of the listing's columns `FACETS`."""


def facets(session: Session, wanted: Filter, *, within: str | None, now: datetime, me: str = "") -> Facets:
    """How many there are of each state, severity, kind, field and unit, and in all."""
    rows = grouped(session, conditions(wanted, within=within, now=now, me=me, without=_CHOOSABLE))
    total, counts = _counted(rows, [getattr(wanted, name) for name in _CHOOSABLE])
    named = dict(zip(_CHOOSABLE, counts, strict=True))
    units = _units(session, named.pop("units"), {row[UNIT]: row[EXAMPLE] for row in rows})
    return Facets(total=total, units=units, **{name: _most_first(found) for name, found in named.items()})


def grouped(session: Session, where: Conditions) -> list[tuple[Any, ...]]:
    """How many there are of each combination: the values of `FACETS`, the pair, the count, the id of one of them.

    In the order of the index that it is read from, so that a database need sort nothing.
    """
    columns = [_L[name] for name in (*FACETS, "pair")]
    wanted = sa.select(*columns, sa.func.count(), sa.func.min(_L.id)).where(*where).group_by(*columns)
    return [tuple(row) for row in session.execute(wanted)]


def _counted(rows: Sequence[tuple[Any, ...]], chosen: Sequence[Sequence[str]]) -> tuple[int, list[Counter[str]]]:
    """How many agree with everything chosen; and by each facet, with everything chosen in the others."""
    counts: list[Counter[str]] = [Counter() for _ in FACETS]
    whole = [row for row in rows if _agree(row, _asked(chosen), chosen)]
    for place, counter in enumerate(counts):
        others = [one for one in _asked(chosen) if one != place]
        agreeing = whole if others == _asked(chosen) else [row for row in rows if _agree(row, others, chosen)]
        for row in agreeing:
            counter[row[place]] += row[COUNT]
    return sum(row[COUNT] for row in whole), counts


def _asked(chosen: Sequence[Sequence[str]]) -> list[int]:
    return [place for place, values in enumerate(chosen) if values and values != OPEN_STATES]


def _agree(row: tuple[Any, ...], places: Sequence[int], chosen: Sequence[Sequence[str]]) -> bool:
    return all(_agrees(row, place, chosen) for place in places)


def _agrees(row: tuple[Any, ...], place: int, chosen: Sequence[Sequence[str]]) -> bool:
    if place == UNIT:
        return any(belongs(row[place], unit) for unit in chosen[place])
    return row[place] in chosen[place]


def _most_first(counts: Mapping[str, int]) -> tuple[Facet, ...]:
    return tuple(Facet(value, count) for value, count in sorted(counts.items(), key=lambda one: (-one[1], one[0])))


def _units(session: Session, counts: Mapping[str, int], examples: Mapping[str, str]) -> tuple[Facet, ...]:
    """By unit, in Vietnamese order of their names, which one mismatch of each says."""
    names = unit_names(session, [examples[unit] for unit in counts])
    found = [Facet(unit, count, names.get(unit, "")) for unit, count in counts.items()]
    return tuple(in_order(found, lambda one: one.name or one.value))


def unit_names(session: Session, ids: Sequence[str]) -> dict[str, str]:
    """The names of units as these mismatches say them."""
    found: dict[str, str] = {}
    for some in chunks(ids):
        wanted = sa.select(MISMATCHES.c.agency_code, MISMATCHES.c.agency_name).where(MISMATCHES.c.id.in_(some))
        found.update((code, name) for code, name in session.execute(wanted) if name)
    return found
