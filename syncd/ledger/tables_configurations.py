"""The table of what courses were judged by, and since when (SQLModel; the same on SQLite and PostgreSQL).

In: nothing. Out: more of the schema that `syncd.ledger.tables` begins, and its Core table.
Nothing here is overwritten: a past instant is asked with what was in force then.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from syncd.ledger.remembered import Remembered, instant_column, json_column, own_number, table_of, text_column


class ConfigurationRow(Remembered, table=True):
    """What one course (a pair, or ``publication``) was judged by from ``at`` until its next row.

    ``content`` holds scope, equivalences and rules, as far as they decide a verdict; never a secret.
    """

    __tablename__ = "configurations"
    __table_args__ = (sa.Index(None, "course", "at"),)

    id: int | None = own_number()
    course: str = text_column()
    at: datetime = instant_column()
    fingerprint: str = text_column()
    content: dict[str, Any] = json_column()


CONFIGURATIONS = table_of(ConfigurationRow)
