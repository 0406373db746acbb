"""A course of notices between a ledger with mismatches, a mail server and a webhook, on a clock that stands still."""

from __future__ import annotations

import shutil
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from syncd.config.desk import DeskConfig
from syncd.desk.app import routes
from syncd.desk.notices.course import NoticeCourse, notice_course
from syncd.desk.ways import Ways
from syncd.documents.wanted import Sources
from syncd.ledger import Ledger, open_ledger
from syncd.ledger.notices import Notice, recent_notices
from syncd.reconcile.lifecycle import Event
from tests.answers.town import find, happen, seen
from tests.desk.conftest import Clock
from tests.desk.notices.servers import Hook, Mailbox, hook_server, mail_server

SIX = datetime(2026, 11, 24, 23, 0, tzinfo=UTC)
"""06:00 on 25/11/2026 in Hà Nội."""
SECRETS = {"hook": "bí mật của webhook", "mail": "mật khẩu thư"}
LAN = "lan@hanoi.example"


@dataclass(slots=True)
class Post:
    """Everything around one course. `open` builds it anew, as a restart of the daemon does."""

    ledger: Ledger
    clock: Clock
    box: Mailbox
    hook: Hook
    mail: dict[str, Any] = field(default_factory=dict)
    sources: Sources = field(default_factory=Sources)

    def open(self, *tables: dict[str, Any]) -> NoticeCourse:
        """The course of these ``[[desk.notices]]``; by default the whole city's, by mail at 07:30."""
        mail = {"server": "127.0.0.1", "port": self.box.port, "security": "none", "sender": "syncd@hanoi.example"}
        settings = DeskConfig(mail={**mail, **self.mail}, notices=tables or ({"to": [LAN]},))
        return notice_course(
            settings,
            ledger=self.ledger,
            clock=self.clock,
            sources=self.sources,
            public_url="https://desk.hanoi.example",
            ways=Ways(routes()),
            secret=SECRETS.__getitem__,
            resolve=Path,
        )

    def find(self, *codes: str, **values: str) -> list[str]:
        """Mismatches that are found now."""
        return find(self.ledger, *(seen(code, **values) for code in codes), at=self.clock())

    def happen(self, event: Event, *ids: str) -> None:
        """Something happens to them now."""
        happen(self.ledger, event, *ids, at=self.clock())

    def outbox(self) -> list[Notice]:
        """Every message, the oldest first."""
        return self.ledger.read_now(recent_notices)[::-1]


Letters = Callable[[], list[str]]


@pytest.fixture
async def post(empty_ledger: Path, tmp_path: Path) -> AsyncIterator[Post]:
    path = tmp_path / "ledger.db"
    shutil.copy(empty_ledger, path)
    async with AsyncExitStack() as stack:
        ledger = open_ledger(f"sqlite:///{path}")
        stack.push_async_callback(ledger.aclose)
        box = await stack.enter_async_context(mail_server(Mailbox()))
        hook = await stack.enter_async_context(hook_server(Hook()))
        yield Post(ledger, Clock(SIX), box, hook)


@pytest.fixture
def closed_port() -> int:
    """A port at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])
