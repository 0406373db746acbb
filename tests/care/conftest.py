"""A town with some history, and ledgers of both kinds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.passes.towns import Town, fresh_ledger


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """Two passes with a mismatch, in a ledger that stays open as a daemon's does."""
    with fresh_ledger(tmp_path) as opened:
        town = Town(opened)
        town.publish("1.000001")
        town.publish("1.000002")
        town.enter("1.000001", "Đăng ký tạm trú")
        town.run()
        town.now += timedelta(days=1)
        town.enter("1.000002")
        town.run()
        yield town


@pytest.fixture
def url(town: Town) -> str:
    return town.ledger.where
