"""The world of a PostgreSQL: SQL is sent to a real server, `syncd` works on a ledger there.

In: an empty database, a folder with a small town. Out: `SharedLedger`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.cli.program import environment
from tests.docs.worlds import Ended

LONG = 120.0


@dataclass
class SharedLedger:
    """``url``: of the database; ``folder``: where `syncd.toml` names it."""

    url: str
    folder: Path

    def prepare(self, page: Path) -> None: ...

    def write(self, file: str, text: str) -> None:
        raise AssertionError(f"no page writes {file} beside a shared ledger")

    def run(self, command: str, *, typed: str | None = None, until: str | None = None) -> Ended:
        if command.lstrip().upper().startswith(("GRANT", "CREATE", "ALTER", "SELECT")):
            return self._ask(command)
        around = environment(self.folder, {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"})
        done = subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", command], cwd=self.folder, env=around,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=LONG,
            check=False,
        )  # fmt: skip
        return Ended(done.returncode, done.stdout)

    def _ask(self, sql: str) -> Ended:
        """The name of the pages' database is this one's here."""
        name = self.url.rpartition("/")[2]
        with psycopg.connect(self.url, autocommit=True) as connection:
            for statement in (one for one in sql.split(";") if one.strip()):
                connection.execute(statement.replace("DATABASE syncd", f'DATABASE "{name}"').encode())
        return Ended(0, "")

    def named(self, word: str) -> str:
        return word
