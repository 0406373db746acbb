"""Commands that operate: run, check, adapters, database upgrade.

In: a configuration file. Out: a running daemon, or one line for each thing that is right or wrong.
"""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Protocol

import typer

from syncd.assembly import Household
from syncd.cli.exits import Exit
from syncd.cli.options import ConfigFile, config_path, configured
from syncd.cli.show import complain, counted, say
from syncd.cli.telling import sentence
from syncd.config import SOURCE, STDOUT, Checked, Configuration, PairConfig, database_url, load, secrets_of
from syncd.daemon import serve
from syncd.errors import SyncdError
from syncd.ledger import schema_state, upgrade
from syncd.passes.build import (
    build_decision_reader,
    build_dossier_reader,
    build_index_reader,
    build_pair,
    build_task_reader,
)
from syncd.passes.build import check as check_adapters
from syncd.passes.pair import SIDES, SideName
from syncd.sides.registers import REGISTERS, read_register
from syncd.sides.registry import adapters as installed


class Connection(Protocol):
    """What can be looked at and let go of: a side, a reader."""

    async def check(self) -> str: ...
    async def close(self) -> None: ...


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
        *(_is_wrong(name, partial(_register, configuration, name, file)) for name, file in _registers(configuration)),
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


def _registers(configuration: Configuration) -> Iterable[tuple[str, Path]]:
    return configuration.publication.registers.items() if configuration.publication is not None else ()


def _register(configuration: Configuration, name: str, file: Path) -> str:
    """Raises `RegisterError` with every fault of the file."""
    rows = read_register(configuration.resolve(file), REGISTERS[name])
    return f"{counted(len(rows), 'row')} in {file}"


async def _check_sides(configuration: Configuration) -> list[bool]:
    return [await _check_side(where, make) for where, make in _connections(configuration)]


def _connections(configuration: Configuration) -> Iterator[tuple[str, Callable[[], Connection]]]:
    """Everything that can be connected to, by the place where it is configured."""
    checked = check_adapters(configuration)
    for pair in configuration.pairs:
        for side in SIDES:
            yield f"{pair.name}.{side}", partial(_side, configuration, pair, side, checked)
    for dossiers in configuration.dossiers:
        for side in SIDES:
            make = partial(build_dossier_reader, configuration, dossiers, side, checked[dossiers.name][side])
            yield f"{dossiers.name}.{side}", make
    for decisions in configuration.decisions:
        for name, one in checked[decisions.name].items():
            yield f"{decisions.name}.{name}", partial(build_decision_reader, configuration, decisions, name, one)
    for tasks in configuration.tasks:
        yield f"{tasks.name}.source", partial(build_task_reader, configuration, tasks, checked[tasks.name][SOURCE])
    if configuration.index is not None:
        index = configuration.index
        yield "index.source", partial(build_index_reader, configuration, index, checked[index.name][SOURCE])


def _side(configuration: Configuration, config: PairConfig, side: SideName, checked: Checked) -> Connection:
    return build_pair(configuration, config, checked[config.name]).side(side).adapter


async def _check_side(where: str, make: Callable[[], Connection]) -> bool:
    """Whether one side is wrong."""
    connection = None
    try:
        connection = make()
        found = await connection.check()
    except Exception as error:
        complain(f"{where:<{WIDTH}} {sentence(error)}")
        return True
    finally:
        if connection is not None:
            await connection.close()
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
