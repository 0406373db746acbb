"""A pair that could only ever say "in sync" is refused when its configuration is read."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from syncd.cli.app import app
from syncd.cli.operating import read_checked
from syncd.cli.telling import sentence
from syncd.config import InvalidConfigurationError
from syncd.passes.build import build_pair, check
from syncd.reconcile.scope import DepartmentScope

TOML = """
[[pairs]]
name = "ha-noi"
applies = {{ departments = ["019d2be3-6a86-70a8-a0af-76e986804225"] }}
[pairs.portal]
adapter = "national-portal"
inventory = "{inventory}"
[pairs.city]
adapter = "file"
path = "city.csv"
columns = {{ local_code = "Mã TTHC" }}
"""


def configured(folder: Path, inventory: str) -> Path:
    file = folder / "syncd.toml"
    file.write_text(TOML.format(inventory=inventory), encoding="utf-8")
    return file


def built(folder: Path, inventory: str):
    configuration = read_checked(configured(folder, inventory))
    return build_pair(configuration, configuration.pairs[0], check(configuration)["ha-noi"])


def test_departments_need_a_listing_that_names_them(tmp_path):
    """The citizen list does not, so nothing would ever be in scope."""
    with pytest.raises(InvalidConfigurationError) as refused:
        read_checked(configured(tmp_path, "citizen"))
    (problem,) = refused.value.problems
    assert str(problem) == (
        f"{tmp_path / 'syncd.toml'}: pairs[0].applies.departments: this portal side does not say to which departments"
        ' a procedure applies; use applies = { agency = …, levels = […] }, or inventory = "both"'
    )


def test_the_check_command_says_so_in_one_line(tmp_path):
    """Before it connects to anything, and with the status of a configuration that is wrong."""
    told = CliRunner().invoke(app, ["check", "--config", str(configured(tmp_path, "citizen"))])
    assert isinstance(told.exception, InvalidConfigurationError)
    assert len(sentence(told.exception).splitlines()) == 1


def test_the_catalogue_names_them(tmp_path):
    """Both inventories together do."""
    assert isinstance(built(tmp_path, "both").scope, DepartmentScope)
