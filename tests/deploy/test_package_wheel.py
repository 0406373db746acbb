"""The wheel: the same bytes from two folders, and installed by pip alone from the hash-checked lock."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.deploy.building import build_wheel, surroundings

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def wheel(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(sources, tmp_path_factory.mktemp("wheel"))


def test_another_folder_makes_the_same_wheel(wheel: Path, sources: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "somewhere else"
    shutil.copytree(sources, elsewhere)
    again = build_wheel(elsewhere, tmp_path / "out")
    assert again.name == wheel.name
    assert hashlib.sha256(again.read_bytes()).hexdigest() == hashlib.sha256(wheel.read_bytes()).hexdigest()


def test_the_wheel_holds_migrations_templates_and_catalogues_and_no_tests(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for wanted in ("syncd/ledger/_migrations/env.py", ".html", ".mo", "adapters/file/", "entry_points.txt"):
        assert [name for name in names if wanted in name], wanted
    assert [name for name in names if name.startswith(("tests/", "deploy/")) or name.endswith(".pyc")] == []


def test_pip_installs_it_from_the_lock_and_it_runs(wheel: Path, sources: Path, tmp_path: Path) -> None:
    home = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", str(home)], check=True, env=surroundings())
    python = str(home / "bin" / "python")
    pip = [python, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-compile"]
    lock = str(sources / "requirements" / "runtime.txt")
    for what in (["--require-hashes", "-r", lock], ["--no-deps", "--no-index", str(wheel)]):
        done = subprocess.run([*pip, *what], env=surroundings(), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
    checked = subprocess.run(
        [python, "-m", "pip", "check"], env=surroundings(), capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout
    help_text = subprocess.run(
        [str(home / "bin" / "syncd"), "--help"],
        env=surroundings(),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "observe" in help_text
