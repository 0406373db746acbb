"""What commands share that ask with the configured pairs at hand: a household that changes nothing.

In: a configuration. Out: the household, open.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from syncd.assembly import Household
from syncd.config import Configuration
from syncd.metrics import Metrics


@asynccontextmanager
async def asking(configuration: Configuration) -> AsyncIterator[Household]:
    """A household that answers questions and changes nothing."""
    household = Household(configuration, Metrics())
    await household.open_to_ask()
    try:
        yield household
    finally:
        await household.close()
