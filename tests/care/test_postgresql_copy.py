"""Backups of PostgreSQL with its own programs: one snapshot, counted; a restore is one transaction."""

from __future__ import annotations

import asyncio
import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from syncd.care.backup import backup, target_in
from syncd.care.errors import CareError, UnsoundError
from syncd.care.proving import prove
from syncd.care.prune_plan import Retention, plan
from syncd.care.pruning import prune
from syncd.care.restoring import prove_backup, restore
from syncd.ledger import open_ledger, upgrade
from syncd.ledger.audit import note, trail
from tests.passes.towns import Town

pytestmark = pytest.mark.postgresql
NOW = datetime(2026, 11, 26, tzinfo=UTC)


@pytest.fixture
def url(postgresql_url: str) -> str:
    upgrade(postgresql_url)
    mark(postgresql_url, "before")
    return postgresql_url


def mark(url: str, action: str) -> None:
    with open_ledger(url) as ledger:
        ledger.write_now(note, at=NOW, actor="t", action=action, text="tiếng Việt\n\\.\n\ttab")


def newest(url: str) -> str:
    with open_ledger(url) as ledger:
        return ledger.read_now(trail, limit=1)[0].action


def test_a_dump_is_restored_and_what_was_there_is_kept_as_a_backup(url: str, tmp_path: Path) -> None:
    made = backup(url, target_in(tmp_path, url, NOW), now=NOW)
    assert made.path.name == "syncd-20261126T000000Z.dump"
    assert made.manifest.rows["audit"] == made.manifest.audit_rows > 0
    prove_backup(made.path)
    mark(url, "after")
    done = restore(url, made.path, replace=True, now=NOW, aside_folder=tmp_path / "aside")
    assert newest(url) == "before"
    prove(url).require()
    assert done.aside is not None
    restore(url, done.aside, replace=True, now=NOW.replace(hour=1), aside_folder=tmp_path / "aside")
    assert newest(url) == "after"


def test_an_empty_database_gets_the_ledger(url: str, postgresql_cluster: str, tmp_path: Path) -> None:
    made = backup(url, tmp_path / "one.dump", now=NOW)
    name = f"syncd_care_{os.getpid()}"
    with psycopg.connect(postgresql_cluster, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    try:
        other = url.rpartition("/")[0] + f"/{name}"
        assert restore(other, made.path, replace=False, now=NOW).aside is None
        assert newest(other) == "before"
    finally:
        with psycopg.connect(postgresql_cluster, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_a_restore_is_refused_while_another_syncd_is_connected(url: str, tmp_path: Path) -> None:
    made = backup(url, tmp_path / "one.dump", now=NOW)
    with open_ledger(url) as ledger:
        ledger.read_now(trail, limit=1)
        with pytest.raises(CareError, match=r"in use: syncd from .*stop every daemon"):
            restore(url, made.path, replace=True, now=NOW, aside_folder=tmp_path / "aside")


def test_a_restore_over_a_ledger_needs_to_be_wanted(url: str, tmp_path: Path) -> None:
    made = backup(url, tmp_path / "one.dump", now=NOW)
    with pytest.raises(CareError, match="there is a ledger already"):
        restore(url, made.path, replace=False, now=NOW)


def test_a_restore_that_fails_in_the_middle_changes_nothing(url: str, tmp_path: Path) -> None:
    """Something of the operator's own hangs on a table, so that it cannot be dropped."""
    made = backup(url, tmp_path / "one.dump", now=NOW)
    mark(url, "after")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE VIEW mine AS SELECT * FROM audit")
    with pytest.raises(CareError, match="pg_restore failed"):
        restore(url, made.path, replace=True, now=NOW, aside_folder=tmp_path / "aside")
    assert newest(url) == "after"


def test_a_cut_off_dump_is_found_out(url: str, tmp_path: Path) -> None:
    made = backup(url, tmp_path / "one.dump", now=NOW)
    made.path.write_bytes(made.path.read_bytes()[:-200])
    with pytest.raises(UnsoundError, match="not what its manifest says"):
        prove_backup(made.path)


def test_where_the_programs_are_missing_it_says_what_to_install(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("syncd.care.programs.PLACES", str(tmp_path))
    with pytest.raises(CareError, match=r"pg_dump is not installed here.*postgresql-client"):
        backup(url, tmp_path / "one.dump", now=NOW)
    assert list(tmp_path.iterdir()) == []


def test_the_password_is_in_the_environment_and_never_on_the_command_line(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program in its place writes down what it was given."""
    spy = tmp_path / "bin" / "pg_dump"
    spy.parent.mkdir()
    spy.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/line\necho "$PGPASSWORD" > {tmp_path}/given\nexit 1\n')
    spy.chmod(spy.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{spy.parent}:{os.environ['PATH']}")
    with pytest.raises(CareError, match="pg_dump failed") as caught:
        backup(url.replace("syncd@", "syncd:s3cr3t-canary@"), tmp_path / "one.dump", now=NOW)
    assert "s3cr3t-canary" not in (tmp_path / "line").read_text() + str(caught.value)
    assert (tmp_path / "given").read_text() == "s3cr3t-canary\n"


def test_pruning_forgets_on_postgresql_what_it_forgets_on_sqlite(url: str) -> None:
    with open_ledger(url) as ledger:
        town = Town(ledger)
        for number in range(4):
            town.both("1.000001")
            town.publish("1.000001", f"Tên {number}")
            town.enter("1.000001", f"Tên {number}")
            town.run()
        wanted = ledger.read_now(plan, Retention(62, 62, 90, 90), town.now + timedelta(days=2000))
        assert [len(step.keys) for step in wanted.steps] == [0, 3, 6, 0, 0]
        done = asyncio.run(prune(ledger, wanted, actor="test", rest=lambda _: asyncio.sleep(0)))
        assert done.rows == {step.what: len(step.keys) for step in wanted.steps}
    prove(url).require()
