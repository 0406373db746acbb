"""How the ledger connects: addresses, pragmas, and how each transaction begins.

In: an address from the configuration. Out: SQLAlchemy engines, one that writes and one that only reads.
Writers come one at a time on both databases, across programs too: SQLite by ``BEGIN IMMEDIATE``, PostgreSQL by an
advisory lock that ends with the transaction. So a read-modify-write can lose nothing and needs no serialization retry.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.exc import ArgumentError

from syncd.errors import ConfigurationError
from syncd.ledger.packing import json_text

ADVISORY_LOCK = 0x73796E6364  # "syncd"
BUSY_MILLISECONDS = 5000
CONNECT_SECONDS = 5
READERS = 4

IDLE_SECONDS = {"write": 20, "read": 60, "schema": 0}
"""Seconds after which the server ends a transaction whose program has gone silent, by what it is for; 0: never.

A paused or cut-off program would else hold the one writer's place for ever.
"""

KEEPALIVES = {"keepalives_idle": 5, "keepalives_interval": 5, "keepalives_count": 3}
SILENCE_MILLISECONDS = 15_000
"""Both ends notice within some 15 seconds that the network between them is cut."""

PATH = "database"
EXAMPLES = "sqlite:////var/lib/syncd/ledger.db or postgresql://syncd@db.example.vn/syncd"

DRIVERS = {
    "sqlite": "sqlite",
    "sqlite+pysqlite": "sqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}


class Access(StrEnum):
    """What an engine is for."""

    WRITE = "write"
    READ = "read"
    SCHEMA = "schema"


BEGIN = {
    ("sqlite", Access.WRITE): "BEGIN IMMEDIATE",
    ("sqlite", Access.SCHEMA): "BEGIN IMMEDIATE",
    ("sqlite", Access.READ): "BEGIN",
    ("postgresql", Access.WRITE): f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})",
    ("postgresql", Access.SCHEMA): f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})",
    ("postgresql", Access.READ): "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY",
}

PRAGMAS = {
    Access.WRITE: ("journal_mode=WAL", "foreign_keys=ON", "synchronous=NORMAL"),
    Access.READ: ("query_only=ON",),
    Access.SCHEMA: ("journal_mode=WAL", "foreign_keys=OFF", "synchronous=FULL"),
}


def parse(url: str) -> URL:
    """The address to connect to. Raises `ConfigurationError`, never showing a password."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise ConfigurationError("is not a database address", path=PATH, action=f"write it like {EXAMPLES}") from None
    driver = DRIVERS.get(parsed.drivername)
    if driver is None:
        raise ConfigurationError(
            f"{parsed.drivername!r} is not supported", path=PATH, action=f"write it like {EXAMPLES}"
        )
    if driver == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise ConfigurationError("a ledger in memory would be forgotten", path=PATH, action=f"use {EXAMPLES}")
    return parsed.set(drivername=driver)


def shown(url: URL) -> str:
    """The address without its password."""
    return url.render_as_string(hide_password=True)


def sqlite_path(url: URL) -> Path | None:
    """The file of a SQLite ledger; None on PostgreSQL."""
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


def make_engine(url: URL, access: Access) -> Engine:
    """An engine for one purpose. Connects lazily. Raises `ConfigurationError` where the driver is not installed."""
    options: dict[str, Any] = {"hide_parameters": True, "json_serializer": json_text}
    options |= {"pool_size": READERS if access is Access.READ else 1, "max_overflow": 0}
    backend = url.get_backend_name()
    if backend == "sqlite":
        options["connect_args"] = {"timeout": BUSY_MILLISECONDS / 1000}
    else:
        options |= {"pool_pre_ping": True, "connect_args": postgresql_arguments(url, access)}
    try:
        engine = sa.create_engine(url, **options)
    except ImportError as error:
        raise ConfigurationError(
            "the PostgreSQL driver is not installed", path=PATH, action="install syncd[postgresql]"
        ) from error
    if backend == "sqlite":
        _on_connect(engine, PRAGMAS[access])
    _on_begin(engine, BEGIN[backend, access])
    return engine


def postgresql_arguments(url: URL, access: Access) -> dict[str, Any]:
    """What the driver is given besides the address: how a session is set, and how long silence is borne."""
    given = url.query.get("options", "")
    settings = {
        "timezone": "UTC",
        "lock_timeout": BUSY_MILLISECONDS,
        "idle_in_transaction_session_timeout": IDLE_SECONDS[access] * 1000,
        "tcp_user_timeout": SILENCE_MILLISECONDS,
        **{f"tcp_{name}": value for name, value in KEEPALIVES.items()},
    }
    own = " ".join(f"-c {name}={value}" for name, value in settings.items())
    return {
        "connect_timeout": CONNECT_SECONDS,
        "application_name": "syncd",
        "options": f"{given if isinstance(given, str) else ' '.join(given)} {own}".strip(),
        "tcp_user_timeout": SILENCE_MILLISECONDS,
        **KEEPALIVES,
    }


def _on_connect(engine: Engine, pragmas: tuple[str, ...]) -> None:
    @sa.event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in (f"busy_timeout={BUSY_MILLISECONDS}", *pragmas):
            connection.execute(f"PRAGMA {pragma}").close()


def _on_begin(engine: Engine, statement: str) -> None:
    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql(statement).close()
