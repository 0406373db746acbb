"""An outline of each version, so that publications as of a past instant need no whole record.

Revision: 0005
Follows: 0004
Written: 2026-11-25
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema forward: a column that is null in every row there is, so that no row is written anew."""
    for table in ("versions", "staged"):
        op.add_column(table, sa.Column("outline", sa.LargeBinary(), nullable=True))
