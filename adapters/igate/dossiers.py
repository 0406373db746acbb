"""iGate as a side that counts dossiers: its statistics by unit, and its search for overdue ones.

In: settings and surroundings. Out: neutral tallies and dossiers. The search answers with applicants: what is decoded
here are numbers, codes, dates and states; the rest of a row is never read, kept, or quoted in an error.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from typing import Final

from adapters.igate.api import IgateApi
from adapters.igate.dossier_words import NUMBER_PREFIX, dossier, dossier_key, statistics, tally
from adapters.igate.paging import Ask, proven, read_page
from adapters.igate.settings import IgateSettings
from syncd.records.dossiers import Dossier, Tallies
from syncd.records.periods import Period
from syncd.sides.adapter import Surroundings
from syncd.sides.errors import PermanentError, ShapeError, StaleError
from syncd.sides.reading import Evidence, prove

COUNTS: Final = frozenset({"received", "finished", "finished_on_time", "finished_late", "online"})
"""iGate counts no running ones: neither in time nor late."""

ASKED_ALWAYS: Final[Mapping[str, str]] = {
    "suppended-cancelled": "true",
    "hide-agency-no-dossier": "false",
    "isOnlineAttachResults": "false",
    "isKGGReportCancel": "true",
}
"""As its own page asks, spelling and all: units without a dossier are shown, so that none is mistaken for absent."""

MOST_NAMESAKES: Final = 20
TRIES: Final = 3
"""Dossiers come and go while their list is read; a list that changed under our hands is read again."""


class IgateDossiers:
    """Counts the dossiers of one iGate site. ``root`` is the id of the unit that holds all others."""

    def __init__(
        self, settings: IgateSettings, surroundings: Surroundings, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._settings = settings
        self._api = IgateApi(settings, surroundings, clock)
        self._where = f"GET {settings.dossiers_path}"

    @property
    def counts(self) -> frozenset[str]:
        return COUNTS

    @property
    def lists_overdue(self) -> bool:
        return self._settings.lists_overdue

    async def read_tallies(self, period: Period, root: str) -> Tallies:
        """The tallies of every unit below ``root``. Days begin and end as iGate's own page writes them. Raises
        `SideError`; `StaleError` where no unit is shown at all.
        """
        path = self._settings.statistics_path
        where = f"GET {path}"
        asked = {
            **ASKED_ALWAYS,
            **self._settings.statistics_query,
            "agency-id": root,
            "from-date": f"{period.first}T00:00:00.000Z",
            "to-date": f"{period.last}T23:59:59.999Z",
        }
        rows = statistics(await self._api.get(path, asked, operation="statistics"), where=where)
        if not rows:
            raise StaleError(
                f"no unit is shown for {period}",
                where=where,
                action="check the root and the ids of agencyLevel and procedureLevel in statistics_query",
            )
        tallies = tuple(tally(row, root, where=where) for row in rows)
        unit, number = Counter(one.unit_code for one in tallies).most_common(1)[0]
        if number > 1:
            raise ShapeError(
                f"{number} rows of the unit {unit[:40]!r}: which counts is not told", where=where, path="$"
            )
        return Tallies(period=period, tallies=tallies)

    async def read_overdue(self, root: str, at: datetime) -> tuple[Dossier, ...]:
        """Every overdue dossier, and those that ended late in the last ``ended_late_days``. Raises `SideError`."""
        if not self.lists_overdue:
            raise PermanentError("lists_overdue is off for this side", where=self._where)
        since = at - timedelta(days=self._settings.ended_late_days)
        states = ",".join(str(state) for state in self._settings.running_states)
        below = {"ancestor-agency-id": root}
        running = await self._search(below | {"dossier-status": states, "appointment-to": _written(at)})
        ended = await self._search(
            below | {"result-returned-from": _written(since), "result-returned-to": _written(at)}
        )
        overdue = (one for one in running if one.due and one.finished is None and one.due < at)
        late = (one for one in ended if one.due and one.finished and one.finished > one.due)
        return tuple(_one_each([*late, *overdue]))

    async def read_again(self, numbers: Sequence[str]) -> tuple[Dossier, ...]:
        """These dossiers as the search shows them now. Raises `SideError`: then nothing is known of any of them."""
        gate = asyncio.Semaphore(self._settings.concurrency)

        async def again(number: str) -> list[Dossier]:
            async with gate:
                return await self._again(number)

        asked = [one for one in dict.fromkeys(numbers) if not one.startswith(NUMBER_PREFIX)]
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(again(number)) for number in asked]
        except ExceptionGroup as failed:
            raise failed.exceptions[0] from None
        return tuple(_one_each(one for task in tasks for one in task.result()))

    async def _again(self, number: str) -> list[Dossier]:
        """The dossier of this very number; the search finds every number that looks like it as well."""
        ask = self._pages_of({"code": number}, "dossier")
        page = read_page(await ask(0, MOST_NAMESAKES), 0, MOST_NAMESAKES, where=self._where)
        found = [one for row in page.content if (one := dossier(row, self._where)).number == number]
        is_whole = page.last if page.last is not None else len(page.content) < MOST_NAMESAKES
        is_whole = is_whole and (page.total_elements or 0) <= len(page.content)
        if not found and not is_whole:
            raise StaleError(f"more than {MOST_NAMESAKES} dossiers are found by one number", where=self._where)
        return found

    async def check(self) -> str:
        """Sign in and ask for one dossier."""
        read_page(await self._pages_of({}, "check_dossiers")(0, 1), 0, 1, where=self._where)
        return "iGate answers: its dossiers can be searched"

    async def close(self) -> None:
        await self._api.close()

    def _pages_of(self, query: Mapping[str, str], operation: str) -> Ask:
        return self._api.pages_of(self._settings.dossiers_path, operation=operation, query=query)

    async def _search(self, query: Mapping[str, str]) -> list[Dossier]:
        """Every dossier that a search finds, whole. Raises `SideError`; `StaleError` for a list that keeps changing."""
        reason = ""
        for _ in range(TRIES):
            try:
                found, reason = await self._walked(query)
            except StaleError as error:
                reason = error.message
                continue
            if not reason:
                return found
        raise StaleError(f"the list of dossiers is not whole: {reason}", where=self._where, action="read again later")

    async def _walked(self, query: Mapping[str, str]) -> tuple[list[Dossier], str]:
        """What one walk found, and why it is not whole. Rows are let go page by page: they name applicants."""
        evidence, found, keys = Evidence(), list[Dossier](), set[str]()
        ask = self._pages_of(query, "dossiers")
        async with aclosing(proven(ask, self._settings.page_size, evidence, where=self._where)) as listing:
            async for rows in listing:
                found += [dossier(row, self._where) for row in rows]
                keys |= {dossier_key(row) for row in rows}
        proof = prove(evidence, duplicates=len(found) - len(keys), may_be_empty=True)
        return found, proof.reasons[0] if proof.reasons else ""


def _written(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z"


def _one_each(dossiers: Iterable[Dossier]) -> list[Dossier]:
    """One of each number: where a dossier and its copy stand side by side, the one that was received last."""
    by_time = sorted(dossiers, key=lambda one: one.received.timestamp() if one.received else 0.0)
    return list({one.number: one for one in by_time}.values())
