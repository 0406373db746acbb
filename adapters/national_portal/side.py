"""The national portal as a side that can be read.

In: settings and surroundings. Out: what `ReadingAdapter` promises.
INACTIVE records have no public detail: their detail is empty bytes, and the portal is not asked for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

from msgspec.structs import replace

from adapters.national_portal.api import CATALOGUE, CITIZEN_LIST, PortalApi
from adapters.national_portal.canonical import CARRIES, LISTING, SCOPE, canonical
from adapters.national_portal.entry import Broken, BrokenEntryError, Entry, listed, of_catalogue, read_entry
from adapters.national_portal.listing import (
    LIMITS,
    WITHDRAWN,
    list_both,
    list_catalogue,
    list_citizen,
    walk_catalogue,
)
from adapters.national_portal.settings import Inventory, PortalSettings
from syncd.records.procedure import Procedure
from syncd.sides.adapter import Answer, Capabilities, Listed, Record, Surroundings, Wanted
from syncd.sides.errors import PermanentError, ShapeError, SideError, StaleError
from syncd.sides.reading import Evidence, prove

NO_DETAIL = b""


class PortalSide:
    """Reads the portal. Built by the entry point; never writes."""

    def __init__(self, settings: PortalSettings, surroundings: Surroundings) -> None:
        self._settings = settings
        self._departments = surroundings.departments
        self._api = PortalApi(surroundings.http(surroundings.side, settings))

    @property
    def capabilities(self) -> Capabilities:
        has_scope = self._settings.inventory is not Inventory.CITIZEN
        return Capabilities(carries=CARRIES | SCOPE if has_scope else CARRIES, details=True, scope=has_scope)

    async def list_records(self, evidence: Evidence) -> AsyncIterator[list[Listed]]:
        """List every record of the chosen inventory; with both, the citizen list alone may add some.

        ``evidence`` counts the main chain, which is the catalogue wherever it is read.
        """
        async for page in self._chain(evidence):
            yield [listed(entry) for entry in page]

    def _chain(self, evidence: Evidence) -> AsyncIterator[list[Entry | Broken]]:
        size = self._settings.page_size
        match self._settings.inventory:
            case Inventory.BOTH:
                return list_both(self._api, size, evidence, self._departments)
            case Inventory.CATALOGUE:
                return list_catalogue(self._api, size, evidence, self._departments, None)
            case Inventory.CITIZEN:
                return list_citizen(self._api, evidence)

    async def fetch_detail(self, listed: Listed) -> bytes:
        """The detail's bytes as the portal sent them; empty for a record that is INACTIVE or whose entry is broken.

        Raises `StaleError` when the portal answers with another record than the one asked for, or with none.
        """
        try:
            entry = read_entry(listed.raw, where=LISTING)
        except BrokenEntryError:
            return NO_DETAIL
        return await self._detail(entry)

    async def _detail(self, entry: Entry) -> bytes:
        return NO_DETAIL if entry.state == WITHDRAWN else await self._api.detail(entry.id, entry.code)

    async def read_again(self, wanted: Sequence[Wanted]) -> list[Answer]:
        """Ask anew, at most ``concurrency`` at once. By key: that record alone; by code: all that bear it verbatim."""
        gate = asyncio.Semaphore(self._settings.concurrency)

        async def answer(one: Wanted) -> Answer:
            async with gate:
                try:
                    return Answer(one, tuple([await self._record(entry) for entry in await self._find(one)]))
                except SideError as error:
                    return Answer(one, error=error)

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(answer(one)) for one in wanted]
        return [task.result() for task in tasks]

    async def _record(self, entry: Entry) -> Record:
        key, raw = listed(entry)
        return Record(key, raw, await self._detail(entry))

    async def _find(self, wanted: Wanted) -> list[Entry]:
        """The entries that a listing would show now. The portal searches by part of a code; we match it verbatim."""
        q = wanted.code.strip()
        if not q:
            raise PermanentError("a record without a code cannot be asked for", where=LISTING)
        inventory = self._settings.inventory
        public = {} if inventory is Inventory.CATALOGUE else await self._search_citizen(q, wanted)
        if inventory is Inventory.CITIZEN:
            return list(public.values())
        found = await self._search_catalogue(q, wanted)
        if inventory is Inventory.BOTH:
            found = {key: replace(entry, public=key in public) for key, entry in found.items()}
        return list((public | found).values())

    async def _search_catalogue(self, q: str, wanted: Wanted) -> dict[str, Entry]:
        found: dict[str, Entry] = {}
        evidence = Evidence()
        async for step in walk_catalogue(self._api, self._settings.page_size, q):
            evidence.listed += len(step.raws)
            evidence.totals.append(step.total)
            evidence.closed = step.is_last
            for raw in step.raws:
                entry = of_catalogue(raw, self._departments, where=CATALOGUE)
                if _is_wanted(entry, wanted):
                    found[entry.id] = entry
        _require_whole(evidence, CATALOGUE)
        return found

    async def _search_citizen(self, q: str, wanted: Wanted) -> dict[str, Entry]:
        found: dict[str, Entry] = {}
        evidence = Evidence()
        async for page in list_citizen(self._api, evidence, q):
            for entry in page:
                if isinstance(entry, Broken):
                    raise ShapeError(entry.problem, where=CITIZEN_LIST, path=entry.path)
                if _is_wanted(entry, wanted):
                    found[entry.id] = entry
        _require_whole(evidence, CITIZEN_LIST)
        return found

    def canonical(self, record: Record) -> Procedure:
        return canonical(record)

    async def check(self) -> str:
        """Read a little of each inventory that is used, and say what it declares."""
        said: list[str] = []
        if self._settings.inventory is not Inventory.CITIZEN:
            page = await self._api.catalogue(1, 1)
            said.append(f"the catalogue declares {page.pagination.total} records")
        if self._settings.inventory is not Inventory.CATALOGUE:
            public = await self._api.citizen("", LIMITS[-1])
            said.append(f"the citizen list declares {public.total} records")
        return f"national portal answers: {', '.join(said)}"

    async def close(self) -> None:
        await self._api.close()


def _is_wanted(entry: Entry, wanted: Wanted) -> bool:
    return entry.id == wanted.key if wanted.key is not None else entry.code == wanted.code


def _require_whole(evidence: Evidence, where: str) -> None:
    """A search that was not read to its end proves no absence."""
    proof = prove(evidence, may_be_empty=True)
    if not proof.whole:
        raise StaleError(f"the search is not whole: {'; '.join(proof.reasons)}", where=where)
