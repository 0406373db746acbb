"""`syncd waive`, `syncd waivers`, `syncd unwaive`: living with mismatches for a reason, until a day.

In: a configuration, mismatch ids. Out: waivers; a mismatch is waived at once, not at the next pass.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import typer
from msgspec import structs

from syncd.cli.operators import commander
from syncd.cli.options import ConfigFile, PairName, configured, instant
from syncd.cli.rooms import asking
from syncd.cli.show import Format, local, say, show
from syncd.clock import utc_now
from syncd.config import Configuration
from syncd.ledger.waivers import Waiver, waivers_in_force
from syncd.ledger.waiving import unwaive_mismatches, waive_mismatches

COLUMNS = ("id", "pair", "subject", "owner", "reason", "created_at", "expires_at")

Ids = Annotated[list[str], typer.Argument(help="Ids of mismatches: M-….", metavar="ID...")]


def waive(
    mismatch_ids: Ids,
    reason: Annotated[str, typer.Option("--reason", help="Why it is right to wait.")],
    until: Annotated[str, typer.Option("--until", help="Its last day, e.g. 2026-12-31; at most a year away.")],
    owner: Annotated[str, typer.Option("--owner", help="Who answers for it.")],
    config: ConfigFile = None,
) -> None:
    """Waive mismatches for the values that they have now: they alarm again when these change or the day has passed."""
    configuration, end = configured(config), instant(until, option="--until")
    changed = asyncio.run(_waive(configuration, mismatch_ids, reason, owner, end))
    say(f"waived until {local(end)}: {changed}" if changed else "nothing to waive")


def unwaive(mismatch_ids: Ids, config: ConfigFile = None) -> None:
    """End the waivers of mismatches: they are suspected again, and the next pass reads them again."""
    changed = asyncio.run(_unwaive(configured(config), mismatch_ids))
    say(f"no longer waived: {changed}" if changed else "nothing was waived")


def waivers(
    config: ConfigFile = None,
    pair: PairName = None,
    form: Annotated[Format, typer.Option("--format", help="How they are shown.")] = Format.TABLE,
) -> None:
    """The waivers in force, those first that end soonest."""
    found = asyncio.run(_waivers(configured(config), pair))
    rows = [structs.asdict(one) | {"subject": " ".join(one.subject.split("\x1f")).strip()} for one in found]
    show(rows, form, COLUMNS)


async def _waive(
    configuration: Configuration, mismatch_ids: Sequence[str], reason: str, owner: str, end: datetime
) -> int:
    async with asking(configuration) as household:
        return await household.ledger.write(
            waive_mismatches,
            mismatch_ids=list(mismatch_ids),
            reason=reason,
            owner=owner,
            expires_at=end,
            now=utc_now(),
            actor=commander(),
        )


async def _unwaive(configuration: Configuration, mismatch_ids: Sequence[str]) -> int:
    async with asking(configuration) as household:
        return await household.ledger.write(
            unwaive_mismatches, mismatch_ids=list(mismatch_ids), now=utc_now(), actor=commander()
        )


async def _waivers(configuration: Configuration, pair: str | None) -> list[Waiver]:
    async with asking(configuration) as household:
        return await household.ledger.read(waivers_in_force, utc_now(), pair=pair)
