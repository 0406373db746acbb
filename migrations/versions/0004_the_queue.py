"""One narrow row for each mismatch, which the queue is read from; filled from the mismatches that are there.

Revision: 0004
Follows: 0003
Written: 2026-11-25
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from syncd.ledger.columns import ExactText, UTCDateTime
from syncd.ledger.listing import listing_row

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
AT_ONCE = 1000

NAMES = (
    "id",
    "is_open",
    "severity_rank",
    "state",
    "severity",
    "kind",
    "field",
    "unit",
    "pair",
    "difference",
    "code",
    "first_seen",
    "last_changed",
    "name_key",
    "search",
)
FACETS = ("is_open", "state", "severity", "kind", "field", "unit", "pair", "difference", "first_seen")
INDEXES = {
    "ix_mismatch_listing_facets": FACETS,
    "ix_mismatch_listing_found": (*FACETS, "search"),
    "ix_mismatch_listing_is_open_unit_id": ("is_open", "unit", "id"),
    "ix_mismatch_listing_is_open_severity_rank_first_seen_id": ("is_open", "severity_rank", "first_seen", "id"),
    "ix_mismatch_listing_is_open_first_seen_id": ("is_open", "first_seen", "id"),
    "ix_mismatch_listing_is_open_last_changed_id": ("is_open", "last_changed", "id"),
    "ix_mismatch_listing_is_open_name_key_id": ("is_open", "name_key", "id"),
    "ix_mismatch_listing_is_open_code_id": ("is_open", "code", "id"),
}
SOURCE = sa.table(
    "mismatches",
    *(
        sa.column(name, ExactText())
        for name in (
            "id",
            "pair",
            "kind",
            "code",
            "local_code",
            "name",
            "field",
            "difference",
            "portal_value",
            "city_value",
            "severity",
            "state",
            "agency_code",
            "agency_name",
        )
    ),
    sa.column("first_seen", UTCDateTime()),
    sa.column("last_changed", UTCDateTime()),
)


def upgrade() -> None:
    """Bring the schema forward: a new table, and an index for counting events; no row of the old ones is touched."""
    op.create_table(
        "mismatch_listing",
        *(_column(name) for name in NAMES),
        sa.ForeignKeyConstraint(["id"], ["mismatches.id"], name="fk_mismatch_listing_id"),
        sa.PrimaryKeyConstraint("id", name="pk_mismatch_listing"),
        sqlite_with_rowid=False,
    )
    _fill()
    for name, columns in INDEXES.items():
        op.create_index(name, "mismatch_listing", list(columns))
    counted = ["pair", "event", "at", "mismatch_id"]
    op.create_index("ix_mismatch_events_pair_event_at_mismatch_id", "mismatch_events", counted)


TYPES: dict[str, Any] = {
    "is_open": sa.Boolean(),
    "severity_rank": sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
    "first_seen": INSTANT,
    "last_changed": INSTANT,
}


GIVEN: dict[str, Any] = {
    "severity_rank": sa.Integer(),
    "is_open": sa.Boolean(),
    "first_seen": UTCDateTime(),
    "last_changed": UTCDateTime(),
}


def _column(name: str) -> sa.Column[Any]:
    return sa.Column(name, TYPES.get(name, sa.Text()), nullable=False)


def _fill() -> None:
    """A few rows at a time; the words are those of the program that migrates."""
    connection = op.get_bind()
    target = sa.table("mismatch_listing", *(sa.column(name, GIVEN.get(name, ExactText())) for name in NAMES))
    last = ""
    while rows := connection.execute(
        sa.select(SOURCE).where(SOURCE.c.id > last).order_by(SOURCE.c.id).limit(AT_ONCE)
    ).all():
        made = [listing_row(row) for row in rows]
        connection.execute(sa.insert(target), [{name: row[name] for name in NAMES} for row in made])
        last = rows[-1].id
