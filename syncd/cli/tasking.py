"""`syncd tasks`: the tasks that units were given by directives and documents, as the city's monitors count them.

In: a configuration with ``[[tasks]]``, a period, an instant. Out: a row for each unit; on a terminal also how each
source was read, and what in its numbers cannot be true.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

import msgspec
import typer
from msgspec import structs

from syncd.answers.rates import Rate
from syncd.answers.tasks import TaskAnswer, TaskOddity, TaskRow, TaskSource, tasks_answer
from syncd.cli.exits import Exit
from syncd.cli.options import AsOf, ConfigFile, asked_period, configured, instant
from syncd.cli.reports import AsReport, Output, ReportFormat, report, require_output
from syncd.cli.rooms import asking
from syncd.cli.show import complain, local, say, write_json
from syncd.clock import utc_now
from syncd.config import Configuration
from syncd.documents.sheets import TASKS
from syncd.errors import ConfigurationError
from syncd.records.periods import Period
from syncd.records.tasks import FindingKind

TABLE = (
    "unit_name",
    "assigned",
    "done_on_time",
    "done_late",
    "running_in_time",
    "running_late",
    "no_time_limit",
    "rate",
    "odd",
)
ODDITIES: Mapping[FindingKind, str] = {
    FindingKind.PARTS_DIFFER: "{unit}: {count} is {said}, its parts are {counted}",
    FindingKind.TOTAL_DIFFERS: "the source's total of {count} is {said}, its units have {counted}",
    FindingKind.UNATTRIBUTED: "{unit}: no unit of the portal's directory; write its code under units of the source",
}

PeriodOption = Annotated[str | None, typer.Option("--period", help="2026-10, 2026-Q3 or 2026; else the running year.")]
Unit = Annotated[str | None, typer.Option("--unit", help="Only this unit and those below it, by code (H26.17).")]


def tasks(
    config: ConfigFile = None,
    as_of: AsOf = None,
    period: PeriodOption = None,
    unit: Unit = None,
    form: AsReport = ReportFormat.TABLE,
    output: Output = None,
) -> None:
    """The tasks that units were given by directives and documents: done, running, late, by unit and period."""
    require_output(form, output)
    configuration = configured(config)
    at = instant(as_of) if as_of else utc_now()
    wanted = asked_period(period, at)
    answer = asyncio.run(_answer(configuration, at, wanted, unit))
    if form is ReportFormat.JSON:
        write_json(msgspec.to_builtins(answer))
    else:
        if form is ReportFormat.TABLE:
            _tell(answer)
        heading = f"Nhiệm vụ được giao theo văn bản chỉ đạo, kỳ {wanted}"
        rows = [_row(one) for one in answer.rows]
        report(rows, form, TASKS, table=TABLE, heading=heading, sheet=str(wanted), as_of=at, output=output)
    if not answer.is_known:
        complain(f"syncd: the tasks of {wanted} had not been read by then: nothing is known of them")
        raise typer.Exit(Exit.UNKNOWN)


async def _answer(configuration: Configuration, at: datetime, period: Period, unit: str | None) -> TaskAnswer:
    names = [one.name for one in configuration.tasks]
    if not names:
        raise ConfigurationError(
            "where tasks are counted is not said", path="tasks", action="add [[tasks]] name = … and [tasks.source]"
        )
    async with asking(configuration) as household:
        return await household.ledger.read(tasks_answer, sources=names, period=period, at=at, within=unit)


def _row(row: TaskRow) -> dict[str, Any]:
    return {**structs.asdict(row), "rate": _percent(row.on_time)}


def _percent(rate: Rate | None) -> Decimal | None:
    return rate.percent if rate is not None else None


def _tell(answer: TaskAnswer) -> None:
    """How each source was read, and what is odd; then the table follows."""
    for source in answer.sources:
        say(f"  {source.source:<24} {_read(source)}", style="dim")
    for one in answer.findings:
        complain(f"  {one.source}: {oddity(one)}")


def _read(source: TaskSource) -> str:
    read = local(source.read_at) if source.read_at is not None else "never read whole"
    return f"{read}; failed {local(source.failed_at)}: {source.reason}" if source.failed_at is not None else read


def oddity(one: TaskOddity) -> str:
    """One finding as a sentence."""
    values = {"unit": one.unit_name or one.unit_code, "count": one.count, "said": one.said, "counted": one.counted}
    return ODDITIES[one.kind].format(**values)
