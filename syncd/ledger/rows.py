"""How the rooms of the ledger read and write rows: in bulk, and as frozen structs.

In: Core tables and structs whose field names are column names. Out: structs, ids in the order of the rows given.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

S = TypeVar("S", bound=msgspec.Struct)
T = TypeVar("T")

CHUNK = 1000
STREAMED = 2000


def chunks(values: Sequence[T], size: int = CHUNK) -> Iterator[Sequence[T]]:
    """Cut a sequence into pieces that fit one statement."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def columns(table: sa.Table, struct: type[msgspec.Struct]) -> list[sa.Column[Any]]:
    """The columns of a table that a struct wants, in its order."""
    return [table.c[name] for name in struct.__struct_fields__]


def rows_of(session: Session, struct: type[S], statement: sa.Select[Any]) -> list[S]:
    """Run a select of `columns`; one struct for each row."""
    return [struct(*row) for row in session.execute(statement)]


def first_of(session: Session, struct: type[S], statement: sa.Select[Any]) -> S | None:
    """The first struct of a select of `columns`, or None."""
    row = session.execute(statement.limit(1)).first()
    return None if row is None else struct(*row)


def stream(session: Session, statement: sa.Select[Any]) -> Iterator[Any]:
    """The rows of a select without holding them all."""
    return iter(session.execute(statement, execution_options={"yield_per": STREAMED}))


def insert(session: Session, table: sa.Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows in one go."""
    if rows:
        session.execute(sa.insert(table), rows)


def insert_one(session: Session, table: sa.Table, **values: Any) -> int:
    """Insert one row and return its number."""
    return int(session.execute(sa.insert(table).values(**values).returning(table.c.id)).scalar_one())


def insert_numbered(session: Session, table: sa.Table, rows: Sequence[dict[str, Any]]) -> list[int]:
    """Insert rows in one go and return their numbers, in the same order."""
    if not rows:
        return []
    numbers = reserve(session, table, len(rows))
    insert(session, table, [{"id": number, **row} for number, row in zip(numbers, rows, strict=True)])
    return numbers


def reserve(session: Session, table: sa.Table, count: int) -> list[int]:
    """Numbers for rows to come. Only safe inside a writing transaction (writers come one at a time)."""
    if session.get_bind().dialect.name == "postgresql":
        sequence = sa.func.pg_get_serial_sequence(table.name, "id")
        drawn = sa.select(sa.func.nextval(sequence)).select_from(sa.func.generate_series(1, count).alias())
        return sorted(session.execute(drawn).scalars())
    highest = session.execute(sa.select(sa.func.coalesce(sa.func.max(table.c.id), 0))).scalar_one()
    return list(range(highest + 1, highest + 1 + count))


def upsert(session: Session, table: sa.Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows, or replace those with the same primary key."""
    if not rows:
        return
    keys = [column.name for column in table.primary_key]
    statement = insert_into(session, table)
    replaced = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    session.execute(statement.on_conflict_do_update(index_elements=keys, set_=replaced), rows)


def insert_into(session: Session, table: sa.Table) -> Any:
    """The insert of this database's own kind, which knows what to do on a conflict."""
    return import_module(f"sqlalchemy.dialects.{session.get_bind().dialect.name}").insert(table)


def delete_keys(session: Session, table: sa.Table, rows: Sequence[dict[str, Any]]) -> None:
    """Delete rows by the columns that each dictionary names (the same ones in all)."""
    if rows:
        wanted = [table.c[name] == sa.bindparam(f"wanted_{name}") for name in rows[0]]
        session.execute(
            sa.delete(table).where(*wanted), [{f"wanted_{name}": value for name, value in row.items()} for row in rows]
        )
