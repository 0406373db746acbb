"""Placeholders: how a period goes into a path, a parameter or a statement, and which kinds of periods it then tells.

In: texts such as ``{first:%d/%m/%Y}`` or ``nhiem-vu-{year}-{month:02}.xlsx``. Out: texts with the values written in.
Only what is declared here is ever filled in; nothing of an answer is. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from syncd.records.periods import Period, PeriodKind
from syncd.sides.tables.titles import advice

Value = str | int | date

_PLACE = re.compile(r"\{([A-Za-z_]\w*)(?::([^{}]{0,40}))?\}", re.ASCII)
_DATE_FORM = re.compile(r"(?:%[dmY]|[^%{}])+")
_NUMBER_FORM = re.compile(r"0[1-9]", re.ASCII)

PERIOD_NAMES = ("period", "year", "month", "quarter", "first", "last", "after")
"""What a period gives: ``2026-10``, its numbers, its first and last day, and the day after the last."""

DATES = frozenset({"first", "last", "after"})
ALL = frozenset(PeriodKind)


def values_of(period: Period) -> dict[str, Value]:
    """Each placeholder's value; ``month`` is there for a month alone, ``quarter`` for a quarter."""
    days = {"first": period.first, "last": period.last, "after": period.next.first}
    named: dict[str, Value] = {"period": str(period), "year": period.year, **days}
    if period.kind is not PeriodKind.YEAR:
        named[period.kind.value] = period.number
    return named


def names_in(text: str, known: Iterable[str]) -> frozenset[str]:
    """The placeholders of a text. Raises `ValueError` for one that is not known or whose form is none."""
    able = tuple(known)
    return frozenset(_checked(name, form, able) for name, form in _PLACE.findall(text))


def _checked(name: str, form: str, known: tuple[str, ...]) -> str:
    if name not in known:
        raise ValueError(f"there is no placeholder {{{name}}}; {advice(name, known)}")
    if form and name in DATES and not _DATE_FORM.fullmatch(form):
        raise ValueError(f"{{{name}:{form}}}: a date is written with %d, %m and %Y, as in {{{name}:%d/%m/%Y}}")
    if form and name not in DATES and not _NUMBER_FORM.fullmatch(form):
        raise ValueError(f"{{{name}:{form}}}: a number is padded as in {{{name}:02}}")
    return name


def filled(text: str, values: Mapping[str, Value]) -> str:
    """The text with every placeholder's value; dates are 2026-10-01 where no form is given."""

    def value(found: re.Match[str]) -> str:
        one = values[found[1]]
        return format(one, found[2] or "")

    return _PLACE.sub(lambda found: value(found) if found[1] in values else found[0], text)


def filled_body(body: Any, values: Mapping[str, Value]) -> Any:
    """A JSON value with its texts filled; a text that is nothing but one number's placeholder becomes that number."""
    if isinstance(body, dict):
        return {name: filled_body(one, values) for name, one in body.items()}
    if isinstance(body, list):
        return [filled_body(one, values) for one in body]
    if not isinstance(body, str):
        return body
    alone = _PLACE.fullmatch(body)
    if alone and not alone[2] and isinstance(number := values.get(alone[1]), int):
        return number
    return filled(body, values)


def texts_in(body: Any) -> Iterator[str]:
    """Every text in a JSON value, keys aside."""
    if isinstance(body, str):
        yield body
    elif isinstance(body, dict | list):
        for one in body.values() if isinstance(body, dict) else body:
            yield from texts_in(one)


def kinds_told(names: frozenset[str]) -> frozenset[PeriodKind]:
    """The kinds of periods that these placeholders tell apart; none where they tell no period at all."""
    whole = "period" in names or ("first" in names and bool(names & {"last", "after"}))
    for kind in (PeriodKind.MONTH, PeriodKind.QUARTER):
        if kind.value in names:
            return frozenset({kind}) if "year" in names or whole else frozenset()
    if whole:
        return ALL
    return frozenset({PeriodKind.YEAR}) if "year" in names else frozenset()
