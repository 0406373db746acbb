"""The world of a checkout: what is built or installed from the sources, on the machine that runs the tests.

In: a copy of the sources, the package that its own build command has made. Out: `Checkout`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.docs.worlds import Ended

BUILT = "deploy/package/build --output dist"
"""What the fixture `package` has run already, in these sources: it takes most of a minute and is not done twice."""
LONG = 300.0


@dataclass
class Checkout:
    """``folder``: the sources, with the package in ``dist``."""

    folder: Path

    def prepare(self, page: Path) -> None: ...

    def write(self, file: str, text: str) -> None:
        (self.folder / file).write_text(text, encoding="utf-8")

    def run(self, command: str, *, typed: str | None = None, until: str | None = None) -> Ended:
        assert typed is None
        assert until is None
        script = command.replace(BUILT, "ls dist/syncd_*.deb").replace("/opt/syncd", str(self.folder / "opt"))
        programs = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        done = subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", script], cwd=self.folder, env=os.environ | {"PATH": programs},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=LONG,
            check=False,
        )  # fmt: skip
        return Ended(done.returncode, done.stdout)

    def named(self, word: str) -> str:
        return word
