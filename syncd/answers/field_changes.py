"""What two versions of a procedure, or its two sides, say differently: field by field, with marks.

In: two canonical procedures. Out: frozen rows in the words that people read. Pure.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec import Struct, structs

from syncd.answers.marks import Tokens, marked
from syncd.reconcile.comparison import Rules, differences
from syncd.reconcile.entries import WORDS, lines
from syncd.reconcile.equality import FIELD_RULES
from syncd.records.procedure import Procedure

ALL_FIELDS = Rules(fields=frozenset(FIELD_RULES))
NOT_SHOWN = frozenset({"applied_departments"})


class FieldChange(Struct, frozen=True, kw_only=True):
    """One field that two versions say differently. ``difference``: its class, empty where the field has none."""

    field: str
    before: str
    after: str
    difference: str
    before_tokens: Tokens
    after_tokens: Tokens


def changed_fields(before: Procedure | None, after: Procedure | None) -> tuple[str, ...]:
    """The names of the fields in which two versions are not the same, form included."""
    first, second = (structs.asdict(one) if one else {} for one in (before, after))
    names = dict.fromkeys((*first, *second))
    return tuple(name for name in names if first.get(name) != second.get(name) and name not in NOT_SHOWN)


def changed_between(
    before: Procedure | None, after: Procedure | None, *, counts_silence: bool = False
) -> tuple[FieldChange, ...]:
    """What two versions say differently, field by field; nothing where one of them is not readable.

    ``counts_silence``: whether a value that came or went is a change. Between two versions of one side it is; between
    two sides it only says that one of them does not carry the field.
    """
    if before is None or after is None:
        return ()
    found = [
        _change(one.field, one.portal_value, one.city_value, one.difference.value)
        for one in differences(before, after, ALL_FIELDS)
    ]
    told = {one.field for one in found}
    plain = (
        name
        for name in changed_fields(before, after)
        if name not in told and (counts_silence or name not in FIELD_RULES)
    )
    values = ((name, getattr(before, name), getattr(after, name)) for name in plain)
    return (*found, *(_change(name, written(name, old), written(name, new), "") for name, old, new in values))


def _change(field: str, before: str, after: str, difference: str) -> FieldChange:
    ours, theirs = marked(before, after)
    return FieldChange(
        field=field, before=before, after=after, difference=difference, before_tokens=ours, after_tokens=theirs
    )


def written(field: str, value: Any) -> str:
    """A value in words; empty where the side does not say."""
    if value is None:
        return ""
    if (rule := FIELD_RULES.get(field)) is not None:
        return lines(rule.entries(value))
    return value.isoformat() if isinstance(value, datetime) else WORDS.get(str(value), str(value))
