"""The doctor goes every way over HTTP, also one whose client stands in a table inside a source's table."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from syncd.care.doctor.examination import ways
from syncd.cli.operating import read_checked
from syncd.config import secrets_of
from syncd.passes.build import check
from tests.cli.town import Town

MONITORS = """
[[tasks]]
name = "nhiem-vu"
[tasks.source]
adapter = "document-monitor"
[tasks.source.rest]
base_url = "https://theodoi.example.gov.vn"
path = "/api"
params = { nam = "{year}" }
preset = "units"

[[tasks]]
name = "nhiem-vu-cu"
[tasks.source]
adapter = "document-monitor"
file = { path = "nv-{year}.csv" }
"""


def test_the_monitors_address_is_one_of_the_ways(tmp_path: Path) -> None:
    """A file has none."""
    town = Town(tmp_path).write(MONITORS)
    configuration = read_checked(town.configuration)
    found = list(ways(configuration, check(configuration), secrets_of(configuration), lambda: datetime.now(UTC)))
    assert [(one.names, one.settings.base_url) for one in found] == [
        ("nhiem-vu.source", "https://theodoi.example.gov.vn")
    ]
