"""Witnesses of commits: how a commit whose answer was lost is found done or not done, before anything is repeated.

In: a writer, which numbers its transactions. Out: its one row in the ledger, written in each of them; after a broken
connection, whether that row has the number. It is data like any other, so it is right after a failover as well, where
PostgreSQL's own transaction numbers are not.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from syncd.ledger.rows import insert_into
from syncd.ledger.tables_cluster import COMMITS

KEPT = timedelta(days=1)
"""No answer is looked up later than this; rows of writers that are long gone are dropped."""


@dataclass(slots=True)
class Witness:
    """One writer of one program. Its transactions come one at a time."""

    writer: str = field(default_factory=lambda: uuid4().hex)
    number: int = 0

    def leave(self, session: Session) -> None:
        """Number this transaction, and write the number down in it."""
        if not self.number:
            session.execute(sa.delete(COMMITS).where(COMMITS.c.at < sa.func.now() - KEPT))
        self.number += 1
        statement = insert_into(session, COMMITS)
        values = {"writer": self.writer, "number": self.number, "at": sa.func.now()}
        replaced = {name: statement.excluded[name] for name in ("number", "at")}
        session.execute(statement.values(values).on_conflict_do_update(index_elements=["writer"], set_=replaced))

    def is_kept(self, session: Session) -> bool:
        """Whether the transaction that was numbered last has been committed.

        Only inside a writing transaction: writers come one at a time, so the one in question is over, however it ended.
        """
        found = session.execute(sa.select(COMMITS.c.number).where(COMMITS.c.writer == self.writer)).scalar()
        return bool(found == self.number)
