"""`syncd publication`: who signed and made public in time, who is late, who is about to be, and who answers for it.

In: a configuration with ``[publication]``, an instant. Out: one row for each procedure and decision. Without an instant
the register files are read first, so that the answer is today's.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated

import typer
from msgspec import structs

from syncd.answers.publications import Judged, judged, rows_of
from syncd.assembly import Household
from syncd.cli.exits import Exit
from syncd.cli.options import AsOf, ConfigFile, configured, instant
from syncd.cli.reports import AsReport, Output, ReportFormat, report, require_output
from syncd.cli.rooms import asking
from syncd.cli.show import complain
from syncd.clock import utc_now
from syncd.config import Configuration, PublicationConfig
from syncd.courses import about_publications
from syncd.documents.sheets import PUBLICATIONS
from syncd.errors import ConfigurationError
from syncd.passes.publications import record_registers

COMMAND = "command"
TABLE = (
    "status",
    "days_late",
    "code",
    "name",
    "unit_name",
    "decision",
    "signed",
    "sign_law_day",
    "sign_portal_day",
    "public_law_day",
    "portal_status",
    "reason",
)
MOST_PROBLEMS = 20

Agency = Annotated[str | None, typer.Option("--agency", help="Only this unit and those below it, by code: H26.17.")]
Late = Annotated[bool, typer.Option("--late", help="Only what is late or overdue, under either reading.")]
DueWithin = Annotated[
    int | None, typer.Option("--due-within", min=0, max=250, help="Only what is due within so many working days.")
]


def publication(
    config: ConfigFile = None,
    as_of: AsOf = None,
    agency: Agency = None,
    late: Late = False,
    due_within: DueWithin = None,
    form: AsReport = ReportFormat.TABLE,
    output: Output = None,
) -> None:
    """Publications against their deadlines, by the law's reading and by the portal's; the most pressing first."""
    require_output(form, output)
    if late and due_within is not None:
        raise typer.BadParameter("what is late is not due any more; give one of the two", param_hint="--due-within")
    configuration = configured(config)
    at = instant(as_of) if as_of else None
    found = asyncio.run(ask(configuration, at))
    rows = [structs.asdict(row) for row in rows_of(found, unit=agency, late=late, due_within=due_within)]
    report(
        rows,
        form,
        PUBLICATIONS,
        table=TABLE,
        heading="Theo dõi công bố, công khai thủ tục hành chính",
        sheet="Công bố, công khai",
        as_of=found.at,
        output=output,
    )
    if not found.is_read:
        complain("syncd: the portal had not been read whole by then: nothing is known of any publication")
        raise typer.Exit(Exit.UNKNOWN)


async def ask(configuration: Configuration, at: datetime | None) -> Judged:
    """Judge as of ``at``; without it as of now, after the registers have been read. Tells what could not be used."""
    wanted = publication_of(configuration)
    async with asking(configuration) as household:
        now, about = at or utc_now(), about_publications(configuration, wanted)
        if at is None:
            await _read_registers(household, wanted, now)
        found = await household.ledger.read(judged, about, now, is_now=at is None)
    if not found.is_remembered:
        complain("syncd: the rules of then are not remembered: judged by those of today's configuration")
    _tell_problems(found)
    return found


def publication_of(configuration: Configuration) -> PublicationConfig:
    """The table, or an error that says how to write one."""
    if configuration.publication is None:
        raise ConfigurationError(
            "whose publications are judged is not said", path="publication", action='add [publication] unit = "H26"'
        )
    return configuration.publication


async def _read_registers(household: Household, wanted: PublicationConfig, now: datetime) -> None:
    files = {name: household.configuration.resolve(file) for name, file in wanted.registers.items()}
    for failure in await record_registers(household.ledger, files, now=now, actor=COMMAND):
        complain(f"syncd: {failure}")


def _tell_problems(found: Judged) -> None:
    for problem in found.problems[:MOST_PROBLEMS]:
        complain(f"syncd: {problem}")
    if len(found.problems) > MOST_PROBLEMS:
        complain(f"syncd: … and {len(found.problems) - MOST_PROBLEMS} more rows that cannot be used")
