"""The `syncd` command: its options, its commands, and what happens to errors.

In: arguments. Out: one command of the sibling modules, which is imported when it is called.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from syncd import __version__
from syncd.cli.lazy import Command, LazyGroup
from syncd.cli.show import prepare_output
from syncd.cli.telling import tell

INTERRUPTED = 130

COMMANDS = (
    Command("run", "operating:run", "Run the daemon until SIGTERM; SIGHUP reads the configuration again."),
    Command(
        "check",
        "operating:check",
        "Validate the configuration, connect to everything, and say what is wrong in one line each.",
    ),
    Command(
        "doctor",
        "doctoring:doctor",
        "Find what is wrong with this installation and say what to do; takes at most fifteen seconds, writes nothing.",
    ),
    Command("adapters", "operating:adapters", "The installed adapters, and what each one speaks to."),
    Command(
        "observe",
        "observing:observe",
        "One pass now over each pair (or as things stood at an instant): what is in sync, what is not, what is"
        " unknown.",
    ),
    Command(
        "capture",
        "capturing:capture",
        "Read a pair once and write what its systems answered, without secrets and personal data, into one file.",
    ),
    Command("mismatches", "listing:mismatches", "The mismatches that are known, the oldest first."),
    Command(
        "explain",
        "asking:explain",
        "Everything that is known of one procedure: both sides' values, the readings' proofs, every verdict and why.",
    ),
    Command(
        "publication",
        "publishing:publication",
        "Publications against their deadlines, by the law's reading and by the portal's; the most pressing first.",
    ),
    Command(
        "tasks",
        "tasking:tasks",
        "The tasks that units were given by directives and documents: done, running, late, by unit and period.",
    ),
    Command(
        "decisions",
        "deciding:decisions",
        "Publication decisions as the portal and the document system show them, and by which day each must be public.",
    ),
    Command(
        "report",
        "reporting:report",
        "Make a document that an office sends, as of any instant; `syncd report list` shows which there are.",
    ),
    Command(
        "waive",
        "waiving:waive",
        "Waive mismatches for the values that they have now: they alarm again when these change or the day has passed.",
    ),
    Command("waivers", "waiving:waivers", "The waivers in force, those first that end soonest."),
    Command(
        "unwaive",
        "waiving:unwaive",
        "End the waivers of mismatches: they are suspected again, and the next pass reads them again.",
    ),
    Command(
        "demo",
        "demo:demo",
        "Run the real daemon against two loopback systems, with a week behind them, and a desk. Ctrl-C ends it.",
    ),
    Command(
        "index",
        "indexing:app",
        "The Service Index: the portal's points, the recomputed ones, ours; what mending would bring.",
    ),
    Command("user", "accounts:app", "Accounts of the review desk."),
    Command("audit", "auditing:app", "The audit trail: who changed what, each entry chained to the one before."),
    Command(
        "verify-adapter",
        "verifying:verify_adapter",
        "Drive an adapter against a hostile system and say which promises it keeps; the real system is read once.",
    ),
    Command("adapter", "scaffolding:app", "For people who write adapters: begin a new one."),
    Command("database", "database:app", "The ledger: its schema, backups, proof and retention."),
)
"""Every command: its name, what runs it, its help. A new one is one line here; its help opens its docstring."""


class Root(LazyGroup):
    """`syncd`."""

    rows = COMMANDS


app = typer.Typer(
    name="syncd",
    cls=Root,
    help="Reconciles administrative-procedure publication records between a city's system and the national portal.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    epilog="Exit statuses: 0 in sync, 1 error, 2 usage, 3 mismatches, 4 unknown, 78 bad configuration (run).",
)


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
