"""Several daemons on one ledger: leases with their epochs, witnesses of commits, who announces what.

Revision: 0006
Follows: 0005
Written: 2026-11-25
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from syncd.ledger.columns import ExactText, Integer64

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Bring the schema forward: two small tables, and columns that are null in every row there is."""
    op.create_table(
        "leases",
        sa.Column("course", ExactText(), nullable=False),
        sa.Column("epoch", Integer64(), nullable=False),
        sa.Column("holder", ExactText(), nullable=False),
        sa.Column("taken_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ended_epoch", Integer64(), nullable=False),
        sa.Column("outcome", ExactText(), nullable=False),
        sa.Column("reason", ExactText(), nullable=False),
        sa.Column("failures", Integer64(), nullable=False),
        sa.Column("milliseconds", Integer64(), nullable=False),
        sa.PrimaryKeyConstraint("course", name="pk_leases"),
    )
    op.create_table(
        "commits",
        sa.Column("writer", ExactText(), nullable=False),
        sa.Column("number", Integer64(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("writer", name="pk_commits"),
    )
    op.add_column("passes", sa.Column("epoch", Integer64(), nullable=True))
    op.add_column("mismatch_events", sa.Column("announcer", ExactText(), nullable=True))
    op.add_column("mismatch_events", sa.Column("claimed_at", INSTANT, nullable=True))
