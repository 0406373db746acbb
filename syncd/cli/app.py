"""The `syncd` command: its options, and what happens to errors.

In: arguments. Out: the commands of the sibling modules, joined.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from syncd import __version__
from syncd.cli import (
    accounts,
    asking,
    auditing,
    caring,
    demo,
    doctoring,
    indexing,
    observing,
    operating,
    publishing,
    reporting,
    waiving,
)
from syncd.cli.show import prepare_output
from syncd.cli.telling import tell

INTERRUPTED = 130

app = typer.Typer(
    name="syncd",
    help="Reconciles administrative-procedure publication records between a city's system and the national portal.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    epilog="Exit statuses: 0 in sync, 1 error, 2 usage, 3 mismatches, 4 unknown, 78 bad configuration (run).",
)
database = typer.Typer(help="The ledger: its schema, backups, proof and retention.", no_args_is_help=True)
app.add_typer(database, name="database")
app.add_typer(indexing.app, name="index")
app.add_typer(accounts.app, name="user")
app.add_typer(auditing.app, name="audit")

app.command("run")(operating.run)
app.command("check")(operating.check)
app.command("doctor")(doctoring.doctor)
app.command("adapters")(operating.adapters)
app.command("observe")(observing.observe)
app.command("mismatches")(asking.mismatches)
app.command("explain")(asking.explain)
app.command("publication")(publishing.publication)
app.command("report")(reporting.report)
app.command("waive")(waiving.waive)
app.command("waivers")(waiving.waivers)
app.command("unwaive")(waiving.unwaive)
app.command("demo")(demo.demo)
database.command("upgrade")(operating.upgrade_database)
database.command("backup")(caring.backup)
database.command("restore")(caring.restore)
database.command("check")(caring.check)
database.command("prune")(caring.prune)


def _version(value: bool) -> None:
    if value:
        sys.stdout.write(f"syncd {__version__}\n")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which version this is.")
    ] = False,
) -> None:
    """Options of every command."""


def main() -> None:
    """Run the command line; every error is one sentence and a status, and nobody is shown a traceback."""
    prepare_output()
    try:
        app(prog_name="syncd")
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except Exception as error:
        sys.exit(tell(error, is_daemon="run" in sys.argv[1:2]))
