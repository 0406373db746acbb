"""`syncd audit`: follow the chain of the audit trail, and show what stands in it.

In: a configuration, a hash that was noted elsewhere. Out: whether anything was removed or changed; or the entries.
"""

from __future__ import annotations

import asyncio
import re
from typing import Annotated

import typer
from msgspec import structs

from syncd.cli.exits import Exit
from syncd.cli.options import ConfigFile, configured
from syncd.cli.rooms import asking
from syncd.cli.show import Format, complain, counted, say, show
from syncd.config import Configuration
from syncd.ledger.audit import AuditEntry, audit_of, trail
from syncd.ledger.audit_proof import Verification, verify_chain
from syncd.ledger.packing import json_text

COLUMNS = ("id", "at", "actor", "action", "pair", "mismatch_id", "detail", "chain")
TABLE = ("id", "at", "actor", "action", "pair", "mismatch_id", "detail")

app = typer.Typer(help="The audit trail: who changed what, each entry chained to the one before.", no_args_is_help=True)

Expect = Annotated[
    str | None,
    typer.Option("--expect", help="A hash that was noted elsewhere: it must be in the chain, or at its end."),
]


@app.command("verify")
def verify(config: ConfigFile = None, expect: Expect = None) -> None:
    """Prove that nothing was removed or changed; prints the newest hash, which is worth noting elsewhere."""
    if expect is not None and not re.fullmatch(r"[0-9a-f]{64}", expect):
        raise typer.BadParameter("a hash has 64 of 0-9 and a-f", param_hint="--expect")
    found = asyncio.run(_verify(configured(config), expect))
    if not found.is_whole:
        complain(f"syncd: the audit trail is broken after {counted(found.rows, 'row')}: {found.words}")
        raise typer.Exit(Exit.ERROR)
    say(f"{counted(found.rows, 'row')}: {found.words}")
    say(f"newest hash {found.newest}")


@app.command("list")
def entries(
    config: ConfigFile = None,
    mismatch: Annotated[str | None, typer.Option("--mismatch", help="Only what was done about this mismatch.")] = None,
    actor: Annotated[str | None, typer.Option("--actor", help="Only this actor's, e.g. user:hoa.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=100_000, help="At most so many, the newest.")] = 100,
    form: Annotated[Format, typer.Option("--format", help="How they are shown.")] = Format.TABLE,
) -> None:
    """Who changed what, the oldest first."""
    found = asyncio.run(_entries(configured(config), mismatch, actor, limit))
    rows = [structs.asdict(one) | {"detail": json_text(one.detail)} for one in found]
    show(rows, form, COLUMNS, table_columns=TABLE)


async def _verify(configuration: Configuration, expect: str | None) -> Verification:
    async with asking(configuration) as household:
        return await household.ledger.read(verify_chain, expect=expect)


async def _entries(
    configuration: Configuration, mismatch: str | None, actor: str | None, limit: int
) -> list[AuditEntry]:
    async with asking(configuration) as household:
        if mismatch is not None:
            found = await household.ledger.read(audit_of, mismatch)
            return [one for one in found if actor in (None, one.actor)][-limit:]
        return (await household.ledger.read(trail, actor=actor, limit=limit))[::-1]
