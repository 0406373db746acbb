"""What is packaged: the checkout's version, age, architecture and Python.

In: the checkout and the environment. Out: a `Sources`; or a `BuildError` that says what is missing.
"""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from packager.commands import BuildError, run

CHECKOUT: Final = Path(__file__).parents[3]
HOME: Final = "usr/lib/syncd"
"""Where the virtual environment lives on the target, below the root. Not /opt: command, units, manual and completions
are in /usr as well, and Debian's policy keeps /opt free of packages."""


@dataclass(frozen=True)
class Sources:
    """``epoch`` in seconds since 1970; ``python`` is the interpreter's name, such as ``python3.11``."""

    version: str
    epoch: int
    architecture: str
    python: str

    @property
    def file_name(self) -> str:
        return f"syncd_{self.version}_{self.architecture}"

    @property
    def packages(self) -> str:
        """Where distributions lie on the target, below the root."""
        return f"{HOME}/lib/{self.python}/site-packages"

    @property
    def when(self) -> datetime:
        return datetime.fromtimestamp(self.epoch, UTC)

    def for_nfpm(self) -> dict[str, str]:
        return {
            "SYNCD_VERSION": self.version,
            "SYNCD_ARCHITECTURE": self.architecture,
            "SYNCD_PYTHON": self.python,
            "SOURCE_DATE_EPOCH": str(self.epoch),
        }


def look() -> Sources:
    """What this checkout is. Raises `BuildError`."""
    if Path(sys.executable).resolve().parent != Path("/usr/bin"):
        raise BuildError(f"must run on Debian's own /usr/bin/python3 (the unit hides others), not {sys.executable}")
    python = Path(sys.executable).resolve().name
    return Sources(_version(), _epoch(), run(["dpkg", "--print-architecture"]).strip(), python)


def _version() -> str:
    text = (CHECKOUT / "syncd" / "__init__.py").read_text(encoding="utf-8")
    found = re.search(r'^__version__ = "([0-9][0-9A-Za-z.+~]*)"$', text, re.MULTILINE)
    if found is None:
        raise BuildError("syncd/__init__.py does not say its version")
    return found[1]


def _epoch() -> int:
    given = os.environ.get("SOURCE_DATE_EPOCH") or _last_commit()
    if not given.isdecimal():
        raise BuildError("set SOURCE_DATE_EPOCH (seconds): there is no commit here that says how old the sources are")
    os.environ["SOURCE_DATE_EPOCH"] = given
    return int(given)


def _last_commit() -> str:
    try:
        return run(["git", "log", "-1", "--format=%ct"], folder=CHECKOUT).strip()
    except BuildError:
        return ""
