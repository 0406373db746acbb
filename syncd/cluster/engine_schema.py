"""The engine's own tables (procrastinate's), in a schema of their own beside the ledger's, brought up to date at start.

In: the ledger's address. Out: tables that this engine understands. Two that start together do it once: the upgrade
holds the ledger's writing lock. What the engine gives out as epochs never comes twice, even where its tables were lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from procrastinate.schema import SchemaManager
from sqlalchemy.orm import Session

from syncd.errors import ConfigurationError
from syncd.ledger.engines import Access, make_engine, parse, shown, sqlite_path
from syncd.ledger.errors import ours
from syncd.ledger.leases import highest_epoch
from syncd.ledger.settings import set_setting, setting

SCHEMA = "syncd_cluster"
APPLIED = "cluster_engine"
"""The setting that names the newest of the engine's migrations that this ledger has."""


def install(url: str, *, now: datetime, actor: str) -> None:
    """Make the engine's tables, or bring them up to date.

    Raises `ConfigurationError` on SQLite, and the ledger's errors.
    """
    address = parse(url)
    if sqlite_path(address) is not None:
        raise ConfigurationError(
            "several daemons cannot share a SQLite ledger",
            path="cluster",
            action="set [database] url to a PostgreSQL address, or leave [cluster] out",
        )
    engine = make_engine(address, Access.SCHEMA)
    try:
        with ours(shown(address)), engine.begin() as connection, Session(bind=connection) as session:
            _bring_up(session, now, actor)
            session.flush()
    finally:
        engine.dispose()


def _bring_up(session: Session, now: datetime, actor: str) -> None:
    files = _migrations()
    is_there = session.execute(sa.select(sa.func.to_regclass(f"{SCHEMA}.procrastinate_jobs"))).scalar() is not None
    applied = setting(session, APPLIED) if is_there else None
    session.execute(sa.text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
    session.execute(sa.text(f"SET LOCAL search_path TO {SCHEMA}, public"))
    if applied is None:
        _run(session, SchemaManager.get_schema())
        _begin_after(session, highest_epoch(session))
    else:
        for file in files:
            if file.name > applied:
                _run(session, file.read_text(encoding="utf-8"))
    if applied != files[-1].name:
        set_setting(session, APPLIED, files[-1].name, now=now, actor=actor)


def _migrations() -> Sequence[Path]:
    """The engine's migrations, oldest first; its schema is what all of them together give."""
    return sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))


def _run(session: Session, script: str) -> None:
    """Several statements at once, as they are."""
    driver = session.connection().connection.driver_connection
    if driver is None:
        raise RuntimeError("there is no connection")
    with driver.cursor() as cursor:
        cursor.execute(script)


def _begin_after(session: Session, epoch: int) -> None:
    """Let the engine's numbers go on where they were before its tables were lost."""
    session.execute(sa.text("SELECT setval('procrastinate_jobs_id_seq', :after)"), {"after": epoch + 1})
