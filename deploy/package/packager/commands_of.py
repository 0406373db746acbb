"""The command line as a tree of plain values; runs on the packaged environment, where typer and syncd are.

In: the application that `syncd` runs. Out: `Command`, which the manual and the completions are written from.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Parameter:
    """An option (``names`` are its flags) or an argument (``names`` is how it is called)."""

    names: tuple[str, ...]
    shown: str
    meaning: str
    choices: tuple[str, ...] = ()
    is_option: bool = True
    is_path: bool = False
    takes_value: bool = True
    required: bool = False
    several: bool = False


@dataclass(frozen=True)
class Command:
    """A command, with those below it."""

    name: str
    meaning: str
    epilog: str = ""
    parameters: tuple[Parameter, ...] = ()
    commands: tuple[Command, ...] = field(default=())


def command_line() -> Command:
    """The command line of the installed syncd."""
    import typer

    from syncd.cli.app import app

    return _command(typer.main.get_command(app), typer.Context)


def _command(found: Any, context: Any) -> Command:
    within = context(found, info_name=found.name)
    return Command(
        name=found.name,
        meaning=found.help or "",
        epilog=found.epilog or "",
        parameters=tuple(_parameter(one, within) for one in found.params if not one.hidden),
        commands=tuple(_command(one, context) for one in getattr(found, "commands", {}).values() if not one.hidden),
    )


def _parameter(found: Any, context: Any) -> Parameter:
    kind = found.type_descriptor
    is_option = found.param_type_name == "option"
    shown, meaning = found.get_help_record(context) or (found.name, "")
    return Parameter(
        names=tuple(sorted((*found.opts, *found.secondary_opts))) if is_option else (found.display_name_raw,),
        shown=shown,
        meaning=meaning,
        choices=tuple(str(getattr(one, "value", one)) for one in kind.choices or ()),
        is_option=is_option,
        is_path=kind.is_path or kind.is_file,
        takes_value=not (is_option and found.is_flag),
        required=found.required,
        several=found.multiple or found.nargs != 1,
    )


def read(text: str) -> Command:
    """The tree that `main` has printed."""
    return _read(json.loads(text))


def _read(found: dict[str, Any]) -> Command:
    parameters = (
        Parameter(**{**one, "names": tuple(one["names"]), "choices": tuple(one["choices"])})
        for one in found["parameters"]
    )
    below = tuple(_read(one) for one in found["commands"])
    return Command(found["name"], found["meaning"], found["epilog"], tuple(parameters), below)


def main() -> None:
    json.dump(asdict(command_line()), sys.stdout)


if __name__ == "__main__":
    main()
