"""Registers, figures of the Service Index, tallies of dossiers and overdue dossiers.

Revision: 0002
Follows: 0001
Written: 2026-11-25
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
STILL = sa.text("valid_to IS NULL")


def upgrade() -> None:
    """Bring the schema forward: new tables only, no row of the old ones is touched."""
    _registers()
    _index()
    _dossiers()


def _registers() -> None:
    op.create_table(
        "registers",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("first_read_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_registers"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "register_rows",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("register_name", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("valid_from", INSTANT, nullable=False),
        sa.Column("valid_to", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["register_name"], ["registers.name"], name="fk_register_rows_register_name"),
        sa.PrimaryKeyConstraint("id", name="pk_register_rows"),
    )
    op.create_index(
        "ix_register_rows_register_name_key_valid_from", "register_rows", ["register_name", "key", "valid_from"]
    )
    op.create_index(
        "uq_register_rows_open",
        "register_rows",
        ["register_name", "key"],
        unique=True,
        sqlite_where=STILL,
        postgresql_where=STILL,
    )


def _index() -> None:
    op.create_table(
        "index_readings",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("root", sa.Text(), nullable=False),
        sa.Column("read_at", INSTANT, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("figures_digest", sa.Text(), nullable=False),
        sa.Column("pages", sa.LargeBinary(), nullable=True),
        sa.Column("figures_from", NUMBER, nullable=True),
        sa.ForeignKeyConstraint(["figures_from"], ["index_readings.id"], name="fk_index_readings_figures_from"),
        sa.PrimaryKeyConstraint("id", name="pk_index_readings"),
    )
    op.create_index(
        "ix_index_readings_period_root_source_endpoint_read_at",
        "index_readings",
        ["period", "root", "source", "endpoint", "read_at"],
    )
    op.create_table(
        "index_units",
        sa.Column("reading_id", NUMBER, nullable=False),
        sa.Column("position", NUMBER, nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("rank", NUMBER, nullable=True),
        sa.ForeignKeyConstraint(["reading_id"], ["index_readings.id"], name="fk_index_units_reading_id"),
        sa.PrimaryKeyConstraint("reading_id", "position", name="pk_index_units"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "index_figures",
        sa.Column("reading_id", NUMBER, nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("group", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("position", NUMBER, nullable=False),
        sa.Column("numerator", NUMBER, nullable=True),
        sa.Column("denominator", NUMBER, nullable=True),
        sa.Column("ratio", sa.Text(), nullable=True),
        sa.Column("score", sa.Text(), nullable=True),
        sa.Column("maximum", sa.Text(), nullable=True),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["reading_id"], ["index_readings.id"], name="fk_index_figures_reading_id"),
        sa.PrimaryKeyConstraint("reading_id", "unit", "group", "code", "position", name="pk_index_figures"),
        sqlite_with_rowid=False,
    )


def _dossiers() -> None:
    op.create_table(
        "dossier_readings",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("pair", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("read_at", INSTANT, nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_dossier_readings"),
    )
    op.create_index(
        "ix_dossier_readings_pair_side_period_read_at", "dossier_readings", ["pair", "side", "period", "read_at"]
    )
    op.create_table(
        "dossier_tallies",
        sa.Column("reading_id", NUMBER, nullable=False),
        sa.Column("position", NUMBER, nullable=False),
        sa.Column("unit_code", sa.Text(), nullable=False),
        sa.Column("unit_name", sa.Text(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["reading_id"], ["dossier_readings.id"], name="fk_dossier_tallies_reading_id"),
        sa.PrimaryKeyConstraint("reading_id", "position", name="pk_dossier_tallies"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "dossier_versions",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("pair", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("procedure_code", sa.Text(), nullable=False),
        sa.Column("unit_code", sa.Text(), nullable=False),
        sa.Column("unit_name", sa.Text(), nullable=False),
        sa.Column("received", INSTANT, nullable=True),
        sa.Column("due", INSTANT, nullable=True),
        sa.Column("finished", INSTANT, nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("valid_from", INSTANT, nullable=False),
        sa.Column("valid_to", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_dossier_versions"),
    )
    op.create_index("ix_dossier_versions_pair_number_valid_from", "dossier_versions", ["pair", "number", "valid_from"])
    op.create_index("ix_dossier_versions_pair_valid_from", "dossier_versions", ["pair", "valid_from"])
    op.create_index(
        "uq_dossier_versions_open",
        "dossier_versions",
        ["pair", "number"],
        unique=True,
        sqlite_where=STILL,
        postgresql_where=STILL,
    )


def downgrade() -> None:
    """There is no way down: it would have to forget. Restore a backup instead."""
    raise NotImplementedError("a ledger is not downgraded: restore a backup")
