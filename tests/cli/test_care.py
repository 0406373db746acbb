"""`syncd database backup | restore | check | prune`, as operators meet them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.program import syncd
from tests.cli.town import CONFIGURATION, Town


@pytest.fixture
def kept(town: Town) -> Town:
    """A town that was observed once."""
    assert syncd("observe", "--grace", "0", folder=town.folder).status == 3
    return town


def backups(folder: Path) -> list[Path]:
    return sorted(one for one in folder.iterdir() if one.suffix != ".json")


def aged(town: Town) -> None:
    """Make what was observed three years older."""
    with closing(sqlite3.connect(town.folder / "ledger.db")) as connection, connection:
        connection.execute("UPDATE readings SET ended_at = datetime(ended_at, '-3 years') || '.000000'")
        connection.execute("UPDATE passes SET started_at = datetime(started_at, '-3 years') || '.000000'")


def test_a_backup_is_made_proven_and_restored(kept: Town) -> None:
    said = syncd("database", "backup", folder=kept.folder)
    assert (said.status, said.err) == (0, "")
    (made,) = backups(kept.folder / "backups")
    assert said.out.startswith(f"{made}: ")
    assert syncd("database", "check", str(made), folder=kept.folder).status == 0
    (kept.folder / "ledger.db").unlink()
    said = syncd("database", "restore", str(made), folder=kept.folder)
    assert (said.status, said.err) == (0, "")
    assert "there was no ledger before" in said.out
    assert len(syncd("mismatches", "--format", "json", folder=kept.folder).rows) == 4


def test_the_backup_goes_where_it_is_wanted(kept: Town) -> None:
    """Into a folder under a name of ours, or into a file; a file that is there is not touched."""
    assert syncd("database", "backup", "--output", "elsewhere", folder=kept.folder).status == 0
    assert backups(kept.folder / "elsewhere")[0].name.endswith("Z.db.gz")
    assert syncd("database", "backup", "--output", "mine.gz", folder=kept.folder).status == 0
    said = syncd("database", "backup", "--output", "mine.gz", folder=kept.folder)
    assert said.status == 1
    assert said.err == f"syncd: {kept.folder}/mine.gz is there already (give another name, or move it away)\n"


def test_only_as_many_backups_stay_as_the_configuration_keeps(town: Town) -> None:
    town.write(head=CONFIGURATION + "[care]\nkeep_daily = 1\nkeep_weekly = 0\nkeep_monthly = 0\nbackup_folder = 'b'\n")
    syncd("observe", folder=town.folder)
    assert syncd("database", "backup", folder=town.folder).status == 0
    (first,) = backups(town.folder / "b")
    older = first.with_name("syncd-20250101T000000Z.db.gz")
    for one, other in ((first, older), (Path(f"{first}.json"), Path(f"{older}.json"))):
        other.write_bytes(one.read_bytes())
    first.unlink()
    said = syncd("database", "backup", folder=town.folder)
    assert f"no longer kept: {older}" in said.out
    assert len(backups(town.folder / "b")) == 1


def test_a_restore_over_a_ledger_needs_the_word_and_keeps_the_old_one(kept: Town) -> None:
    syncd("database", "backup", "--output", "mine.gz", folder=kept.folder)
    said = syncd("database", "restore", "mine.gz", folder=kept.folder)
    assert said.status == 1
    assert "--replace" in said.err
    said = syncd("database", "restore", "mine.gz", "--replace", folder=kept.folder)
    assert said.status == 0
    (aside,) = kept.folder.glob("ledger.db.before-*")
    assert str(aside) in said.out


def test_a_restore_is_refused_while_somebody_has_the_ledger_open(kept: Town) -> None:
    syncd("database", "backup", "--output", "mine.gz", folder=kept.folder)
    with closing(sqlite3.connect(kept.folder / "ledger.db")) as connection:
        connection.execute("BEGIN IMMEDIATE")
        said = syncd("database", "restore", "mine.gz", "--replace", folder=kept.folder)
        connection.rollback()
    assert said.status == 1
    assert "stop the daemon" in said.err


def test_a_check_proves_the_ledger_and_names_what_is_wrong(kept: Town) -> None:
    said = syncd("database", "check", folder=kept.folder)
    assert (said.status, said.err) == (0, "")
    assert "newest hash" in said.out
    with closing(sqlite3.connect(kept.folder / "ledger.db")) as connection, connection:
        connection.execute("UPDATE versions SET raw_digest = 'ff' WHERE id = 1")
        connection.execute("DELETE FROM audit WHERE id = 2")
    said = syncd("database", "check", folder=kept.folder)
    assert said.status == 1
    assert [line.partition(":")[0] for line in said.lines] == ["syncd", "syncd"]
    assert "audit trail is broken" in said.lines[0]
    assert "evidence of version 1" in said.lines[1]


def test_a_dry_run_says_exactly_what_the_real_run_forgets(kept: Town) -> None:
    aged(kept)
    syncd("observe", "--grace", "0", folder=kept.folder)
    aged(kept)
    wanted = syncd("database", "prune", "--dry-run", "--json", folder=kept.folder).rows
    again = syncd("database", "prune", "--dry-run", "--json", folder=kept.folder).rows
    assert wanted["steps"] == again["steps"], "a dry run forgets nothing"
    assert wanted["forgotten"] is None
    assert [step["rows"] for step in wanted["steps"] if step["what"] == "pass details"] == [1]
    done = syncd("database", "prune", "--json", folder=kept.folder).rows
    assert done["steps"] == wanted["steps"]
    assert done["forgotten"] == {step["what"]: step["rows"] for step in wanted["steps"]}
    assert syncd("database", "prune", folder=kept.folder).out.splitlines()[-1].startswith("freed about 0.0 KiB")
    assert syncd("audit", "verify", folder=kept.folder).status == 0


def test_a_ledger_that_is_not_there_is_told_by_all_four(town: Town) -> None:
    (town.folder / "x.gz").write_text("")
    for arguments in (("backup",), ("restore", "x.gz"), ("check",), ("prune",)):
        said = syncd("database", *arguments, folder=town.folder)
        assert said.status == 1, arguments
        assert len(said.lines) == 1
    assert not (town.folder / "ledger.db").exists()
