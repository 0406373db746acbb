"""Runs the programs that build, each in the same surroundings whoever calls.

In: a command. Out: what it printed; or a `BuildError` with its last words.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

LONGEST = 600
"""Seconds for one command; a package index that does not answer is not waited for longer."""
LAST_WORDS = 2000
SAME = {
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
}


class BuildError(Exception):
    """Something that the build needs is not there or went wrong; one sentence says what."""


Words = list[str | Path]


def run(
    command: Words, *, folder: Path | None = None, given: str = "", environment: Mapping[str, str] | None = None
) -> str:
    """Run a command to its end, with ``given`` as its input. Raises `BuildError`."""
    surroundings = {**os.environ, **SAME, **(environment or {})}
    words = [str(word) for word in command]
    try:
        done = subprocess.run(  # noqa: S603
            words,
            cwd=folder,
            env=surroundings,
            input=given,
            capture_output=True,
            text=True,
            timeout=LONGEST,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BuildError(f"{words[0]}: {error}") from error
    if done.returncode:
        raise BuildError(f"{' '.join(words[:4])}… ended with status {done.returncode}:\n{done.stderr[-LAST_WORDS:]}")
    return done.stdout
