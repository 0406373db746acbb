"""What each side showed of each procedure, as of an instant: its newest record, and every decision that it cited.

In: a pair, a side, an instant. Out: one row for each record that the side had ever shown by then.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from operator import attrgetter
from typing import Any

import sqlalchemy as sa
from msgspec import Struct, structs
from sqlalchemy.orm import Session

from syncd.ledger.outlines import Outline, cited_in, outline_in
from syncd.ledger.tables import VERSIONS
from syncd.records.procedure import State

SHOWN_STATES = frozenset({State.PUBLIC, None})
"""States of a record that the public may see; a side that does not say a state shows what it lists."""


class DecisionSeen(Struct, frozen=True, gc=False):
    """One decision that a record cited: its number as the side writes it (empty: only a date) and its date.

    ``first_public`` and ``latest_public`` are the clicks on "Công khai" that were seen beside it; ``first_seen`` and
    ``last_seen`` say when the side showed it (``last_seen`` is no later than the instant asked about).
    """

    number: str
    signed: date | None
    first_public: datetime | None
    latest_public: datetime | None
    first_seen: datetime
    last_seen: datetime


class Shown(Struct, frozen=True, kw_only=True, gc=False):
    """One record of one side as of an instant.

    ``procedure`` is the outline of its newest readable version (None: none was readable); ``gone_at`` is when it was
    found to be there no longer. ``is_shown_now``: it is on the side, and its state is public or not said.
    ``decisions`` stand in the order in which they were first seen.
    """

    key: str
    code: str
    procedure: Outline | None
    gone_at: datetime | None
    is_shown_now: bool
    decisions: tuple[DecisionSeen, ...]

    @property
    def missing_parts(self) -> tuple[str, ...] | None:
        """The component parts that the record lacks; None where that cannot be told."""
        return self.procedure.missing_parts if self.procedure else None


def shown(session: Session, *, pair: str, side: str, at: datetime, with_missing_parts: bool = True) -> list[Shown]:
    """Every record that a side had shown by ``at``, by key; those that had gone by then too.

    ``with_missing_parts``: whether they are wanted; versions that have no outline are read much quicker without.
    """
    wanted = sa.select(*COLUMNS).where(VERSIONS.c.pair == pair, VERSIONS.c.side == side, VERSIONS.c.valid_from <= at)
    by_key: dict[str, list[Any]] = {}
    for row in session.execute(wanted):
        by_key.setdefault(row[0], []).append(row)
    return [_shown(key, sorted(by_key[key], key=_since), at, with_missing_parts) for key in sorted(by_key)]


COLUMNS = (
    *(VERSIONS.c[name] for name in ("key", "code", "valid_from", "valid_to", "id", "outline")),
    sa.case((VERSIONS.c.outline.is_(None), VERSIONS.c.canonical)).label("canonical"),
)
"""The whole form only where there is no outline of it."""

_since = attrgetter("valid_from", "id")


def _is_readable(row: Any) -> bool:
    return row.outline is not None or row.canonical is not None


def _shown(key: str, rows: Sequence[Any], at: datetime, with_missing_parts: bool) -> Shown:
    """One record from its versions, oldest first."""
    newest, readable = rows[-1], [row for row in rows if _is_readable(row)]
    said = readable[-1] if readable else newest
    procedure = outline_in(said.outline, said.canonical, with_missing_parts=with_missing_parts)
    gone_at = newest.valid_to if newest.valid_to is not None and newest.valid_to <= at else None
    is_public = procedure is None or procedure.state in SHOWN_STATES
    return Shown(
        key=key,
        code=newest.code,
        procedure=procedure,
        gone_at=gone_at,
        is_shown_now=gone_at is None and is_public,
        decisions=_decisions(readable, procedure, at),
    )


def _decisions(readable: Sequence[Any], newest: Outline | None, at: datetime) -> tuple[DecisionSeen, ...]:
    found: dict[tuple[str, date | None], DecisionSeen] = {}
    for seen in _seen(readable, newest, at):
        known = found.setdefault((seen.number, seen.signed), seen)
        if known is not seen:
            found[seen.number, seen.signed] = _merged(known, seen)
    return tuple(found.values())


def _seen(readable: Sequence[Any], newest: Outline | None, at: datetime) -> Iterator[DecisionSeen]:
    """What each version cites; one that gives neither number nor date cites nothing."""
    for place, row in enumerate(readable, start=1):
        cited = newest if newest is not None and place == len(readable) else cited_in(row.outline, row.canonical)
        if cited.decision_number or cited.decision_date:
            yield DecisionSeen(
                number=cited.decision_number or "",
                signed=cited.decision_date,
                first_public=cited.published_at,
                latest_public=cited.published_at,
                first_seen=row.valid_from,
                last_seen=at if row.valid_to is None else min(row.valid_to, at),
            )


def _merged(known: DecisionSeen, later: DecisionSeen) -> DecisionSeen:
    clicks = [one for one in (known.first_public, known.latest_public, later.latest_public) if one is not None]
    return structs.replace(
        known,
        first_public=min(clicks, default=None),
        latest_public=max(clicks, default=None),
        last_seen=max(known.last_seen, later.last_seen),
    )
