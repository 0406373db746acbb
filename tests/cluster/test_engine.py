"""The engine gives each turn to one member, takes turns from the silent, and never gives out a number twice."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from syncd.cluster.engine import Engine, Right
from syncd.cluster.engine_schema import SCHEMA, install
from syncd.config import InvalidConfigurationError, load
from syncd.errors import ConfigurationError, ConflictError
from syncd.ledger import Ledger, LedgerUnreachableError
from syncd.ledger.leases import take_lease
from tests.cluster.conftest import in_vain

pytestmark = pytest.mark.postgresql
NOW = datetime(2026, 11, 25, tzinfo=UTC)
LEASE = 30.0
ON_SQLITE = """\
[database]
url = "sqlite:///a.db"

[cluster]

[[pairs]]
name = "a"
interval = "5m"
applies = { departments = ["1"] }
portal = { adapter = "file" }
city = { adapter = "file" }
"""


@pytest.fixture
async def engine(ledger: Ledger, postgresql_url: str) -> AsyncIterator[Engine]:
    install(postgresql_url, now=NOW, actor="test")
    opened = Engine(postgresql_url, LEASE)
    await opened.open()
    yield opened
    await opened.close()


def silence(url: str, member: int) -> None:
    """Let a member have been silent for a minute, by the database's clock."""
    with psycopg.connect(url, autocommit=True, options=f"-c search_path={SCHEMA}") as connection:
        connection.execute(
            "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute' WHERE id = %s", (member,)
        )


async def taken(engine: Engine, member: int, course: str = "ha-noi") -> Right:
    right = await engine.ask(member, [course])
    assert right is not None
    return right


async def test_a_turn_is_given_once_and_the_next_waits_for_its_time(engine: Engine) -> None:
    a, b = await engine.join(), await engine.join()
    await engine.offer("ha-noi", 0.0)
    await engine.offer("ha-noi", 0.0)
    right = await taken(engine, a)
    await engine.offer("ha-noi", 0.0)
    assert await engine.ask(b, ["ha-noi"]) is None
    await engine.give_back(right, 0.0)
    following = await taken(engine, b)
    assert following.epoch > right.epoch
    await engine.give_back(following, 3600.0)
    assert await engine.ask(a, ["ha-noi"]) is None
    view = await engine.look()
    assert 3500 < view.due["ha-noi"] <= 3600
    assert view.alive(LEASE) == {a, b}


async def test_who_is_woken_begins_at_once_or_right_after(engine: Engine) -> None:
    a = await engine.join()
    await engine.offer("ha-noi", 3600.0)
    await engine.wake("ha-noi")
    right = await taken(engine, a)
    await engine.wake("ha-noi")
    await engine.give_back(right, 3600.0)
    assert (await taken(engine, a)).epoch > right.epoch


async def test_a_silent_member_loses_its_turn_and_finds_out(engine: Engine, postgresql_url: str) -> None:
    a, b = await engine.join(), await engine.join()
    await engine.offer("ha-noi", 0.0)
    right = await taken(engine, a)
    assert await engine.take_from_the_silent() == []
    silence(postgresql_url, a)
    assert await engine.take_from_the_silent() == [right]
    assert (await taken(engine, b)).epoch > right.epoch
    with pytest.raises(ConflictError, match="given to another member"):
        await engine.give_back(right, 0.0)
    await engine.beat(a)
    assert (await engine.look()).alive(LEASE) == {b}


async def test_a_member_that_leaves_gives_up_what_it_runs_at_once(engine: Engine) -> None:
    a, b = await engine.join(), await engine.join()
    await engine.offer("ha-noi", 0.0)
    right = await taken(engine, a)
    await engine.leave(a)
    assert await engine.take_from_the_silent() == [right]
    assert (await taken(engine, b)).epoch > right.epoch


async def test_a_member_that_was_given_up_gets_no_turn(engine: Engine, postgresql_url: str) -> None:
    """It was paused between its sign of life and its wish."""
    a = await engine.join()
    silence(postgresql_url, a)
    await engine.take_from_the_silent()
    await engine.offer("ha-noi", 0.0)
    with pytest.raises(LedgerUnreachableError):
        await engine.ask(a, ["ha-noi"])


async def test_numbers_go_on_where_the_engines_tables_were_lost(
    engine: Engine, ledger: Ledger, postgresql_url: str
) -> None:
    """A backup of the ledger alone was restored: an epoch that began anew would refuse every write."""
    await ledger.write(take_lease, course="ha-noi", epoch=5000, holder="before")
    with psycopg.connect(postgresql_url, autocommit=True) as connection:
        connection.execute(f"DROP SCHEMA {SCHEMA} CASCADE")
    install(postgresql_url, now=NOW, actor="test")
    await engine.offer("ha-noi", 0.0)
    assert (await taken(engine, await engine.join())).epoch > 5000


async def test_an_engine_that_is_there_is_left_as_it_is(engine: Engine, postgresql_url: str) -> None:
    """Every start comes by here."""
    await engine.offer("ha-noi", 60.0)
    install(postgresql_url, now=NOW, actor="test")
    assert list((await engine.look()).due) == ["ha-noi"]


async def test_a_database_that_is_away_is_told_without_its_password() -> None:
    away = Engine("postgresql://syncd:hidden@127.0.0.1:9/syncd", LEASE)
    with in_vain(), pytest.raises(LedgerUnreachableError) as told:
        await away.open()
    assert "hidden" not in str(told.value)
    await away.close()


def test_sqlite_cannot_be_shared(tmp_path: Path) -> None:
    """The configuration is refused before anything is started; and so is the engine, whoever asks for it."""
    file = tmp_path / "syncd.toml"
    file.write_text(ON_SQLITE, encoding="utf-8")
    with pytest.raises(InvalidConfigurationError, match=r"\[cluster\] cannot share a SQLite ledger"):
        load(file)
    with pytest.raises(ConfigurationError, match="cannot share a SQLite ledger"):
        install(f"sqlite:///{tmp_path / 'a.db'}", now=NOW, actor="test")


def test_a_daemon_that_is_alone_needs_no_engine() -> None:
    """Neither the engine nor anything of it is imported by the whole command line."""
    script = (
        "import sys, syncd.cli.app, syncd.assembly;"
        "print([one for one in sys.modules if one.startswith(('procrastinate', 'syncd.cluster', 'psycopg'))])"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True)
    assert said.stdout.strip() == "[]"
