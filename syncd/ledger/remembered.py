"""What every table of the ledger is made of: its base, and the kinds of columns that mean the same on both databases.

In: nothing. Out: the base class with the names of keys and indexes, and one maker for each kind of column.
"""

from __future__ import annotations

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


def number_column(**options: Any) -> Any:
    """An integer of 64 bits."""
    return Field(sa_type=Integer64, **options)


def own_number() -> Any:
    """The row's own number, given by the database."""
    return Field(default=None, sa_type=Integer64, primary_key=True)


def text_column(**options: Any) -> Any:
    """Text that comes back exactly as it was given."""
    return Field(sa_type=ExactText, **options)


def instant_column(**options: Any) -> Any:
    """An instant in UTC."""
    return Field(sa_type=UTCDateTime, **options)


def bytes_column(**options: Any) -> Any:
    """Bytes, compressed where the table says so."""
    return Field(sa_type=sa.LargeBinary, **options)


def json_column() -> Any:
    """A JSON value."""
    return Field(sa_type=sa.JSON)


def table_of(row: type[Remembered]) -> sa.Table:
    """The Core table of a row class."""
    return cast("sa.Table", sa.inspect(row).local_table)
