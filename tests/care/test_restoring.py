"""A restore proves first, refuses what would harm, keeps the old ledger, and is all or nothing, also when killed."""

from __future__ import annotations

import json
import random
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from syncd.care.backup import backup
from syncd.care.errors import CareError, UnsoundError
from syncd.care.manifest import manifest_path, read_manifest
from syncd.care.proving import prove
from syncd.care.restoring import restore
from syncd.ledger import Ledger, open_ledger
from syncd.ledger.audit import note, trail
from tests.passes.towns import Town, fresh_ledger

NOW = datetime(2026, 11, 26, tzinfo=UTC)
ROOT = Path(__file__).parents[2]


def mark(ledger: Ledger, action: str, times: int = 1) -> None:
    for _ in range(times):
        ledger.write_now(note, at=NOW, actor="t", action=action, text="x" * 3000)


def newest(url: str) -> str:
    with open_ledger(url) as ledger:
        return ledger.read_now(trail, limit=1)[0].action


@pytest.fixture
def backed_up(town: Town, url: str, tmp_path: Path) -> Path:
    """A backup; after it the ledger has gone on, and is closed."""
    mark(town.ledger, "before")
    made = backup(url, tmp_path / "backups" / "one.gz", now=NOW)
    mark(town.ledger, "after")
    town.ledger.close()
    return made.path


def test_the_ledger_is_again_as_it_was_and_the_newer_one_is_kept_aside(backed_up: Path, url: str) -> None:
    done = restore(url, backed_up, replace=True, now=NOW)
    assert newest(url) == "before"
    assert done.aside is not None
    assert newest(f"sqlite:///{done.aside}") == "after"
    prove(url).require()


def test_a_ledger_is_not_replaced_unless_that_is_wanted(backed_up: Path, url: str) -> None:
    with pytest.raises(CareError, match=r"there is a ledger already.*--replace"):
        restore(url, backed_up, replace=False, now=NOW)
    assert newest(url) == "after"


def test_an_empty_machine_gets_the_ledger_readable_by_one_user(backed_up: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new/ledger.db"
    assert restore(url, backed_up, replace=False, now=NOW).aside is None
    assert newest(url) == "before"
    assert (tmp_path / "new" / "ledger.db").stat().st_mode & 0o077 == 0


def test_it_is_refused_while_anybody_has_the_ledger_open(backed_up: Path, url: str) -> None:
    with open_ledger(url) as ledger:
        mark(ledger, "alive")
        with pytest.raises(CareError, match=r"in use \(stop the daemon"):
            restore(url, backed_up, replace=True, now=NOW)
        mark(ledger, "still alive")
    assert newest(url) == "still alive"


def test_a_damaged_ledger_is_moved_aside_and_replaced(backed_up: Path, url: str, tmp_path: Path) -> None:
    (tmp_path / "ledger.db").write_bytes(b"this is not a database" * 1000)
    (tmp_path / "ledger.db-wal").write_bytes(b"stale")
    done = restore(url, backed_up, replace=True, now=NOW)
    assert newest(url) == "before"
    assert done.aside is not None
    assert done.aside.read_bytes().startswith(b"this is not")
    assert done.aside.with_name(done.aside.name + "-wal").read_bytes() == b"stale"


def test_a_ledger_with_torn_pages_is_replaced(backed_up: Path, url: str, tmp_path: Path) -> None:
    """Its first page is sound, so that it opens; what is behind it is not."""
    content = (tmp_path / "ledger.db").read_bytes()
    (tmp_path / "ledger.db").write_bytes(content[:4096] + bytes(random.Random(1).randbytes(len(content) - 4096)))
    assert prove(url).problems
    restore(url, backed_up, replace=True, now=NOW)
    assert newest(url) == "before"


def test_a_changed_backup_is_refused_before_anything_is_touched(backed_up: Path, url: str) -> None:
    backed_up.write_bytes(backed_up.read_bytes()[:-1])
    with pytest.raises(UnsoundError, match="not what its manifest says"):
        restore(url, backed_up, replace=True, now=NOW)
    assert newest(url) == "after"


def test_a_backup_whose_rows_are_not_those_of_its_manifest_is_refused(backed_up: Path, url: str) -> None:
    manifest = manifest_path(backed_up)
    manifest.write_text(manifest.read_text().replace('"passes": 2', '"passes": 3'))
    with pytest.raises(UnsoundError, match=r"other rows.*passes"):
        restore(url, backed_up, replace=True, now=NOW)
    assert newest(url) == "after"


def test_a_backup_of_a_newer_syncd_is_refused(town: Town, url: str, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    made = backup(url, tmp_path / "newer.gz", now=NOW)
    with pytest.raises(CareError, match="schema 9999, which this syncd does not know"):
        restore(f"sqlite:///{tmp_path}/other/ledger.db", made.path, replace=False, now=NOW)
    assert not (tmp_path / "other" / "ledger.db").exists()


def test_a_backup_of_an_older_syncd_is_taken_and_can_be_upgraded(town: Town, url: str, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    made = backup(url, tmp_path / "older.gz", now=NOW)
    assert read_manifest(made.path).audit_newest == ""
    restore(f"sqlite:///{tmp_path}/other/ledger.db", made.path, replace=False, now=NOW)
    assert prove(f"sqlite:///{tmp_path}/other/ledger.db").schema == "0001"


def test_a_kill_at_any_instant_leaves_the_old_ledger_or_the_new_one(tmp_path: Path) -> None:
    """Killed at each touch of a file in turn, and at many instants between; each time one whole ledger is in place."""
    with fresh_ledger(tmp_path) as ledger:
        url = ledger.where
        mark(ledger, "before", 100)
        source = backup(url, tmp_path / "backups" / "one.gz", now=NOW).path
        mark(ledger, "after", 100)
    said = subprocess.run(
        [sys.executable, "-m", "tests.care.killing", str(tmp_path / "ledger.db"), str(source)],
        cwd=ROOT, capture_output=True, text=True, timeout=100, check=True,
    )  # fmt: skip
    ends = [json.loads(line) for line in said.stdout.splitlines()]
    killed = [one for one in ends if one["status"] < 0]
    assert len(killed) > 40
    assert {one["sound"] for one in ends} == {"ok"}
    assert {one["newest"] for one in killed} == {"before", "after"}
    assert all(one["newest"] == "before" for one in ends if one["status"] == 0)
    assert all(aside["newest"] == "after" for one in ends for aside in one["asides"])
    assert all(one["asides"] for one in ends if one["newest"] == "before"), "the old one is aside before the new one is"
