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
    UNREADABLE,
    MappingRow,
    Page,
    identity,
    kept,
    mapping_row,
    portal_codes,
    procedure,
)
from syncd.records.codes import root
from syncd.records.procedure import Procedure
from syncd.sides.adapter import AdapterDefinition, Answer, Capabilities, Listed, Record, Surroundings, Wanted
from syncd.sides.errors import ShapeError, SideError
from syncd.sides.http import HttpClient, decode
from syncd.sides.http.body import json_body
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
MOST_SUFFIXES: Final = 16
EMPTY_MAPPING: Final = "the mapping table is empty; set mapping = false where the site keeps none"
LARGEST_RECORD: Final = 2 * 1024 * 1024


class OpenCpsAdapter:
    """Reads one OpenCPS site. See `OpenCpsSettings`."""

    def __init__(self, settings: OpenCpsSettings, http: HttpClient) -> None:
        self._settings = settings
        self._http = http
        self._suffixes: dict[str, None] = {}

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(carries=CARRIES)

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
        """Read single records from the database. A portal code is looked up under the local codes that the mapping
        table has for it, and under every form of code that the last listing showed.
        """
        try:
            codes = await self._portal_codes(Evidence()) if wanted else {}
        except SideError as error:
            return [Answer(one, error=error) for one in wanted]
        turns = asyncio.Semaphore(self._settings.concurrency)
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(self._answer(one, codes, turns)) for one in wanted]
        except ExceptionGroup as failed:
            raise failed.exceptions[0] from None
        return [task.result() for task in tasks]

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
        self._learn(local_code)
        return Listed(key, kept(row, codes.get(local_code, "")))

    async def _portal_codes(self, evidence: Evidence) -> dict[str, str]:
        """The mapping table, whole; what makes it less than whole is a doubt about the listing that rests on it."""
        if not self._settings.mapping:
            return {}
        own = Evidence()
        async with aclosing(self._pages(MAPPINGS, own, "mapping")) as listing:
            sent = [mapping_row(row) async for page in listing for row in page]
        rows = [row for row in sent if row is not None]
        if len(rows) < len(sent):
            evidence.note(Finding("unreadable_mapping", len(sent) - len(rows)))
        if not sent:
            evidence.doubt(EMPTY_MAPPING)
        for reason in prove(own, duplicates=_repeats(rows)).reasons:
            evidence.doubt(f"the mapping table: {reason}")
        return portal_codes(rows)

    def _learn(self, local_code: str) -> None:
        """Remember in what forms this site writes codes (``1.001612.000.00.00.H26``: the suffix)."""
        national = root(local_code)
        if national is not None and len(self._suffixes) < MOST_SUFFIXES:
            self._suffixes[local_code.removeprefix(national)] = None

    async def _answer(self, wanted: Wanted, codes: dict[str, str], turns: asyncio.Semaphore) -> Answer:
        asked = [wanted.key] if wanted.key is not None else self._local_codes(wanted.code, codes)
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

    def _local_codes(self, code: str, codes: dict[str, str]) -> list[str]:
        mapped = [local for local, portal in codes.items() if portal == code]
        return list(dict.fromkeys((*mapped, code, *(code + suffix for suffix in self._suffixes))))

    async def _record(self, asked: str, codes: dict[str, str], *, is_key: bool) -> Record | None:
        """One record by id or code; None where the system says in its own words that there is none."""
        if asked.startswith(UNREADABLE):
            raise ShapeError("the record has no id by which it could be read again", path="$.serviceInfoId")
        path = f"{SERVICE_INFOS}/{quote(asked, safe='')}"
        where = f"GET {SERVICE_INFOS}/…"
        answer = await self._http.request(
            "GET", path, operation="detail", safe=True, accept=frozenset({200, 404}), max_bytes=LARGEST_RECORD
        )
        body = json_body(answer.body, answer.headers.get("Content-Type", "").lower(), where)
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
