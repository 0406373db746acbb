"""How many mismatches there are by state, severity, kind, field and unit.

In: a filter. Out: counts by each facet, as if nothing were chosen in that facet itself; one look at one index. What is
counted for a filter without its choices can be kept: every choice among the facets is made from the same counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from sys import intern
from typing import Any

import sqlalchemy as sa
from msgspec import Struct, structs
from sqlalchemy.orm import Session

from syncd.answers.belonging import belongs
from syncd.answers.collation import in_order
from syncd.answers.queue_conditions import Conditions, conditions
from syncd.answers.queue_filter import OPEN_STATES, Filter
from syncd.answers.queue_rows import FEW
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

CHOOSABLE = ("states", "severities", "kinds", "fields", "units")
"""The attributes of the filter that are counted, in the order of the listing's columns `FACETS`."""


class Groups(Struct, frozen=True, gc=False):
    """What facets are counted from. ``rows``: of `grouped`, without examples; ``names``: of the units in them.

    ``ids``: every mismatch in them with the number of its row; None where they were not gathered, being many.
    """

    rows: tuple[tuple[Any, ...], ...]
    names: Mapping[str, str]
    ids: tuple[tuple[str, int], ...] | None = None


def facets(session: Session, wanted: Filter, *, within: str | None, now: datetime, me: str = "") -> Facets:
    """How many there are of each state, severity, kind, field and unit, and in all."""
    return facets_of(groups(session, wanted, within=within, now=now, me=me), wanted)


def groups(session: Session, wanted: Filter, *, within: str | None, now: datetime, me: str = "") -> Groups:
    """What is counted for a filter; the same for all filters of one `basis`.

    A search looks at every text once, so what it finds is gathered, where it is `FEW`.
    """
    where = conditions(wanted, within=within, now=now, me=me, without=CHOOSABLE)
    rows, ids = _gathered(session, where) if wanted.text else (grouped(session, where), None)
    names = unit_names(session, list({row[UNIT]: row[EXAMPLE] for row in rows}.values()))
    return Groups(tuple(_kept(row) for row in rows), names, ids)


def _kept(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """A row in which equal texts are one: many thousands of them are kept."""
    return (*map(intern, row[:COUNT]), row[COUNT])


def basis(wanted: Filter) -> tuple[Filter, bool]:
    """What two filters share that are counted from the same groups."""
    return structs.replace(wanted, **dict.fromkeys(CHOOSABLE, ()), order=""), wanted.is_open_only


def facets_of(found: Groups, wanted: Filter) -> Facets:
    """The facets of a filter from what was counted for its `basis`."""
    total, counts = _counted(found.rows, [getattr(wanted, name) for name in CHOOSABLE])
    named = dict(zip(CHOOSABLE, counts, strict=True))
    units = _units(named.pop("units"), found.names)
    return Facets(total=total, units=units, **{name: _most_first(some) for name, some in named.items()})


def ids_in(found: Groups, wanted: Filter) -> tuple[str, ...] | None:
    """The mismatches of a filter, in no order; None where they were not gathered."""
    if found.ids is None:
        return None
    chosen = [getattr(wanted, name) for name in CHOOSABLE]
    asked = _asked(chosen)
    agreeing = {number for number, row in enumerate(found.rows) if _agree(row, asked, chosen)}
    return tuple(identity for identity, number in found.ids if number in agreeing)


def grouped(session: Session, where: Conditions) -> list[tuple[Any, ...]]:
    """How many there are of each combination: the values of `FACETS`, the pair, the count, the id of one of them.

    In the order of the index that it is read from, so that a database need sort nothing.
    """
    return _groups(session, where)


def _gathered(session: Session, where: Conditions) -> tuple[list[tuple[Any, ...]], tuple[tuple[str, int], ...] | None]:
    """The rows of `grouped`, and every mismatch with the number of its row: None where there are more than `FEW`."""
    found = _groups(session, where, sa.func.aggregate_strings(_L.id, " "))
    is_few = sum(row[COUNT] for row in found) <= FEW
    ids = tuple((one, number) for number, row in enumerate(found) for one in row[-1].split(" ")) if is_few else None
    return [row[:-1] for row in found], ids


def _groups(session: Session, where: Conditions, *more: sa.ColumnElement[Any]) -> list[tuple[Any, ...]]:
    """The rows come by thousands: texts of the listing hold nothing escaped, and are taken as they are."""
    columns = [_L[name] for name in (*FACETS, "pair")]
    plain = [sa.type_coerce(one, sa.Text()) for one in (*columns, sa.func.min(_L.id), *more)]
    wanted = sa.select(*plain[: len(columns)], sa.func.count(), *plain[len(columns) :]).where(*where)
    return [tuple(row) for row in session.execute(wanted.group_by(_L.is_open, *columns)).all()]


def _counted(rows: Sequence[tuple[Any, ...]], chosen: Sequence[Sequence[str]]) -> tuple[int, list[Counter[str]]]:
    """How many agree with everything chosen; and by each facet, with everything chosen in the others."""
    counts: list[Counter[str]] = [Counter() for _ in FACETS]
    asked = _asked(chosen)
    whole = _agreeing(rows, asked, chosen)
    for place, counter in enumerate(counts):
        others = [one for one in asked if one != place]
        for row in whole if others == asked else _agreeing(rows, others, chosen):
            counter[row[place]] += row[COUNT]
    return sum(row[COUNT] for row in whole), counts


def _agreeing(
    rows: Sequence[tuple[Any, ...]], places: Sequence[int], chosen: Sequence[Sequence[str]]
) -> Sequence[tuple[Any, ...]]:
    return [row for row in rows if _agree(row, places, chosen)] if places else rows


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


def _units(counts: Mapping[str, int], names: Mapping[str, str]) -> tuple[Facet, ...]:
    """By unit, in Vietnamese order of their names, which one mismatch of each says."""
    found = [Facet(unit, count, names.get(unit, "")) for unit, count in counts.items()]
    return tuple(in_order(found, lambda one: one.name or one.value))


def unit_names(session: Session, ids: Sequence[str]) -> dict[str, str]:
    """The names of units as these mismatches say them."""
    found: dict[str, str] = {}
    for some in chunks(ids):
        wanted = sa.select(MISMATCHES.c.agency_code, MISMATCHES.c.agency_name).where(MISMATCHES.c.id.in_(some))
        found.update((code, name) for code, name in session.execute(wanted) if name)
    return found
