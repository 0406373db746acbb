"""`syncd doctor`: one line for each thing that is wrong, with a remedy; nothing is written, no secret shown."""

from __future__ import annotations

import socket
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.program import Said, syncd
from tests.cli.town import CONFIGURATION, Town

REMOTE = """
[[pairs]]
name = "remote"
applies = {{ agency = "H26" }}

[pairs.portal]
adapter = "national-portal"
base_url = "http://127.0.0.1:{port}"

[pairs.city]
adapter = "opencps"
base_url = "https://nowhere.invalid/o/rest/v2"
group_id = "35166"
basic_user = "doisoat"
basic_password_secret = "opencps"
"""


def doctor(folder: Path, *more: str) -> Said:
    return syncd("doctor", "--format", "json", *more, folder=folder)


def wrong(said: Said) -> set[tuple[str, str]]:
    """What is wrong: check and subject."""
    return {(one["check"], one["subject"]) for one in said.rows if one["level"] == "wrong"}


@pytest.fixture
def healthy(town: Town) -> Town:
    """A town that was observed just now, and nobody listens where its daemon would."""
    head = CONFIGURATION + '[daemon]\nlisten = "127.0.0.1:0"\n'
    town.write(head=head)
    assert syncd("observe", "--grace", "0", folder=town.folder).status == 3
    return town


def test_an_installation_that_is_well(healthy: Town) -> None:
    """Every check has its line, in the order in which an operator reads; nothing is left behind in the folder."""
    before = sorted(one.name for one in healthy.folder.iterdir())
    said = doctor(healthy.folder)
    assert (said.status, wrong(said), said.err) == (0, set(), "")
    checks = list(dict.fromkeys(one["check"] for one in said.rows))
    assert checks == [
        "configuration", "files", "time zone", "calendar", "disk", "database", "schema", "reading", "systemd",
    ]  # fmt: skip
    assert sorted(one.name for one in healthy.folder.iterdir()) == before
    lines = syncd("doctor", folder=healthy.folder).out.splitlines()
    assert lines[-1] == "nothing is wrong"


def test_everything_that_is_wrong_is_told_at_once_with_a_remedy_and_in_time(healthy: Town) -> None:
    """Open secrets, a dead portal, a city that nobody knows, an old reading: each stands alone."""
    secrets = healthy.folder / "secrets"
    secrets.mkdir(mode=0o700)
    (secrets / "opencps").write_text("canary-of-a-password")
    (secrets / "opencps").chmod(0o644)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        head = CONFIGURATION + f'[secrets]\nfolder = "{secrets}"\n[daemon]\nlisten = "127.0.0.1:0"\n'
        healthy.write(REMOTE.format(port=probe.getsockname()[1]), head=head)
        with closing(sqlite3.connect(healthy.folder / "ledger.db")) as connection, connection:
            connection.execute("UPDATE readings SET ended_at = '2026-01-01 00:00:00.000000' WHERE side = 'city'")
        begun = time.monotonic()
        said = doctor(healthy.folder)
        took = time.monotonic() - begun
    assert said.status == 1
    assert wrong(said) == {
        ("files", str(secrets / "opencps")),
        ("credentials", "opencps"),
        ("reading", "ha-noi.city"),
        ("tcp", "remote.portal"),
        ("dns", "remote.city"),
    }
    assert all(one["action"] for one in said.rows if one["level"] == "wrong")
    assert "canary-of-a-password" not in said.out + said.err
    assert took < 30, "fifteen seconds, and as much again for a busy machine"


def test_a_bad_configuration_is_one_finding_for_each_fault_and_the_rest_is_looked_at(town: Town) -> None:
    town.configuration.write_text(town.configuration.read_text().replace("applies", "aplies"), encoding="utf-8")
    said = doctor(town.folder)
    assert said.status == 1
    (one, *_) = [each for each in said.rows if each["level"] == "wrong"]
    assert one["check"] == "configuration"
    assert "aplies" in " ".join(each["words"] for each in said.rows)
    assert "time zone" in {each["check"] for each in said.rows}


def test_a_configuration_that_is_not_there(tmp_path: Path) -> None:
    said = doctor(tmp_path, "--config", "gone.toml")
    assert said.status == 1
    assert wrong(said) == {("files", str(tmp_path / "gone.toml"))}


@pytest.mark.parametrize(("revision", "words"), [("0001", "older than this syncd"), ("9999", "newer than this syncd")])
def test_a_ledger_of_another_syncd(healthy: Town, revision: str, words: str) -> None:
    with closing(sqlite3.connect(healthy.folder / "ledger.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
    said = doctor(healthy.folder, "--quiet")
    (one,) = said.rows
    assert (one["check"], said.status) == ("schema", 1)
    assert words in one["words"]


def test_no_ledger_yet_is_worth_a_note_and_makes_none(town: Town) -> None:
    said = doctor(town.folder)
    notes = {one["check"] for one in said.rows if one["level"] == "note"}
    assert "ledger" in notes
    assert not (town.folder / "ledger.db").exists()


def test_a_ledger_that_is_none(town: Town) -> None:
    (town.folder / "ledger.db").write_text("not a database at all" * 300)
    (town.folder / "ledger.db").chmod(0o600)
    assert wrong(doctor(town.folder)) == {("database", str(town.folder / "ledger.db"))}


def test_another_program_at_the_daemons_address(town: Town) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        town.write(head=CONFIGURATION + f'[daemon]\nlisten = "127.0.0.1:{taken.getsockname()[1]}"\n')
        said = doctor(town.folder)
    assert {check for check, _ in wrong(said)} == {"daemon"}
