"""The guide for authors of adapters does what it says: its files are written down as they stand there, and run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.cli.program import ROOT, environment, syncd
from tests.cli.test_adapter_new import PYTEST

PAGE = (ROOT / "docs/how-to/write-an-adapter.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"`([\w.]+\.(?:py|toml))`:\n\n```(?:python|toml)\n(.*?)```", PAGE, re.DOTALL))
MOST_LINES = 60
LIMIT = 300


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files of the page."""
    made = tmp_path_factory.mktemp("guide")
    for name, text in FILES.items():
        (made / name).write_text(text, encoding="utf-8")
    return made


def test_the_page_has_the_files_that_it_speaks_of() -> None:
    assert sorted(FILES) == ["my_city.py", "my_city_system.py", "pyproject.toml", "test_my_city.py"]


def test_the_adapter_is_written_in_sixty_lines() -> None:
    """Lines of code: neither blank ones nor the docstring."""
    lines = [line for line in FILES["my_city.py"].splitlines() if line.strip() and not line.startswith('"""')]
    assert len(lines) <= MOST_LINES
    assert max(map(len, lines)) <= 120


def test_the_adapter_keeps_every_promise(folder: Path) -> None:
    path = os.pathsep.join((str(folder), str(ROOT)))
    ended = subprocess.run(
        [*PYTEST, "test_my_city.py"], cwd=folder, env=environment(folder, {"PYTHONPATH": path}),
        capture_output=True, text=True, timeout=LIMIT, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert int(ended.stdout.split(" passed")[0].split()[-1]) > 40


def test_the_adapter_is_found_once_it_is_installed(folder: Path, tmp_path: Path) -> None:
    """By the entry point of the page, built without a network."""
    site = tmp_path / "site"
    pip = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-build-isolation", "--no-index", "-q"]
    subprocess.run([*pip, "--target", str(site), str(folder)], check=True, capture_output=True, timeout=LIMIT)
    said = syncd("adapters", folder=tmp_path, env={"PYTHONPATH": os.pathsep.join((str(site), str(ROOT)))})
    assert "my-city            The settlement system of My City  [syncd-my-city]" in said.out.splitlines()


def test_the_project_file_names_what_is_there() -> None:
    (point,) = tomllib.loads(FILES["pyproject.toml"])["project"]["entry-points"]["syncd.adapters.v1"].values()
    module, _, name = point.partition(":")
    assert f"\n{name} = AdapterDefinition(" in FILES[f"{module}.py"]
