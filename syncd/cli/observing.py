"""`syncd observe`: one pass now over each pair, or each pair as it was at an instant.

In: a configuration, and what is wanted. Out: one row for each pair, and an exit status that says how things stand.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from syncd.assembly import Household
from syncd.cli.deciding_passes import decided_row, decisions_then, one_decision_pass, verdict_of
from syncd.cli.exits import Exit, worst
from syncd.cli.options import AsOf, ConfigFile, PairName, configured, duration, instant, wanted
from syncd.cli.progress import Progress
from syncd.cli.rooms import asking
from syncd.cli.show import Format, show
from syncd.cli.telling import tell
from syncd.config import STDOUT, Configuration, DecisionConfig, PairConfig
from syncd.metrics import Metrics
from syncd.passes.decision_pass import DecisionOutcome
from syncd.passes.one_pass import run_pass
from syncd.passes.outcome import PassOutcome
from syncd.passes.pass_verdict import PassVerdict
from syncd.passes.past import Then, then

COUNTED = ("in_sync", "mismatched", "unread", "form_only")
OBSERVE_COLUMNS = ("pair", "verdict", "portal", "city", *COUNTED, "reasons")
COLUMN_OF = {"documents": "city"}
NEVER: dict[str, Any] = {"verdict": "never read", "records": 0, "at": None}


def observe(
    config: ConfigFile = None,
    pair: PairName = None,
    form: Annotated[Format, typer.Option("--format", help="How the result is shown.")] = Format.TABLE,
    grace: Annotated[str | None, typer.Option(help='Grace for this pass, such as "30m"; 0 confirms at once.')] = None,
    as_of: AsOf = None,
) -> None:
    """One pass now over each pair (or as things stood at an instant): what is in sync, what is not, what is unknown."""
    configuration = configured(config)
    pairs = wanted(configuration, pair)
    decided = configuration.decisions if pair is None else ()
    if as_of is not None:
        status = asyncio.run(_observe_then(configuration, pairs, decided, instant(as_of), form))
    else:
        status = asyncio.run(_observe_now(configuration, pairs, decided, duration(grace), form))
    raise typer.Exit(status)


async def _observe_now(
    configuration: Configuration,
    pairs: Sequence[PairConfig],
    decided: Sequence[DecisionConfig],
    grace: timedelta | None,
    form: Format,
) -> Exit:
    """A pass over each pair, then over decisions; one that cannot be made is told, and does not stop the others."""
    # Standard output is the result's here: lines of a mismatch log that goes there are left to the daemon.
    household = Household(configuration, Metrics(), announces=configuration.log.mismatch_log != Path(STDOUT))
    await household.open()
    outcomes: list[PassOutcome | DecisionOutcome] = []
    failed = False
    try:
        passes: list[Callable[[], Awaitable[PassOutcome | DecisionOutcome]]] = []
        passes += [partial(_one_pass, household, pair, grace) for pair in pairs]
        passes += [partial(one_decision_pass, household, one, grace) for one in decided]
        for one_pass in passes:
            try:
                outcomes.append(await one_pass())
            except Exception as error:
                tell(error)
                failed = True
    finally:
        await household.close()
    if outcomes:
        show_observed([observed(outcome) for outcome in outcomes], form)
    return Exit.ERROR if failed else worst([outcome.verdict for outcome in outcomes])


async def _one_pass(household: Household, config: PairConfig, grace: timedelta | None) -> PassOutcome:
    pair = household.pair(config, household.configuration)
    try:
        with Progress(config.name) as progress:
            outcome = await run_pass(pair, household.room, actor="observe", grace_override=grace, progress=progress)
        await household.announce()
        return outcome
    finally:
        await pair.close()


def observed(outcome: PassOutcome | DecisionOutcome) -> dict[str, Any]:
    """One pass as a row; a document system stands in the place of the city's."""
    sides = {
        COLUMN_OF.get(str(side), str(side)): {
            "verdict": proof.verdict.value,
            "records": proof.counted,
            "at": outcome.ended_at.isoformat(),
        }
        for side, proof in outcome.proofs.items()
    }
    reasons = [f"{side}: {reason}" for side, proof in outcome.proofs.items() for reason in proof.reasons]
    return {"pair": outcome.pair, "verdict": outcome.verdict.value, **sides, **_counted(outcome.counts)} | {
        "reasons": reasons
    }


def _counted(counts: Mapping[str, int]) -> dict[str, int]:
    return {name: counts.get(name, 0) for name in COUNTED}


async def _observe_then(
    configuration: Configuration,
    pairs: Sequence[PairConfig],
    decided: Sequence[DecisionConfig],
    at: datetime,
    form: Format,
) -> Exit:
    async with asking(configuration) as household:
        past = {config.name: await _then(household, config, at) for config in pairs}
        known = {config.name: await decisions_then(household, config, at) for config in decided}
    verdicts = {name: _verdict_then(one) for name, one in past.items()}
    rows = [_observed_then(name, one, verdicts[name]) for name, one in past.items()]
    show_observed([*rows, *(decided_row(name, one) for name, one in known.items())], form)
    return worst([*verdicts.values(), *map(verdict_of, known.values())])


async def _then(household: Household, config: PairConfig, at: datetime) -> Then:
    pair = household.pair(config, household.configuration)
    try:
        return await then(pair, household.ledger, at)
    finally:
        await pair.close()


def _verdict_then(past: Then) -> PassVerdict:
    if past.world is None or not past.is_known:
        return PassVerdict.UNKNOWN
    return PassVerdict.MISMATCHED if past.open or past.world.observations else PassVerdict.IN_SYNC


def _observed_then(name: str, past: Then, verdict: PassVerdict) -> dict[str, Any]:
    sides = {
        str(side): {"verdict": one.verdict, "records": one.counted, "at": one.ended_at.isoformat()} if one else NEVER
        for side, one in past.latest.items()
    }
    reasons = [f"{side}: {reason}" for side, one in past.latest.items() if one for reason in one.reasons]
    reasons += [past.remark] if past.remark else []
    counts = _counted(past.world.counts if past.world else {})
    return {"pair": name, "verdict": verdict.value, **sides, **counts, "reasons": reasons}


def show_observed(rows: Sequence[dict[str, Any]], form: Format) -> None:
    """Show what was observed: parts for programs, words for people."""
    if form in (Format.TABLE, Format.CSV):
        rows = [{name: _words(value) for name, value in row.items()} for row in rows]
    show(rows, form, OBSERVE_COLUMNS)


def _words(value: Any) -> Any:
    if isinstance(value, dict):
        return f"{value['verdict']}, {value['records']} records" if value["at"] else value["verdict"]
    return "\n".join(value) if isinstance(value, list) else value
