"""What every world offers, and how a block is followed in one.

In: a block. Out: nothing; a failure says where the page is, what was typed, what came and what should have come.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tests.docs.pages import Block, Step, steps
from tests.docs.transcript import missing

LOOKS = {
    r"^syncd(-as-service)? (observe|mismatches|explain|publication|index)": {0, 3, 4},
    r"^journalctl .*-g ": {0, 1},
    r"^systemctl status prometheus": {0, 3},
}
"""Commands that only look, and end with a verdict or with `nothing found`: every such status is a right answer."""
STANDS_FOR = (
    "M-7K3Q9X",
    "2.002492",
    "syncd-20261125T190000Z.db.gz",
    "syncd-ha-noi-20261125T021743Z.zip",
)
"""What each reader's machine calls otherwise: a mismatch, a code, a backup, a case."""


LOOK_EVERY = 0.5
"""Seconds between two tries of a command whose block has `patience=SECONDS`."""


@dataclass(frozen=True)
class Ended:
    """How a command ended, and all that it said."""

    status: int
    said: str


class World(Protocol):
    """A place where pages are followed."""

    def prepare(self, page: Path) -> None:
        """Bring it to the state in which a page begins."""

    def write(self, file: str, text: str) -> None:
        """Do what a page means by a block that is called like a file."""

    def run(self, command: str, *, typed: str | None = None, until: str | None = None) -> Ended:
        """Type a command. ``typed``: what is answered to its question; ``until``: leave it running once it says so."""

    def named(self, word: str) -> str:
        """What one of `STANDS_FOR` is called here."""


def follow(block: Block, world: World) -> None:
    """Do what the block says, and compare what comes with what the page shows."""
    if file := block.marks.get("file"):
        world.write(file, here(block.text, world))
        return
    for step in steps(block):
        _take(block, step, world)


def _take(block: Block, step: Step, world: World) -> None:
    command, shown = here(step.command, world), [here(line, world) for line in step.shown]
    right, end = allowed(block, command), time.monotonic() + float(block.marks.get("patience", "0"))
    while True:
        ended = world.run(command, typed=block.marks.get("typed"), until=block.marks.get("until"))
        line = missing(shown, ended.said) if shown else ""
        if (ended.status in right and not line) or time.monotonic() > end:
            break
        time.sleep(LOOK_EVERY)
    told = f"{block.where}\n$ {command}\n{ended.said[-3000:]}\n(status {ended.status})"
    assert ended.status in right, told
    assert "Traceback" not in ended.said, told
    assert not line, f"{told}\nThe page shows: {line}"


def here(text: str, world: World) -> str:
    """The text with the names that things have in this world."""
    for word in (word for word in STANDS_FOR if word in text):
        text = text.replace(word, world.named(word))
    return text


def allowed(block: Block, command: str) -> set[int]:
    """The statuses that are right: those that the block names, else those of a look, else 0."""
    if given := block.marks.get("status"):
        return {int(one) for one in given.split(",")}
    return next((right for look, right in LOOKS.items() if re.search(look, command)), {0})
