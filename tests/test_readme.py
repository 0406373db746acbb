"""What the documentation tells people to do can be done."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from typer.main import get_command

from syncd.cli.app import app
from syncd.cli.operating import read_checked

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = sorted(
    [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md"), ROOT / "benchmarks/README.md"]
)


def test_every_command_of_the_readme_exists():
    """And every command that exists stands in the README."""
    command = get_command(app)
    groups = {name: one.commands for name, one in command.commands.items() if hasattr(one, "commands")}
    known = {f"{group} {inner}" for group, commands in groups.items() for inner in commands}
    known |= {name for name, one in command.commands.items() if name not in groups or one.invoke_without_command}
    told = set(re.findall(rf"`syncd ((?:(?:{'|'.join(groups)}) )?[a-z][a-z-]*)", README)) | {"demo"}
    assert known == told


def test_every_chore_of_the_readme_exists():
    """`./do` without arguments lists them."""
    listed = subprocess.run([ROOT / "do"], capture_output=True, text=True, check=True).stdout
    for chore in {*re.findall(r"\./do ([a-z]+)", README), "setup", "lint", "bench", "docs", "lock"}:
        assert f"./do {chore}" in listed


def test_the_configuration_of_the_readme_is_accepted(tmp_path):
    """Adapters, columns and all."""
    (toml,) = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
    file = tmp_path / "syncd.toml"
    file.write_text(toml, encoding="utf-8")
    assert read_checked(file).pairs[0].name == "ha-noi"


def test_the_example_configuration_is_accepted():
    """The one that is installed."""
    assert read_checked(ROOT / "deploy/syncd.example.toml").pairs[0].name == "ha-noi"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page):
    """Relative links alone: the documentation can be read without a network."""
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name} points at {target}"
