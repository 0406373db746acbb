"""Commands that are loaded when they are called: help and version need none of what stands behind them.

In: a table of commands, each with the function or application that it is. Out: groups of typer that know their names
and what each is for, and import a command's module only for the command that is run.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping, Sequence
from importlib import import_module
from typing import Any, ClassVar, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup


class Command(NamedTuple):
    """One command. ``where``: ``module:name`` below `syncd.cli`, a function or a `typer.Typer`; ``says``: its help."""

    name: str
    where: str
    says: str


def loaded(command: Command) -> Any:
    """The command itself, its module imported."""
    module, _, name = command.where.partition(":")
    found = getattr(import_module(f"syncd.cli.{module}"), name)
    if isinstance(found, typer.Typer):
        group = typer.main.get_group(found)
        group.name = command.name
        return group
    alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    alone.command(command.name)(found)
    return typer.main.get_command(alone)


class Promised(TyperCommand):
    """A command by its name and help alone; whoever calls it gets the real one."""

    def __init__(self, command: Command) -> None:
        super().__init__(command.name, help=command.says)
        self._command = command

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        return loaded(self._command).make_context(info_name, args, parent=parent, **extra)


class Commands(MutableMapping[str, Any]):
    """The commands of a group by name; one that is asked for is loaded."""

    def __init__(self, rows: Sequence[Command], others: MutableMapping[str, Any]) -> None:
        self._rows = {row.name: row for row in rows}
        self._loaded = dict(others)

    def __getitem__(self, name: str) -> Any:
        if name not in self._loaded:
            self._loaded[name] = loaded(self._rows[name])
        return self._loaded[name]

    def __setitem__(self, name: str, command: Any) -> None:
        self._loaded[name] = command

    def __delitem__(self, name: str) -> None:
        del self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys((*self._rows, *self._loaded)))

    def __len__(self) -> int:
        return len(self._rows.keys() | self._loaded.keys())


class LazyGroup(TyperGroup):
    """A group whose commands stand in ``rows``. ``commands`` loads what is asked of it; running and help do not."""

    rows: ClassVar[tuple[Command, ...]] = ()

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = Commands(self.rows, self.commands)
        self._promised = {row.name: Promised(row) for row in self.rows}

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - as its base class has it
        return list(self.commands)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        return self._promised.get(cmd_name) or super().get_command(ctx, cmd_name)
