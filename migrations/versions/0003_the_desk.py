"""Accounts, the work on mismatches, saved views, re-reads, notices; the audit trail becomes a chain.

Revision: 0003
Follows: 0002
Written: 2026-11-25
"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from syncd.ledger.audit_chain import CHAIN_BEGUN, HEAD, ZERO, Coverage, canonical, head_text, link
from syncd.ledger.columns import ExactText, UTCDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
ACTOR = "migration"

CAUSES = (
    ("late_publication", "Công bố, công khai muộn", "Published late"),
    ("not_synchronised", "Chưa đồng bộ về hệ thống của Thành phố", "Not yet synchronised to the city's system"),
    ("wrong_code", "Sai mã thủ tục hành chính", "Wrong procedure code"),
    ("wrong_entry", "Nhập sai nội dung", "Entered wrongly"),
    ("draft_shown", "Cổng hiển thị bản dự thảo", "The portal shows a draft"),
    ("waiting_for_ministry", "Chờ Bộ công bố", "Waiting for the ministry to publish"),
    ("waiting_for_decision", "Chờ quyết định công bố của Chủ tịch UBND Thành phố", "Waiting for the city's decision"),
    ("not_withdrawn", "Đã bãi bỏ nhưng chưa hủy công khai", "Abolished and still shown"),
    ("reorganised", "Thay đổi cơ quan thực hiện sau sắp xếp tổ chức", "Agencies reorganised"),
    ("test_record", "Bản ghi thử nghiệm chưa gỡ bỏ", "A test record is left"),
    ("connection", "Lỗi kết nối, chia sẻ dữ liệu", "Connection fault"),
    ("portal_fault", "Lỗi kỹ thuật của Cổng Dịch vụ công quốc gia", "Technical fault of the national portal"),
    ("other", "Nguyên nhân khác", "Another cause"),
)


def upgrade() -> None:
    """Bring the schema forward; no row of the old tables changes, and the chain begins over those of the trail."""
    _audit()
    _accounts()
    _work()
    _notices()


def _audit() -> None:
    op.add_column("audit", sa.Column("mismatch_id", sa.Text(), nullable=True))
    op.add_column("audit", sa.Column("chain", sa.Text(), nullable=True))
    of_one = sa.text("mismatch_id IS NOT NULL")
    op.create_index(
        "ix_audit_mismatch_id", "audit", ["mismatch_id", "id"], sqlite_where=of_one, postgresql_where=of_one
    )
    _begin_chain(op.get_bind())


def _begin_chain(connection: sa.Connection) -> None:
    """Write the row that covers all earlier ones; where there are none, the chain begins with the first to come."""
    audit = sa.table(
        "audit",
        sa.column("id", NUMBER),
        *(sa.column(name, ExactText()) for name in ("actor", "action", "pair", "chain")),
        sa.column("at", UTCDateTime()),
        sa.column("detail", sa.JSON()),
    )
    names = ("at", "actor", "action", "pair", "detail")
    earlier = sa.select(*(audit.c[name] for name in names)).order_by(audit.c.id)
    covered = Coverage()
    with connection.execute(earlier, execution_options={"yield_per": 2000}) as rows:
        for row in rows:
            covered.add(canonical(**row._mapping, mismatch_id=None))  # noqa: SLF001
    if covered.rows:
        begun = {"at": datetime.now(UTC), "actor": ACTOR, "action": CHAIN_BEGUN, "pair": "", "detail": covered.detail}
        newest = link(ZERO, canonical(**begun, mismatch_id=None))
        connection.execute(sa.insert(audit).values(**begun, chain=newest))
        settings = sa.table("settings", sa.column("name", sa.Text()), sa.column("value", sa.Text()))
        connection.execute(sa.insert(settings).values(name=HEAD, value=head_text(1, newest)))


def _accounts() -> None:
    op.create_table(
        "users",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("login_key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("oidc_subject", sa.Text(), nullable=True),
        sa.Column("disabled_at", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("password_changed_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("login_key", name="uq_users_login_key"),
    )
    _index("uq_users_oidc_subject", "users", ["oidc_subject"], where="oidc_subject IS NOT NULL", unique=True)
    op.create_table(
        "sessions",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("user_id", NUMBER, nullable=False),
        sa.Column("csrf", sa.Text(), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("address", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_sessions_user_id"),
        sa.PrimaryKeyConstraint("digest", name="pk_sessions"),
    )
    op.create_index("ix_sessions_user_id", "sessions", ["user_id"])
    op.create_index("ix_sessions_expires_at", "sessions", ["expires_at"])
    op.create_table(
        "api_tokens",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("user_id", NUMBER, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.Column("last_used_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_api_tokens_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_api_tokens"),
        sa.UniqueConstraint("digest", name="uq_api_tokens_digest"),
    )
    op.create_index("ix_api_tokens_user_id", "api_tokens", ["user_id"])
    op.create_table(
        "saved_views",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("user_id", NUMBER, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_saved_views_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_saved_views"),
        sa.UniqueConstraint("user_id", "name", name="uq_saved_views_user_id_name"),
    )


def _work() -> None:
    causes = op.create_table(
        "causes",
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("vietnamese", sa.Text(), nullable=False),
        sa.Column("english", sa.Text(), nullable=False),
        sa.Column("retired_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("slug", name="pk_causes"),
        sqlite_with_rowid=False,
    )
    op.bulk_insert(causes, [{"slug": slug, "vietnamese": vi, "english": en} for slug, vi, en in CAUSES])
    op.create_table(
        "mismatch_work",
        sa.Column("mismatch_id", sa.Text(), nullable=False),
        sa.Column("assignee", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=True),
        sa.Column("reported_at", INSTANT, nullable=True),
        sa.Column("reported_by", sa.Text(), nullable=False),
        sa.Column("report_reference", sa.Text(), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["mismatch_id"], ["mismatches.id"], name="fk_mismatch_work_mismatch_id"),
        sa.ForeignKeyConstraint(["cause"], ["causes.slug"], name="fk_mismatch_work_cause"),
        sa.PrimaryKeyConstraint("mismatch_id", name="pk_mismatch_work"),
        sqlite_with_rowid=False,
    )
    for name in ("assignee", "unit", "cause"):
        op.create_index(f"ix_mismatch_work_{name}", "mismatch_work", [name])
    op.create_table(
        "comments",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("mismatch_id", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["mismatch_id"], ["mismatches.id"], name="fk_comments_mismatch_id"),
        sa.PrimaryKeyConstraint("id", name="pk_comments"),
    )
    op.create_index("ix_comments_mismatch_id_id", "comments", ["mismatch_id", "id"])
    op.create_table(
        "rereads",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("pair", sa.Text(), nullable=False),
        sa.Column("mismatch_id", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("taken_at", INSTANT, nullable=True),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["mismatch_id"], ["mismatches.id"], name="fk_rereads_mismatch_id"),
        sa.PrimaryKeyConstraint("id", name="pk_rereads"),
    )
    op.create_index("ix_rereads_mismatch_id_id", "rereads", ["mismatch_id", "id"])
    _index("uq_rereads_open", "rereads", ["mismatch_id"], where="done_at IS NULL", unique=True)
    _index("ix_rereads_pending", "rereads", ["pair", "id"], where="done_at IS NULL")


def _notices() -> None:
    op.create_table(
        "notices",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("attempts", NUMBER, nullable=False),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("next_try_at", INSTANT, nullable=False),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("given_up_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
        sa.UniqueConstraint("key", name="uq_notices_key"),
    )
    _index("ix_notices_pending", "notices", ["next_try_at"], where="sent_at IS NULL AND given_up_at IS NULL")
    op.create_table(
        "digest_marks",
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("last_event_id", NUMBER, nullable=False),
        sa.Column("marked_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("unit", "channel", name="pk_digest_marks"),
        sqlite_with_rowid=False,
    )


def _index(name: str, table: str, columns: list[str], *, where: str, unique: bool = False) -> None:
    """An index of just the rows for which a condition holds."""
    said = sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=said, postgresql_where=said)


def downgrade() -> None:
    """There is no way down: it would have to forget. Restore a backup instead."""
    raise NotImplementedError("a ledger is not downgraded: restore a backup")
