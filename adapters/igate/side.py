"""iGate as a side that can be read: the procedures that can be applied for, each with its details; units and sectors.

In: settings and surroundings. Out: what `ReadingAdapter` and `AgencyReader` promise. Point reads walk the list, since a
record's details stay when it is in the list no more: only the list says what can be applied for.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing
from typing import Final

from msgspec import Raw

from adapters.igate.api import IgateApi
from adapters.igate.names import is_odd, portal_code
from adapters.igate.paging import proven, read_page, whole
from adapters.igate.records import NO_DETAIL, TRANSLATION, UNREADABLE, Identity, identity, meanings, procedure
from adapters.igate.settings import IgateSettings
from adapters.igate.units import Sector, agencies, sectors
from syncd.records.agencies import Agency
from syncd.records.procedure import Procedure
from syncd.sides.adapter import Answer, Capabilities, Listed, Record, Surroundings, Wanted
from syncd.sides.errors import PermanentError, SideError, StaleError
from syncd.sides.reading import Evidence, Finding, prove

CARRIES: Final = frozenset({"local_code", "name", "state", "field_name", "executing_agencies"})
EXAMPLES: Final = 5
LONGEST_EXAMPLE: Final = 80
MOST_REMEMBERED: Final = 200_000
LARGEST_RECORD: Final = 2 * 1024 * 1024

Found = dict[Wanted, list[Listed]]


class IgateSide:
    """Reads one iGate site. Built by the entry point; never writes. See `IgateSettings`."""

    def __init__(
        self, settings: IgateSettings, surroundings: Surroundings, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._settings = settings
        self._api = IgateApi(settings, surroundings, clock)
        self._meant = meanings(settings)
        self._where = f"GET {settings.procedures_path}"
        self._told_in_detail: dict[str, str] = {}
        """Portal codes by key, as details tell them: a row of the list need not have its code."""

    @property
    def capabilities(self) -> Capabilities:
        """Codes of fields and online levels only where the settings say what the site's own words mean."""
        carries = CARRIES
        carries |= {"field_code"} if self._settings.sector_codes else frozenset()
        carries |= {"online_level"} if self._settings.online_levels else frozenset()
        return Capabilities(
            carries=carries,
            details=self._settings.details,
            translation=f"{TRANSLATION} {self._meant.mark}",
            agencies=self._settings.agency_id is not None,
        )

    async def list_records(self, evidence: Evidence) -> AsyncIterator[list[Listed]]:
        """List every procedure that can be applied for. Raises `SideError`."""
        odd, examples = 0, list[str]()
        async with aclosing(self._pages(evidence)) as listing:
            async for rows in listing:
                seen = [(identity(row), row) for row in rows]
                codes = [one.nation_code or "" for one, _ in seen]
                strange = [code[:LONGEST_EXAMPLE] for code in codes if is_odd(code)]
                odd, examples = odd + len(strange), (examples + strange)[:EXAMPLES]
                yield [Listed(one.key, bytes(row)) for one, row in seen]
        if odd:
            evidence.note(Finding("odd_nation_codes", odd, tuple(examples)))

    def _pages(self, evidence: Evidence) -> AsyncGenerator[list[Raw], None]:
        settings = self._settings
        ask = self._api.pages_of(settings.procedures_path, operation="list", query=settings.procedures_query)
        return proven(ask, settings.page_size, evidence, where=self._where)

    async def fetch_detail(self, listed: Listed) -> bytes:
        """The record in full. Raises `PermanentError` where the system lists a procedure and shows none (404),
        `StaleError` where it shows another.
        """
        if listed.key.startswith(UNREADABLE):
            return NO_DETAIL
        path = f"{self._settings.procedure_path}/{listed.key}"
        body = await self._api.get(path, operation="detail", max_bytes=LARGEST_RECORD)
        seen = identity(body)
        if seen.key != listed.key:
            raise StaleError(
                f"{listed.key[:40]!r} was asked for, {seen.key[:40]!r} came",
                where=f"GET {self._settings.procedure_path}/…",
                action="the system mixes records up; read again later",
            )
        if (code := portal_code(seen.nation_code)) and len(self._told_in_detail) < MOST_REMEMBERED:
            self._told_in_detail[seen.key] = code
        return body

    async def read_again(self, wanted: Sequence[Wanted]) -> list[Answer]:
        """Walk the list once for all questions, and fetch the details of what they find. A code is a local one or a
        portal's; that there is none is only said where the list is whole.
        """
        if not wanted:
            return []
        try:
            found, unsure = await self._in_the_list(wanted)
        except SideError as error:
            return [Answer(one, error=error) for one in wanted]
        listed = {row.key: row for rows in found.values() for row in rows}
        records = await self._completed(list(listed.values()))
        return [_answer(one, found[one], records, unsure) for one in wanted]

    async def _in_the_list(self, wanted: Sequence[Wanted]) -> tuple[Found, SideError | None]:
        """The rows that answer each question, and why a question without one stays open."""
        evidence, found, seen_keys = Evidence(), Found({one: [] for one in wanted}), set[str]()
        asked: dict[tuple[str, str], list[Wanted]] = {}
        for one in found:
            asked.setdefault(("code", one.code) if one.key is None else ("key", one.key), []).append(one)
        async with aclosing(self._pages(evidence)) as listing:
            async for rows in listing:
                for row in rows:
                    seen = identity(row)
                    seen_keys.add(seen.key)
                    names = (("key", seen.key), *(("code", code) for code in self._codes(seen)))
                    for one in (one for name in names for one in asked.get(name, ())):
                        found[one].append(Listed(seen.key, bytes(row)))
        reasons = prove(evidence, duplicates=evidence.listed - len(seen_keys)).reasons
        return found, StaleError(f"the list is not whole: {reasons[0]}", where=self._where) if reasons else None

    def _codes(self, seen: Identity) -> set[str]:
        """Every code by which a row may be asked for: its own, and the portal's."""
        told = {seen.code, portal_code(seen.nation_code), self._told_in_detail.get(seen.key, "")}
        return {code for code in told if code.strip()}

    async def _completed(self, rows: Sequence[Listed]) -> Mapping[str, Record | SideError]:
        gate = asyncio.Semaphore(self._settings.concurrency)

        async def complete(one: Listed) -> Record | SideError:
            if not self._settings.details:
                return Record(*one)
            async with gate:
                try:
                    return Record(*one, await self.fetch_detail(one))
                except SideError as error:
                    return error

        async with asyncio.TaskGroup() as group:
            tasks = {one.key: group.create_task(complete(one)) for one in rows}
        return {key: task.result() for key, task in tasks.items()}

    def canonical(self, record: Record) -> Procedure:
        """Translate one record. Raises `ShapeError`."""
        return procedure(record, self._meant, where=f"procedure {record.key}")

    async def list_agencies(self) -> tuple[Agency, ...]:
        """Every unit below ``agency_id``, of the kinds in ``agency_tags``. Raises `SideError` for less than all."""
        settings = self._settings
        where = f"GET {settings.agencies_path}"
        if settings.agency_id is None:
            raise PermanentError("without agency_id no units can be asked for", where=where)
        queries: list[dict[str, str]] = [{"tag-id": tag} for tag in settings.agency_tags] or [{}]
        rows: list[Raw] = []
        for query in queries:
            asked = {"ancestor-id": settings.agency_id, **query}
            ask = self._api.pages_of(settings.agencies_path, operation="agencies", query=asked)
            rows += await whole(ask, settings.page_size, where=where)
        return agencies(rows, where=where)

    async def list_sectors(self) -> tuple[Sector, ...]:
        """Every sector, with the site's abbreviation. Raises `SideError`."""
        where = f"GET {self._settings.sectors_path}"
        ask = self._api.pages_of(self._settings.sectors_path, operation="sectors", query={"keyword": ""})
        return sectors(await whole(ask, self._settings.page_size, where=where), where=where)

    async def check(self) -> str:
        """Sign in, ask for one row, and say how many procedures are declared."""
        query, path = self._settings.procedures_query, self._settings.procedures_path
        page = read_page(await self._api.pages_of(path, operation="check", query=query)(0, 1), 0, 1, where=self._where)
        if page.total_elements is None:
            return "iGate answers with slices: it does not say how many procedures there are"
        return f"iGate answers: it declares {page.total_elements} procedures"

    async def close(self) -> None:
        await self._api.close()


def _answer(
    wanted: Wanted, rows: Sequence[Listed], records: Mapping[str, Record | SideError], unsure: SideError | None
) -> Answer:
    if wanted.key is None and not wanted.code.strip():
        refused = PermanentError("without a code and a key nothing can be asked for", where="read_again")
        return Answer(wanted, error=refused)
    if not rows:
        return Answer(wanted, error=unsure)
    answers = [records[row.key] for row in rows]
    error = next((one for one in answers if isinstance(one, SideError)), None)
    found = {one.key: one for one in answers if isinstance(one, Record)}
    return Answer(wanted, error=error) if error else Answer(wanted, tuple(found.values()))
