"""`syncd verify-adapter`: the conformance kit against one configured side.

In: an adapter's name and a configuration. Out: one line for each check; status 3 where one failed. A real system is
read once, at its own pace, through a proxy on this machine; every lie is told in a replay. Nothing is written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, NamedTuple

import typer
from msgspec import to_builtins

from loopback.conformance import CHECKS, Kit, Outcome, Result, Subject
from syncd.cli.exits import Exit
from syncd.cli.options import ConfigFile, PairName, configured
from syncd.cli.progress import Progress
from syncd.cli.show import say, write_json
from syncd.config import Checked, Configuration, PairConfig, secrets_of
from syncd.passes.build import check as check_adapters
from syncd.passes.pair import SIDES, SideName

SIGNS = {Outcome.PASSED: "ok    ", Outcome.FAILED: "FAILED", Outcome.NOT_APPLICABLE: "–     "}
STYLES = {Outcome.PASSED: "green", Outcome.FAILED: "bold red", Outcome.NOT_APPLICABLE: "dim"}
WIDTH = 24


class VerifyFormat(StrEnum):
    """How results are shown."""

    TABLE = "table"
    JSON = "json"


class SideChoice(StrEnum):
    """Which side of a pair."""

    PORTAL = "portal"
    CITY = "city"


class Configured(NamedTuple):
    """One side of a pair."""

    pair: PairConfig
    side: SideName

    def __str__(self) -> str:
        return f"{self.pair.name}.{self.side}"


def verify_adapter(
    name: Annotated[str, typer.Argument(help="The adapter, as a side of the configuration names it.")],
    config: ConfigFile = None,
    pair: PairName = None,
    side: Annotated[SideChoice | None, typer.Option("--side", help="Only this side of a pair.")] = None,
    form: Annotated[VerifyFormat, typer.Option("--format", help="Lines for people, or JSON.")] = VerifyFormat.TABLE,
) -> None:
    """Drive an adapter against a hostile system and say which promises it keeps; the real system is read once."""
    configuration = configured(config)
    checked = check_adapters(configuration)
    chosen = _chosen(list(_sides(configuration, name, pair, side)), configuration, name)
    results = _verified(_subject(configuration, checked, chosen), form)
    if form is VerifyFormat.JSON:
        write_json(to_builtins(results))
    else:
        say(_summary(str(chosen), results))
    raise typer.Exit(Exit.MISMATCHED if any(one.is_failed for one in results) else Exit.IN_SYNC)


def _sides(configuration: Configuration, name: str, pair: str | None, side: SideChoice | None) -> Iterator[Configured]:
    for one in configuration.pairs:
        for which in SIDES:
            is_wanted = pair in (None, one.name) and side in (None, which)
            if is_wanted and getattr(one, which).get("adapter") == name:
                yield Configured(one, which)


def _chosen(found: list[Configured], configuration: Configuration, name: str) -> Configured:
    """The one side that is meant. A usage error where there is none, or more than one."""
    if len(found) == 1:
        return found[0]
    if found:
        several = ", ".join(map(str, found))
        raise typer.BadParameter(f"{several} use {name!r}; choose with --pair and --side", param_hint="NAME")
    known = ", ".join(
        f"{Configured(one, side)} ({getattr(one, side).get('adapter')})"
        for one in configuration.pairs
        for side in SIDES
    )
    raise typer.BadParameter(
        f"no side that was asked for uses {name!r}; there are {known or 'no pairs'}", param_hint="NAME"
    )


def _subject(configuration: Configuration, checked: Checked, chosen: Configured) -> Subject:
    return Subject(
        checked[chosen.pair.name][chosen.side].definition,
        getattr(chosen.pair, chosen.side),
        folder=configuration.folder,
        secret=secrets_of(configuration),
        departments=frozenset(getattr(chosen.pair.applies, "departments", ())),
    )


def _verified(subject: Subject, form: VerifyFormat) -> list[Result]:
    """Every result; people see each as it comes."""
    results: list[Result] = []
    with Progress(subject.definition.name) as progress:
        progress("reading")
        with Kit(subject) as kit:
            for number, check in enumerate(CHECKS, 1):
                progress(f"checks {number}")
                results.append(kit.run(check))
                if form is VerifyFormat.TABLE:
                    _show(results[-1])
    return results


def _show(one: Result) -> None:
    say(f"{SIGNS[one.outcome]} {one.check:<{WIDTH}} {one.seen}", style=STYLES[one.outcome])
    if one.is_failed:
        say(f"       demanded: {one.demands}", style=STYLES[one.outcome])


def _summary(side: str, results: list[Result]) -> str:
    counts = Counter(one.outcome for one in results)
    return f"{side}: {', '.join(f'{counts[outcome]} {outcome.value}' for outcome in Outcome)}"
