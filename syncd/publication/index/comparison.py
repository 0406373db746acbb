"""The rows that people read of one unit's index: the portal's figure, the recomputed one, and the one by our counts.

In: tables as the interfaces gave them, our own counts. Out: rows, trend, ranks, drift. Pure; unknown stays None.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from syncd.publication.index.indicators import (
    GROUPS,
    NATIONAL_TABLE,
    RULES,
    SCORED,
    TOTAL,
    GroupRule,
    Rule,
    rule_of,
)
from syncd.publication.index.recomputation import Recomputed, line_of, recompute_unit
from syncd.publication.index.scoring import Basis, Count, Scores, fault, score
from syncd.records.figures import Figure, Group, IndexTable, IndexUnit, Indicator, UnitLevel

_BELOW = frozenset({UnitLevel.DEPARTMENT, UnitLevel.COMMUNE})


class IndexRow(Struct, frozen=True, kw_only=True):
    """One indicator (or a whole group, or the total) of one unit as one endpoint gives it.

    ``portal``: the portal's score; ``recomputed``: what its own counts give by its own formula; ``own``: what our
    counts give (in a group or total: with the portal's where we count nothing). ``difference``: own less portal.
    ``is_inherited``: the portal shows the province's figure here, so a figure of the unit can only be ours.
    ``flags``: the portal's remarks. ``missing``: what is unknown and why. ``endpoint`` is empty where no figure is.
    """

    unit: str
    group: Group
    endpoint: str = ""
    number: str = ""
    code: str = ""
    name: str = ""
    english: str = ""
    numerator: int | None = None
    denominator: int | None = None
    ratio: Decimal | None = None
    portal: Decimal | None = None
    recomputed: Decimal | None = None
    own_numerator: int | None = None
    own_denominator: int | None = None
    own: Decimal | None = None
    maximum: Decimal | None = None
    difference: Decimal | None = None
    flags: tuple[str, ...] = ()
    missing: str = ""
    is_inherited: bool = False


class Step(NamedTuple):
    """One point of a trend: the score at an instant, and its change since the last one that is known."""

    at: datetime
    score: Decimal | None
    delta: Decimal | None


class _Seen(NamedTuple):
    """A figure and where it was seen; the endpoint is empty for a blank that stands for one that was not."""

    endpoint: str
    figure: Figure


def rows(unit: str, tables: Iterable[IndexTable], ours: Mapping[Indicator, Count]) -> tuple[IndexRow, ...]:
    """Every group, followed by its indicators, then the total. What several endpoints give has a row for each.

    ``tables``: what was read of one period as of one instant. ``unit``: the portal's id. ``ours``: our counts of it.
    """
    ordered = sorted(tables, key=lambda table: table.endpoint in NATIONAL_TABLE)
    seen = [_Seen(table.endpoint, one) for table in ordered for one in table.figures if one.unit == unit]
    is_below = any(one.id == unit and one.level in _BELOW for table in ordered for one in table.units)
    computed = recompute_unit(unit, [one.figure for one in seen])
    counted = {one: ours[one] for one in SCORED if one in ours}
    mixed = computed.basis.with_counts(counted)
    found: list[IndexRow] = []
    for group in (*GROUPS.values(), TOTAL):
        is_ours = any(group in (TOTAL, GROUPS[SCORED[one].group]) for one in counted)
        found += [_whole(one, group, computed, mixed if is_ours else None) for one in _of(seen, unit, group.group)]
        for rule in (rule for rule in RULES if rule.group is group.group):
            count = counted.get(Indicator(rule.code)) if rule.is_scored else None
            found += [_single(one, rule, count, is_below) for one in _of(seen, unit, group.group, rule)]
        found += [_foreign(one) for one in seen if one.figure.group is group.group and _is_foreign(one.figure)]
    return tuple(found)


def trend(readings: Iterable[tuple[datetime, Decimal | None]]) -> tuple[Step, ...]:
    """Scores in the order of their instants, each with its change since the last known one (None where unknown)."""
    steps: list[Step] = []
    last: Decimal | None = None
    for at, now in sorted(readings, key=lambda reading: reading[0]):
        steps.append(Step(at, now, None if now is None or last is None else now - last))
        last = last if now is None else now
    return tuple(steps)


def drift(readings: Iterable[tuple[datetime, Decimal | None]]) -> tuple[tuple[datetime, Decimal | None], ...]:
    """How one figure of one period moved: the first reading, and each that differs from the one before it."""
    changes: list[tuple[datetime, Decimal | None]] = []
    for at, now in sorted(readings, key=lambda reading: reading[0]):
        if not changes or changes[-1][1] != now:
            changes.append((at, now))
    return tuple(changes)


def ranks(units: Iterable[IndexUnit], totals: Mapping[str, Decimal | None]) -> dict[str, int]:
    """The place of each unit by total among the units of its level; equal totals share the better place.

    A unit whose total is unknown has no place.
    """
    levels: dict[UnitLevel, dict[str, Decimal]] = {}
    for unit in units:
        if (total := totals.get(unit.id)) is not None:
            levels.setdefault(unit.level, {})[unit.id] = total
    return {one: place for peers in levels.values() for one, place in _places(peers).items()}


def _places(totals: Mapping[str, Decimal]) -> dict[str, int]:
    first: dict[Decimal, int] = {}
    for place, total in enumerate(sorted(totals.values(), reverse=True), start=1):
        first.setdefault(total, place)
    return {unit: first[total] for unit, total in totals.items()}


def _of(seen: Sequence[_Seen], unit: str, group: Group, rule: Rule | None = None) -> list[_Seen]:
    """The figures of an indicator, or (without a rule) of the group itself; a blank where there should be one."""
    if rule is None:
        whole = [one for one in seen if one.figure.group is group and not one.figure.code]
        return whole or [_Seen("", Figure(unit=unit, group=group))]
    found = [one for one in seen if rule_of(one.figure.code) is rule]
    return found or [_Seen("", Figure(unit=unit, group=group, code=rule.code))] * rule.is_scored


def _is_foreign(figure: Figure) -> bool:
    return bool(figure.code) and rule_of(figure.code) is None


def _foreign(one: _Seen) -> IndexRow:
    """The row of a code that the project has no formula of: kept, never scored."""
    return replace(_row(one, one.figure.code, one.figure.code, None), missing=line_of(one.figure).missing)


def _whole(one: _Seen, group: GroupRule, computed: Recomputed, own: Basis | None) -> IndexRow:
    """The row of a group or of the total, totalled the way this endpoint does it."""
    now = _totalled(computed.basis, one.endpoint)
    ours = _totalled(own, one.endpoint) if own else None
    points = _points(ours, group.group) if ours else None
    lacks = (_absence(one), computed.misfits.get(group.group, ""), *_lacks(now, ours, group.group))
    return replace(
        _row(one, group.name, group.english, group.maximum),
        recomputed=None if group.group in now.borrowed else _points(now, group.group),
        own=points,
        difference=_less(points, one.figure.score),
        missing=_joined(lacks),
    )


def _single(one: _Seen, rule: Rule, count: Count | None, is_below: bool) -> IndexRow:
    """The row of one indicator."""
    line = line_of(one.figure)
    points = score(Indicator(rule.code), *count) if count else None
    fault_of_ours = fault(rule, *count) if count else ""
    return replace(
        _row(one, rule.name, rule.english, rule.maximum),
        number=rule.number,
        recomputed=line.score,
        own_numerator=count and count.numerator,
        own_denominator=count and count.denominator,
        own=points,
        difference=_less(points, line.portal),
        missing=_joined((_absence(one) or line.missing, fault_of_ours and f"ours: {fault_of_ours}")),
        is_inherited=is_below and rule.is_inherited,
    )


def _row(one: _Seen, name: str, english: str, maximum: Decimal | None) -> IndexRow:
    figure = one.figure
    return IndexRow(
        unit=figure.unit,
        group=figure.group,
        endpoint=one.endpoint,
        code=figure.code,
        name=name,
        english=english,
        numerator=figure.numerator,
        denominator=figure.denominator,
        ratio=figure.ratio,
        portal=figure.score,
        maximum=maximum if figure.maximum is None else figure.maximum,
        flags=figure.flags,
    )


def _absence(one: _Seen) -> str:
    return "" if one.endpoint else "the portal gives no figure"


def _totalled(basis: Basis, endpoint: str) -> Scores:
    return basis.table_scores() if endpoint in NATIONAL_TABLE else basis.scores()


def _points(scores: Scores, group: Group) -> Decimal | None:
    return scores.total if group is Group.TOTAL else scores.groups[group]


def _lacks(now: Scores, ours: Scores | None, group: Group) -> tuple[str, str]:
    of_portal, of_ours = _lack(now, group), _lack(ours, group) if ours else ""
    return of_portal, f"ours: {of_ours}" if of_ours and of_ours != of_portal else ""


def _lack(scores: Scores, group: Group) -> str:
    if group is not Group.TOTAL:
        return scores.missing.get(group, "")
    return _joined(f"{one}: {lack}" for one, lack in scores.missing.items())


def _joined(texts: Iterable[str]) -> str:
    return "; ".join(text for text in texts if text)


def _less(own: Decimal | None, portal: Decimal | None) -> Decimal | None:
    return None if own is None or portal is None else own - portal
