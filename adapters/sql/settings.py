"""The settings of a database side.

In: the keys of one side in the TOML file. Out: checked values. The password never stands in the settings: it is a
secret, named by ``password_secret``.
"""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from adapters.columns import Columns
from adapters.sql.statement import check_query
from syncd.sides.adapter import AdapterSettings

DRIVERS = {
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
}
ASYNCHRONOUS = frozenset({"asyncpg", "aiosqlite", "aiomysql", "asyncmy", "psycopg_async", "aioodbc", "oracledb_async"})
NO_URL = "this is no database URL; write it like postgresql://user@host:5432/database or sqlite:///folder/file.db"


class SqlConnection(BaseModel):
    """How a database is reached, and how much is read of it; whatever adapter reads it."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    url: Annotated[str, Field(min_length=1, max_length=2000)]
    password_secret: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    timeout: Annotated[float, Field(ge=1, le=3600)] = 60.0
    max_rows: Annotated[int, Field(ge=1, le=100_000_000)] = 2_000_000

    @property
    def address(self) -> URL:
        """The URL with a driver that syncd knows; without the password."""
        return _address(self.url)

    @field_validator("url")
    @classmethod
    def _url(cls, url: str) -> str:
        address = _address(url)
        if address.password is not None or {"password", "passwd", "pwd"} & {key.lower() for key in address.query}:
            raise ValueError("the password must not stand in the settings; leave it out and set password_secret")
        driver = address.drivername.partition("+")[2]
        if driver in ASYNCHRONOUS:
            raise ValueError(f"the driver {driver!r} is asynchronous; name a synchronous one, or none")
        return url


class SqlSettings(SqlConnection, AdapterSettings):
    """One table, view or query of a database, read only.

    ``table``: ``table`` or ``schema.table``. ``query``: one SELECT instead. ``key``: a column whose values are unique;
    without it the code is the key. ``timeout``: seconds that one statement or page may take. ``max_rows``: more rows
    end the reading with an error.
    """

    columns: Columns
    table: Annotated[str, Field(min_length=1, max_length=300)] | None = None
    query: Annotated[str, Field(min_length=1, max_length=100_000)] | None = None
    key: Annotated[str, Field(min_length=1, max_length=300)] | None = None

    @field_validator("query")
    @classmethod
    def _query(cls, query: str | None) -> str | None:
        return query if query is None else check_query(query)

    @field_validator("table")
    @classmethod
    def _table(cls, table: str | None) -> str | None:
        if table is not None and (table.count(".") > 1 or not all(table.split("."))):
            raise ValueError(f"{table!r} is no table; write table or schema.table, and use query for anything else")
        return table

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.table is None) == (self.query is None):
            raise ValueError("set exactly one of table and query")
        return self


def _address(url: str) -> URL:
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        raise ValueError(NO_URL) from None
    return address.set(drivername=DRIVERS.get(address.drivername, address.drivername))
