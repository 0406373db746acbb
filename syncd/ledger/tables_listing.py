"""The table that the queue is read from: one narrow row for each mismatch, with what it is filtered and ordered by.

In: nothing. Out: its part of the schema, which `syncd.ledger.tables` joins. Everything in it follows from the mismatch
and the work on it (see `syncd.ledger.listing`); texts are short enough for an index of either database.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from syncd.ledger.remembered import Remembered, instant_column, number_column, table_of, text_column

FACETS = ("state", "severity", "kind", "field", "unit")


class ListingTableRow(Remembered, table=True):
    """One mismatch as the queue lists it.

    ``unit`` is the unit that the Office gave it to, else the record's. ``severity_rank``: 0 is the gravest.
    ``name_key`` sorts by Vietnamese order. ``search`` is folded text with every form of the codes.
    """

    __tablename__ = "mismatch_listing"
    __table_args__ = (
        sa.Index("ix_mismatch_listing_facets", "is_open", *FACETS, "pair", "difference", "first_seen"),
        sa.Index("ix_mismatch_listing_found", "is_open", *FACETS, "pair", "difference", "first_seen", "search"),
        sa.Index(None, "is_open", "unit", "id"),
        sa.Index(None, "is_open", "severity_rank", "first_seen", "id"),
        sa.Index(None, "is_open", "first_seen", "id"),
        sa.Index(None, "is_open", "last_changed", "id"),
        sa.Index(None, "is_open", "name_key", "id"),
        sa.Index(None, "is_open", "code", "id"),
        {"sqlite_with_rowid": False},
    )

    id: str = text_column(primary_key=True, foreign_key="mismatches.id")
    is_open: bool = Field(sa_type=sa.Boolean)
    severity_rank: int = number_column()
    state: str = text_column()
    severity: str = text_column()
    kind: str = text_column()
    field: str = text_column()
    unit: str = text_column()
    pair: str = text_column()
    difference: str = text_column()
    code: str = text_column()
    first_seen: datetime = instant_column()
    last_changed: datetime = instant_column()
    name_key: str = text_column()
    search: str = text_column()


MISMATCH_LISTING = table_of(ListingTableRow)
