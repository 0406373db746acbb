"""How large a ledger is, and what takes the room.

In: a ledger's address. Out: bytes on disk, bytes that are free inside, and rows and content bytes of each table.
"""

from __future__ import annotations

import sqlalchemy as sa
from msgspec import Struct

from syncd.ledger.engines import Access, make_engine, parse, shown, sqlite_path
from syncd.ledger.errors import ours
from syncd.ledger.tables import METADATA


class TableSize(Struct, frozen=True):
    """One table: its rows, and the bytes of what stands in its columns (no indexes, no overhead)."""

    table: str
    rows: int
    bytes: int


class Sizes(Struct, frozen=True):
    """``bytes``: what the ledger takes on the disk; ``free``: how many of them are empty and will be used again."""

    bytes: int
    free: int
    tables: tuple[TableSize, ...]


def disk_sizes(url: str) -> tuple[int, int]:
    """Bytes on the disk, and those that are free inside (0 where the database does not say)."""
    engine = make_engine(parse(url), Access.READ)
    try:
        with ours(shown(parse(url))), engine.connect() as connection:
            if sqlite_path(parse(url)) is None:
                return connection.scalar(sa.text("SELECT pg_database_size(current_database())")) or 0, 0
            page, pages, free = (
                connection.scalar(sa.text(f"PRAGMA {name}")) or 0
                for name in ("page_size", "page_count", "freelist_count")
            )
            return page * pages, page * free
    finally:
        engine.dispose()


def sizes(url: str) -> Sizes:
    """Measure a ledger of this program's schema; reads all of it."""
    engine = make_engine(parse(url), Access.READ)
    try:
        with ours(shown(parse(url))), engine.connect() as connection:
            tables = tuple(_measured(connection, table) for table in METADATA.sorted_tables)
    finally:
        engine.dispose()
    used = tuple(sorted((one for one in tables if one.rows), key=lambda one: -one.bytes))
    return Sizes(*disk_sizes(url), used)


def _measured(connection: sa.Connection, table: sa.Table) -> TableSize:
    content = sum((sa.func.coalesce(_length(column), 0) for column in table.columns), sa.literal(0))
    rows, taken = connection.execute(sa.select(sa.func.count(), sa.func.sum(content)).select_from(table)).one()
    return TableSize(table.name, rows, int(taken or 0))


def _length(column: sa.Column[object]) -> sa.ColumnElement[int]:
    is_binary = isinstance(column.type, sa.LargeBinary)
    return sa.func.length(column if is_binary else sa.cast(column, sa.Text))
