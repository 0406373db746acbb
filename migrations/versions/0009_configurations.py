"""What each course was judged by, and since when.

Revision: 0009
Follows: 0008
Written: 2026-11-25
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from syncd.ledger.columns import ExactText, Integer64

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Bring the schema forward: one new table, no row of the old ones is touched."""
    op.create_table(
        "configurations",
        sa.Column("id", Integer64(), nullable=False),
        sa.Column("course", ExactText(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("fingerprint", ExactText(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_configurations"),
    )
    op.create_index("ix_configurations_course_at", "configurations", ["course", "at"])
