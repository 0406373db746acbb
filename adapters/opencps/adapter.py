"""The OpenCPS side: its service infos as a list with a declared total, single ones from its database.

In: checked settings and the shared HTTP client. Out: raw records with keys and evidence, and answers that confirm.
Lists come from a search index that may lag; point reads come from the database, so that a lag confirms nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from typing import Final
from urllib.parse import quote

from msgspec import Raw

from adapters.opencps.listing import pages
from adapters.opencps.settings import OpenCpsSettings
from adapters.opencps.words import (
    UNKNOWN,
    UNREADABLE,
    MappingRow,
    Page,
    identity,
    kept,
    local_codes,
    mapped_from,
    mapping_row,
    portal_codes,
    procedure,
)
from syncd.records.procedure import Procedure
from syncd.sides.adapter import AdapterDefinition, Answer, Capabilities, Listed, Record, Surroundings, Wanted
from syncd.sides.errors import PermanentError, ShapeError, SideError, StaleError
from syncd.sides.http import HttpClient, decode
from syncd.sides.reading import Evidence, Finding, prove

CARRIES: Final = frozenset(
    {
        "local_code",
        "name",
        "state",
        "field_code",
        "field_name",
        "publisher_code",
        "publisher_name",
        "executing_agencies",
    }
)
SERVICE_INFOS: Final = "/serviceinfos"
MAPPINGS: Final = "/nps/serviceinfodvcqg"
TRANSLATION: Final = "1"
"""The version of the translation; raised when a release translates any row differently."""

EMPTY_MAPPING: Final = "the mapping table is empty; set mapping = false where the site keeps none"
LARGEST_RECORD: Final = 2 * 1024 * 1024


class OpenCpsAdapter:
    """Reads one OpenCPS site. See `OpenCpsSettings`."""

    def __init__(self, settings: OpenCpsSettings, http: HttpClient) -> None:
        self._settings = settings
        self._http = http

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(carries=CARRIES, translation=f"{TRANSLATION} {self._settings.agency_separator!r}")

    async def list_records(self, evidence: Evidence) -> AsyncIterator[list[Listed]]:
        """List every service info, closed ones included; the mapping table is read first. Raises `SideError`."""
        codes = await self._portal_codes(evidence)
        count = 0
        async with aclosing(self._pages(SERVICE_INFOS, evidence, "list")) as listing:
            async for page in listing:
                count += len(page)
                yield [self._listed(row, codes) for row in page]
        if not count:
            evidence.doubt("the system lists no procedure at all; its search index may be empty")

    async def fetch_detail(self, listed: Listed) -> bytes:
        """A listed service info is complete."""
        return listed.raw

    async def read_again(self, wanted: Sequence[Wanted]) -> list[Answer]:
        """Read single records from the database. A code is looked up as it stands, and under the local codes that the
        mapping table has for it; a record without an id can only be looked for in the list.
        """
        try:
            codes = await self._sure_portal_codes() if wanted else {}
        except SideError as error:
            return [Answer(one, error=error) for one in wanted]
        without_id = [one for one in wanted if one.key is not None and one.key.startswith(UNREADABLE)]
        answers = {answer.wanted: answer for answer in await self._in_the_list(without_id, codes)}
        turns = asyncio.Semaphore(self._settings.concurrency)
        try:
            async with asyncio.TaskGroup() as group:
                asked = [one for one in dict.fromkeys(wanted) if one not in answers]
                tasks = [group.create_task(self._answer(one, codes, turns)) for one in asked]
        except ExceptionGroup as failed:
            raise failed.exceptions[0] from None
        answers |= {one: task.result() for one, task in zip(asked, tasks, strict=True)}
        return [answers[one] for one in wanted]

    def canonical(self, record: Record) -> Procedure:
        """Translate one record. Raises `ShapeError`."""
        return procedure(record.raw, self._settings.agency_separator, where=f"service info {record.key}")

    async def check(self) -> str:
        """Read one service info and one row of the mapping table; returns how many there are of each."""
        counts = [await self._total(SERVICE_INFOS, "check")]
        if self._settings.mapping:
            counts.append(await self._total(MAPPINGS, "check_mapping"))
        return "OpenCPS: " + ", ".join(
            f"{count} {what}" for count, what in zip(counts, ("service infos", "mapped codes"), strict=False)
        )

    async def close(self) -> None:
        await self._http.close()

    async def _total(self, path: str, operation: str) -> int:
        body = await self._http.json("GET", path, operation=operation, safe=True, params={"start": "0", "end": "1"})
        return decode(body, Page, where=f"GET {path}").total

    def _pages(self, path: str, evidence: Evidence, operation: str) -> AsyncGenerator[list[Raw], None]:
        return pages(self._http, path, self._settings.page_size, evidence, operation)

    def _listed(self, row: Raw, codes: dict[str, str]) -> Listed:
        key, local_code = identity(row)
        return Listed(key, kept(row, codes.get(local_code, "")))

    async def _portal_codes(self, evidence: Evidence) -> dict[str, str]:
        """The mapping table, whole; what makes it less than whole is a doubt about the listing that rests on it."""
        if not self._settings.mapping:
            return {}
        own = Evidence()
        async with aclosing(self._pages(MAPPINGS, own, "mapping")) as listing:
            sent = [row async for page in listing for row in page]
        read_rows = [mapping_row(row) for row in sent]
        rows = [row for row in read_rows if row is not None]
        broken = [mapped_from(row) for row, read in zip(sent, read_rows, strict=True) if read is None]
        if broken:
            evidence.note(Finding("unreadable_mapping", len(broken)))
        if "" in broken:
            evidence.doubt(f"the mapping table: {broken.count('')} rows do not even tell whose they are")
        if not sent:
            evidence.doubt(EMPTY_MAPPING)
        for reason in prove(own, duplicates=_repeats(rows)).reasons:
            evidence.doubt(f"the mapping table: {reason}")
        return portal_codes(rows) | dict.fromkeys(filter(None, broken), UNKNOWN)

    async def _sure_portal_codes(self) -> dict[str, str]:
        """The mapping table. Raises `StaleError` for one that is not whole: absence cannot rest on it."""
        evidence = Evidence()
        codes = await self._portal_codes(evidence)
        if evidence.doubts:
            raise StaleError(evidence.doubts[0], where=f"GET {MAPPINGS}", action="read again later")
        return codes

    async def _in_the_list(self, wanted: Sequence[Wanted], codes: dict[str, str]) -> list[Answer]:
        """Look for records without an id, by the keys made of their bytes, in one walk for all of them."""
        if not wanted:
            return []
        evidence, keys, found = Evidence(), {one.key for one in wanted}, dict[str | None, Record]()
        try:
            async with aclosing(self._pages(SERVICE_INFOS, evidence, "list")) as listing:
                async for page in listing:
                    rows = (self._listed(row, codes) for row in page)
                    found.update((one.key, Record(*one)) for one in rows if one.key in keys)
        except SideError as error:
            return [Answer(one, error=error) for one in wanted]
        doubts = prove(evidence).reasons
        unsure = StaleError(f"the list is not whole: {doubts[0]}", where=f"GET {SERVICE_INFOS}") if doubts else None
        return [Answer(one, (found[one.key],)) if one.key in found else Answer(one, error=unsure) for one in wanted]

    async def _answer(self, wanted: Wanted, codes: dict[str, str], turns: asyncio.Semaphore) -> Answer:
        asked = [wanted.key] if wanted.key is not None else _forms(wanted.code, codes)
        found: dict[str, Record] = {}
        try:
            for one in asked:
                async with turns:
                    record = await self._record(one, codes, is_key=wanted.key is not None)
                if record is not None:
                    found[record.key] = record
        except SideError as error:
            return Answer(wanted, error=error)
        return Answer(wanted, tuple(found.values()))

    async def _record(self, asked: str, codes: dict[str, str], *, is_key: bool) -> Record | None:
        """One record by id or code; None where the system says in its own words that there is none."""
        if not asked.strip():
            raise PermanentError("a record without a code cannot be asked for", where=f"GET {SERVICE_INFOS}/…")
        path = f"{SERVICE_INFOS}/{quote(asked, safe='')}"
        where = f"GET {SERVICE_INFOS}/…"
        answer = await self._http.request(
            "GET", path, operation="detail", safe=True, accept=frozenset({200, 404}), max_bytes=LARGEST_RECORD
        )
        body = self._http.json_of(answer, where)
        decode(body, dict, where=where)
        if answer.status == 404:
            return None
        key, local_code = identity(Raw(body))
        if (key if is_key else local_code) != asked:
            raise ShapeError(
                f"asked for {asked[:80]!r}, another record came: {key[:40]!r}, {local_code[:80]!r}",
                where=where,
                path="$.serviceInfoId",
                action="read again later; if it stays, the system's lookup by key is broken",
            )
        return Record(key, kept(body, codes.get(local_code, "")))


def _forms(code: str, codes: dict[str, str]) -> list[str]:
    """The local codes to ask for: those mapped to a portal code, and the code as it stands."""
    return list(dict.fromkeys((*local_codes(codes, code), code)))


def _repeats(rows: Sequence[MappingRow]) -> int:
    """How many rows repeat the key of another."""
    return len(rows) - len({row.service_info_mapping_id for row in rows})


def build(settings: OpenCpsSettings, surroundings: Surroundings) -> OpenCpsAdapter:
    """The adapter for one side."""
    return OpenCpsAdapter(settings, surroundings.http(surroundings.side, settings.http_settings()))


definition = AdapterDefinition(
    name="opencps",
    summary="OpenCPS REST v2: service infos and the table of portal codes",
    settings=OpenCpsSettings,
    build=build,
)
