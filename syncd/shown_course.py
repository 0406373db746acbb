"""A course with mismatches, whose gauges follow each of its passes.

In: the course. Out: a course like any other; the desk hears of the end of each pass.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from syncd.desk.live import Live
from syncd.errors import SyncdError
from syncd.passes.course import PairLoop, PassOutcome
from syncd.showing import Showing


@dataclass(frozen=True, slots=True)
class ShownCourse:
    """``showing`` gives what shows the ledger now: a reload changes it."""

    name: str
    loop: PairLoop
    live: Live
    showing: Callable[[], Showing]

    async def run_once(self) -> PassOutcome:
        begun = self.showing().clock()
        try:
            return await self.loop.run_once()
        except asyncio.CancelledError:
            self._count("interrupted", begun)
            raise
        except Exception:
            self._count("failed", begun)
            raise
        finally:
            await self._show()
            self.live.pass_ended(self.name)

    def _count(self, word: str, begun: datetime) -> None:
        showing = self.showing()
        showing.metrics.pass_ended(self.name, word, (showing.clock() - begun).total_seconds())

    async def _show(self) -> None:
        """Set the gauges; where the ledger cannot be asked they stay, and the pass says what is wrong with it."""
        with suppress(SyncdError):
            await self.showing().open(self.name)

    async def close(self) -> None:
        await self.loop.close()
