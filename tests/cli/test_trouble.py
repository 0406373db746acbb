"""Whatever goes wrong around it, the command line says it in one line, ends with a status, and shows no traceback."""

from __future__ import annotations

import os
import resource
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.program import LIMIT, checked, command, environment, syncd
from tests.cli.town import Town

IS_ROOT = os.geteuid() == 0


def no_log_folder(town: Town) -> None:
    town.write(head='[log]\nmismatch_log = "gone/mismatches.jsonl"\n')


def log_is_a_folder(town: Town) -> None:
    (town.folder / "mismatches.jsonl").mkdir()


def not_a_database(town: Town) -> None:
    (town.folder / "ledger.db").write_text("this is no database, whatever its name says" * 50, encoding="utf-8")


def ledger_is_a_folder(town: Town) -> None:
    (town.folder / "ledger.db").mkdir()


def configuration_is_a_folder(town: Town) -> None:
    town.configuration.unlink()
    town.configuration.mkdir()


def configuration_is_binary(town: Town) -> None:
    town.configuration.write_bytes(b"\xff\xfe\x00")


def no_secret(town: Town) -> None:
    head = '[database]\nurl = "postgresql://syncd@localhost/x"\npassword_secret = "gone"\n'
    town.write(head=head)


def no_server(town: Town) -> None:
    town.write(head='[database]\nurl = "postgresql://syncd@127.0.0.1:1/x"\n')


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (no_log_folder, "the mismatch log cannot be written"),
        (log_is_a_folder, "Is a directory"),
        (not_a_database, "file is not a database"),
        (ledger_is_a_folder, "unable to open database file"),
        (configuration_is_a_folder, "cannot be read: Is a directory"),
        (configuration_is_binary, "is not UTF-8"),
        (no_secret, "secret 'gone' was not found"),
        (no_server, "check that the server runs"),
    ],
)
def test_an_error_of_the_surroundings_is_one_line(town: Town, spoil: Callable[[Town], None], words: str) -> None:
    spoil(town)
    said = syncd("observe", "--config", "syncd.toml", folder=town.folder)
    assert said.status == 1
    assert len(said.lines) == 1
    assert words in said.err
    assert said.err.startswith("syncd: ")


@pytest.mark.skipif(IS_ROOT, reason="root may write everything")
def test_a_ledger_that_may_not_be_written_is_one_line(observed: Town) -> None:
    observed.folder.chmod(0o500)
    try:
        said = syncd("observe", folder=observed.folder)
    finally:
        observed.folder.chmod(0o700)
    assert (said.status, len(said.lines)) == (1, 1)


def test_a_full_disk_is_one_line_and_the_ledger_stays_sound(town: Town) -> None:
    """As a limit of the size of files, which is what a quota is."""
    syncd("database", "upgrade", folder=town.folder)
    town.portal = {f"1.2{number:05}": "Thủ tục " * 40 + str(number) for number in range(3_000)}
    town.write()
    ended = subprocess.run(
        command("observe"), cwd=town.folder, env=environment(town.folder), capture_output=True, timeout=LIMIT,
        check=False, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000)),
    )  # fmt: skip
    said = checked(ended.returncode, ended.stdout, ended.stderr)
    assert (said.status, said.out) == (1, "")
    assert said.lines[-1].startswith("syncd: sqlite:///")
    town.settled()
    after = syncd("observe", folder=town.folder)
    assert after.status == 0, after.err


def test_a_ledger_that_another_program_holds_is_one_line(town: Town) -> None:
    syncd("database", "upgrade", folder=town.folder)
    with closing(sqlite3.connect(town.folder / "ledger.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        said = syncd("database", "upgrade", folder=town.folder)
    assert said.status == 1
    assert len(said.lines) == 1
    assert "another syncd is writing" in said.err


def test_a_full_standard_output_is_one_line(observed: Town) -> None:
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            command("mismatches", "--format", "json"), cwd=observed.folder, env=environment(observed.folder),
            stdout=full, stderr=subprocess.PIPE, timeout=LIMIT, check=False,
        )  # fmt: skip
    said = checked(ended.returncode, b"", ended.stderr)
    assert (said.status, said.lines) == (1, ["syncd: No space left on device"])


@pytest.mark.parametrize("command_name", ["run", "check"])
def test_a_bad_configuration_names_every_key_with_its_path_and_what_would_be_right(
    town: Town, command_name: str
) -> None:
    """The daemon ends with 78, so that its unit does not start it again; a command with 1."""
    text = town.configuration.read_text(encoding="utf-8").replace(
        "applies = { agency", 'intervall = "5m"\napplies = { agency'
    )
    text = text.replace("[log]\n", '[log]\nlevel = "loud"\nportal_token = "canary-in-toml"\n')
    town.configuration.write_text(text, encoding="utf-8")
    said = syncd(command_name, folder=town.folder)
    assert said.status == (78 if command_name == "run" else 1)
    assert "pairs[0].intervall" in said.err
    assert "did you mean interval?" in said.err
    assert 'log.level = "loud": not allowed' in said.err
    assert len(said.lines) == 3, "one line for each wrong thing"
    assert "canary-in-toml" not in said.err


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('adapter = "file"\npath = "portal', 'adapter = "fil"\npath = "portal', "did you mean file?"),
        ('name = "Tên TTHC"', 'nam = "Tên TTHC"', "unknown field 'nam'"),
        ('path = "city.csv"', 'pfad = "city.csv"', "pairs[0].city.pfad"),
        ("[log]", "[log", "is not TOML"),
    ],
)
def test_a_wrong_side_is_refused_before_anything_is_read(town: Town, old: str, new: str, words: str) -> None:
    text = town.configuration.read_text(encoding="utf-8")
    assert old in text
    town.configuration.write_text(text.replace(old, new), encoding="utf-8")
    said = syncd("run", folder=town.folder)
    assert said.status == 78
    assert words in said.err
    assert not (town.folder / "ledger.db").exists()


def test_an_error_that_nobody_expected_asks_to_be_reported(town: Town) -> None:
    """Even a defect of ours is one line; where it happened is shown on request."""
    broken = town.folder / "sitecustomize.py"
    broken.write_text(
        "import syncd.cli.options as options\n"
        "def fail(given):\n    raise KeyError('surprise\\nof two lines')\n"
        "options.config_path = fail\n",
        encoding="utf-8",
    )
    path = f"{town.folder}:{environment(town.folder)['PYTHONPATH']}"
    said = syncd("mismatches", folder=town.folder, env={"PYTHONPATH": path})
    assert said.status == 1
    assert len(said.lines) == 1
    assert "KeyError" in said.err
    assert "report it" in said.err
