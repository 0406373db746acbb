"""Commands that ask what is known: mismatches, explain. They read the ledger and change nothing.

In: a configuration, and what is wanted. Out: rows or a tree, and an exit status that says how things stand.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

import typer
from msgspec import structs

from syncd.assembly import utc_now
from syncd.cli.exits import worst
from syncd.cli.explaining import TreeFormat, explanation, is_known, print_explanation
from syncd.cli.options import AsOf, ConfigFile, PairName, configured, instant
from syncd.cli.rooms import asking, wanted
from syncd.cli.show import Format, complain, show
from syncd.config import Configuration, PairConfig
from syncd.ledger.mismatches import OPEN_STATES, Mismatch, select
from syncd.passes.one_pass import PassVerdict

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
    async with asking(configuration) as household:
        return await household.ledger.read(select, pair=pair, states=states, as_of=as_of)


def explain(
    code: Annotated[str, typer.Argument(help="A portal code, or the city's local code, exactly as it is written.")],
    config: ConfigFile = None,
    pair: PairName = None,
    form: Annotated[TreeFormat, typer.Option("--format", help="Words for people, or JSON.")] = TreeFormat.TABLE,
    as_of: AsOf = None,
) -> None:
    """Everything that is known of one procedure: both sides' values, the readings' proofs, every verdict and why."""
    configuration = configured(config)
    at = instant(as_of) if as_of else utc_now()
    found = asyncio.run(_explain(configuration, wanted(configuration, pair), code, at))
    known = [one for one in found if is_known(one)]
    if not known:
        complain(f"syncd: no side has shown a record with the code {code!r} (codes are compared exactly as written)")
    print_explanation(known or found, form)
    raise typer.Exit(worst([PassVerdict(one["verdict"]) for one in known or found]))


async def _explain(
    configuration: Configuration, pairs: Sequence[PairConfig], code: str, at: datetime
) -> list[dict[str, Any]]:
    async with asking(configuration) as household:
        result = []
        for config in pairs:
            pair = household.pair(config, configuration)
            try:
                result.append(await explanation(pair, household.ledger, code, at))
            finally:
                await pair.close()
        return result
