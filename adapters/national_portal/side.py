"""The national portal as a side that can be read.

In: settings and surroundings. Out: what `ReadingAdapter` promises.
INACTIVE records have no public detail: their detail is empty bytes, and the portal is not asked for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing

from msgspec.structs import replace

from adapters.national_portal.agencies import agencies_in, list_agencies
from adapters.national_portal.api import CATALOGUE, CITIZEN_LIST, PortalApi
from adapters.national_portal.canonical import CARRIES, LISTING, SCOPE, TRANSLATION, canonical
from adapters.national_portal.entry import Broken, BrokenEntryError, Entry, listed, read_entry
from adapters.national_portal.listing import LIMITS, WITHDRAWN, list_both, list_catalogue, list_citizen
from adapters.national_portal.settings import Inventory, PortalSettings
from syncd.records.agencies import Agency
from syncd.records.procedure import Procedure
from syncd.sides.adapter import Answer, Capabilities, Listed, Record, Surroundings, Wanted
from syncd.sides.errors import PermanentError, SideError, StaleError
from syncd.sides.reading import Evidence, prove

NO_DETAIL = b""
MOST_PAGES = 5
"""A search for one code finds a few records; one that finds more pages than this has not searched."""

MOST_AGENCIES = 20_000
"""Units remembered from details; the real portal names some 700."""

Found = dict[str, Entry | Broken]


class PortalSide:
    """Reads the portal. Built by the entry point; never writes."""

    def __init__(self, settings: PortalSettings, surroundings: Surroundings) -> None:
        self._settings = settings
        self._departments = surroundings.departments
        self._api = PortalApi(surroundings.http(surroundings.side, settings))
        self._agencies: dict[str, Agency] = {}

    @property
    def capabilities(self) -> Capabilities:
        has_scope = self._settings.inventory is not Inventory.CITIZEN
        carries = CARRIES | SCOPE if has_scope else CARRIES
        return Capabilities(carries=carries, details=True, scope=has_scope, translation=TRANSLATION, agencies=True)

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

    async def _detail(self, entry: Entry | Broken) -> bytes:
        if isinstance(entry, Broken) or entry.state == WITHDRAWN:
            return NO_DETAIL
        detail = await self._api.detail(entry.id, entry.code)
        self._remember(agencies_in(detail))
        return detail

    def _remember(self, agencies: Sequence[Agency]) -> None:
        for agency in agencies:
            if agency.code in self._agencies or len(self._agencies) < MOST_AGENCIES:
                self._agencies[agency.code] = agency

    async def list_agencies(self) -> tuple[Agency, ...]:
        """Ministries and provinces as the portal lists them, and every unit that a detail read so far has named."""
        listed = await list_agencies(self._api)
        return tuple((self._agencies | {agency.code: agency for agency in listed}).values())

    async def read_again(self, wanted: Sequence[Wanted]) -> list[Answer]:
        """Ask anew, at most ``concurrency`` at once. By key: that record alone; by code: all that bear it verbatim.

        Questions with the same code are one search. A key whose record has no code is looked for in the whole listing.
        """
        gate = asyncio.Semaphore(self._settings.concurrency)
        searches: dict[str, list[Wanted]] = {}
        for one in dict.fromkeys(wanted):
            searches.setdefault(one.code.strip(), []).append(one)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._answers(q, asked, gate)) for q, asked in searches.items()]
        answers = {answer.wanted: answer for task in tasks for answer in task.result()}
        return [answers[one] for one in wanted]

    async def _answers(self, q: str, asked: list[Wanted], gate: asyncio.Semaphore) -> list[Answer]:
        nameless = [one for one in asked if one.key is None and not q]
        asked = [one for one in asked if one not in nameless]
        refused = PermanentError("without a code and a key nothing can be asked for", where=LISTING)
        answers = [Answer(one, error=refused) for one in nameless]
        async with gate:
            try:
                found = await self._find(q, asked) if asked else {}
            except SideError as error:
                return answers + [Answer(one, error=error) for one in asked]
            return answers + [await self._answer(one, found) for one in asked]

    async def _answer(self, wanted: Wanted, found: Found) -> Answer:
        try:
            return Answer(wanted, tuple([await self._record(one) for one in found.values() if _is_wanted(one, wanted)]))
        except SideError as error:
            return Answer(wanted, error=error)

    async def _record(self, entry: Entry | Broken) -> Record:
        key, raw = listed(entry)
        return Record(key, raw, await self._detail(entry))

    async def _find(self, q: str, asked: list[Wanted]) -> Found:
        """The entries that a listing would show now. The portal searches by part of a code; we match it verbatim."""
        inventory = self._settings.inventory
        public: Found = {}
        if inventory is not Inventory.CATALOGUE:
            evidence = Evidence()
            public = await _searched(list_citizen(self._api, evidence, q), evidence, q, asked, CITIZEN_LIST)
        if inventory is Inventory.CITIZEN:
            return public
        evidence = Evidence()
        pages = list_catalogue(self._api, self._settings.page_size, evidence, self._departments, None, q)
        found = await _searched(pages, evidence, q, asked, CATALOGUE)
        if inventory is Inventory.BOTH:
            found = {key: _shown(entry, key in public) for key, entry in found.items()}
        return public | found

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


async def _searched(
    pages: AsyncGenerator[list[Entry | Broken], None], evidence: Evidence, q: str, asked: list[Wanted], where: str
) -> Found:
    """What of a search was asked for. Raises `StaleError` for one that goes on and on, or is not whole."""
    found: Found = {}
    async with aclosing(pages):
        async for page in pages:
            found.update((entry.id, entry) for entry in page if any(_is_wanted(entry, one) for one in asked))
            if q and evidence.pages >= MOST_PAGES and not evidence.closed:
                raise StaleError(
                    f"the search is not narrowed by q: {evidence.pages} pages for {q[:40]!r}, and no end",
                    where=where,
                    action="read again later; if it stays, the portal has changed its search",
                )
    _require_whole(evidence, where)
    return found


def _is_wanted(entry: Entry | Broken, wanted: Wanted) -> bool:
    return entry.id == wanted.key if wanted.key is not None else entry.code == wanted.code


def _shown(entry: Entry | Broken, is_public: bool) -> Entry | Broken:
    return replace(entry, public=is_public) if isinstance(entry, Entry) else entry


def _require_whole(evidence: Evidence, where: str) -> None:
    """A search that was not read to its end proves no absence."""
    proof = prove(evidence, may_be_empty=True)
    if not proof.whole:
        raise StaleError(f"the search is not whole: {'; '.join(proof.reasons)}", where=where)
