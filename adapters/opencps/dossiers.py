"""OpenCPS as a side that counts dossiers: its statistics by unit, and its search for overdue ones.

In: checked settings and the shared HTTP client. Out: neutral tallies and dossiers.
The system's answers are full of applicants. What is decoded here are numbers, codes, dates and states: the rest of a
row is never read, kept, or quoted in an error.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from datetime import datetime, timedelta
from typing import Final

from msgspec import Raw

from adapters.opencps.dossier_words import (
    NUMBER_PREFIX,
    STATISTICS_TOTAL,
    Statistic,
    Statistics,
    dossier,
    dossier_key,
    tally,
)
from adapters.opencps.listing import pages
from adapters.opencps.settings import OpenCpsSettings
from adapters.opencps.words import Page
from syncd.errors import ConfigurationError
from syncd.records.dates import HO_CHI_MINH
from syncd.records.dossiers import Dossier, Tallies
from syncd.records.periods import Period, PeriodKind
from syncd.sides.adapter import Surroundings
from syncd.sides.errors import PermanentError, ShapeError, StaleError
from syncd.sides.http import HttpClient, decode
from syncd.sides.reading import Evidence, prove

REST: Final = "/rest/v2"
DOSSIERS: Final = f"{REST}/dossiers"
COUNTS: Final = frozenset(
    {
        "received",
        "finished",
        "finished_on_time",
        "finished_late",
        "running_in_time",
        "running_late",
        "online",
    }
)
TRIES: Final = 3
"""Overdue dossiers come and go while their list is read; a list that changed under our hands is read again."""
MOST_NAMESAKES: Final = 20
WHOLE_YEAR: Final = 0


class OpenCpsDossiers:
    """Counts the dossiers of one OpenCPS site. ``root`` is the code by which the whole site is known: it has no own."""

    def __init__(self, settings: OpenCpsSettings, surroundings: Surroundings) -> None:
        if not settings.base_url.endswith(REST):
            raise ConfigurationError(
                f"{settings.base_url} does not end in {REST}, so its statistics cannot be found beside it",
                path=f"{surroundings.side}.base_url",
                action=f"write the address up to and including {REST}",
            )
        self._settings = settings
        beside = settings.http_settings().model_copy(update={"base_url": settings.base_url.removesuffix(REST)})
        self._http: HttpClient = surroundings.http(surroundings.side, beside)

    @property
    def counts(self) -> frozenset[str]:
        return COUNTS

    @property
    def lists_overdue(self) -> bool:
        return True

    async def read_tallies(self, period: Period, root: str) -> Tallies:
        """The tallies of the site and of every unit of it. Raises `SideError`."""
        asked = {"year": str(period.year), "month": str(_month(period)), "agency": "all"}
        where = f"GET {self._settings.statistics_path}"
        body = await self._http.json(
            "GET", self._settings.statistics_path, operation="statistics", safe=True, params=asked
        )
        answer = decode(body, Statistics, where=where)
        rows = _totals(answer, period, where)
        return Tallies(period=period, tallies=tuple(tally(row, root) for row in rows))

    async def read_overdue(self, root: str, at: datetime) -> tuple[Dossier, ...]:  # noqa: ARG002 - one site, one root
        """Every overdue dossier, and those that ended late in the last ``ended_late_days``. Raises `SideError`."""
        today = at.astimezone(HO_CHI_MINH)
        since = today - timedelta(days=self._settings.ended_late_days)
        ended = {"fromReleaseDate": f"{since:%d/%m/%Y}", "toReleaseDate": f"{today:%d/%m/%Y}"}
        running = await self._search({"top": "overdue"})
        late = [one for one in await self._search(ended) if one.due and one.finished and one.finished > one.due]
        return tuple(_one_each([*late, *running]))

    async def read_again(self, numbers: Sequence[str]) -> tuple[Dossier, ...]:
        """These dossiers as the search shows them now. Raises `SideError`: then nothing is known of any of them."""
        turns = asyncio.Semaphore(self._settings.concurrency)
        try:
            async with asyncio.TaskGroup() as group:
                asked = list(dict.fromkeys(numbers))
                tasks = [group.create_task(self._again(number, turns)) for number in asked]
        except ExceptionGroup as failed:
            raise failed.exceptions[0] from None
        return tuple(found for task in tasks if (found := task.result()) is not None)

    async def check(self) -> str:
        """Ask for one overdue dossier; returns how many there are."""
        body = await self._http.json(
            "GET", DOSSIERS, operation="check_dossiers", safe=True, params={"top": "overdue", "start": "0", "end": "1"}
        )
        return f"OpenCPS: {decode(body, Page, where=f'GET {DOSSIERS}').total} overdue dossiers"

    async def close(self) -> None:
        await self._http.close()

    async def _again(self, number: str, turns: asyncio.Semaphore) -> Dossier | None:
        """The dossier of this very number; the search finds every number that looks like it as well."""
        if number.startswith(NUMBER_PREFIX):
            return None
        asked = {"dossierNo": number, "start": "0", "end": str(MOST_NAMESAKES)}
        async with turns:
            body = await self._http.json("GET", DOSSIERS, operation="dossier", safe=True, params=asked)
        where = f"GET {DOSSIERS}"
        page = decode(body, Page, where=where)
        found = [one for one in _read(page.data, where) if one.number == number]
        if not found and page.total > len(page.data):
            raise StaleError(f"{page.total} dossiers are found by one number, and not it", where=where)
        return next(iter(_one_each(found)), None)

    async def _search(self, narrowed: Mapping[str, str]) -> list[Dossier]:
        """Every dossier that a search finds, whole. Raises `SideError`; `StaleError` for a list that keeps changing."""
        reasons: tuple[str, ...] = ()
        for _ in range(TRIES):
            rows, evidence = list[Raw](), Evidence()
            size = self._settings.page_size
            async with aclosing(pages(self._http, DOSSIERS, size, evidence, "dossiers", narrowed)) as listing:
                async for page in listing:
                    rows.extend(page)
            keys = Counter(dossier_key(row) for row in rows)
            reasons = prove(evidence, duplicates=len(rows) - len(keys), may_be_empty=True).reasons
            if not reasons:
                return _read(rows, f"GET {DOSSIERS}")
        raise StaleError(
            f"the list of dossiers is not whole: {reasons[0]}", where=f"GET {DOSSIERS}", action="read again later"
        )


def _month(period: Period) -> int:
    """The month that OpenCPS is asked about; 0 for the whole year. It keeps no quarters, and months do not add up."""
    if period.kind is PeriodKind.QUARTER:
        raise PermanentError(
            f"OpenCPS keeps no statistics of a quarter ({period})", action="ask about its months or its year"
        )
    return period.number if period.kind is PeriodKind.MONTH else WHOLE_YEAR


def _totals(answer: Statistics, period: Period, where: str) -> list[Statistic]:
    """The rows over all fields and systems, one for each unit and one for the site. Raises `SideError`."""
    rows = [row for row in answer.data if row.is_total]
    strange = next((row for row in rows if (row.month, row.year) != (_month(period), period.year)), None)
    if strange is not None:
        raise ShapeError(
            f"asked about {period}, a row of {strange.month}/{strange.year} came", where=where, path="$.data"
        )
    often = Counter(row.gov_agency_code or "" for row in rows)
    unit, number = max(often.items(), key=lambda one: one[1], default=("", 0))
    if number > 1:
        raise ShapeError(
            f"{number} rows of the unit {unit[:40]!r}: which counts is not told", where=where, path="$.data"
        )
    if "" not in often:
        raise StaleError(
            f"no row of the whole site for {period}", where=where, action=f"let OpenCPS compute {STATISTICS_TOTAL}"
        )
    return rows


def _read(rows: Sequence[Raw], where: str) -> list[Dossier]:
    return [dossier(row, where) for row in rows]


def _one_each(dossiers: Sequence[Dossier]) -> list[Dossier]:
    """One of each number: where a dossier and its copy stand side by side, the one that was received last."""
    found: dict[str, Dossier] = {}
    for one in dossiers:
        known = found.get(one.number)
        if known is None or _received(known) <= _received(one):
            found[one.number] = one
    return list(found.values())


def _received(one: Dossier) -> float:
    return one.received.timestamp() if one.received else 0.0
