"""Commands are loaded when they are called: help and version are quick, and say the same as the commands themselves."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer.main

from syncd.cli.app import COMMANDS, app
from syncd.cli.database import ROWS
from syncd.cli.lazy import Command, loaded
from tests.cli.program import LIMIT, environment

HEAVY = {
    *("aiohttp", "alembic", "docx", "holidays", "jinja2", "mako", "procrastinate", "prometheus_client", "psycopg"),
    *("python_calamine", "sqlalchemy", "sqlmodel", "structlog", "tenacity", "xlsxwriter"),
}
"""What takes long to import, and help does not need."""

OF_ASKING = HEAVY - {"sqlalchemy", "sqlmodel", "structlog", "tenacity"}
"""What `syncd mismatches` does not need either: it has a configuration to read and a ledger to ask."""

SAYS_WHAT_IT_TOOK = """
import sys
from syncd.cli.app import main
sys.argv = ["syncd", *sys.argv[1:]]
try:
    main()
except SystemExit:
    pass
sys.stderr.write("TOOK " + " ".join(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def took(folder: Path, *arguments: str) -> set[str]:
    """Every package that a fresh program has imported once it has done what it was asked."""
    ended = subprocess.run(
        [sys.executable, "-c", SAYS_WHAT_IT_TOOK, *arguments],
        cwd=folder, env=environment(folder), stdin=subprocess.DEVNULL, capture_output=True, timeout=LIMIT, check=True,
    )  # fmt: skip
    return set(ended.stderr.decode().rpartition("TOOK ")[2].split())


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["database", "--help"]], ids=" ".join)
def test_help_and_version_import_nothing_that_takes_long(tmp_path: Path, arguments: list[str]) -> None:
    assert HEAVY & took(tmp_path, *arguments) == set()


def test_a_command_that_asks_imports_what_it_needs_and_no_more(tmp_path: Path) -> None:
    """A configuration and a ledger: no desk, no documents, no adapters."""
    (tmp_path / "syncd.toml").write_text(
        '[[pairs]]\nname = "ha-noi"\napplies = { agency = "H26" }\n'
        '[pairs.portal]\nadapter = "national-portal"\n[pairs.city]\nadapter = "file"\npath = "city.csv"\n',
        encoding="utf-8",
    )
    found = took(tmp_path, "mismatches")
    assert "sqlalchemy" in found, "it did not get as far as the ledger"
    assert OF_ASKING & found == set()


@pytest.mark.parametrize("row", [*COMMANDS, *ROWS], ids=lambda row: row.name)
def test_each_row_of_the_table_says_what_the_command_says_of_itself(row: Command) -> None:
    """The first paragraph of its docstring, or the help of its group; and it is called as the table says."""
    command = loaded(row)
    assert command.name == row.name
    assert " ".join((command.help or "").partition("\n\n")[0].split()) == row.says


def test_who_walks_over_the_commands_meets_the_real_ones() -> None:
    """The manual, the completions and the reference page are written so."""
    group: Any = typer.main.get_command(app)
    assert list(group.commands) == [row.name for row in COMMANDS]
    assert {"config", "pair", "state"} <= {one.name for one in group.commands["mismatches"].params}
    assert list(group.commands["database"].commands) == [row.name for row in ROWS]
