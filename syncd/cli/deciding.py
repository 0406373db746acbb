"""`syncd decisions`: every publication decision as the portal and the document system show it. Reads the ledger alone.

In: a configuration, and what is wanted. Out: one row for each decision, and an exit status that says how things stand.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated

import typer
from msgspec import structs

from syncd.answers.decisions_known import DecisionAnswer, DecisionStanding, answer
from syncd.cli.exits import worst
from syncd.cli.options import AsOf, ConfigFile, configured, instant
from syncd.cli.rooms import asking
from syncd.cli.show import Format, show
from syncd.clock import utc_now
from syncd.config import Configuration, DecisionConfig
from syncd.errors import ConfigurationError
from syncd.passes.build import decision_course
from syncd.passes.pass_verdict import PassVerdict
from syncd.reconcile.decisions_told import Standing

COLUMNS = DecisionStanding.__struct_fields__
TABLE = ("number", "signed", "issuer", "standing", "portal", "documents", "public_by", "why")


class StandingChoice(StrEnum):
    """Which decisions are wanted."""

    ALL = "all"
    WRONG = "wrong"
    NOT_ENTERED = "not_entered"
    NOT_KNOWN = "not_known"
    DIFFERS = "differs"
    UNKNOWN = "unknown"
    AGREED = "agreed"


WRONG = (Standing.NOT_ENTERED, Standing.NOT_KNOWN, Standing.DIFFERS)
STANDINGS: dict[StandingChoice, tuple[Standing, ...]] = {
    StandingChoice.ALL: tuple(Standing),
    StandingChoice.WRONG: WRONG,
    StandingChoice.AGREED: (Standing.AGREED, Standing.RECORDED),
    **{StandingChoice(one.value): (one,) for one in (*WRONG, Standing.UNKNOWN)},
}


def decisions(
    config: ConfigFile = None,
    name: Annotated[
        str | None, typer.Option("--name", help="This [[decisions]] table alone; all of them when absent.")
    ] = None,
    state: Annotated[
        StandingChoice, typer.Option(help="Wrong ones are not entered, not known, or differ.")
    ] = StandingChoice.ALL,
    form: Annotated[Format, typer.Option("--format", help="How they are shown.")] = Format.TABLE,
    as_of: AsOf = None,
) -> None:
    """Publication decisions as the portal and the document system show them, and by which day each must be public."""
    configuration = configured(config)
    at = instant(as_of) if as_of else utc_now()
    is_now = as_of is None
    found = asyncio.run(_answers(configuration, named(configuration, name), at, is_now=is_now))
    chosen = [row for one in found for row in one.rows if row.standing in STANDINGS[state]]
    for said in dict.fromkeys(said for one in found for said in (*one.unknown.values(), one.remark) if said):
        typer.echo(said, err=True)
    show([_plain(row) for row in chosen], form, COLUMNS, table_columns=TABLE)
    raise typer.Exit(worst([verdict for one in found for verdict in _verdicts(one)]))


def named(configuration: Configuration, name: str | None) -> list[DecisionConfig]:
    """The table of this name, or all of them. Raises a usage error for a name that is not configured."""
    if not configuration.decisions:
        raise ConfigurationError(
            "no document system is configured", path="decisions", action="add [[decisions]] to the configuration"
        )
    found = [one for one in configuration.decisions if name in (None, one.name)]
    if not found:
        names = ", ".join(one.name for one in configuration.decisions)
        raise typer.BadParameter(f"no decisions {name!r}; configured: {names}", param_hint="--name")
    return found


async def _answers(
    configuration: Configuration, courses: Sequence[DecisionConfig], at: datetime, *, is_now: bool
) -> list[DecisionAnswer]:
    wanted = configuration.publication
    counts = wanted.makeup_days_count if wanted is not None else True
    async with asking(configuration) as household:
        return [
            await household.ledger.read(
                answer, decision_course(configuration, one), at, is_now=is_now, makeup_days_count=counts
            )
            for one in courses
        ]


def _plain(row: DecisionStanding) -> dict[str, object]:
    plain = structs.asdict(row)
    return plain | {"codes": " ".join(row.codes or ()), "differs": " ".join(row.differs)}


def _verdicts(found: DecisionAnswer) -> list[PassVerdict]:
    """What every row says, whichever are shown; unknown where a side's newest reading is not whole."""
    return [*map(_verdict, found.rows), *([] if found.is_known else [PassVerdict.UNKNOWN])]


def _verdict(row: DecisionStanding) -> PassVerdict:
    if row.standing == Standing.UNKNOWN:
        return PassVerdict.UNKNOWN
    return PassVerdict.MISMATCHED if row.standing in WRONG else PassVerdict.IN_SYNC
