"""`syncd report`: the documents that offices send: letters (DOCX), workbooks (XLSX), tables (CSV), as of any instant.

In: a configuration, a kind, an instant. Out: one file. The ledger alone is asked, so that a past instant gives the same
file again; what is on a letter besides its figures stands in ``[desk.letter]``.
"""

from __future__ import annotations

import asyncio
import tempfile
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from syncd.answers.about import do_makeup_days_count
from syncd.answers.publications import read_calendar
from syncd.cli.listing import STATES, StateChoice
from syncd.cli.options import AsOf, ConfigFile, PairName, configured, instant, wanted
from syncd.cli.rooms import asking
from syncd.cli.show import Format, say, show
from syncd.clock import utc_now
from syncd.config import Configuration
from syncd.config.desk import LetterConfig
from syncd.courses import sources
from syncd.documents.kinds import KINDS, kind_of, make
from syncd.documents.wanted import Document, DocumentFormat, Wanted
from syncd.ledger.registers import register_as_of
from syncd.records.dates import local_date
from syncd.records.periods import Period

LIST = "list"

KindName = Annotated[str, typer.Argument(metavar="KIND", help="The document; `list` shows which there are.")]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="The file, or a folder to put it in.")]
AsDocument = Annotated[
    DocumentFormat | None, typer.Option("--format", help="Else by the file's ending, else the kind's first format.")
]
PeriodOption = Annotated[
    str | None, typer.Option("--period", help="2026-10, 2026-Q3 or 2026; else the one that the kind takes by itself.")
]
Agency = Annotated[str | None, typer.Option("--agency", help="Only this unit and those below it, by code: H26.17.")]
Number = Annotated[str, typer.Option("--number", help="The letter's number; without it, dots for the clerk.")]
Dated = Annotated[str | None, typer.Option("--dated", help="The letter's date: 2026-11-25; without it, dots.")]
OnWorkingDays = Annotated[
    bool, typer.Option("--on-working-days", help="Make nothing where the day is no working day (for a timer).")
]
Ids = Annotated[
    list[str] | None, typer.Option("--mismatch", help="Only this mismatch, by id, in any state; may be repeated.")
]


def report(
    kind: KindName,
    config: ConfigFile = None,
    as_of: AsOf = None,
    period: PeriodOption = None,
    agency: Agency = None,
    output: Output = None,
    form: AsDocument = None,
    number: Number = "",
    dated: Dated = None,
    pair: PairName = None,
    state: Annotated[StateChoice, typer.Option(help="For mismatches: in which state.")] = StateChoice.OPEN,
    mismatch: Ids = None,
    on_working_days: OnWorkingDays = False,
) -> None:
    """Make a document that an office sends, as of any instant; `syncd report list` shows which there are."""
    if kind == LIST:
        show([_listed(name) for name in KINDS], Format.TABLE, ("kind", "formats", "vietnamese", "english"))
        return
    if output is None:
        raise typer.BadParameter("a document needs a file: --output FILE", param_hint="--output")
    configuration = configured(config)
    if pair is not None:
        wanted(configuration, pair)
    asked = Wanted(
        as_of=instant(as_of) if as_of else utc_now(),
        form=_format(form, output, kind),
        period=_period(period),
        within=agency,
        letter=configuration.desk.letter if configuration.desk else LetterConfig(),
        number=number,
        dated=_day(dated),
        pair=pair,
        states=STATES[state],
        chosen=tuple(mismatch or ()),
    )
    if on_working_days and not asyncio.run(_is_worked(configuration, asked.as_of)):
        say(f"{local_date(asked.as_of):%d-%m-%Y} is no working day: nothing is made")
        return
    say(str(_placed(configuration, kind, asked, output)))


async def _is_worked(configuration: Configuration, at: datetime) -> bool:
    """Whether state agencies work on the day of this instant, by the project's calendar and the Office's own days."""
    publication = configuration.publication
    async with asking(configuration) as household:
        rows = await household.ledger.read(register_as_of, "calendar", at)
        today = publication is None or publication.makeup_days_count
        makeup_days_count = await household.ledger.read(do_makeup_days_count, at, today=today)
    calendar, _ = read_calendar(rows or {}, makeup_days_count=makeup_days_count)
    return calendar.is_working(local_date(at))


def _placed(configuration: Configuration, kind: str, asked: Wanted, output: Path) -> Path:
    """Make the document beside where it goes, then put it there: it is there whole or not at all."""
    folder = output if output.is_dir() else output.parent
    with tempfile.TemporaryDirectory(dir=folder, prefix=".report.") as desk:
        made = asyncio.run(_make(configuration, kind, asked, Path(desk)))
        place = output / made.name if output.is_dir() else output
        made.path.replace(place)
    return place


def _listed(name: str) -> dict[str, str]:
    kind = KINDS[name]
    return {
        "kind": name,
        "formats": " ".join(kind.formats),
        "vietnamese": kind.vietnamese,
        "english": kind.english,
    }


def _format(form: DocumentFormat | None, output: Path, kind: str) -> DocumentFormat:
    ending = output.suffix.lstrip(".").lower()
    if form is not None:
        return form
    if ending in list(DocumentFormat):
        return DocumentFormat(ending)
    return KINDS[kind].formats[0] if kind in KINDS else DocumentFormat.DOCX


def _period(text: str | None) -> Period | None:
    try:
        return Period.parse(text) if text is not None else None
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--period") from None


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text is not None else None
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a day such as 2026-11-25", param_hint="--dated") from None


async def _make(configuration: Configuration, kind: str, asked: Wanted, folder: Path) -> Document:
    offered = sources(configuration)
    kind_of(kind, asked.form, offered)
    async with asking(configuration) as household:
        return await make(household.ledger, kind, asked, offered, folder)
