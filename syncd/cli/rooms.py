"""What commands that ask share: the pairs that are meant, and a ledger that is only read.

In: a configuration. Out: pairs, and a household that changes nothing.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import typer

from syncd.assembly import Household
from syncd.config import Configuration, PairConfig
from syncd.metrics import Metrics


def wanted(configuration: Configuration, name: str | None) -> list[PairConfig]:
    """The pair of this name, or all of them. Raises a usage error for a name that is not configured."""
    if name is None:
        return list(configuration.pairs)
    found = configuration.pair(name)
    if found is None:
        names = ", ".join(pair.name for pair in configuration.pairs)
        raise typer.BadParameter(f"no pair {name!r}; configured: {names}", param_hint="--pair")
    return [found]


@asynccontextmanager
async def asking(configuration: Configuration) -> AsyncIterator[Household]:
    """A household that answers questions and changes nothing."""
    household = Household(configuration, Metrics())
    await household.open_to_ask()
    try:
        yield household
    finally:
        await household.close()
