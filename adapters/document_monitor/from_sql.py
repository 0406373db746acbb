"""A monitor's database: one SELECT in one read-only snapshot, its period bound.

In: the table ``sql``. Out: tallies. The connection, its thread and its failures are those of the adapter ``sql``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import partial
from itertools import chain, islice
from pathlib import Path

from sqlalchemy import Connection, CursorResult

from adapters.document_monitor.counting import NO_UNITS, Count, Counted
from adapters.document_monitor.settings import SqlForm
from adapters.document_monitor.sql_names import statement
from adapters.sql.connection import engine
from adapters.sql.worker import Worker, working
from syncd.errors import ConfigurationError
from syncd.records.periods import Period
from syncd.sides.errors import ShapeError, StaleError, TooLargeError, UnauthorisedError
from syncd.sides.tables.cells import Number
from syncd.sides.tables.records import open_records
from syncd.sides.tables.sought import SoughtColumns
from syncd.sides.tables.table import Row

FETCHED = 500


class SqlSource:
    """Runs the query once for each question."""

    def __init__(self, form: SqlForm, folder: Path, secret: Callable[[str], str], columns: SoughtColumns) -> None:
        self._form = form
        self._folder = folder
        self._secret = secret
        self._columns = columns
        address = form.address
        self._where = f"{address.get_backend_name()} {address.host or ''}/{address.database or ''}"

    async def counted(self, period: Period, count: Count) -> Counted:
        password = self._password()
        made = engine(self._form.address, self._folder, password)
        async with working(Worker(made, timeout=self._form.timeout, where=self._where, secret=password)) as worker:
            return await worker.run(partial(self._counted, period, count))

    def _password(self) -> str | None:
        """Read anew for each question, so that a changed password needs no restart."""
        try:
            return self._secret(self._form.password_secret) if self._form.password_secret else None
        except ConfigurationError as error:
            raise UnauthorisedError(error.message, where=self._where, action=error.action) from error

    def _counted(self, period: Period, count: Count, connection: Connection) -> Counted:
        options = {"stream_results": True, "yield_per": FETCHED, "max_row_buffer": FETCHED}
        result = connection.execution_options(**options).execute(statement(self._form.query, period))
        return count(self._rows(result), self._where)

    def _rows(self, result: CursorResult[tuple[object, ...]]) -> Iterator[Row]:
        """The rows, a few at a time; the columns are sought once, in the first of them."""
        titles = [str(title) for title in result.keys()]  # noqa: SIM118  # a result walks its rows
        if len(set(titles)) < len(titles):
            twice = next(title for title in titles if titles.count(title) > 1)
            raise ShapeError(f"two columns are called {twice!r}", where=self._where, action="give each its own name")
        numbered = enumerate(self._few(result), 1)
        first = list(islice(numbered, FETCHED))
        if not first:
            raise StaleError(NO_UNITS, where=self._where)
        for some in chain([first], iter(lambda: list(islice(numbered, FETCHED)), [])):
            records = [(number, dict(zip(titles, map(_plain, row), strict=True))) for number, row in some]
            yield from open_records("rows", records, self._columns, self._where).rows

    def _few(self, result: CursorResult[tuple[object, ...]]) -> Iterator[Sequence[object]]:
        for number, row in enumerate(result, 1):
            if number > self._form.max_rows:
                raise TooLargeError(f"more than max_rows = {self._form.max_rows} rows", where=self._where)
            yield row

    async def close(self) -> None:
        """Nothing stays open."""


def _plain(value: object) -> object:
    """An exact number as the number it is: its text (``5.000``) would be read as people write thousands."""
    if not isinstance(value, Decimal) or not value.is_finite():
        return value
    return int(value) if value == value.to_integral_value() else Number(format(value, "f"))
