"""Kills restores: forks one child after the other, each killed a little later, and says how each ledger was left.

In: a ledger's file, a backup, on the command line. Out: one JSON line for each child: how it ended, what is in place.
Run as a program of its own, so that forking harms nobody.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from syncd.care.restoring import restore

NOW = datetime(2026, 11, 26, tzinfo=UTC)
WATCHED = ("open", "os.", "shutil.", "sqlite3.", "fcntl.")
SPREAD = 12


def at_step(step: int) -> None:
    """Die at the n-th touch of a file."""
    left = [step]

    def watch(event: str, _: object) -> None:
        if event.startswith(WATCHED):
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)


def after(seconds: float) -> None:
    """Die after a while, wherever that is; the alarm's default is death without a word."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds)


def one(ledger: Path, source: Path, arm: Callable[[], None]) -> int:
    """Restore in a child; returns its status, negative for the signal that killed it."""
    child = os.fork()
    if child == 0:
        arm()
        restore(f"sqlite:///{ledger}", source, replace=True, now=NOW)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def left_in(ledger: Path) -> dict[str, object]:
    with closing(sqlite3.connect(ledger)) as connection:
        sound = connection.execute("PRAGMA integrity_check").fetchone()[0]
        return {"sound": sound, "newest": connection.execute("SELECT action FROM audit ORDER BY id DESC").fetchone()[0]}


def tried(ledger: Path, old: Path, source: Path, arm: Callable[[], None]) -> int:
    for left in ledger.parent.glob("ledger.db*"):
        left.unlink()
    shutil.copyfile(old, ledger)
    status = one(ledger, source, arm)
    asides = [left_in(one) for one in ledger.parent.glob("ledger.db.before-*Z")]
    print(json.dumps({"status": status, **left_in(ledger), "asides": asides}), flush=True)  # noqa: T201
    return status


def main(ledger: Path, source: Path) -> None:
    old = ledger.with_name("old.db")
    shutil.copyfile(ledger, old)
    step = 1
    while tried(ledger, old, source, partial(at_step, step)):
        step += 1
    begun = time.monotonic()
    tried(ledger, old, source, lambda: None)
    whole = time.monotonic() - begun
    for number in range(SPREAD):
        tried(ledger, old, source, partial(after, 0.001 + whole * number / SPREAD))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
