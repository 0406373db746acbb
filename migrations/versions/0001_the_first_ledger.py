"""The first ledger: settings, audit, passes, readings, versions, heads, staged, mismatches, events, waivers, lags.

Revision: 0001
Follows: nothing
Written: 2026-11-25
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Bring the schema forward."""
    op.create_table(
        "audit",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("pair", sa.Text(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_pair_id", "audit", ["pair", "id"])

    op.create_table(
        "lags",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("pair", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("portal_changed_at", INSTANT, nullable=False),
        sa.Column("city_changed_at", INSTANT, nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_lags"),
    )
    op.create_index("ix_lags_pair_city_changed_at", "lags", ["pair", "city_changed_at"])

    op.create_table(
        "passes",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("pair", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("heartbeat_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_passes"),
    )
    op.create_index("ix_passes_pair_started_at", "passes", ["pair", "started_at"])
    op.create_index(
        "uq_passes_running",
        "passes",
        ["pair"],
        unique=True,
        sqlite_where=sa.text("outcome = 'running'"),
        postgresql_where=sa.text("outcome = 'running'"),
    )

    op.create_table(
        "settings",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_settings"),
    )
    op.create_table(
        "waivers",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("pair", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("values_digest", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_waivers"),
    )
    op.create_index("ix_waivers_pair_subject_values_digest", "waivers", ["pair", "subject", "values_digest"])

    op.create_table(
        "readings",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("pass_id", NUMBER, nullable=False),
        sa.Column("pair", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("pages", NUMBER, nullable=False),
        sa.Column("counted", NUMBER, nullable=False),
        sa.Column("declared_total", NUMBER, nullable=True),
        sa.Column("new", NUMBER, nullable=False),
        sa.Column("changed", NUMBER, nullable=False),
        sa.Column("gone", NUMBER, nullable=False),
        sa.Column("invalid", NUMBER, nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["pass_id"], ["passes.id"], name="fk_readings_pass_id"),
        sa.PrimaryKeyConstraint("id", name="pk_readings"),
    )
    op.create_index("ix_readings_pair_side_ended_at", "readings", ["pair", "side", "ended_at"])

    op.create_table(
        "versions",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("pair", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("reading_id", NUMBER, nullable=False),
        sa.Column("valid_from", INSTANT, nullable=False),
        sa.Column("valid_to", INSTANT, nullable=True),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("detail", sa.LargeBinary(), nullable=True),
        sa.Column("canonical", sa.LargeBinary(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("decision_number", sa.Text(), nullable=True),
        sa.Column("raw_digest", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["reading_id"], ["readings.id"], name="fk_versions_reading_id"),
        sa.PrimaryKeyConstraint("id", name="pk_versions"),
    )
    op.create_index("ix_versions_pair_code_side", "versions", ["pair", "code", "side"])
    op.create_index("ix_versions_pair_side_key_valid_from", "versions", ["pair", "side", "key", "valid_from"])
    op.create_index("ix_versions_pair_side_valid_from", "versions", ["pair", "side", "valid_from"])

    op.create_table(
        "staged",
        sa.Column("pair", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("detail", sa.LargeBinary(), nullable=True),
        sa.Column("canonical", sa.LargeBinary(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("decision_number", sa.Text(), nullable=True),
        sa.Column("raw_digest", sa.Text(), nullable=False),
        sa.Column("raw_hash", sa.LargeBinary(), nullable=False),
        sa.Column("detail_read_at", INSTANT, nullable=True),
        sa.Column("is_version", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("pair", "side", "key", name="pk_staged"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "heads",
        sa.Column("pair", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("raw_hash", sa.LargeBinary(), nullable=False),
        sa.Column("version_id", NUMBER, nullable=False),
        sa.Column("detail_read_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name="fk_heads_version_id"),
        sa.PrimaryKeyConstraint("pair", "side", "key", name="pk_heads"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "mismatches",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("pair", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("local_code", sa.Text(), nullable=False),
        sa.Column("portal_key", sa.Text(), nullable=False),
        sa.Column("city_key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("difference", sa.Text(), nullable=False),
        sa.Column("portal_value", sa.Text(), nullable=False),
        sa.Column("city_value", sa.Text(), nullable=False),
        sa.Column("values_digest", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("agency_code", sa.Text(), nullable=False),
        sa.Column("agency_name", sa.Text(), nullable=False),
        sa.Column("first_seen", INSTANT, nullable=False),
        sa.Column("last_changed", INSTANT, nullable=False),
        sa.Column("confirmed_at", INSTANT, nullable=True),
        sa.Column("resolved_at", INSTANT, nullable=True),
        sa.Column("portal_version_id", NUMBER, nullable=True),
        sa.Column("city_version_id", NUMBER, nullable=True),
        sa.Column("portal_reading_id", NUMBER, nullable=True),
        sa.Column("city_reading_id", NUMBER, nullable=True),
        sa.ForeignKeyConstraint(["city_reading_id"], ["readings.id"], name="fk_mismatches_city_reading_id"),
        sa.ForeignKeyConstraint(["city_version_id"], ["versions.id"], name="fk_mismatches_city_version_id"),
        sa.ForeignKeyConstraint(["portal_reading_id"], ["readings.id"], name="fk_mismatches_portal_reading_id"),
        sa.ForeignKeyConstraint(["portal_version_id"], ["versions.id"], name="fk_mismatches_portal_version_id"),
        sa.PrimaryKeyConstraint("id", name="pk_mismatches"),
    )
    op.create_index("ix_mismatches_pair_code", "mismatches", ["pair", "code"])
    op.create_index("ix_mismatches_pair_state_kind", "mismatches", ["pair", "state", "kind"])

    op.create_table(
        "mismatch_events",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("mismatch_id", sa.Text(), nullable=False),
        sa.Column("pair", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("from_state", sa.Text(), nullable=True),
        sa.Column("to_state", sa.Text(), nullable=False),
        sa.Column("pass_id", NUMBER, nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("snapshot", sa.LargeBinary(), nullable=False),
        sa.Column("announced_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["mismatch_id"], ["mismatches.id"], name="fk_mismatch_events_mismatch_id"),
        sa.ForeignKeyConstraint(["pass_id"], ["passes.id"], name="fk_mismatch_events_pass_id"),
        sa.PrimaryKeyConstraint("id", name="pk_mismatch_events"),
    )
    op.create_index("ix_mismatch_events_mismatch_id_id", "mismatch_events", ["mismatch_id", "id"])
    op.create_index("ix_mismatch_events_pair_at", "mismatch_events", ["pair", "at"])
    op.create_index(
        "ix_mismatch_events_pending",
        "mismatch_events",
        ["id"],
        unique=False,
        sqlite_where=sa.text("announced_at IS NULL"),
        postgresql_where=sa.text("announced_at IS NULL"),
    )


def downgrade() -> None:
    """There is no way down: it would have to forget. Restore a backup instead."""
    raise NotImplementedError("a ledger is not downgraded: restore a backup")
