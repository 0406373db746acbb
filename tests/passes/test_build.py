"""A pair that could only ever say "in sync" is refused when it is built."""

from __future__ import annotations

from pathlib import Path

import pytest

from syncd.cli.operating import read_checked
from syncd.errors import ConfigurationError
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


def built(folder: Path, inventory: str):
    file = folder / "syncd.toml"
    file.write_text(TOML.format(inventory=inventory), encoding="utf-8")
    configuration = read_checked(file)
    return build_pair(configuration, configuration.pairs[0], check(configuration)["ha-noi"])


def test_departments_need_a_listing_that_names_them(tmp_path):
    """The citizen list does not, so nothing would ever be in scope."""
    with pytest.raises(ConfigurationError, match="does not say to which departments"):
        built(tmp_path, "citizen")


def test_the_catalogue_names_them(tmp_path):
    """Both inventories together do."""
    assert isinstance(built(tmp_path, "both").scope, DepartmentScope)
