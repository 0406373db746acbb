"""The bound names of a period in a query: ``:first`` and its like, and nothing else that begins with a colon.

In: one SELECT. Out: the names in it; the statement with their values bound, never written into its text. Pure.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from sqlalchemy import Date, Integer, String, TextClause, bindparam, text

from adapters.document_monitor.placeholders import PERIOD_NAMES, values_of
from adapters.sql.statement import escaped, quiet
from syncd.records.periods import Period

_NAMES = "|".join(PERIOD_NAMES)
_BOUND = re.compile(rf"(?<![:\w$\\]):({_NAMES})\b", re.ASCII)
_MARKED = re.compile(rf"\x1f({_NAMES})\b", re.ASCII)
_TYPES: dict[type, Any] = {date: Date, int: Integer, str: String}


def binds_in(query: str) -> frozenset[str]:
    """The names of a period in a query. Raises `ValueError` for one that stands inside a text or a comment."""
    bare, whole = _BOUND.findall(quiet(query)), _BOUND.findall(query)
    if len(bare) != len(whole):
        quoted = next(name for name in whole if whole.count(name) > bare.count(name))
        raise ValueError(f":{quoted} stands inside quotation marks or a comment; write it without, it is bound")
    return frozenset(bare)


def statement(query: str, period: Period) -> TextClause:
    """The query with the period's values bound. Raises `KeyError` for a name that this kind of period does not have."""
    values = values_of(period)
    named = binds_in(query)
    binds = [bindparam(name, values[name], type_=_TYPES[type(values[name])]) for name in sorted(named)]
    marked = _BOUND.sub("\x1f\\1", query.replace("\x1f", " "))
    return text(_MARKED.sub(r":\1", escaped(marked))).bindparams(*binds)
