"""A ledger of its own for each test, and a town around it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from syncd.ledger import Ledger
from tests.passes.towns import Town, fresh_ledger


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with fresh_ledger(tmp_path) as opened:
        yield opened


@pytest.fixture
def town(ledger: Ledger) -> Town:
    return Town(ledger)
