"""One search for everything: mismatches, procedures, decisions, units.

In: words in any form, whose things are seen, a catalogue and what was judged. Out: the first few of each, and how many.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy.orm import Session

from syncd.answers.decisions import DecisionRow, decisions
from syncd.answers.procedures import ProcedureRow, found_in
from syncd.answers.publications import Judged
from syncd.answers.queue import (
    Facet,
    Filter,
    Page,
    QueueRow,
    facets,
    facets_of,
    groups,
    ids_in,
    mismatches_page,
)
from syncd.answers.queue_filter import LONGEST
from syncd.records.text import fold

FEW = 8


class Found(Struct, frozen=True, kw_only=True):
    """What a search found: the first `FEW` of each kind, and how many there are in all."""

    text: str
    mismatches: tuple[QueueRow, ...]
    mismatch_total: int
    procedures: tuple[ProcedureRow, ...]
    procedure_total: int
    decisions: tuple[DecisionRow, ...]
    decision_total: int
    units: tuple[Facet, ...]


def search(
    session: Session,
    text: str,
    *,
    within: str | None,
    now: datetime,
    catalogue: Sequence[ProcedureRow] = (),
    found: Judged | None = None,
) -> Found:
    """Everything in which all words stand. An empty text finds nothing; a long one is cut."""
    words = " ".join(text[:LONGEST].split())
    wanted = Filter(text=words)
    page = _first(session, wanted, within, now) if words else None
    procedures = found_in(catalogue, words) if words else []
    several = decisions(found, within=within, text=words) if words and found is not None else []
    return Found(
        text=words,
        mismatches=page.rows if page else (),
        mismatch_total=page.total if page else 0,
        procedures=tuple(procedures[:FEW]),
        procedure_total=len(procedures),
        decisions=tuple(several[:FEW]),
        decision_total=len(several),
        units=_units(session, words, within, now) if words else (),
    )


def _first(session: Session, wanted: Filter, within: str | None, now: datetime) -> Page:
    """The first few, and how many; the texts are looked through once."""
    counted = groups(session, wanted, within=within, now=now)
    total, among = facets_of(counted, wanted).total, ids_in(counted, wanted)
    return mismatches_page(session, wanted, within=within, now=now, size=FEW, total=total, among=among)


def _units(session: Session, text: str, within: str | None, now: datetime) -> tuple[Facet, ...]:
    """Units with something open whose name or code has every word."""
    every = facets(session, Filter(), within=within, now=now).units
    words = fold(text).split()
    return tuple(one for one in every if all(word in fold(f"{one.name} {one.value}") for word in words))[:FEW]
