"""The tables of several daemons on one ledger: who may write for a course, and which commits have come to pass.

In: nothing. Out: their part of the schema, which `syncd.ledger.tables` joins. A daemon that is alone leaves both empty
on SQLite; on PostgreSQL every writer keeps its one row of `commits`.
"""

from __future__ import annotations

from datetime import datetime

from syncd.ledger.remembered import Remembered, instant_column, number_column, table_of, text_column


class LeaseRow(Remembered, table=True):
    """The right to run one course, as last taken. ``epoch`` only ever grows; whoever has an older one writes nothing.

    All instants are the database's own. What is said of the last pass (``outcome`` and what follows) is for the other
    members: ``failures`` in a row, ``seconds`` that it took; ``ended_at`` is null until the first one has ended.
    """

    __tablename__ = "leases"

    course: str = text_column(primary_key=True)
    epoch: int = number_column()
    holder: str = text_column()
    taken_at: datetime = instant_column()
    ended_at: datetime | None = instant_column()
    ended_epoch: int = number_column()
    outcome: str = text_column()
    reason: str = text_column()
    failures: int = number_column()
    milliseconds: int = number_column()


class CommitRow(Remembered, table=True):
    """How far one writer has come: written in each of its transactions, so that a lost answer can be looked up."""

    __tablename__ = "commits"

    writer: str = text_column(primary_key=True)
    number: int = number_column()
    at: datetime = instant_column()


LEASES = table_of(LeaseRow)
COMMITS = table_of(CommitRow)
