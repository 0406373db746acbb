"""Loopback systems for the daemon."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from loopback.run import Systems, serve
from tests.end_to_end.house import hamlet


@pytest.fixture
async def systems() -> AsyncIterator[Systems]:
    """Both systems about a few dozen procedures. They answer a child: the loop's own debugging would slow them down."""
    asyncio.get_running_loop().set_debug(False)
    async with serve(hamlet()) as running:
        yield running
