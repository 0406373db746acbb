"""The database side: one table, view or query of any database that SQLAlchemy speaks, read only.

In: checked settings. Out: raw rows with keys, and evidence: how many rows the same snapshot has. Each reading has a
connection and a thread of its own, and leaves none behind.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Select, inspect, text
from sqlalchemy.exc import NoSuchTableError, SQLAlchemyError

from adapters.columns import (
    PAGE,
    Listing,
    Mapping,
    Row,
    answered,
    cell,
    digest,
    key_text,
    mapping,
    paged,
    procedure,
)
from adapters.columns.records import code_of, raw
from adapters.sql.connection import UNREAD, engine
from adapters.sql.settings import SqlSettings
from adapters.sql.statement import KEY, Source, escaped, query_rows, source, table_rows
from adapters.sql.worker import Worker, working
from syncd.errors import ConfigurationError
from syncd.records.procedure import Procedure
from syncd.sides.adapter import Answer, Capabilities, Listed, Record, Surroundings, Wanted
from syncd.sides.errors import PermanentError, SideError, TooLargeError, UnauthorisedError
from syncd.sides.reading import Evidence
from syncd.sides.tables.titles import advice

TRANSLATION = "1"
"""The version of the translation; raised when a release translates any row differently."""

CHUNK = 200
NO_KEY = "row "


class SqlAdapter:
    """Reads one table or query. See `SqlSettings`."""

    def __init__(self, settings: SqlSettings, folder: Path, secret: Callable[[str], str]) -> None:
        self._settings = settings
        self._folder = folder
        self._secret = secret
        self._mapping: Mapping = mapping(settings.columns)
        address = settings.address
        self._where = f"{address.get_backend_name()} {address.host or ''}/{address.database or ''}"

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(carries=self._mapping.carries, translation=f"{TRANSLATION} {self._mapping.mark}")

    async def list_records(self, evidence: Evidence) -> AsyncIterator[list[Listed]]:
        """List the rows, 500 a page, in one snapshot. Raises `SideError`."""
        async with working(self._worker()) as worker:
            rows = await worker.run(self._source)
            total = await worker.run(rows_of(rows))
            if total > self._settings.max_rows:
                raise TooLargeError(f"{total} rows, more than max_rows = {self._settings.max_rows}", where=self._where)
            pages = await worker.run(partial(self._pages, rows))
            evidence.totals.append(total)
            while page := await worker.run(lambda _: next(pages, None)):
                evidence.page(records=len(page), digest=digest(page))
                yield page
        evidence.close()

    async def fetch_detail(self, listed: Listed) -> bytes:
        """A row has no details of its own."""
        return listed.raw

    async def read_again(self, wanted: Sequence[Wanted]) -> list[Answer]:
        """Ask by key or code with bound values, all in one snapshot."""
        try:
            async with working(self._worker()) as worker:
                rows = await worker.run(self._source)
                by_key = {question.key for question in wanted if question.key is not None}
                by_code = {question.code for question in wanted if question.key is None and question.code}
                listed: dict[str, Listed] = {}
                for some in _chunks(sorted(bases(by_key, rows))):
                    listed |= await worker.run(partial(self._asked, rows, rows.by_keys(some)))
                if any(key.startswith(NO_KEY) for key in by_key):
                    listed |= await worker.run(partial(self._asked, rows, rows.without_key()))
                for some in _chunks(sorted(by_code)):
                    listed |= await worker.run(partial(self._asked, rows, rows.by_codes(some)))
        except SideError as error:
            return [Answer(question, error=error) for question in wanted]
        return answered(wanted, listed.values())

    def canonical(self, record: Record) -> Procedure:
        """Translate one row."""
        return procedure(record.raw, self._mapping, where=f"{self._where}, {record.key!r}")

    async def check(self) -> str:
        """Connect, find the columns and count the rows."""
        async with working(self._worker()) as worker:
            rows = await worker.run(self._source)
            total = await worker.run(rows_of(rows))
        what = self._settings.table or "the query"
        return f"{self._where}: {total} rows in {what}, columns {self._mapping.shown()}"

    async def close(self) -> None:
        """Nothing stays open."""

    def _worker(self) -> Worker:
        settings = self._settings
        password = self._password()
        made = engine(settings.address, self._folder, password)
        return Worker(made, timeout=settings.timeout, where=self._where, secret=password)

    def _password(self) -> str | None:
        """Read anew for each reading, so that a changed password needs no restart."""
        try:
            return self._secret(self._settings.password_secret) if self._settings.password_secret else None
        except ConfigurationError as error:
            raise UnauthorisedError(error.message, where=self._where, action=error.action) from error

    def _source(self, connection: Connection) -> Source:
        table, query = self._settings.table, self._settings.query
        found = query_rows(query, _query_columns(connection, query)) if query else None
        if found is None:
            found = table_rows(table or "", _table_columns(connection, table or "", self._where))
        return source(found, self._mapping, self._settings.key, where=self._where)

    def _pages(self, rows: Source, connection: Connection) -> Iterator[list[Listed]]:
        options = {"stream_results": True, "yield_per": PAGE, "max_row_buffer": PAGE}
        result = connection.execution_options(**options).execute(rows.all_rows())
        connection.info[UNREAD] = result
        return paged(self._listed(result, rows))

    def _asked(self, rows: Source, statement: Select[Any], connection: Connection) -> dict[str, Listed]:
        return {one.key: one for one in self._listed(connection.execute(statement), rows)}

    def _listed(self, result: Iterable[Sequence[object]], rows: Source) -> Iterator[Listed]:
        listing = Listing(key_field=KEY if KEY in rows.names else "")
        return map(listing.listed, _numbered(_settled(_rows(result, list(rows.names)), rows.key)))


def rows_of(rows: Source) -> Callable[[Connection], int]:
    """Counts the rows of a source."""
    return lambda connection: int(connection.execute(rows.count()).scalar_one())


def bases(keys: Iterable[str], rows: Source) -> set[str]:
    """The values to ask for: a code's key may end in ``#2``; a column's key is a value as it stands."""
    if KEY in rows.names:
        return set(keys)
    return {form for key in keys for form in (key, _without_number(key))}


def _without_number(key: str) -> str:
    head, mark, number = key.rpartition("#")
    return head if mark and number.isdecimal() else key


def _numbered(rows: Iterable[Row]) -> Iterator[Row]:
    """Rows without a key are numbered among themselves, so that they can be found again."""
    number = 0
    for row in rows:
        number += not (key_text(row.cells[KEY]) if KEY in row.cells else code_of(row))
        yield row._replace(number=number)


def _rows(result: Iterable[Sequence[object]], fields: Sequence[str]) -> Iterator[Row]:
    for values in result:
        yield Row(0, {name: cell(value) for name, value in zip(fields, values, strict=True)})


def _settled(rows: Iterable[Row], key: str) -> Iterator[Row]:
    """Rows of one code in an order of their own, since a database gives them in any; so ``#2`` is always the same."""
    for _, same in groupby(rows, lambda row: key_text(row.cells.get(key))):
        yield from sorted(same, key=raw)


