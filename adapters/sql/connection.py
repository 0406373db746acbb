"""One read-only connection, owned by one thread, with one snapshot for all that is asked through it.

In: an address and a password. Out: a connection in a transaction that cannot write and sees one state of the database.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, NullPool, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from syncd.errors import ConfigurationError

CONNECT_SECONDS = 15
LONGEST_SILENCE_SECONDS = 3700
"""A server that says nothing for longer than any statement may take is gone."""

PROGRESS_STEPS = 10_000


@dataclass(frozen=True, slots=True)
class Dialect:
    """What makes one kind of database read only, on one snapshot, and patient for a limited time.

    ``begin`` statements run first in the transaction; ``{ms}`` stands for the time-out in milliseconds, ``{seconds}``
    in seconds.
    """

    options: dict[str, Any] = field(default_factory=dict)
    connect: dict[str, Any] = field(default_factory=dict)
    begin: tuple[str, ...] = ()


MYSQL: dict[str, Any] = {
    "options": {"isolation_level": "REPEATABLE READ"},
    "connect": {
        "connect_timeout": CONNECT_SECONDS,
        "read_timeout": LONGEST_SILENCE_SECONDS,
        "charset": "utf8mb4",
    },
}

DIALECTS: dict[str, Dialect] = {
    "sqlite": Dialect(begin=("PRAGMA query_only = ON",)),
    "postgresql": Dialect(
        options={"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
        connect={"connect_timeout": CONNECT_SECONDS},
        begin=("SET LOCAL statement_timeout = {ms}", "SET LOCAL idle_in_transaction_session_timeout = '15min'"),
    ),
    "mysql": Dialect(**MYSQL, begin=("SET SESSION max_execution_time = {ms}",)),
    "mariadb": Dialect(**MYSQL, begin=("SET SESSION max_statement_time = {seconds}",)),
    "oracle": Dialect(begin=("SET TRANSACTION READ ONLY",)),
}


UNREAD = "syncd.unread"
"""Where a connection keeps the result that is read page by page."""


def engine(address: URL, folder: Path, password: str | None) -> Engine:
    """An engine that keeps no connection. Raises `ConfigurationError` where the driver is not installed."""
    dialect = DIALECTS.get(address.get_backend_name(), Dialect())
    try:
        if address.get_backend_name() == "sqlite":
            return _sqlite(address, folder)
        complete = address.set(password=password) if password is not None else address
        connect = dialect.connect | _password_as_sent(complete)
        made = create_engine(complete, poolclass=NullPool, connect_args=connect, hide_parameters=True)
    except (ImportError, NoSuchModuleError, ArgumentError) as error:
        raise ConfigurationError(
            f"no driver for {address.drivername}: {error}",
            path="url",
            action="install the driver's Python package, or name another driver in the URL",
        ) from error
    if address.get_backend_name() in ("mysql", "mariadb"):
        event.listen(made, "connect", _read_only_session)
    return made


def _password_as_sent(address: URL) -> dict[str, bytes]:
    """PyMySQL writes a password as Latin-1, which has few Vietnamese letters: it is handed over in bytes."""
    is_odd = address.get_driver_name() == "pymysql" and address.password
    return {"password": str(address.password).encode()} if is_odd else {}


def _read_only_session(connection: Any, _: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET SESSION TRANSACTION READ ONLY")


def _sqlite(address: URL, folder: Path) -> Engine:
    """SQLite opened with ``mode=ro``: never made, never written; transactions are begun by us, so that they are one."""
    if not address.database or address.database == ":memory:":
        raise ConfigurationError("a database in memory has no records", path="url", action="name a file")
    path = quote(str(folder / address.database), safe="/:")
    made = create_engine(
        f"sqlite:///file:{path}?mode=ro&uri=true",
        poolclass=NullPool,
        connect_args={"timeout": 5.0, "isolation_level": None},
        hide_parameters=True,
    )
    event.listen(made, "begin", _begin)
    return made


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _spoken(connection: Connection) -> str:
    """The dialect that the server really speaks: a MariaDB is often reached by an address that begins with mysql."""
    dialect = connection.engine.dialect
    return "mariadb" if getattr(dialect, "is_mariadb", False) else dialect.name


class Held:
    """The one connection of one reading. `open` and `close` belong to the reading's own thread."""

    def __init__(self, engine: Engine, timeout: float) -> None:
        self._engine = engine
        self._timeout = timeout
        self._connection: Connection | None = None
        self._stopped = False

    def open(self) -> Connection:
        """Connect and begin the read-only transaction."""
        connection = self._engine.connect()
        self._connection = connection
        dialect = DIALECTS.get(_spoken(connection), Dialect())
        if dialect.options:
            connection = connection.execution_options(**dialect.options)
        driver: Any = connection.connection.driver_connection
        if self._engine.dialect.name == "sqlite":
            driver.set_progress_handler(lambda: self._stopped, PROGRESS_STEPS)
        connection.begin()
        for statement in dialect.begin:
            connection.exec_driver_sql(statement.format(ms=int(self._timeout * 1000), seconds=self._timeout))
        return connection

    def close(self) -> None:
        """Roll back and let go. May be called twice."""
        connection, self._connection = self._connection, None
        if connection is not None:
            unread = connection.info.pop(UNREAD, None)
            if unread is not None:  # a cursor that nobody reads to its end keeps the file of a closed SQLite open
                unread.close()
            connection.close()
        self._engine.dispose()

    def stop(self) -> None:
        """From any thread, at once: SQLite ends whatever runs or would run next."""
        self._stopped = True

    def interrupt(self) -> None:
        """From any thread, may take a while: ask a server to end the statement that runs now. Never raises."""
        self.stop()
        connection = self._connection
        with suppress(Exception):  # the connection may close at this very moment, and drivers differ in how they say so
            driver: Any = connection.connection.driver_connection if connection is not None else None
            cancel: Callable[[], object] | None = getattr(driver, "cancel", None)
            if cancel is not None:
                cancel()
