"""The ledger's schema: which one it has, and bringing it up to date with Alembic.

In: an address. Out: a `Schema`, or an upgraded ledger; two upgrades at once are safe, the second finds nothing to do.
There is no way down: a downgrade would have to forget; restore a backup instead. To look takes no Alembic, whose
import takes as long as all the rest of a command that asks.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from importlib import import_module
from pathlib import Path

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.engine import URL

from syncd.ledger.engines import Access, make_engine, parse, shown, sqlite_path
from syncd.ledger.errors import LedgerDamagedError, LedgerUnreachableError, SchemaNewerError, ours

VERSION_TABLE = "alembic_version"


class SchemaState(StrEnum):
    """How the ledger's schema stands to this program's."""

    EMPTY = "empty"
    OLDER = "older"
    CURRENT = "current"
    NEWER = "newer"


class Schema(Struct, frozen=True):
    """``current`` is the revision that the ledger has (None: none), ``head`` the one that this program needs."""

    state: SchemaState
    current: str | None
    head: str


def migrations_folder() -> Path:
    """Where the migrations are: inside an installed wheel, else in the checkout."""
    installed = Path(__file__).parent / "_migrations"
    return installed if installed.is_dir() else Path(__file__).parents[2] / "migrations"


def schema_state(url: str) -> Schema:
    """Look at the schema; changes nothing, makes no file. Raises `LedgerUnreachableError`."""
    address = parse(url)
    path = sqlite_path(address)
    if path is not None and not path.is_file():
        return _judge(None)
    engine = make_engine(address, Access.READ)
    try:
        with ours(shown(address)), engine.connect() as connection:
            return _judge(_revision(connection))
    finally:
        engine.dispose()


def upgrade(url: str) -> Schema:
    """Bring the ledger to this program's schema, making its folder and file where there is none; all or nothing.

    Raises `SchemaNewerError`, `LedgerUnreachableError` and the other ledger errors.
    """
    address = parse(url)
    where = shown(address)
    with _alone(address, where), ours(where):
        engine = make_engine(address, Access.SCHEMA)
        try:
            with engine.begin() as connection:
                _migrate(connection, where)
        finally:
            engine.dispose()
    return schema_state(url)


def _migrate(connection: sa.Connection, where: str) -> None:
    schema = _judge(_revision(connection))
    if schema.state is SchemaState.NEWER:
        message = f"has schema {schema.current}, which this syncd does not know"
        raise SchemaNewerError(message, where=where, action="run the newer syncd")
    import_module("syncd.ledger.migrating").migrate(connection, migrations_folder())
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise LedgerDamagedError("rows point at rows that are not there", where=where, action="restore a backup")


def _revision(connection: sa.Connection) -> str | None:
    """What Alembic has written down in this ledger."""
    if not sa.inspect(connection).has_table(VERSION_TABLE):
        return None
    revision: str | None = connection.execute(sa.text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608
    return revision


def revisions() -> list[str]:
    """Every revision that this program knows, the oldest first: each migration's file begins with its own."""
    files = (file.name for file in (migrations_folder() / "versions").glob("[0-9]*_*.py"))
    return sorted(name.partition("_")[0] for name in files)


def _judge(current: str | None) -> Schema:
    known = revisions()
    if current is None:
        return Schema(SchemaState.EMPTY, current, known[-1])
    if current == known[-1]:
        return Schema(SchemaState.CURRENT, current, known[-1])
    return Schema(SchemaState.OLDER if current in known else SchemaState.NEWER, current, known[-1])


@contextmanager
def _alone(address: URL, where: str) -> Iterator[None]:
    """On SQLite: make folder and file (readable by this user alone), and hold a lock file while they are prepared."""
    path = sqlite_path(address)
    if path is None:
        yield
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
        lock = os.open(path.with_name(path.name + ".lock"), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    except OSError as error:
        action = "check that the folder exists and that this user may write there"
        raise LedgerUnreachableError(error.strerror or str(error), where=where, action=action) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            path.touch(mode=0o600)
        yield
    finally:
        os.close(lock)