def _query_columns(connection: Connection, query: str) -> list[str]:
    empty = connection.execute(text(f"SELECT * FROM ({escaped(query)}) source WHERE 1 = 0"))  # noqa: S608
    names = [str(name) for name in empty.keys()]  # noqa: SIM118
    empty.close()
    return names


def _table_columns(connection: Connection, name: str, where: str) -> list[str]:
    schema, _, bare = name.rpartition(".")
    seen = inspect(connection)
    try:
        return [str(column["name"]) for column in seen.get_columns(bare, schema=schema or None)]
    except NoSuchTableError as error:
        known = _tables(connection, schema)
        said = f"table: no table {name!r}; {advice(bare, known)}" if known else f"table: no table {name!r}"
        raise PermanentError(said, where=where, action="correct the table's name") from error


def _tables(connection: Connection, schema: str) -> list[str]:
    seen = inspect(connection)
    try:
        return [*seen.get_table_names(schema or None), *seen.get_view_names(schema or None)]
    except SQLAlchemyError:
        return []


def _chunks(values: Sequence[str]) -> Iterator[Sequence[str]]:
    return (values[at : at + CHUNK] for at in range(0, len(values), CHUNK))


def build(settings: SqlSettings, surroundings: Surroundings) -> SqlAdapter:
    """Make the adapter; nothing is opened yet. Raises `ConfigurationError` where the driver or the secret lacks."""
    if settings.address.get_backend_name() == "sqlite" and settings.password_secret:
        raise ConfigurationError("SQLite knows no passwords", path="password_secret", action="leave it out")
    if settings.password_secret:
        surroundings.secret(settings.password_secret)
    engine(settings.address, surroundings.folder, None).dispose()
    return SqlAdapter(settings, surroundings.folder, surroundings.secret)
