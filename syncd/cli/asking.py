"""`syncd explain`: everything that is known of one procedure. It reads the ledger and changes nothing.

In: a configuration, a code, an instant. Out: a tree, and an exit status that says how things stand.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

import typer

from syncd.cli.exits import worst
from syncd.cli.explaining import TreeFormat, explanation, is_known, print_explanation
from syncd.cli.options import AsOf, ConfigFile, PairName, configured, instant, wanted
from syncd.cli.rooms import asking
from syncd.cli.show import complain
from syncd.clock import utc_now
from syncd.config import Configuration, PairConfig
from syncd.passes.pass_verdict import PassVerdict


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
