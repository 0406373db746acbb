"""The decisions that a side has shown for its records, one after the other: what tells a flap from a new decision.

In: codes, an instant. Out: for each record, by code, its showings, the oldest first.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from syncd.ledger.packing import unpack, unpack_struct
from syncd.ledger.rows import chunks
from syncd.ledger.tables import VERSIONS
from syncd.reconcile.decided import Showing
from syncd.records.procedure import Procedure


def showings(
    session: Session, pair: str, side: str, codes: Sequence[str], *, publication_known: bool, as_of: datetime | None
) -> dict[str, list[list[Showing]]]:
    """For each code, the showings of each record that the side has (at ``as_of``: had) under it.

    ``publication_known``: whether the side says when it published; where it does not, all that it shows is its word.
    """
    shown: dict[tuple[str, str], list[Any]] = {}
    for some in chunks(codes):
        for row in session.execute(_versions(pair, side, some, as_of)):
            shown.setdefault((row.code, row.key), []).append(row)
    found: dict[str, list[list[Showing]]] = {}
    for (code, _), rows in shown.items():
        ended = rows[-1].valid_to
        if ended is None or (as_of is not None and ended > as_of):
            found.setdefault(code, []).append([_showing(row, publication_known) for row in rows])
    return found


def _versions(pair: str, side: str, codes: Sequence[str], as_of: datetime | None) -> sa.Select[Any]:
    """The versions of these codes that could be read, the oldest first."""
    wanted = sa.select(VERSIONS).where(
        VERSIONS.c.pair == pair, VERSIONS.c.side == side, VERSIONS.c.code.in_(codes), VERSIONS.c.canonical.is_not(None)
    )
    if as_of is not None:
        wanted = wanted.where(VERSIONS.c.valid_from <= as_of)
    return wanted.order_by(VERSIONS.c.valid_from, VERSIONS.c.id)


def _showing(row: Any, publication_known: bool) -> Showing:
    procedure = unpack_struct(row.canonical, Procedure)
    return Showing(
        number=row.decision_number or "",
        day=procedure.decision_date,
        since=row.valid_from,
        is_published=not publication_known or procedure.published_at is not None,
        listing=None if row.detail is None else unpack(row.raw),
    )
