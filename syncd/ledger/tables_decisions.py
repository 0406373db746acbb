"""The tables of publication decisions as a third source (SQLModel; the same on SQLite and PostgreSQL).

In: nothing. Out: more of the schema that `syncd.ledger.tables` begins, and one Core table of each.
What a reading of decisions proved stands in ``readings``, like that of every other reading.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from syncd.ledger.remembered import (
    Remembered,
    instant_column,
    json_column,
    number_column,
    own_number,
    table_of,
    text_column,
)


class DecisionReadingRow(Remembered, table=True):
    """What one whole reading of decisions can say, beside its row in ``readings``.

    ``carries``: the fields of a decision that the source fills. ``since``: it shows decisions from this day on (ISO;
    null: all). ``unreadable``: how much of it could not be read. ``rests_on``: the reading of a pair's portal whose
    memory this is; null where the source was asked itself.
    """

    __tablename__ = "decision_readings"
    __table_args__ = ({"sqlite_with_rowid": False},)

    reading_id: int = number_column(foreign_key="readings.id", primary_key=True)
    carries: list[str] = json_column()
    since: str | None = text_column()
    unreadable: int = number_column()
    rests_on: int | None = number_column(foreign_key="readings.id")


class DecisionVersionRow(Remembered, table=True):
    """One decision as one side showed it from ``valid_from`` until ``valid_to`` (not included; null: still).

    ``pair`` is the course's name; ``number`` the canonical one. ``content`` is the whole record; of an attachment it
    has the name, the hash and the size, never the file.
    """

    __tablename__ = "decision_versions"
    __table_args__ = (
        sa.Index(None, "pair", "side", "valid_from"),
        sa.Index(None, "number"),
        sa.Index(
            "uq_decision_versions_open",
            "pair",
            "side",
            "key",
            unique=True,
            sqlite_where=sa.text("valid_to IS NULL"),
            postgresql_where=sa.text("valid_to IS NULL"),
        ),
    )

    id: int | None = own_number()
    pair: str = text_column()
    side: str = text_column()
    key: str = text_column()
    number: str = text_column()
    content: dict[str, Any] = json_column()
    reading_id: int = number_column(foreign_key="readings.id")
    valid_from: datetime = instant_column()
    valid_to: datetime | None = instant_column()


DECISION_READINGS = table_of(DecisionReadingRow)
DECISION_VERSIONS = table_of(DecisionVersionRow)
