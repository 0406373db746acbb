"""What anybody meets first: help, version, adapters, and being told what was typed wrong."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from syncd import __version__
from tests.cli.program import LIMIT, checked, environment, syncd
from tests.cli.town import Town

COMMANDS = ("run", "check", "adapters", "observe", "mismatches", "explain", "demo", "database")


def test_help_names_every_command_and_the_exit_statuses(tmp_path: Path) -> None:
    said = syncd("--help", folder=tmp_path)
    assert said.status == 0
    assert all(name in said.out for name in COMMANDS)
    assert "3 mismatches, 4 unknown" in " ".join(said.out.split())


def test_the_installed_command_says_its_version(tmp_path: Path) -> None:
    """The script that the package installs, not only ``python -m syncd``."""
    script = Path(sys.executable).with_name("syncd")
    if not script.exists():
        pytest.skip("the syncd script is not installed beside this Python")
    ended = subprocess.run(
        [str(script), "--version"], env=environment(tmp_path), capture_output=True, timeout=LIMIT, check=False
    )
    said = checked(ended.returncode, ended.stdout, ended.stderr)
    assert (said.status, said.out) == (0, f"syncd {__version__}\n")


def test_adapters_are_listed_with_what_they_speak_to(tmp_path: Path) -> None:
    said = syncd("adapters", folder=tmp_path)
    assert said.status == 0
    names = [line.split()[0] for line in said.out.splitlines()]
    assert names == [
        "document-monitor",
        "edxml",
        "file",
        "igate",
        "national-gateway",
        "national-integration",
        "national-portal",
        "national-report",
        "opencps",
        "provincial-bridge",
        "replay",
        "sql",
    ]
    assert "OpenCPS REST v2" in said.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nonsense",), "No such command"),
        (("observe", "--format", "xml"), "table"),
        (("observe", "--grace", "30"), "not a duration"),
        (("observe", "--pair", "hue"), "no pair 'hue'; configured: ha-noi"),
        (("mismatches", "--as-of", "9999-12-31"), "is not an instant"),
        (("explain", "1.000001", "--format", "csv"), "json"),
    ],
)
def test_wrong_usage_ends_with_two_and_says_what_would_be_right(
    town: Town, arguments: tuple[str, ...], words: str
) -> None:
    said = syncd(*arguments, folder=town.folder)
    assert said.status == 2
    assert words in " ".join(said.err.replace("│", " ").split())
    assert not (town.folder / "ledger.db").exists()


def test_the_ledger_is_made_by_database_upgrade_and_twice_is_no_harm(town: Town) -> None:
    assert syncd("mismatches", folder=town.folder).status == 1, "a question makes no ledger"
    assert not list(town.folder.glob("ledger.db*"))
    first = syncd("database", "upgrade", folder=town.folder)
    assert (first.status, first.out) == (0, syncd("database", "upgrade", folder=town.folder).out)
    asked = syncd("mismatches", "--format", "json", folder=town.folder)
    assert (asked.status, asked.rows) == (0, [])


def test_the_configuration_is_found_where_it_is_looked_for(
    town: Town, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """``--config``, the environment, the present folder; else every place that was looked at is named."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    file = str(town.configuration)
    assert syncd("database", "upgrade", "--config", file, folder=elsewhere).status == 0
    assert syncd("mismatches", folder=elsewhere, env={"SYNCD_CONFIG": file}).status == 0
    lost = syncd("mismatches", folder=elsewhere)
    assert lost.status == 1
    assert lost.lines == [
        "syncd: no configuration file; looked at syncd.toml and /etc/syncd/syncd.toml (give one with --config FILE)"
    ]
