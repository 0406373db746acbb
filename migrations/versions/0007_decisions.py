"""Publication decisions as a third source: what each side showed of them, and what each reading of them can say.

Revision: 0007
Follows: 0006
Written: 2026-11-25
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from syncd.ledger.columns import ExactText, Integer64

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
STILL = sa.text("valid_to IS NULL")


def upgrade() -> None:
    """Bring the schema forward: two new tables, no row of the old ones is touched."""
    op.create_table(
        "decision_readings",
        sa.Column("reading_id", Integer64(), nullable=False),
        sa.Column("carries", sa.JSON(), nullable=False),
        sa.Column("since", ExactText(), nullable=True),
        sa.Column("unreadable", Integer64(), nullable=False),
        sa.Column("rests_on", Integer64(), nullable=True),
        sa.ForeignKeyConstraint(["reading_id"], ["readings.id"], name="fk_decision_readings_reading_id"),
        sa.ForeignKeyConstraint(["rests_on"], ["readings.id"], name="fk_decision_readings_rests_on"),
        sa.PrimaryKeyConstraint("reading_id", name="pk_decision_readings"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "decision_versions",
        sa.Column("id", Integer64(), nullable=False),
        sa.Column("pair", ExactText(), nullable=False),
        sa.Column("side", ExactText(), nullable=False),
        sa.Column("key", ExactText(), nullable=False),
        sa.Column("number", ExactText(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("reading_id", Integer64(), nullable=False),
        sa.Column("valid_from", INSTANT, nullable=False),
        sa.Column("valid_to", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["reading_id"], ["readings.id"], name="fk_decision_versions_reading_id"),
        sa.PrimaryKeyConstraint("id", name="pk_decision_versions"),
    )
    op.create_index("ix_decision_versions_pair_side_valid_from", "decision_versions", ["pair", "side", "valid_from"])
    op.create_index("ix_decision_versions_number", "decision_versions", ["number"])
    op.create_index(
        "uq_decision_versions_open",
        "decision_versions",
        ["pair", "side", "key"],
        unique=True,
        sqlite_where=STILL,
        postgresql_where=STILL,
    )
