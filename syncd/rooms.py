"""What the running daemon needs from the rest, and what it takes from outside.

In: nothing. Out: `Rooms`, which the household is; `Outside`, the world that a test replaces.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from aiohttp import web

from syncd.config import Configuration, CourseConfig, DeskConfig, LogConfig
from syncd.desk.routes import Control
from syncd.listening import Passed
from syncd.passes.course import Heartbeat, PairLoop
from syncd.passes.schedule import Random
from syncd.passes.turns import Turns
from syncd.reloading import Read
from syncd.signals import LastResort
from syncd.status_page import PairSummary
from syncd.systemd import Notifier

SetUpLog = Callable[[LogConfig], None]


class Rooms(Protocol):
    """What the daemon needs from ledger, sides and passes."""

    @property
    def turns(self) -> Turns | None:
        """Who says when passes begin, where several daemons share them; None: this one alone. Asked before `open`."""
        ...

    async def open(self) -> None:
        """Open the ledger, and put right what a killed daemon left behind. Raises `SyncdError`."""
        ...

    async def build(self, course: CourseConfig, configuration: Configuration, heartbeat: Heartbeat) -> PairLoop:
        """Make one course ready; starts nothing. Its passes must call ``heartbeat``. Raises `SyncdError`."""
        ...

    def desk(self, settings: DeskConfig, control: Control) -> web.Application:
        """The review desk; called once the ledger is open. ``settings.listen`` is the address that was taken."""
        ...

    async def check_ledger(self) -> None:
        """Raises when the ledger cannot be reached."""
        ...

    async def summaries(self) -> Mapping[str, PairSummary]:
        """What the ledger says of every pair, for the status page."""
        ...

    async def reopen(self, configuration: Configuration) -> None:
        """SIGHUP: open files anew (logrotate). Called with the configuration then in force, also after a refusal."""
        ...

    async def close(self) -> None:
        """Let go of everything; never raises."""
        ...


@dataclass(frozen=True, slots=True)
class Outside:
    """What the running daemon takes from outside: the world that a test replaces."""

    read: Read
    set_up: SetUpLog
    notifier: Notifier
    random: Random
    clock: Callable[[], datetime]
    last_resort: LastResort
    passed: Passed = field(default_factory=dict)


def desk_url(settings: DeskConfig) -> str:
    """The address that people use."""
    return settings.public_url or f"http://{settings.listen}"
