"""Towns for tests of the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.program import syncd
from tests.cli.town import Town


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """A town with mismatches of several kinds; nothing has been observed yet."""
    return Town(tmp_path).write()


@pytest.fixture(scope="module")
def observed(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """A town whose mismatches are confirmed. Tests that share it only ask."""
    town = Town(tmp_path_factory.mktemp("town")).write()
    assert syncd("observe", "--grace", "0", folder=town.folder).status == 3
    return town
