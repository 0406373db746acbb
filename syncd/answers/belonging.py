"""What belongs to a unit: what is its own and what belongs to the units below it (Decision 20/2020/QĐ-TTg).

In: a unit's code, or None for everything. Out: a yes or no, and the same as a condition of a query.
"""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from syncd.ledger.columns import ExactText


def belongs(code: str, within: str | None) -> bool:
    """Whether what carries this unit's code may be seen from ``within``."""
    return within is None or code == within or code.startswith(f"{within}.")


def is_within(column: sa.ColumnElement[str], within: str | None) -> list[sa.ColumnElement[bool]]:
    """`belongs`, for a column; no condition where everything may be seen."""
    return [] if within is None else [is_of(column, [within])]


def is_of(column: sa.ColumnElement[str], units: Iterable[str]) -> sa.ColumnElement[bool]:
    """Whether a column holds one of these units, or one below."""
    below = (sa.func.substr(column, 1, len(unit) + 1, type_=ExactText()) == f"{unit}." for unit in units)
    return sa.or_(column.in_(list(units)), *below)
