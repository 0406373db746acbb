"""Forgets what guards the door no more: sessions that are over, tries at signing in that count no longer.

In: the application, its clock. Out: a task that does so when the desk opens and then every day, and ends with it.
Signing in and out stays in the audit trail; a failure is logged and tried again sooner.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

import structlog
from aiohttp import web

from syncd.desk.routes import DESK
from syncd.desk.security.sessions import GUARD
from syncd.errors import SyncdError
from syncd.ledger.sign_ins import forget_old_sessions

KEPT = timedelta(days=1)
"""For how long a session that is over stays."""
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Forgetting:
    """How often, in seconds; ``again``: after a failure."""

    every: float = 86_400.0
    again: float = 900.0

    async def beside(self, app: web.Application) -> AsyncIterator[None]:
        """For ``cleanup_ctx``: forgets for as long as the application is open."""
        task = asyncio.create_task(self._always(app), name="forgetting sessions")
        yield
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    async def _always(self, app: web.Application) -> None:
        while True:
            is_done = await forget(app)
            await asyncio.sleep(self.every if is_done else self.again)


async def forget(app: web.Application) -> bool:
    """Forget once, as of the desk's clock; False where the ledger could not."""
    desk, guard = app[DESK], app[GUARD]
    now = desk.clock()
    guard.forget(now)
    try:
        await desk.ledger.write(forget_old_sessions, before=now - KEPT)
    except SyncdError as error:
        log.warning("sessions_not_forgotten", error=str(error))
        return False
    return True
