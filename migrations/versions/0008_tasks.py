"""Tasks that units were given by directives and documents: readings of each source and period, and their tallies.

Revision: 0008
Follows: 0007
Written: 2026-11-25
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from syncd.ledger.columns import ExactText, Integer64

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Bring the schema forward: two new tables, no row of the old ones is touched."""
    op.create_table(
        "task_readings",
        sa.Column("id", Integer64(), nullable=False),
        sa.Column("source", ExactText(), nullable=False),
        sa.Column("period", ExactText(), nullable=False),
        sa.Column("read_at", INSTANT, nullable=False),
        sa.Column("verdict", ExactText(), nullable=False),
        sa.Column("reason", ExactText(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("digest", ExactText(), nullable=False),
        sa.Column("tallies_from", Integer64(), nullable=True),
        sa.ForeignKeyConstraint(["tallies_from"], ["task_readings.id"], name="fk_task_readings_tallies_from"),
        sa.PrimaryKeyConstraint("id", name="pk_task_readings"),
    )
    op.create_index("ix_task_readings_source_period_read_at", "task_readings", ["source", "period", "read_at"])
    op.create_table(
        "task_tallies",
        sa.Column("reading_id", Integer64(), nullable=False),
        sa.Column("position", Integer64(), nullable=False),
        sa.Column("unit_code", ExactText(), nullable=False),
        sa.Column("unit_name", ExactText(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["reading_id"], ["task_readings.id"], name="fk_task_tallies_reading_id"),
        sa.PrimaryKeyConstraint("reading_id", "position", name="pk_task_tallies"),
        sqlite_with_rowid=False,
    )
