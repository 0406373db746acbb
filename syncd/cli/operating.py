"""Commands that operate: run, check, adapters, database upgrade.

In: a configuration file. Out: a running daemon, or one line for each thing that is right or wrong.
"""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import Callable
from pathlib import Path

import typer

from syncd.assembly import Household
from syncd.cli.exits import Exit
from syncd.cli.options import ConfigFile, config_path, configured
from syncd.cli.show import complain, counted, say
from syncd.cli.telling import sentence
from syncd.config import STDOUT, Configuration, PairConfig, database_url, load, secrets_of
from syncd.daemon import serve
from syncd.errors import SyncdError
from syncd.ledger import schema_state, upgrade
from syncd.passes.build import build_pair
from syncd.passes.build import check as check_adapters
from syncd.passes.pair import SIDES, SideName
from syncd.sides.registry import adapters as installed

WIDTH = 14
"""Columns for what is checked."""


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
    say(f"{'configuration':<{WIDTH}} {configuration.file}: {counted(len(configuration.pairs), 'pair')}")
    wrong = [
        _is_wrong("ledger", lambda: _ledger(configuration)),
        _is_wrong("mismatch log", lambda: _mismatch_log(configuration)),
        *asyncio.run(_check_sides(configuration)),
    ]
    raise typer.Exit(Exit.ERROR if any(wrong) else Exit.IN_SYNC)


def _is_wrong(what: str, look: Callable[[], str]) -> bool:
    """Look, and say in one line what was found or what is wrong."""
    try:
        say(f"{what:<{WIDTH}} {look()}")
    except (SyncdError, OSError) as error:
        complain(f"{what:<{WIDTH}} {sentence(error)}")
        return True
    return False


def _ledger(configuration: Configuration) -> str:
    schema = schema_state(database_url(configuration, secrets_of(configuration)))
    return f"schema {schema.current or 'not yet made'} ({schema.state.value})"


def _mismatch_log(configuration: Configuration) -> str:
    """Raises `OSError` where the daemon could not write it."""
    wanted = configuration.log.mismatch_log
    if wanted is None or wanted == Path(STDOUT):
        return "standard output" if wanted else "none is wanted"
    file = configuration.resolve(wanted)
    code = errno.EISDIR if file.is_dir() else None if file.parent.is_dir() else errno.ENOENT
    if code is None and not os.access(file if file.exists() else file.parent, os.W_OK):
        code = errno.EACCES
    if code is not None:
        raise OSError(code, os.strerror(code), str(file))
    return str(file)


async def _check_sides(configuration: Configuration) -> list[bool]:
    return [await _check_side(configuration, pair, side) for pair in configuration.pairs for side in SIDES]


async def _check_side(configuration: Configuration, config: PairConfig, side: SideName) -> bool:
    """Whether one side is wrong."""
    where = f"{config.name}.{side}"
    pair = None
    try:
        pair = build_pair(configuration, config, check_adapters(configuration)[config.name])
        found = await pair.side(side).adapter.check()
    except Exception as error:
        complain(f"{where:<{WIDTH}} {sentence(error)}")
        return True
    finally:
        if pair is not None:
            await pair.close()
    say(f"{where:<{WIDTH}} {found}")
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
