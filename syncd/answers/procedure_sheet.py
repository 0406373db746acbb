"""One procedure as both sides say it, field by field: what is the same once, what differs with its marks.

In: two canonical procedures. Out: frozen rows in the words that people read. Pure.
"""

from __future__ import annotations

from msgspec import Struct

from syncd.answers.field_changes import NOT_SHOWN, changed_between, written
from syncd.answers.marks import Mark, Token, Tokens
from syncd.records.procedure import FIELDS, Procedure


class SheetRow(Struct, frozen=True, kw_only=True):
    """One field. ``is_same``: both sides say it alike, so that it is shown once.

    ``difference``: the class of the difference, empty where there is none or only one side carries the field.
    """

    field: str
    portal: Tokens
    city: Tokens
    is_same: bool
    difference: str


def sheet(portal: Procedure | None, city: Procedure | None) -> tuple[SheetRow, ...]:
    """Every field that a side says something in, in the order of the record."""
    differing = {one.field: one for one in changed_between(portal, city)}
    rows = []
    for field in FIELDS:
        if field in NOT_SHOWN:
            continue
        ours, theirs = (written(field, getattr(side, field)) if side else "" for side in (portal, city))
        change = differing.get(field)
        if ours or theirs:
            rows.append(
                SheetRow(
                    field=field,
                    portal=change.before_tokens if change else _plain(ours),
                    city=change.after_tokens if change else _plain(theirs),
                    is_same=ours == theirs,
                    difference=change.difference if change else "",
                )
            )
    return tuple(rows)


def _plain(text: str) -> Tokens:
    return (Token(text, Mark.SAME),) if text else ()
