"""The tables of publication deadlines, the Service Index and dossiers (SQLModel; the same on SQLite and PostgreSQL).

In: nothing. Out: more of the schema that `syncd.ledger.tables` begins, and one Core table of each.
Nothing here is overwritten: a span is ended, a figure that changed is kept beside the one before it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

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


def _one_open(name: str, *columns: str) -> sa.Index:
    """At most one row of these columns still holds, and the database itself sees to that."""
    still = sa.text("valid_to IS NULL")
    return sa.Index(name, *columns, unique=True, sqlite_where=still, postgresql_where=still)


class RegisterTableRow(Remembered, table=True):
    """A register that was read at least once, so that an empty one differs from one that was never read."""

    __tablename__ = "registers"
    __table_args__ = ({"sqlite_with_rowid": False},)

    name: str = text_column(primary_key=True)
    first_read_at: datetime = instant_column()


class RegisterRowTableRow(Remembered, table=True):
    """One row of a register as it stood from ``valid_from`` until ``valid_to`` (not included; null: still)."""

    __tablename__ = "register_rows"
    __table_args__ = (
        sa.Index(None, "register_name", "key", "valid_from"),
        _one_open("uq_register_rows_open", "register_name", "key"),
    )

    id: int | None = own_number()
    register_name: str = text_column(foreign_key="registers.name")
    key: str = text_column()
    content: dict[str, Any] = json_column()
    valid_from: datetime = instant_column()
    valid_to: datetime | None = instant_column()


class IndexReadingRow(Remembered, table=True):
    """One answer of one interface of the index about one period and the units below ``root``.

    ``digest`` is that of the pages sent, ``figures_digest`` that of what they were translated to. ``pages``
    (compressed) is null where the reading before sent the same bytes; ``figures_from`` is the reading that holds the
    identical units and figures (null: this one).
    """

    __tablename__ = "index_readings"
    __table_args__ = (sa.Index(None, "period", "root", "source", "endpoint", "read_at"),)

    id: int | None = own_number()
    source: str = text_column()
    endpoint: str = text_column()
    period: str = text_column()
    root: str = text_column()
    read_at: datetime = instant_column()
    digest: str = text_column()
    figures_digest: str = text_column()
    pages: bytes | None = bytes_column()
    figures_from: int | None = number_column(foreign_key="index_readings.id")


class IndexUnitRow(Remembered, table=True):
    """One unit of an answer, at its place in it."""

    __tablename__ = "index_units"
    __table_args__ = ({"sqlite_with_rowid": False},)

    reading_id: int = number_column(foreign_key="index_readings.id", primary_key=True)
    position: int = number_column(primary_key=True)
    unit: str = text_column()
    code: str = text_column()
    name: str = text_column()
    level: str = text_column()
    rank: int | None = number_column()


class IndexFigureRow(Remembered, table=True):
    """One figure of an answer, at its place in it; ``ratio``, ``score`` and ``maximum`` are exact decimal text.

    The key begins with what one figure's history is asked by, and ends with the place: an answer may repeat itself.
    """

    __tablename__ = "index_figures"
    __table_args__ = ({"sqlite_with_rowid": False},)

    reading_id: int = number_column(foreign_key="index_readings.id", primary_key=True)
    unit: str = text_column(primary_key=True)
    group: str = text_column(primary_key=True)
    code: str = text_column(primary_key=True)
    position: int = number_column(primary_key=True)
    numerator: int | None = number_column()
    denominator: int | None = number_column()
    ratio: str | None = text_column()
    score: str | None = text_column()
    maximum: str | None = text_column()
    flags: list[str] = json_column()


class DossierReadingRow(Remembered, table=True):
    """One reading of the tallies of one side and period; without side and period: of the list of overdue dossiers.

    ``reason`` says why there are no tallies, where the reading was not whole.
    """

    __tablename__ = "dossier_readings"
    __table_args__ = (sa.Index(None, "pair", "side", "period", "read_at"),)

    id: int | None = own_number()
    pair: str = text_column()
    side: str = text_column()
    period: str = text_column()
    read_at: datetime = instant_column()
    verdict: str = text_column()
    reason: str = text_column()


class DossierTallyRow(Remembered, table=True):
    """The counts of one unit in one reading, at its place in it; what the side does not count is not in ``counts``."""

    __tablename__ = "dossier_tallies"
    __table_args__ = ({"sqlite_with_rowid": False},)

    reading_id: int = number_column(foreign_key="dossier_readings.id", primary_key=True)
    position: int = number_column(primary_key=True)
    unit_code: str = text_column()
    unit_name: str = text_column()
    counts: dict[str, int] = json_column()


class DossierVersionRow(Remembered, table=True):
    """One overdue dossier as it was listed from ``valid_from`` until ``valid_to`` (not included; null: still).

    There is no place here for the applicant.
    """

    __tablename__ = "dossier_versions"
    __table_args__ = (
        sa.Index(None, "pair", "number", "valid_from"),
        sa.Index(None, "pair", "valid_from"),
        _one_open("uq_dossier_versions_open", "pair", "number"),
    )

    id: int | None = own_number()
    pair: str = text_column()
    number: str = text_column()
    procedure_code: str = text_column()
    unit_code: str = text_column()
    unit_name: str = text_column()
    received: datetime | None = instant_column()
    due: datetime | None = instant_column()
    finished: datetime | None = instant_column()
    state: str = text_column()
    valid_from: datetime = instant_column()
    valid_to: datetime | None = instant_column()


REGISTERS = table_of(RegisterTableRow)
REGISTER_ROWS = table_of(RegisterRowTableRow)
INDEX_READINGS = table_of(IndexReadingRow)
INDEX_UNITS = table_of(IndexUnitRow)
INDEX_FIGURES = table_of(IndexFigureRow)
DOSSIER_READINGS = table_of(DossierReadingRow)
DOSSIER_TALLIES = table_of(DossierTallyRow)
DOSSIER_VERSIONS = table_of(DossierVersionRow)
