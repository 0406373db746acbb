"""${message}

Revision: ${up_revision}
Follows: ${down_revision | comma,n}
Written: ${create_date}
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    """Bring the schema forward."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """There is no way down: it would have to forget. Restore a backup instead."""
    raise NotImplementedError("a ledger is not downgraded: restore a backup")
