"""`syncd database`: the commands that look after the ledger.

In: arguments. Out: one command of the sibling modules, which is imported when it is called.
"""

from __future__ import annotations

import typer

from syncd.cli.lazy import Command, LazyGroup

ROWS = (
    Command("upgrade", "operating:upgrade_database", "Bring the ledger to the schema of this version."),
    Command(
        "backup",
        "caring:backup",
        "Back the ledger up while it is used, prove the copy, and remove backups that the configuration does not keep.",
    ),
    Command("restore", "caring:restore", "Put a backup in the ledger's place, all or nothing. Stop the daemon first."),
    Command(
        "check",
        "caring:check",
        "Prove the ledger, or a backup: its file, references, schema, audit trail, and the bytes that sides sent.",
    ),
    Command(
        "prune",
        "caring:prune",
        "Forget what the configuration does not keep, beside a running daemon; nothing that an answer needs.",
    ),
)


class Database(LazyGroup):
    """`syncd database`."""

    rows = ROWS


app = typer.Typer(cls=Database, help="The ledger: its schema, backups, proof and retention.", no_args_is_help=True)


@app.callback()
def _options() -> None:
    """The ledger: its schema, backups, proof and retention."""
