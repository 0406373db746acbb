"""`syncd doctor`: what is wrong with this installation, one line each, with what to do.

In: a configuration that may be wrong itself. Out: findings; status 1 where something is wrong. Nothing is written.
"""

from __future__ import annotations

import asyncio
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from msgspec import to_builtins

from syncd.care.doctor.examination import Outside, examine
from syncd.care.doctor.findings import Finding, Level
from syncd.cli.exits import Exit
from syncd.cli.options import ConfigFile, config_path
from syncd.cli.show import counted, say, write_json
from syncd.clock import utc_now
from syncd.holders import is_dead
from syncd.passes.build import check as check_adapters
from syncd.showing import fresh_for

SIGNS = {Level.OK: "ok   ", Level.NOTE: "note ", Level.WRONG: "WRONG"}
STYLES = {Level.OK: "green", Level.NOTE: "yellow", Level.WRONG: "bold red"}
WIDTH = 13


class DoctorFormat(StrEnum):
    """How findings are shown."""

    TABLE = "table"
    JSON = "json"


def doctor(
    config: ConfigFile = None,
    form: Annotated[DoctorFormat, typer.Option("--format", help="Lines for people, or JSON.")] = DoctorFormat.TABLE,
    unit: Annotated[str, typer.Option("--unit", help="The unit of systemd that runs this daemon.")] = "syncd.service",
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only what is wrong.")] = False,
) -> None:
    """Find what is wrong with this installation and say what to do; takes at most fifteen seconds, writes nothing."""
    outside = Outside(now=utc_now, check=check_adapters, fresh_for=fresh_for, is_dead=is_dead, unit=unit)
    found = asyncio.run(examine(Path(config_path(config)).absolute(), outside))
    shown = [one for one in found if not quiet or one.level is Level.WRONG]
    number = sum(one.level is Level.WRONG for one in found)
    if form is DoctorFormat.JSON:
        write_json(to_builtins(shown))
    else:
        for one in shown:
            say(_line(one), style=STYLES[one.level])
        say(f"{counted(number, 'thing')} wrong" if number else "nothing is wrong")
    raise typer.Exit(Exit.ERROR if number else Exit.IN_SYNC)


def _line(one: Finding) -> str:
    subject = f"{one.subject}: " if one.subject else ""
    return f"{SIGNS[one.level]} {one.check:<{WIDTH}} {subject}{one.words}" + (f" → {one.action}" if one.action else "")
