"""The pytest plug-in: loaded from its entry point, light for those who do not use it, one test for each check."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

from loopback.conformance import CHECKS
from tests.cli.program import ROOT, environment
from tests.cli.test_adapter_new import PYTEST

HEAVY = ("aiohttp", "msgspec", "pydantic", "loopback.conformance")
SUBJECT = """
import pytest
from loopback.conformance import Subject
from syncd.sides.registry import definition

@pytest.fixture(scope="module")
def syncd_subject(tmp_path_factory):
    folder = tmp_path_factory.mktemp("side")
    (folder / "city.csv").write_text("Mã,Tên\\n1.1,Khai sinh\\n1.2,Khai tử\\n", encoding="utf-8")
    columns = {"local_code": "Mã", "name": "Tên"}
    return Subject(definition("file"), {"adapter": "file", "path": "city.csv", "columns": columns}, folder=folder)

def test_it(syncd_conformance):
    syncd_conformance()
"""


def pytest_in(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    env = environment(folder, {"PYTHONPATH": os.pathsep.join((str(folder), str(ROOT)))})
    return subprocess.run(
        [*PYTEST, *arguments], cwd=folder, env=env, capture_output=True, text=True, timeout=120, check=False
    )


def test_it_is_an_entry_point_of_pytest() -> None:
    points = {one.name: one.value for one in entry_points(group="pytest11")}
    assert points["syncd-conformance"] == "loopback.pytest_conformance"


def test_nothing_heavy_is_imported_for_those_who_do_not_use_it(tmp_path: Path) -> None:
    said = f"import sys, loopback.pytest_conformance; print([one for one in {HEAVY} if one in sys.modules])"
    ended = subprocess.run(
        [sys.executable, "-c", said], cwd=ROOT, env=environment(tmp_path), capture_output=True, text=True, check=True
    )
    assert ended.stdout == "[]\n"


def test_each_check_is_a_test_that_passes_or_is_skipped_with_why(tmp_path: Path) -> None:
    (tmp_path / "test_side.py").write_text(SUBJECT, encoding="utf-8")
    listed = pytest_in(tmp_path, "--collect-only")
    assert all(f"test_it[{name}]" in listed.stdout for name in CHECKS)
    ended = pytest_in(tmp_path, "-rs", "-k", "close-twice or unique-keys or reset")
    assert ended.returncode == 0, ended.stdout
    assert "2 passed, 1 skipped" in ended.stdout
    assert "does not apply: the adapter does not speak HTTP" in ended.stdout


def test_a_broken_promise_is_a_failure_that_says_what_was_demanded(tmp_path: Path) -> None:
    broken = SUBJECT.replace(
        "    return Subject(definition",
        "    from dataclasses import replace\n"
        "    honest = definition('file')\n"
        "    class Empty(honest.build(honest.settings(adapter='file', path='x.csv', columns={'local_code': 'x'}),"
        " type('S', (), {'folder': folder})).__class__):\n"
        "        async def read_again(self, wanted):\n"
        "            return []\n"
        "    definition_ = replace(honest, build=lambda settings, around: Empty(settings, around.folder))\n"
        "    return Subject((lambda _: definition_)",
    )
    (tmp_path / "test_side.py").write_text(broken, encoding="utf-8")
    ended = pytest_in(tmp_path, "-k", "point-reads and not failing")
    assert ended.returncode == 1, ended.stdout
    assert "point-reads: failed: 0 answers to 5 questions" in ended.stdout
    assert "demanded: read_again answers one for one" in ended.stdout
