"""Everything remembered, as tables (SQLModel; the same on SQLite and PostgreSQL).

In: nothing. Out: the schema, which the migrations follow (a test compares them), and one Core table of each.
Rows never leave the ledger: its functions return plain frozen structs.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, cast

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from syncd.ledger.columns import ExactText, Integer64, UTCDateTime

NAMES = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
}


class Remembered(SQLModel):
    """Base of every table of the ledger."""

    metadata: ClassVar[sa.MetaData] = sa.MetaData(naming_convention=NAMES)


def _number(**options: Any) -> Any:
    return Field(sa_type=Integer64, **options)


def _own_number() -> Any:
    return Field(default=None, sa_type=Integer64, primary_key=True)


def _text(**options: Any) -> Any:
    return Field(sa_type=ExactText, **options)


def _instant(**options: Any) -> Any:
    return Field(sa_type=UTCDateTime, **options)


def _bytes(**options: Any) -> Any:
    return Field(sa_type=sa.LargeBinary, **options)


def _json() -> Any:
    return Field(sa_type=sa.JSON)


class SettingRow(Remembered, table=True):
    """A value that the ledger keeps for the program itself, such as the secret seed of raw fingerprints."""

    __tablename__ = "settings"

    name: str = _text(primary_key=True)
    value: str = _text()


class AuditRow(Remembered, table=True):
    """Who changed what is remembered, when and how; one row for each call. Mismatches have their own events."""

    __tablename__ = "audit"
    __table_args__ = (sa.Index(None, "pair", "id"),)

    id: int | None = _own_number()
    at: datetime = _instant()
    actor: str = _text()
    action: str = _text()
    pair: str = _text()
    detail: dict[str, Any] = _json()


class PassRow(Remembered, table=True):
    """One reconciliation of one pair; at most one of a pair is running, and the database itself sees to that."""

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

    id: int | None = _own_number()
    pair: str = _text()
    actor: str = _text()
    holder: str = _text()
    started_at: datetime = _instant()
    heartbeat_at: datetime = _instant()
    ended_at: datetime | None = _instant()
    outcome: str = _text()
    counts: dict[str, Any] = _json()
    error: str = _text()


class ReadingRow(Remembered, table=True):
    """One reading of one side, with its proof and what it brought."""

    __tablename__ = "readings"
    __table_args__ = (sa.Index(None, "pair", "side", "ended_at"),)

    id: int | None = _own_number()
    pass_id: int = _number(foreign_key="passes.id")
    pair: str = _text()
    side: str = _text()
    started_at: datetime = _instant()
    ended_at: datetime = _instant()
    verdict: str = _text()
    pages: int = _number()
    counted: int = _number()
    declared_total: int | None = _number()
    new: int = _number()
    changed: int = _number()
    gone: int = _number()
    invalid: int = _number()
    reasons: list[str] = _json()
    findings: list[Any] = _json()


class VersionRow(Remembered, table=True):
    """One record as one side showed it from ``valid_from`` until ``valid_to`` (not included; null: still).

    ``raw``, ``detail`` and ``canonical`` are zlib-compressed. ``state`` and ``decision_number`` repeat two canonical
    values, so that "was it ever withdrawn" and "which decisions were shown" need no decoding.
    """

    __tablename__ = "versions"
    __table_args__ = (
        sa.Index(None, "pair", "side", "key", "valid_from"),
        sa.Index(None, "pair", "code", "side"),
        sa.Index(None, "pair", "side", "valid_from"),
    )

    id: int | None = _own_number()
    pair: str = _text()
    side: str = _text()
    key: str = _text()
    code: str = _text()
    reading_id: int = _number(foreign_key="readings.id")
    valid_from: datetime = _instant()
    valid_to: datetime | None = _instant()
    raw: bytes = _bytes()
    detail: bytes | None = _bytes()
    canonical: bytes | None = _bytes()
    problem: str | None = _text()
    state: str | None = _text()
    decision_number: str | None = _text()
    raw_digest: str = _text()


class HeadRow(Remembered, table=True):
    """One record that is on the side now: the fingerprint of its listing bytes, and the version with its content."""

    __tablename__ = "heads"
    __table_args__ = ({"sqlite_with_rowid": False},)

    pair: str = _text(primary_key=True)
    side: str = _text(primary_key=True)
    key: str = _text(primary_key=True)
    raw_hash: bytes = _bytes()
    version_id: int = _number(foreign_key="versions.id")
    detail_read_at: datetime | None = _instant()


class StagedRow(Remembered, table=True):
    """One new or changed record of a reading under way: scratch, until the reading is proven whole.

    ``is_version``: its content changed; else only its listing bytes did, or its detail was read again and is the same.
    """

    __tablename__ = "staged"
    __table_args__ = ({"sqlite_with_rowid": False},)

    pair: str = _text(primary_key=True)
    side: str = _text(primary_key=True)
    key: str = _text(primary_key=True)
    code: str = _text()
    raw: bytes = _bytes()
    detail: bytes | None = _bytes()
    canonical: bytes | None = _bytes()
    problem: str | None = _text()
    state: str | None = _text()
    decision_number: str | None = _text()
    raw_digest: str = _text()
    raw_hash: bytes = _bytes()
    detail_read_at: datetime | None = _instant()
    is_version: bool = Field(sa_type=sa.Boolean)


class MismatchTableRow(Remembered, table=True):
    """A mismatch as it stands now; how it came to that stands in its events."""

    __tablename__ = "mismatches"
    __table_args__ = (sa.Index(None, "pair", "state", "kind"), sa.Index(None, "pair", "code"))

    id: str = _text(primary_key=True)
    pair: str = _text()
    kind: str = _text()
    subject: str = _text()
    code: str = _text()
    local_code: str = _text()
    portal_key: str = _text()
    city_key: str = _text()
    name: str = _text()
    field: str = _text()
    difference: str = _text()
    portal_value: str = _text()
    city_value: str = _text()
    values_digest: str = _text()
    severity: str = _text()
    state: str = _text()
    agency_code: str = _text()
    agency_name: str = _text()
    first_seen: datetime = _instant()
    last_changed: datetime = _instant()
    confirmed_at: datetime | None = _instant()
    resolved_at: datetime | None = _instant()
    portal_version_id: int | None = _number(foreign_key="versions.id")
    city_version_id: int | None = _number(foreign_key="versions.id")
    portal_reading_id: int | None = _number(foreign_key="readings.id")
    city_reading_id: int | None = _number(foreign_key="readings.id")


class MismatchEventRow(Remembered, table=True):
    """One change of one mismatch: its audit row, its place in history, and its announcement (null: to be made).

    ``snapshot`` is the mismatch just after the event (compressed), so that any past instant can be shown again.
    """

    __tablename__ = "mismatch_events"
    __table_args__ = (
        sa.Index(None, "mismatch_id", "id"),
        sa.Index(None, "pair", "at"),
        sa.Index(
            "ix_mismatch_events_pending",
            "id",
            sqlite_where=sa.text("announced_at IS NULL"),
            postgresql_where=sa.text("announced_at IS NULL"),
        ),
    )

    id: int | None = _own_number()
    mismatch_id: str = _text(foreign_key="mismatches.id")
    pair: str = _text()
    at: datetime = _instant()
    event: str = _text()
    from_state: str | None = _text()
    to_state: str = _text()
    pass_id: int | None = _number(foreign_key="passes.id")
    actor: str = _text()
    detail: dict[str, Any] = _json()
    snapshot: bytes = _bytes()
    announced_at: datetime | None = _instant()


class WaiverTableRow(Remembered, table=True):
    """Somebody's decision to live with one mismatch, for these values, until a day."""

    __tablename__ = "waivers"
    __table_args__ = (sa.Index(None, "pair", "subject", "values_digest"),)

    id: int | None = _own_number()
    pair: str = _text()
    subject: str = _text()
    values_digest: str = _text()
    owner: str = _text()
    reason: str = _text()
    created_at: datetime = _instant()
    expires_at: datetime = _instant()
    revoked_at: datetime | None = _instant()


class LagTableRow(Remembered, table=True):
    """How long one field of one procedure took from the portal to the city's system."""

    __tablename__ = "lags"
    __table_args__ = (sa.Index(None, "pair", "city_changed_at"),)

    id: int | None = _own_number()
    pair: str = _text()
    code: str = _text()
    field: str = _text()
    portal_changed_at: datetime = _instant()
    city_changed_at: datetime = _instant()
    seconds: float = Field(sa_type=sa.Float)


METADATA = Remembered.metadata


def _table(row: type[Remembered]) -> sa.Table:
    return cast("sa.Table", sa.inspect(row).local_table)


SETTINGS = _table(SettingRow)
AUDIT = _table(AuditRow)
PASSES = _table(PassRow)
READINGS = _table(ReadingRow)
VERSIONS = _table(VersionRow)
HEADS = _table(HeadRow)
STAGED = _table(StagedRow)
MISMATCHES = _table(MismatchTableRow)
MISMATCH_EVENTS = _table(MismatchEventRow)
WAIVERS = _table(WaiverTableRow)
LAGS = _table(LagTableRow)
