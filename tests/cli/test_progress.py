"""Progress is shown on a terminal, and nowhere else."""

from __future__ import annotations

import os
import pty
import subprocess

from tests.cli.program import LIMIT, command, environment, syncd
from tests.cli.town import Town


def on_a_terminal(town: Town, *arguments: str) -> tuple[int, bytes, bytes]:
    """Run a command whose standard error is a terminal; status, standard output, what the terminal got."""
    mine, theirs = pty.openpty()
    try:
        with subprocess.Popen(
            command(*arguments), cwd=town.folder, env=environment(town.folder, {"TERM": "xterm-256color"}),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=theirs,
        ) as child:  # fmt: skip
            os.close(theirs)
            assert child.stdout is not None
            shown = b"".join(iter(lambda: _some(mine), b""))
            out = child.stdout.read()
            return child.wait(LIMIT), out, shown
    finally:
        os.close(mine)


def _some(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65_536)
    except OSError:
        return b""


def test_a_pass_shows_its_progress_on_a_terminal_alone(town: Town) -> None:
    status, out, shown = on_a_terminal(town, "observe", "--format", "json")
    assert status == 3
    assert b"ha-noi portal" in shown
    assert b"\x1b" not in out, "the result is for a program, whatever the terminal gets"
    quiet = syncd("observe", "--format", "json", folder=town.folder)
    assert (quiet.status, quiet.err) == (3, "")
