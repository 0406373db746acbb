"""A ledger that is only asked: for commands that need nothing else of what the daemon is made of.

In: a configuration. Out: the ledger, open.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from syncd.config import Configuration, database_url, secrets_of
from syncd.ledger import Ledger, open_ledger


@asynccontextmanager
async def asked(configuration: Configuration) -> AsyncIterator[Ledger]:
    """The ledger; nothing is made, upgraded or put right. Raises `LedgerError`, also where there is none yet."""
    ledger = await asyncio.to_thread(open_ledger, database_url(configuration, secrets_of(configuration)))
    try:
        yield ledger
    finally:
        await ledger.aclose()
