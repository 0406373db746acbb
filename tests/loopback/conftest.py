"""One small catalogue for all tests of the loopback systems, and both systems running about it."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator

import pytest

from loopback.catalogue import Catalogue, generate
from loopback.run import Systems, serve


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """The smallest catalogue that holds all that is planted."""
    made = generate(seed=7, size=600)
    gc.freeze()  # every event loop that closes collects garbage; these records are none
    return made


@pytest.fixture
async def systems(catalogue: Catalogue) -> AsyncIterator[Systems]:
    """Both systems, fresh."""
    async with serve(catalogue) as running:
        yield running
