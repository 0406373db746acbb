"""Commands that operate: run, check, adapters, database upgrade.

In: a configuration file. Out: a running daemon, or one line for each thing that is right or wrong.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import typer

from syncd.assembly import Household
from syncd.cli.exits import Exit
from syncd.cli.options import ConfigFile, config_path, configured
from syncd.cli.show import complain, say
from syncd.config import Configuration, PairConfig, database_url, load, secrets_of
from syncd.daemon import serve
from syncd.errors import SyncdError
from syncd.ledger import schema_state, upgrade
from syncd.passes.build import build_pair
from syncd.passes.build import check as check_adapters
from syncd.passes.pair import SIDES
from syncd.sides.registry import adapters as installed


def read_checked(path: Path) -> Configuration:
    """Read a configuration, sides included: what the daemon does at its start and at every reload."""
    configuration = load(path)
    check_adapters(configuration)
    return configuration


def run(config: ConfigFile = None) -> None:
    """Run the daemon until SIGTERM; SIGHUP reads the configuration again."""
    asyncio.run(serve(config_path(config), Household, read=read_checked))


def check(config: ConfigFile = None) -> None:
    """Validate the configuration, connect to everything, and say what is wrong in one line each."""
    configuration = configured(config)
    check_adapters(configuration)
    say(f"configuration  {configuration.file}: {len(configuration.pairs)} pairs")
    wrong = [_check_ledger(configuration), *asyncio.run(_check_sides(configuration))]
    raise typer.Exit(Exit.ERROR if any(wrong) else Exit.IN_SYNC)


def _check_ledger(configuration: Configuration) -> bool:
    """Whether the ledger is wrong."""
    try:
        url = database_url(configuration, secrets_of(configuration))
        schema = schema_state(url)
    except SyncdError as error:
        complain(f"ledger         {error}")
        return True
    say(f"ledger         schema {schema.current or 'not yet made'} ({schema.state.value})")
    return False


async def _check_sides(configuration: Configuration) -> list[bool]:
    return [await _check_side(configuration, pair, side) for pair in configuration.pairs for side in SIDES]


async def _check_side(configuration: Configuration, config: PairConfig, side: str) -> bool:
    """Whether one side is wrong."""
    where = f"{config.name}.{side}"
    pair = None
    try:
        pair = build_pair(configuration, config, check_adapters(configuration)[config.name])
        found = await pair.side("portal" if side == "portal" else "city").adapter.check()
    except SyncdError as error:
        complain(f"{where:<14} {error}")
        return True
    finally:
        if pair is not None:
            await pair.close()
    say(f"{where:<14} {found}")
    return False


def adapters() -> None:
    """The installed adapters, and what each one speaks to."""
    for name, found in installed().items():
        if found.definition is None:
            complain(f"{name:<18} {found.distribution}: {found.error}")
        else:
            say(f"{name:<18} {found.definition.summary}  [{found.distribution}]")


def upgrade_database(config: ConfigFile = None) -> None:
    """Bring the ledger to the schema of this version."""
    configuration = configured(config)
    schema = upgrade(database_url(configuration, secrets_of(configuration)))
    say(f"the ledger has schema {schema.current}")
