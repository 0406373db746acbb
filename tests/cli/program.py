"""The command line as users meet it: `syncd` in a child process, in a folder of its own.

In: arguments. Out: what it said and how it ended. No child may ever show a traceback.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
LIMIT = 60
BYTECODE = ROOT / ".pytest_cache" / "bytecode"
"""Where children keep their bytecode: starting one costs a second less."""


@dataclass(frozen=True)
class Said:
    """How a child ended, and what it said."""

    status: int
    out: str
    err: str

    @property
    def rows(self) -> Any:
        """Standard output as JSON."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[str]:
        """Standard error, line by line."""
        return self.err.splitlines()


def environment(home: Path, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """A plain user's environment: an empty home, no colours wanted or refused, no configuration named."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
    return kept | {"HOME": str(home), "PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": str(BYTECODE)} | dict(more or {})


def command(*arguments: str) -> list[str]:
    """What is run for these arguments."""
    return [sys.executable, "-m", "syncd", *arguments]


def checked(status: int, out: bytes, err: bytes) -> Said:
    """What a child said; a traceback is a defect whatever was asked of it."""
    said = Said(status, out.decode("utf-8-sig"), err.decode())
    assert "Traceback" not in said.out + said.err, said.err
    return said


def syncd(*arguments: str, folder: Path, env: Mapping[str, str] | None = None) -> Said:
    """Run the command line to its end, in a process of its own that is forked from one that has the imports behind it.

    With ``env`` it is started from nothing.
    """
    if env is None:
        return checked(*nursery().run(list(arguments), folder, environment(folder)))
    ended = subprocess.run(
        command(*arguments), cwd=folder, env=environment(folder, env), stdin=subprocess.DEVNULL,
        capture_output=True, timeout=LIMIT, check=False,
    )  # fmt: skip
    return checked(ended.returncode, ended.stdout, ended.stderr)


class Nursery:
    """A process that has imported `syncd` and forks a child for each command: a second saved each time."""

    def __init__(self) -> None:
        self._child = subprocess.Popen(
            [sys.executable, "-m", "tests.cli.nursery"], cwd=ROOT, env=environment(ROOT),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        atexit.register(self._end)

    def run(self, arguments: list[str], folder: Path, env: dict[str, str]) -> tuple[int, bytes, bytes]:
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        with tempfile.TemporaryDirectory() as desk:
            wanted = {"arguments": arguments, "folder": str(folder), "env": env, "desk": desk, "limit": LIMIT}
            self._child.stdin.write(json.dumps(wanted).encode() + b"\n")
            self._child.stdin.flush()
            status = int(self._child.stdout.readline())
            return status, (Path(desk) / "out").read_bytes(), (Path(desk) / "err").read_bytes()

    def _end(self) -> None:
        self._child.communicate()


@cache
def nursery() -> Nursery:
    """The one of this test session."""
    return Nursery()
