"""The tables of tasks that units were given (SQLModel; the same on SQLite and PostgreSQL).

In: nothing. Out: more of the schema that `syncd.ledger.tables` begins, and one Core table of each.
Nothing here is overwritten: each reading is kept beside the one before it.
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


class TaskReadingRow(Remembered, table=True):
    """One reading of one source about one period. ``reason`` says why there are no tallies, where it was not whole.

    ``digest`` is that of the tallies; ``tallies_from`` is the reading that holds the identical ones (null: this one).
    """

    __tablename__ = "task_readings"
    __table_args__ = (sa.Index(None, "source", "period", "read_at"),)

    id: int | None = own_number()
    source: str = text_column()
    period: str = text_column()
    read_at: datetime = instant_column()
    verdict: str = text_column()
    reason: str = text_column()
    findings: list[dict[str, Any]] = json_column()
    digest: str = text_column()
    tallies_from: int | None = number_column(foreign_key="task_readings.id")


class TaskTallyRow(Remembered, table=True):
    """The counts of one unit in one reading, at its place in it; what the system does not say is not in ``counts``."""

    __tablename__ = "task_tallies"
    __table_args__ = ({"sqlite_with_rowid": False},)

    reading_id: int = number_column(foreign_key="task_readings.id", primary_key=True)
    position: int = number_column(primary_key=True)
    unit_code: str = text_column()
    unit_name: str = text_column()
    counts: dict[str, int] = json_column()


TASK_READINGS = table_of(TaskReadingRow)
TASK_TALLIES = table_of(TaskTallyRow)
