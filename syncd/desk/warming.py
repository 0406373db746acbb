"""Heavy answers worked out before anybody asks: when the desk opens, and each time that the ledger stands otherwise.

In: an application with a desk. Out: the same, warm while it runs. One answer at a time, so that visitors are served
meanwhile; they get the answers of before until the new ones are there.
"""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from contextlib import suppress
from datetime import datetime
from typing import Final

import structlog
from aiohttp import web
from sqlalchemy.orm import Session

from syncd.answers.index_figures import open_once, own_counts
from syncd.answers.procedures import catalogue_once
from syncd.answers.publication_list import table_once
from syncd.answers.queue_filter import NOBODY, UNFILTERED, Filter
from syncd.desk import heavy
from syncd.desk.pages import overview, units
from syncd.desk.routes import DESK, Desk
from syncd.errors import SyncdError

EVERY: Final = 5.0
"""Seconds between two looks at how the ledger stands."""
TURN: Final = 0.001
"""Seconds after which a thread that computes lets others go on, while a desk is kept warm (Python's own: 0.005)."""
COLLECTING: Final = (20_000, 5, 100)
"""How seldom rubbish is looked for (see `gc.set_threshold`): each look holds every thread."""
COUNTED: Final = (UNFILTERED, Filter.parse({"state": "all"}), Filter(assignee=NOBODY))
"""Filters whose counts are ready."""
NO_UNIT: Final = "-"
"""No unit's code: asking for its counts counts those of every unit."""
log = structlog.get_logger(__name__)


def warming(
    *, every: float = EVERY, ended: Callable[[], None] = lambda: None
) -> Callable[[web.Application], AsyncIterator[None]]:
    """A clean-up context: the application is warm until it ends. ``ended``: told each time when all answers are new."""

    async def kept_warm(app: web.Application) -> AsyncIterator[None]:
        turn, collecting = sys.getswitchinterval(), gc.get_threshold()
        sys.setswitchinterval(TURN)
        gc.set_threshold(*COLLECTING)
        keeping = asyncio.create_task(keep_warm(app[DESK], every=every, ended=ended), name="desk-warming")
        yield
        keeping.cancel()
        with suppress(asyncio.CancelledError):
            await keeping
        sys.setswitchinterval(turn)
        gc.set_threshold(*collecting)
        gc.unfreeze()

    return kept_warm


async def keep_warm(desk: Desk, *, every: float, ended: Callable[[], None]) -> None:
    """For ever. What is there once a desk is warm stays: the collector need not look at it again and again."""
    stood: Hashable = None
    while True:
        try:
            stands = await _stands(desk)
            if stands != stood:
                await warm(desk)
                if stood is None:
                    gc.freeze()
                stood = stands
                ended()
        except SyncdError as error:
            log.exception("desk_failed", reference="", route="warming", exc_info=error)
        await asyncio.sleep(every)


async def warm(desk: Desk) -> None:
    """Work out everything that pages for the whole city show first. Raises what the ledger raises."""
    now = desk.clock()
    for one in COUNTED:
        await desk.ledger.read(heavy.counted, desk, one, within=None, now=now)
    days = await overview.days_back(desk, None, now)
    await desk.ledger.read(overview.stated, desk, None, now, days)
    for answer in _ANSWERS:
        await desk.ledger.read(answer, desk, now)
    for page in _PAGES:
        await page(desk)
    for period in units.periods(now):
        await units.rows_of(desk, None, period)
    await desk.counting.settled()


async def _stands(desk: Desk) -> Hashable:
    return await desk.ledger.read(heavy.stands, desk.clock())


def _judged(session: Session, desk: Desk, at: datetime) -> None:
    about = desk.sources.about
    if about is not None:
        table_once(desk.once, session, about, at)
        found = desk.once.judged(session, about, at)
        for period in units.periods(at):
            own_counts(found, period, unit=NO_UNIT, city=about.unit)


def _catalogue(session: Session, desk: Desk, at: datetime) -> None:
    if desk.sources.portal_pair:
        catalogue_once(desk.once, session, desk.sources.portal_pair, at)


def _open(session: Session, desk: Desk, at: datetime) -> None:
    sources = desk.sources
    if sources.about is not None:
        root, year = sources.root or None, heavy.year_of(at)
        open_once(desk.once, session, sources.about, at, root=root, period=year, dossiers=sources.dossiers)


_ANSWERS: Final[tuple[Callable[[Session, Desk, datetime], None], ...]] = (_judged, _catalogue, _open)
_PAGES: Final[tuple[Callable[[Desk], Awaitable[object]], ...]] = (
    lambda desk: heavy.publications(desk, None),
    lambda desk: heavy.index(desk, None),
    lambda desk: heavy.points(desk, None),
)
