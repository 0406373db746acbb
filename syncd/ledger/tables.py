"""Everything remembered, as tables (SQLModel; the same on SQLite and PostgreSQL).

In: nothing. Out: the schema, which the migrations follow (a test compares them), and one Core table of each; those
of publication, the index and dossiers stand in `syncd.ledger.tables_index`, those of the desk in `tables_desk`, the
queue's in `tables_listing`, those of several daemons in `tables_cluster`.
Rows never leave the ledger: its functions return plain frozen structs.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

import syncd.ledger.tables_cluster
import syncd.ledger.tables_configurations
import syncd.ledger.tables_decisions
import syncd.ledger.tables_desk
import syncd.ledger.tables_index
import syncd.ledger.tables_listing
import syncd.ledger.tables_tasks  # noqa: F401 - the tables of all of them belong to the schema
from syncd.ledger.remembered import (
    Remembered,
    bytes_column,
    instant_column,
    json_column,
    number_column,
    own_number,
    table_of,
    text_column,
)


class SettingRow(Remembered, table=True):
    """A value that the ledger keeps for the program itself, such as the secret seed of raw fingerprints."""

    __tablename__ = "settings"

    name: str = text_column(primary_key=True)
    value: str = text_column()


class AuditRow(Remembered, table=True):
    """Who changed what is remembered, when and how; one row for each change. Mismatches have their own events.

    ``chain`` is a hash over the row and the ``chain`` of the one before it; null in what is older than the chain.
    """

    __tablename__ = "audit"
    __table_args__ = (
        sa.Index(None, "pair", "id"),
        sa.Index(
            "ix_audit_mismatch_id",
            "mismatch_id",
            "id",
            sqlite_where=sa.text("mismatch_id IS NOT NULL"),
            postgresql_where=sa.text("mismatch_id IS NOT NULL"),
        ),
    )

    id: int | None = own_number()
    at: datetime = instant_column()
    actor: str = text_column()
    action: str = text_column()
    pair: str = text_column()
    detail: dict[str, Any] = json_column()
    mismatch_id: str | None = text_column()
    chain: str | None = text_column()


class PassRow(Remembered, table=True):
    """One reconciliation of one pair; at most one of a pair is running, and the database itself sees to that.

    ``epoch``: of the lease under which it ran; null where a daemon or command is alone.
    """

    __tablename__ = "passes"
    __table_args__ = (
        sa.Index(None, "pair", "started_at"),
        sa.Index(
            "uq_passes_running",
            "pair",
            unique=True,
            sqlite_where=sa.text("outcome = 'running'"),
            postgresql_where=sa.text("outcome = 'running'"),
        ),
    )

    id: int | None = own_number()
    pair: str = text_column()
    actor: str = text_column()
    holder: str = text_column()
    started_at: datetime = instant_column()
    heartbeat_at: datetime = instant_column()
    ended_at: datetime | None = instant_column()
    outcome: str = text_column()
    counts: dict[str, Any] = json_column()
    error: str = text_column()
    epoch: int | None = number_column()


class ReadingRow(Remembered, table=True):
    """One reading of one side, with its proof and what it brought."""

    __tablename__ = "readings"
    __table_args__ = (sa.Index(None, "pair", "side", "ended_at"),)

    id: int | None = own_number()
    pass_id: int = number_column(foreign_key="passes.id")
    pair: str = text_column()
    side: str = text_column()
    started_at: datetime = instant_column()
    ended_at: datetime = instant_column()
    verdict: str = text_column()
    pages: int = number_column()
    counted: int = number_column()
    declared_total: int | None = number_column()
    new: int = number_column()
    changed: int = number_column()
    gone: int = number_column()
    invalid: int = number_column()
    reasons: list[str] = json_column()
    findings: list[Any] = json_column()


class VersionRow(Remembered, table=True):
    """One record as one side showed it from ``valid_from`` until ``valid_to`` (not included; null: still).

    ``raw``, ``detail`` and ``canonical`` are zlib-compressed. ``state`` and ``decision_number`` repeat two canonical
    values, so that "was it ever withdrawn" and "which decisions were shown" need no decoding. ``outline`` repeats what
    judging publications needs (see `syncd.ledger.outlines`); null: older than the column, or not readable.
    """

    __tablename__ = "versions"
    __table_args__ = (
        sa.Index(None, "pair", "side", "key", "valid_from"),
        sa.Index(None, "pair", "code", "side"),
        sa.Index(None, "pair", "side", "valid_from"),
    )

    id: int | None = own_number()
    pair: str = text_column()
    side: str = text_column()
    key: str = text_column()
    code: str = text_column()
    reading_id: int = number_column(foreign_key="readings.id")
    valid_from: datetime = instant_column()
    valid_to: datetime | None = instant_column()
    raw: bytes = bytes_column()
    detail: bytes | None = bytes_column()
    canonical: bytes | None = bytes_column()
    problem: str | None = text_column()
    state: str | None = text_column()
    decision_number: str | None = text_column()
    raw_digest: str = text_column()
    outline: bytes | None = bytes_column()


class HeadRow(Remembered, table=True):
    """One record that is on the side now: the fingerprint of its listing bytes, and the version with its content."""

    __tablename__ = "heads"
    __table_args__ = ({"sqlite_with_rowid": False},)

    pair: str = text_column(primary_key=True)
    side: str = text_column(primary_key=True)
    key: str = text_column(primary_key=True)
    raw_hash: bytes = bytes_column()
    version_id: int = number_column(foreign_key="versions.id")
    detail_read_at: datetime | None = instant_column()


class StagedRow(Remembered, table=True):
    """One new or changed record of a reading under way: scratch, until the reading is proven whole.

    ``is_version``: its content changed; else only its listing bytes did, or its detail was read again and is the same.
    """

    __tablename__ = "staged"
    __table_args__ = ({"sqlite_with_rowid": False},)

    pair: str = text_column(primary_key=True)
    side: str = text_column(primary_key=True)
    key: str = text_column(primary_key=True)
    code: str = text_column()
    raw: bytes = bytes_column()
    detail: bytes | None = bytes_column()
    canonical: bytes | None = bytes_column()
    problem: str | None = text_column()
    state: str | None = text_column()
    decision_number: str | None = text_column()
    raw_digest: str = text_column()
    raw_hash: bytes = bytes_column()
    detail_read_at: datetime | None = instant_column()
    is_version: bool = Field(sa_type=sa.Boolean)
    outline: bytes | None = bytes_column()


class MismatchTableRow(Remembered, table=True):
    """A mismatch as it stands now; how it came to that stands in its events."""

    __tablename__ = "mismatches"
    __table_args__ = (sa.Index(None, "pair", "state", "kind"), sa.Index(None, "pair", "code"))

    id: str = text_column(primary_key=True)
    pair: str = text_column()
    kind: str = text_column()
    subject: str = text_column()
    code: str = text_column()
    local_code: str = text_column()
    portal_key: str = text_column()
    city_key: str = text_column()
    name: str = text_column()
    field: str = text_column()
    difference: str = text_column()
    portal_value: str = text_column()
    city_value: str = text_column()
    values_digest: str = text_column()
    severity: str = text_column()
    state: str = text_column()
    agency_code: str = text_column()
    agency_name: str = text_column()
    first_seen: datetime = instant_column()
    last_changed: datetime = instant_column()
    confirmed_at: datetime | None = instant_column()
    resolved_at: datetime | None = instant_column()
    portal_version_id: int | None = number_column(foreign_key="versions.id")
    city_version_id: int | None = number_column(foreign_key="versions.id")
    portal_reading_id: int | None = number_column(foreign_key="readings.id")
    city_reading_id: int | None = number_column(foreign_key="readings.id")


class MismatchEventRow(Remembered, table=True):
    """One change of one mismatch: its audit row, its place in history, and its announcement (null: to be made).

    ``snapshot`` is the mismatch just after the event (compressed), so that any past instant can be shown again.
    ``announcer``: the mismatch log that it was given to (``claimed_at``), where there are several; null: any may.
    """

    __tablename__ = "mismatch_events"
    __table_args__ = (
        sa.Index(None, "mismatch_id", "id"),
        sa.Index(None, "pair", "at"),
        sa.Index(None, "pair", "event", "at", "mismatch_id"),
        sa.Index(
            "ix_mismatch_events_pending",
            "id",
            sqlite_where=sa.text("announced_at IS NULL"),
            postgresql_where=sa.text("announced_at IS NULL"),
        ),
    )

    id: int | None = own_number()
    mismatch_id: str = text_column(foreign_key="mismatches.id")
    pair: str = text_column()
    at: datetime = instant_column()
    event: str = text_column()
    from_state: str | None = text_column()
    to_state: str = text_column()
    pass_id: int | None = number_column(foreign_key="passes.id")
    actor: str = text_column()
    detail: dict[str, Any] = json_column()
    snapshot: bytes = bytes_column()
    announced_at: datetime | None = instant_column()
    announcer: str | None = text_column()
    claimed_at: datetime | None = instant_column()


class WaiverTableRow(Remembered, table=True):
    """Somebody's decision to live with one mismatch, for these values, until a day."""

    __tablename__ = "waivers"
    __table_args__ = (sa.Index(None, "pair", "subject", "values_digest"),)

    id: int | None = own_number()
    pair: str = text_column()
    subject: str = text_column()
    values_digest: str = text_column()
    owner: str = text_column()
    reason: str = text_column()
    created_at: datetime = instant_column()
    expires_at: datetime = instant_column()
    revoked_at: datetime | None = instant_column()


class LagTableRow(Remembered, table=True):
    """How long one field of one procedure took from the portal to the city's system."""

    __tablename__ = "lags"
    __table_args__ = (sa.Index(None, "pair", "city_changed_at"),)

    id: int | None = own_number()
    pair: str = text_column()
    code: str = text_column()
    field: str = text_column()
    portal_changed_at: datetime = instant_column()
    city_changed_at: datetime = instant_column()
    seconds: float = Field(sa_type=sa.Float)


METADATA = Remembered.metadata

SETTINGS = table_of(SettingRow)
AUDIT = table_of(AuditRow)
PASSES = table_of(PassRow)
READINGS = table_of(ReadingRow)
VERSIONS = table_of(VersionRow)
HEADS = table_of(HeadRow)
STAGED = table_of(StagedRow)
MISMATCHES = table_of(MismatchTableRow)
MISMATCH_EVENTS = table_of(MismatchEventRow)
WAIVERS = table_of(WaiverTableRow)
LAGS = table_of(LagTableRow)
