"""Completions for bash, zsh and fish: written once, at build time, so that a press of TAB starts no Python.

In: the tree of commands on standard input. Out: the files that the shells look for, below the root that is named.
"""

from __future__ import annotations

import sys
from argparse import SUPPRESS, Action, ArgumentParser
from pathlib import Path
from typing import Any

from packager.commands_of import Command, Parameter, read

SHELLS = {
    "bash": "usr/share/bash-completion/completions/syncd",
    "zsh": "usr/share/zsh/vendor-completions/_syncd",
    "fish": "usr/share/fish/vendor_completions.d/syncd.fish",
}


def parser_of(command: Command) -> ArgumentParser:
    """The same command line in the words that shtab understands."""
    parser = ArgumentParser(prog=command.name, add_help=False)
    _fill(parser, command)
    return parser


def _fill(parser: ArgumentParser, command: Command) -> None:
    parser.add_argument("--help", action="help", help="Show what the command does.")
    for parameter in command.parameters:
        _add(parser, parameter)
    if command.commands:
        below = parser.add_subparsers()
        for one in command.commands:
            _fill(below.add_parser(one.name, help=_first_line(one.meaning), add_help=False), one)


def _add(parser: ArgumentParser, parameter: Parameter) -> None:
    import shtab  # type: ignore[import-not-found]

    meaning = _first_line(parameter.meaning)
    added: Action
    if not parameter.takes_value:
        added = parser.add_argument(*parameter.names, action="store_true", help=meaning)
    else:
        words: dict[str, Any] = {"help": meaning or SUPPRESS, "choices": parameter.choices or None}
        if not parameter.is_option:
            words["nargs"] = "*" if parameter.several else None if parameter.required else "?"
        added = parser.add_argument(*parameter.names, **words)
    if parameter.is_path:
        added.complete = shtab.FILE  # type: ignore[attr-defined]


def _first_line(text: str) -> str:
    return text.strip().split("\n", 1)[0].replace("%", "%%")


def main() -> None:
    import shtab

    root, command = Path(sys.argv[1]), read(sys.stdin.read())
    for shell, place in SHELLS.items():
        file = root / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(shtab.complete(parser_of(command), shell) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
