"""Building the package and the wheel in copies of the checkout, as another machine would.

In: the checkout. Out: a copy of what the build reads, and what the build makes of it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
READ = ("adapters", "deploy", "loopback", "migrations", "requirements", "syncd", "CHANGELOG.md", "README.md")
EPOCH = "1764000000"
LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc", ".*_cache")


def copy_sources(target: Path) -> Path:
    """The sources alone: no history, no environment, nothing that was made."""
    target.mkdir(parents=True)
    for name in (*READ, "pyproject.toml", ".gitignore"):
        source = CHECKOUT / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=LEFT_OUT)
        else:
            shutil.copyfile(source, target / name)
    return target


def surroundings(**more: str) -> dict[str, str]:
    """The caller's environment without what Python's test run has set."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "PYTEST", "COV"))}
    return {**kept, "SOURCE_DATE_EPOCH": EPOCH, **more}


def build_package(sources: Path, output: Path, *, umask: int = 0o022, **more: str) -> Path:
    """The package that ``deploy/package/build`` makes. Skips where Debian's Python or pip's network is missing."""
    if not Path("/usr/bin/python3").exists() or shutil.which("dpkg") is None:
        pytest.skip("the package is built on Debian's own /usr/bin/python3")
    command = [str(sources / "deploy/package/build"), "--output", str(output)]
    done = subprocess.run(
        command, env=surroundings(**more), capture_output=True, text=True, timeout=900, check=False, umask=umask
    )
    if "ensurepip is not" in done.stderr:
        pytest.skip("building needs python3-venv (apt install python3-venv)")
    assert done.returncode == 0, done.stderr
    return next(output.glob("*.deb"))


def build_wheel(sources: Path, output: Path) -> Path:
    """The wheel of these sources."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(output)]
    subprocess.run(command, cwd=sources, env=surroundings(), check=True, capture_output=True, timeout=300)
    return next(output.glob("*.whl"))
