"""Forks a child for each command that it is asked to run; ``tests/cli/program.py`` asks.

In: one JSON object a line. Out: the exit status of each, and its output in files. A child that takes too long is ended.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import typer.main

from syncd.cli.app import app, main


def become(wanted: dict[str, Any]) -> None:
    """In the child: take the folder, the environment and the files that were asked for, and be `syncd`."""
    desk = Path(wanted["desk"])
    for descriptor, place in ((0, Path(os.devnull)), (1, desk / "out"), (2, desk / "err")):
        opened = os.open(place, os.O_RDONLY if descriptor == 0 else os.O_WRONLY | os.O_CREAT)
        os.dup2(opened, descriptor)
        os.close(opened)
    os.environ.clear()
    os.environ.update(wanted["env"])
    os.chdir(wanted["folder"])
    signal.alarm(wanted["limit"])
    sys.argv = ["syncd", *wanted["arguments"]]
    main()


def load(group: Any) -> None:
    """Import every command, so that no child has to."""
    for command in group.commands.values():
        if hasattr(command, "commands"):
            load(command)


def serve() -> None:
    load(typer.main.get_command(app))
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            become(json.loads(line))
            sys.exit()
        _, ended = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(ended)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve()
