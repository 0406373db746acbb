"""The reference page of the command line, from the application itself.

In: the commands that `syncd` offers. Out: Markdown.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer

from syncd.cli.app import app
from syncd.markdown import NOTE, table

CHOICES = 9
"""So many values of an option are shown; a longer list is told by its meaning."""


def cli_page() -> str:
    """Every command with every argument and option."""
    found = typer.main.get_command(app)
    return "\n\n".join(
        [
            "# Commands",
            NOTE,
            f"{found.help}\n\n{found.epilog}\n\n"
            "Without `--config`, `./syncd.toml` and then `/etc/syncd/syncd.toml` are "
            "read; `SYNCD_CONFIG` names another one.",
            *_commands(found, "syncd"),
        ]
    )


def _commands(found: Any, above: str) -> Iterator[str]:
    for name, command in sorted(found.commands.items()):
        if not command.hidden:
            yield _section(f"{above} {name}", command)
            yield from _commands(command, f"{above} {name}") if hasattr(command, "commands") else ()


def _section(name: str, command: Any) -> str:
    parameters = [one for one in command.params if not getattr(one, "hidden", False) and one.name != "help"]
    words = "".join(f" {_word(one)}" for one in parameters if one.param_type_name == "argument")
    rows = [(f"`{_called(one)}`", _default(one), _meaning(one)) for one in parameters]
    below = " COMMAND" if getattr(command, "commands", None) and not command.invoke_without_command else ""
    told = f"## `{name}`\n\n{_plain(command.help or '')}\n\nUsage: `{name}{words or below}`"
    return "\n\n".join([told, *([table(("argument or option", "default", "meaning"), rows)] if rows else [])])


def _word(argument: Any) -> str:
    name = argument.display_name_raw.strip("[].").upper() + ("…" if argument.nargs != 1 else "")
    return name if argument.required else f"[{name}]"


def _called(one: Any) -> str:
    return _word(one) if one.param_type_name == "argument" else ", ".join(sorted(one.opts, key=len, reverse=True))


def _default(one: Any) -> str:
    if one.required:
        return "**required**"
    return "–" if one.default in (None, False, (), []) or callable(one.default) else f"`{_value(one.default)}`"


def _value(value: object) -> str:
    return str(getattr(value, "value", value))


def _meaning(one: Any) -> str:
    choices = [_value(value) for value in getattr(one.type_descriptor, "choices", None) or ()]
    told = f" One of {', '.join(f'`{value}`' for value in choices)}." if 1 < len(choices) <= CHOICES else ""
    return _plain(getattr(one, "help", None) or "") + told


def _plain(text: str) -> str:
    return text.replace("\\[", "[").replace("[", "\\[").replace("<", "\\<")
