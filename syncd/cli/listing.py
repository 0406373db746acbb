"""`syncd mismatches`: the mismatches that are known, now or at an instant. It reads the ledger and changes nothing.

In: a configuration, and which are wanted. Out: rows.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated

import typer
from msgspec import structs

from syncd.cli.ledgers import asked
from syncd.cli.options import AsOf, ConfigFile, PairName, configured, instant, wanted
from syncd.cli.show import Format, show
from syncd.config import Configuration
from syncd.ledger.mismatches import OPEN_STATES, Mismatch, select

MISMATCH_COLUMNS = (
    "id",
    "pair",
    "kind",
    "code",
    "local_code",
    "name",
    "field",
    "difference",
    "portal_value",
    "city_value",
    "severity",
    "state",
    "agency_code",
    "agency_name",
    "first_seen",
    "confirmed_at",
    "resolved_at",
)
MISMATCH_TABLE = ("state", "kind", "code", "name", "field", "difference", "portal_value", "city_value", "first_seen")


class StateChoice(StrEnum):
    """Which mismatches are wanted."""

    OPEN = "open"
    SUSPECTED = "suspected"
    CONFIRMED = "confirmed"
    WAIVED = "waived"
    RESOLVED = "resolved"
    VANISHED = "vanished"
    ALL = "all"


STATES: dict[StateChoice, tuple[str, ...]] = {
    StateChoice.OPEN: ("suspected", "confirmed"),
    StateChoice.ALL: (*OPEN_STATES, "resolved", "vanished"),
    **{one: (one.value,) for one in StateChoice if one not in (StateChoice.OPEN, StateChoice.ALL)},
}


def mismatches(
    config: ConfigFile = None,
    pair: PairName = None,
    state: Annotated[StateChoice, typer.Option(help="Open ones are suspected or confirmed.")] = StateChoice.OPEN,
    form: Annotated[Format, typer.Option("--format", help="How they are shown.")] = Format.TABLE,
    as_of: AsOf = None,
) -> None:
    """The mismatches that are known, the oldest first."""
    configuration = configured(config)
    found = asyncio.run(_select(configuration, pair, STATES[state], instant(as_of) if as_of else None))
    show([structs.asdict(one) for one in found], form, MISMATCH_COLUMNS, table_columns=MISMATCH_TABLE)


async def _select(
    configuration: Configuration, pair: str | None, states: Sequence[str], as_of: datetime | None
) -> list[Mismatch]:
    if pair is not None:
        wanted(configuration, pair)
    async with asked(configuration) as ledger:
        return await ledger.read(select, pair=pair, states=states, as_of=as_of)
