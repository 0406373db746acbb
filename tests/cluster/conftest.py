"""Loopback systems and an empty, upgraded database for the members."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import pytest

from loopback.run import Systems, serve
from syncd.ledger import Ledger, open_ledger, upgrade
from tests.end_to_end.house import hamlet


@pytest.fixture
async def systems() -> AsyncIterator[Systems]:
    """Both systems about a few dozen procedures. They answer children, so the loop does not debug itself."""
    asyncio.get_running_loop().set_debug(False)
    async with serve(hamlet()) as running:
        yield running


@pytest.fixture
def ledger(postgresql_url: str) -> Iterator[Ledger]:
    """The members' ledger, to be read beside them."""
    upgrade(postgresql_url)
    with open_ledger(postgresql_url) as opened:
        yield opened


@contextmanager
def in_vain() -> Iterator[None]:
    """Without the engine's own words about a server that is not there."""
    logger = logging.getLogger("psycopg.pool")
    before, logger.level = logger.level, logging.CRITICAL
    try:
        yield
    finally:
        logger.level = before
