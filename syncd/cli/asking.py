"""Commands that ask: observe, mismatches, explain.

In: a configuration, and what is wanted. Out: rows, and an exit status that says how things stand.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any

import typer
from msgspec import structs

from syncd.assembly import Household, utc_now
from syncd.cli.exits import Exit, worst
from syncd.cli.explaining import explanation, print_explanation
from syncd.cli.options import AsOf, ConfigFile, PairName, configured, duration, instant
from syncd.cli.progress import Progress
from syncd.cli.show import Format, complain, show
from syncd.config import Configuration, PairConfig
from syncd.ledger.mismatches import OPEN_STATES, Mismatch, select
from syncd.metrics import Metrics
from syncd.passes.one_pass import PassOutcome, PassVerdict, run_pass
from syncd.passes.past import Then, then

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
OBSERVE_COLUMNS = ("pair", "verdict", "portal", "city", "in_sync", "mismatched", "unread", "form_only", "reasons")


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


def observe(
    config: ConfigFile = None,
    pair: PairName = None,
    form: Annotated[Format, typer.Option("--format", help="How the result is shown.")] = Format.TABLE,
    grace: Annotated[str | None, typer.Option(help='Grace for this pass, such as "30m"; 0 confirms at once.')] = None,
    as_of: AsOf = None,
) -> None:
    """One pass now over each pair (or as things stood at an instant): what is in sync, what is not, what is unknown."""
    configuration = configured(config)
    pairs = _wanted(configuration, pair)
    if as_of is not None:
        status = asyncio.run(_observe_then(configuration, pairs, instant(as_of), form))
    else:
        status = asyncio.run(_observe_now(configuration, pairs, duration(grace), form))
    raise typer.Exit(status)


def _wanted(configuration: Configuration, name: str | None) -> list[PairConfig]:
    if name is None:
        return list(configuration.pairs)
    found = configuration.pair(name)
    if found is None:
        names = ", ".join(pair.name for pair in configuration.pairs)
        raise typer.BadParameter(f"no pair {name!r}; configured: {names}", param_hint="--pair")
    return [found]


async def _observe_now(
    configuration: Configuration, pairs: Sequence[PairConfig], grace: timedelta | None, form: Format
) -> Exit:
    household = Household(configuration, Metrics())
    await household.open()
    try:
        outcomes = [await _one_pass(household, pair, grace) for pair in pairs]
    finally:
        await household.close()
    show([observed(outcome) for outcome in outcomes], form, OBSERVE_COLUMNS)
    return worst([outcome.verdict for outcome in outcomes])


async def _one_pass(household: Household, config: PairConfig, grace: timedelta | None) -> PassOutcome:
    pair = household.pair(config, household.configuration)
    try:
        with Progress(config.name) as progress:
            return await run_pass(pair, household.room, actor="observe", grace_override=grace, progress=progress)
    finally:
        await pair.close()
        await household.announcer.announce()


def observed(outcome: PassOutcome) -> dict[str, Any]:
    """One pass as a row."""
    reasons = [f"{side}: {reason}" for side, proof in outcome.proofs.items() for reason in proof.reasons]
    return {
        "pair": outcome.pair,
        "verdict": outcome.verdict.value,
        **{side: f"{proof.verdict.value}, {proof.counted} records" for side, proof in outcome.proofs.items()},
        **{name: outcome.counts.get(name, 0) for name in ("in_sync", "mismatched", "unread", "form_only")},
        "reasons": "\n".join(reasons),
    }


async def _observe_then(configuration: Configuration, pairs: Sequence[PairConfig], at: datetime, form: Format) -> Exit:
    household = Household(configuration, Metrics())
    await household.open()
    rows, verdicts = [], []
    try:
        for config in pairs:
            pair = household.pair(config, configuration)
            try:
                past = await then(pair, household.ledger, at)
            finally:
                await pair.close()
            verdicts.append(_verdict_then(past))
            rows.append(_observed_then(config.name, past, verdicts[-1]))
    finally:
        await household.close()
    show(rows, form, OBSERVE_COLUMNS)
    return worst(verdicts)


def _verdict_then(past: Then) -> PassVerdict:
    if past.world is None or not past.is_known:
        return PassVerdict.UNKNOWN
    return PassVerdict.MISMATCHED if past.world.observations else PassVerdict.IN_SYNC


def _observed_then(name: str, past: Then, verdict: PassVerdict) -> dict[str, Any]:
    counts = past.world.counts if past.world else {}
    readings: dict[str, Any] = {
        str(side): "never read whole"
        if reading is None
        else f"whole at {reading.ended_at.isoformat()}, {reading.counted} records"
        for side, reading in past.whole.items()
    }
    newest = [f"{side}: {reason}" for side, one in past.latest.items() if one for reason in one.reasons]
    return {
        "pair": name,
        "verdict": verdict.value,
        **readings,
        **{key: counts.get(key, 0) for key in ("in_sync", "mismatched", "unread", "form_only")},
        "reasons": "\n".join(newest),
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
        _wanted(configuration, pair)
    household = Household(configuration, Metrics())
    await household.open()
    try:
        return await household.ledger.read(select, pair=pair, states=states, as_of=as_of)
    finally:
        await household.close()


def explain(
    code: Annotated[str, typer.Argument(help="A portal code, or the city's local code, exactly as it is written.")],
    config: ConfigFile = None,
    pair: PairName = None,
    form: Annotated[Format, typer.Option("--format", help="table or json.")] = Format.TABLE,
    as_of: AsOf = None,
) -> None:
    """Everything that is known of one procedure: both sides' values, the readings' proofs, every verdict and why."""
    configuration = configured(config)
    at = instant(as_of) if as_of else utc_now()
    found = asyncio.run(_explain(configuration, _wanted(configuration, pair), code, at))
    if not any(one["versions"] or one["mismatches"] for one in found):
        complain(f"syncd: no side has shown a record with the code {code!r} (codes are compared exactly as written)")
    print_explanation(found, form)
    raise typer.Exit(worst([PassVerdict(one["verdict"]) for one in found]))


async def _explain(
    configuration: Configuration, pairs: Sequence[PairConfig], code: str, at: datetime
) -> list[dict[str, Any]]:
    household = Household(configuration, Metrics())
    await household.open()
    try:
        result = []
        for config in pairs:
            pair = household.pair(config, configuration)
            try:
                result.append(await explanation(pair, household.ledger, code, at))
            finally:
                await pair.close()
        return result
    finally:
        await household.close()
