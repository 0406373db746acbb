"""`syncd adapter new`: what it writes can be built, is found as an adapter, and is green; what it refuses, and how."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from syncd.cli.scaffolding import TEMPLATES, problem_with
from tests.cli.program import ROOT, environment, syncd

LIMIT = 300
WITHOUT = ("no:cacheprovider", "no:randomly", "no:asyncio", "no:looptime_plugin")
PYTEST = (sys.executable, "-m", "pytest", "-q", "-W", "error", *(word for name in WITHOUT for word in ("-p", name)))
"""As an author has it: with none of our own plug-ins but the kit's."""


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package of an adapter, written by the command."""
    home = tmp_path_factory.mktemp("new")
    said = syncd("adapter", "new", "my-city", folder=home)
    assert said.status == 0
    assert f"{len(TEMPLATES)} files written" in said.out
    return home / "syncd-my-city"


def _run(*arguments: str, folder: Path, path: Path) -> subprocess.CompletedProcess[str]:
    env = environment(folder, {"PYTHONPATH": os.pathsep.join((str(path), str(ROOT)))})
    return subprocess.run(arguments, cwd=folder, env=env, capture_output=True, text=True, timeout=LIMIT, check=False)


def test_it_is_built_and_found_by_its_entry_point(package: Path, tmp_path: Path) -> None:
    """Built by pip without a network, into a folder of its own."""
    site = tmp_path / "site"
    pip = (sys.executable, "-m", "pip", "install", "--no-deps", "--no-build-isolation", "--no-index", "-q")
    built = _run(*pip, "--no-warn-script-location", "--target", str(site), str(package), folder=tmp_path, path=ROOT)
    assert built.returncode == 0, built.stderr
    said = syncd("adapters", folder=tmp_path, env={"PYTHONPATH": os.pathsep.join((str(site), str(ROOT)))})
    assert "my-city            Reads my-city: a JSON interface with pages  [syncd-my-city]" in said.out.splitlines()


def test_its_own_tests_are_green(package: Path) -> None:
    """Each check of the conformance kit is one of them; a system that speaks HTTP skips the checks of files."""
    ended = _run(*PYTEST, folder=package, path=package)
    assert ended.returncode == 0, ended.stdout
    assert "13 skipped" in ended.stdout
    assert int(ended.stdout.split(" passed")[0].split()[-1]) > 45


def test_everything_that_is_written_is_python_with_a_docstring(package: Path) -> None:
    files = sorted(package.rglob("*.py"))
    assert len(files) == sum(name.endswith(".py") for name in TEMPLATES)
    for file in files:
        assert ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))), file.name


def test_what_is_written_is_in_the_house_style(package: Path) -> None:
    checked = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--config", str(ROOT / "pyproject.toml"), "--ignore", "S101", "."],
        cwd=package, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("name", ["My-City", "1city", "my_city", "my--city", "-", "thành-phố", "a" * 41, "x/../y"])
def test_a_name_that_cannot_be_one_is_refused(name: str, tmp_path: Path) -> None:
    said = syncd("adapter", "new", "--", name, folder=tmp_path)
    assert said.status == 2
    assert "cannot be the name of an adapter: begin with a lower-case letter" in " ".join(
        said.err.replace("│", " ").split()
    )
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_is_taken_is_refused() -> None:
    assert problem_with("opencps") == "there is an adapter 'opencps' already, of syncd; take another name"


def test_a_folder_that_is_not_empty_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "letter.txt").write_text("mine")
    said = syncd("adapter", "new", "my-city", "--output", "there", folder=tmp_path)
    assert said.status == 1
    assert said.lines == ["syncd: there is not empty, and nothing in it is overwritten; name another with --output"]
    assert [one.name for one in (tmp_path / "there").iterdir()] == ["letter.txt"]


def test_a_file_in_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "there").write_text("mine")
    said = syncd("adapter", "new", "my-city", "--output", "there", folder=tmp_path)
    assert (said.status, said.lines) == (1, ["syncd: there is no folder; name another with --output"])


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    assert syncd("adapter", "new", "your-city", "-o", "here", folder=tmp_path).status == 0
    assert (tmp_path / "here" / "syncd_your_city" / "adapter.py").is_file()
