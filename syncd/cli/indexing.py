"""`syncd index`: the Service Index as the portal shows it, as its counts give it, and as we count it; and its impact.

In: a configuration with ``[index]``, a period, an instant. Out: rows for each group and indicator; or what mending the
open things would bring.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any

import typer
from msgspec import structs

from syncd.answers.impact import gain_of, impact_rows, world_of
from syncd.answers.publications import Judged, judged
from syncd.answers.service_index import IndexAnswer, index_answer
from syncd.assembly import Household
from syncd.cli.exits import Exit
from syncd.cli.options import AsOf, ConfigFile, asked_period, configured, instant
from syncd.cli.publishing import publication_of
from syncd.cli.reports import AsReport, Output, ReportFormat, report, require_output
from syncd.cli.rooms import asking
from syncd.cli.show import complain, local, say, write_json
from syncd.clock import utc_now
from syncd.config import Configuration, IndexConfig
from syncd.courses import about_publications
from syncd.documents.sheets import IMPACT, INDEX
from syncd.errors import ConfigurationError
from syncd.passes.build import index_endpoints
from syncd.publication.counts import count, count_by_unit
from syncd.publication.facts import Mode
from syncd.publication.index.comparison import IndexRow
from syncd.publication.index.scoring import Count
from syncd.publication.recount import World
from syncd.records.figures import Indicator
from syncd.records.periods import Period

TABLE = (
    "number",
    "name",
    "numerator",
    "denominator",
    "portal",
    "recomputed",
    "own_numerator",
    "own_denominator",
    "own",
    "maximum",
    "difference",
    "missing",
)
IMPACT_TABLE = ("city", "unit", "unit_name", "action", "code", "decision", "dossiers", "vietnamese")

app = typer.Typer(
    help="The Service Index: the portal's points, the recomputed ones, ours; what mending would bring.",
    invoke_without_command=True,
)

PeriodOption = Annotated[str | None, typer.Option("--period", help="2026-10, 2026-Q3 or 2026; else the running year.")]
Agency = Annotated[str | None, typer.Option("--agency", help="A unit, by code (H26.17) or by the portal's id.")]
Mended = Annotated[
    list[str] | None, typer.Option("--mend", help="What if these were mended together? Ids of rows; may be repeated.")
]


@app.callback()
def index(
    context: typer.Context,
    config: ConfigFile = None,
    as_of: AsOf = None,
    period: PeriodOption = None,
    agency: Agency = None,
    form: AsReport = ReportFormat.TABLE,
    output: Output = None,
) -> None:
    """Every group and indicator of one unit in one period, its rank and its trend."""
    if context.invoked_subcommand is not None:
        return
    require_output(form, output)
    configuration = configured(config)
    at = instant(as_of) if as_of else utc_now()
    wanted = asked_period(period, at)
    answer = asyncio.run(_answer(configuration, at, wanted, agency))
    if form is ReportFormat.JSON:
        write_json(_plain(structs.asdict(answer)))
    else:
        if form is ReportFormat.TABLE:
            _tell(answer)
        heading = f"Bộ chỉ số phục vụ người dân, doanh nghiệp, kỳ {wanted}"
        rows = [structs.asdict(row) for row in (_once(answer.rows) if form is ReportFormat.TABLE else answer.rows)]
        report(rows, form, INDEX, table=TABLE, heading=heading, sheet=str(wanted), as_of=at, output=output)
    if not answer.read:
        complain(f"syncd: the index of {wanted} had not been read by then: nothing is known of it")
        raise typer.Exit(Exit.UNKNOWN)


@app.command("impact")
def impact(
    config: ConfigFile = None,
    as_of: AsOf = None,
    period: PeriodOption = None,
    agency: Agency = None,
    mend: Mended = None,
    form: AsReport = ReportFormat.TABLE,
    output: Output = None,
) -> None:
    """What mending each open thing would bring, for the city and for its unit; most points first."""
    require_output(form, output)
    configuration = configured(config)
    at = instant(as_of) if as_of else utc_now()
    wanted = asked_period(period, at)
    world = asyncio.run(_world(configuration, at, wanted))
    if mend:
        gain, unknown = gain_of(world, mend)
        for one in unknown:
            complain(f"syncd: nothing that is open has the id {one!r}; see `syncd index impact --format json`")
        if unknown:
            raise typer.Exit(Exit.USAGE)
        say("unknown: there is no count to start from" if gain is None else f"{gain:+} points in {wanted}")
        return
    rows = [structs.asdict(row) for row in impact_rows(world, unit=agency)]
    heading = f"Điểm có thể cải thiện khi khắc phục, kỳ {wanted}"
    report(rows, form, IMPACT, table=IMPACT_TABLE, heading=heading, sheet=str(wanted), as_of=at, output=output)


def index_of(configuration: Configuration) -> IndexConfig:
    """The table, or an error that says how to write one."""
    if configuration.index is None:
        raise ConfigurationError(
            "where the index is read is not said", path="index", action="add [index] root = … and [index.source]"
        )
    return configuration.index


async def _answer(configuration: Configuration, at: datetime, period: Period, agency: str | None) -> IndexAnswer:
    wanted = index_of(configuration)
    async with asking(configuration) as household:
        found = await _judged(household, configuration, at)
        return await household.ledger.read(
            index_answer,
            root=wanted.root,
            period=period,
            unit=agency,
            at=at,
            own=_own(found, period, configuration, agency),
            expected=index_endpoints(configuration, period),
        )


async def _judged(household: Household, configuration: Configuration, at: datetime) -> Judged | None:
    wanted = configuration.publication
    if wanted is None:
        return None
    return await household.ledger.read(judged, about_publications(configuration, wanted), at)


def _own(
    found: Judged | None, period: Period, configuration: Configuration, agency: str | None
) -> Mapping[Indicator, Count]:
    """Our counts of a unit (by its code), or of the whole city; none where the portal had never been read."""
    if found is None or not found.is_read:
        return {}
    how: dict[str, Any] = {"mode": Mode.PORTAL, "period": period, "today": found.today}
    if agency is None or agency == publication_of(configuration).unit:
        return count(found.judgements, **how).counts
    units = {id(one): by.unit_code for one, by in zip(found.judgements, found.attributions, strict=True)}
    of_unit = count_by_unit(found.judgements, lambda one: units[id(one)], **how).get(agency)
    return of_unit.counts if of_unit else {}


async def _world(configuration: Configuration, at: datetime, period: Period) -> World:
    about = about_publications(configuration, publication_of(configuration))
    root = configuration.index.root if configuration.index is not None else None
    async with asking(configuration) as household:
        found = await household.ledger.read(judged, about, at)
        if not found.is_read:
            complain("syncd: the portal had not been read whole by then: nothing is known of any publication")
        return await household.ledger.read(
            world_of,
            found,
            unit=about.unit,
            root=root,
            period=period,
            pair=about.pair,
            dossiers=[one.name for one in configuration.dossiers],
        )


def _once(rows: Iterable[IndexRow]) -> list[IndexRow]:
    """The rows without those of a second interface that says the same."""
    found: dict[tuple[str, str, object, object], IndexRow] = {}
    for row in rows:
        found.setdefault((row.group, row.code, row.portal, row.recomputed), row)
    return list(found.values())


def _tell(answer: IndexAnswer) -> None:
    """Who, when, which rank, how it moved; then the table follows."""
    unit = answer.unit
    rank = f", hạng {answer.rank.place}/{answer.rank.of}" if answer.rank else ", hạng chưa biết"
    say(f"{unit.name if unit else 'unknown unit'}, kỳ {answer.period}{rank}", style="bold")
    for endpoint, read_at in sorted(answer.read.items()):
        say(f"  {endpoint:<32} {local(read_at)}", style="dim")
    if len(answer.trend) > 1:
        say("  xu hướng: " + " · ".join(f"{one.period} {_points(one.total)}" for one in answer.trend))
    if len(answer.drift) > 1:
        say("  đã thay đổi: " + " → ".join(f"{_points(one.total)} ({local(one.read_at)})" for one in answer.drift))


def _points(score: object) -> str:
    return "?" if score is None else str(score)


def _plain(value: Any) -> Any:
    """Structs, instants and decimals as JSON has them; points keep their two decimals as text would lose none."""
    if hasattr(value, "__struct_fields__"):
        return _plain(structs.asdict(value))
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return value if value is None or isinstance(value, bool | int | str) else float(value)
