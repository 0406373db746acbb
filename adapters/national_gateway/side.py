"""The older gateway as a side that can be read.

In: settings and surroundings. Out: what `ReadingAdapter` promises; besides: decisions with what each of them does, and
fields of work. Agencies, decisions and workbook are read before the search, whose rows they complete.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import aclosing

from msgspec import Raw

from adapters.national_gateway.agencies import GatewayField, agencies, codes_by_name, fields
from adapters.national_gateway.api import AGENCIES, DECISIONS, EXPORT, FIELDS, PROCEDURES, GatewayApi
from adapters.national_gateway.decisions import (
    DecisionContents,
    KeptDecision,
    PublishedDecision,
    kept_decisions,
    read_contents,
    read_decisions,
)
from adapters.national_gateway.paging import pages, whole
from adapters.national_gateway.records import (
    TRANSLATION,
    Meanings,
    Surround,
    canonical,
    code_of,
    decision_of,
    folded,
    kept,
)
from adapters.national_gateway.settings import GatewaySettings
from adapters.national_gateway.wire import DecisionRow, amount_of, id_of
from adapters.national_gateway.workbook import Exported, read_workbook
from syncd.records.agencies import Agency
from syncd.records.procedure import Procedure
from syncd.sides.adapter import Answer, Capabilities, Listed, Record, Surroundings, Wanted
from syncd.sides.errors import PermanentError, SideError, StaleError
from syncd.sides.http import decode
from syncd.sides.reading import Evidence, Finding

CARRIES = frozenset(
    {
        "code",
        "portal_id",
        "name",
        "state",
        "field_name",
        "publisher_code",
        "publisher_name",
        "executing_agencies",
    }
)
OF_DECISIONS = frozenset({"decision_number", "decision_date"})
OF_EXPORT = frozenset({"levels", "subjects"})
EXAMPLES = 5


class GatewaySide:
    """Reads the gateway. Built by the entry point; never writes."""

    def __init__(self, settings: GatewaySettings, surroundings: Surroundings) -> None:
        self._settings = settings
        self._size = settings.page_size
        self._api = GatewayApi(settings, surroundings.http(surroundings.side, settings))
        self._meanings = Meanings(settings.agency_separator, settings.levels, settings.tells_kinds)
        self._codes: dict[str, str] = {}
        self._known: Surround | None = None
        """Decisions and agencies as the last reading saw them; a workbook is never kept."""

    @property
    def capabilities(self) -> Capabilities:
        """More lists say more; see `GatewaySettings`."""
        carries = CARRIES
        carries |= OF_DECISIONS if self._settings.decisions else frozenset()
        carries |= OF_EXPORT if self._settings.export else frozenset()
        carries |= {"kind"} if self._settings.tells_kinds else frozenset()
        return Capabilities(carries=carries, translation=f"{TRANSLATION} {self._meanings.mark}", agencies=True)

    async def list_records(self, evidence: Evidence) -> AsyncIterator[list[Listed]]:
        """List every public procedure. The list of decisions must be whole as well, and the workbook say the same."""
        around = await self._surround(evidence)
        exported = await self._exported(evidence) if self._settings.export else None
        self._known, self._codes = around, {}
        around = Surround(around.decisions, exported, around.agencies)
        async with aclosing(pages(self._api.procedures, self._size, evidence, where=PROCEDURES)) as listing:
            async for rows in listing:
                yield [one for row in rows if (one := self._listed(row, around, evidence)) is not None]
        if exported is not None:
            self._compare(exported, evidence)

    def _listed(self, row: Raw, around: Surround, evidence: Evidence) -> Listed | None:
        key = id_of(row)
        if not key:
            evidence.doubt("a procedure without a readable number (ID)")
            return None
        self._codes[key] = code_of(row)
        return Listed(key, kept(row, around))

    def _compare(self, exported: Mapping[str, Exported], evidence: Evidence) -> None:
        """Two lists of one system: a code that only one of them has is a doubt about both."""
        apart = sorted(exported.keys() ^ set(self._codes.values()))
        if apart:
            shown = ", ".join(repr(code) for code in apart[:EXAMPLES])
            evidence.doubt(f"the search and the workbook differ by {len(apart)} codes: {shown}")

    async def _surround(self, evidence: Evidence) -> Surround:
        decisions = await kept_decisions(self._api, self._size, evidence) if self._settings.decisions else None
        own = {folded(name): code for name, code in self._settings.agency_codes.items()}
        return Surround(decisions, None, codes_by_name(await self.list_agencies()) | own)

    async def _exported(self, evidence: Evidence, code: str = "") -> dict[str, Exported]:
        found = await asyncio.to_thread(read_workbook, await self._api.export(code))
        if found.broken:
            evidence.doubt(f"{found.broken} rows of the workbook cannot be read")
        if found.repeated:
            evidence.note(Finding("repeated_rows", found.repeated))
        return found.rows

    async def fetch_detail(self, listed: Listed) -> bytes:
        """A listed procedure is complete: the gateway has no details for machines."""
        return listed.raw

    async def read_again(self, wanted: Sequence[Wanted]) -> list[Answer]:
        """Search for each code anew, one question after another: the row, then its decision and its workbook."""
        if not wanted:
            return []
        try:
            around = await self._fresh()
        except SideError as error:
            return [Answer(one, error=error) for one in wanted]
        found: dict[str, list[tuple[str, Raw]] | SideError] = {}
        for code in dict.fromkeys(one.code for one in wanted):
            found[code] = await self._search(code)
        return [await self._answer(one, found[one.code], around) for one in wanted]

    async def _fresh(self) -> Surround:
        """Decisions and agencies by the last reading, else by one of their own."""
        if self._known is not None:
            return self._known
        evidence = Evidence()
        around = await self._surround(evidence)
        if evidence.doubts:
            raise StaleError(evidence.doubts[0], where=DECISIONS, action="read again later")
        self._known = around
        return around

    async def _search(self, code: str) -> list[tuple[str, Raw]] | SideError:
        """Rows by number, every one that the search finds; the keyword is fuzzy, so that the match is ours."""

        async def ask(page: int, size: int) -> list[Raw]:
            return await self._api.procedures(page, size, code.strip())

        if not code.strip():
            return PermanentError("without a code nothing can be searched for", where=PROCEDURES)
        try:
            rows = await whole(ask, self._size, where=PROCEDURES)
        except SideError as error:
            return error
        return [(id_of(row), row) for row in rows]

    async def _answer(self, wanted: Wanted, found: list[tuple[str, Raw]] | SideError, around: Surround) -> Answer:
        if isinstance(found, SideError):
            return Answer(wanted, error=found)
        meant = [
            (key, row)
            for key, row in found
            if (key == wanted.key if wanted.key is not None else code_of(row) == wanted.code)
        ]
        try:
            if all(code_of(row) != wanted.code for _, row in found):
                await self._refute(wanted.code)
            return Answer(wanted, tuple([await self._record(key, row, around) for key, row in meant]))
        except SideError as error:
            return Answer(wanted, error=error)

    async def _refute(self, code: str) -> None:
        """Absence takes two: raises `StaleError` where the workbook has a code that the search did not find."""
        if not self._settings.export:
            return
        found = await asyncio.to_thread(read_workbook, await self._api.export(code.strip()), may_be_empty=True)
        if code in found.rows:
            unsure = "the workbook has a procedure that the search does not find"
            raise StaleError(unsure, where=PROCEDURES, action="read again later")

    async def _record(self, key: str, row: Raw, around: Surround) -> Record:
        number = decision_of(row)
        known = (around.decisions or {}).get(number)
        decisions = {number: await self._decision_again(number, known)} if known is not None else None
        exported = await self._workbook_of(code_of(row)) if self._settings.export else None
        return Record(key, kept(row, Surround(decisions, exported, around.agencies)))

    async def _workbook_of(self, code: str) -> dict[str, Exported]:
        """The workbook of one code. Raises `StaleError` where it does not show what the search shows."""
        evidence = Evidence()
        found = await self._exported(evidence, code.strip())
        if code not in found or evidence.doubts:
            raise StaleError(f"the search shows {code[:40]!r}, the workbook does not", where=EXPORT)
        return found

    async def _decision_again(self, number: str, known: KeptDecision) -> KeptDecision:
        """The decision as it stands now, searched for by what it was called. Raises `StaleError` where it is gone."""
        keyword = (known.number or "").strip()

        async def ask(page: int, size: int) -> list[Raw]:
            return await self._api.decisions(page, size, keyword)

        for row in await whole(ask, self._size, where=DECISIONS):
            if id_of(row) == number:
                seen = decode(row, DecisionRow, where=DECISIONS)
                return KeptDecision(seen.code, seen.publishing_date)
        raise StaleError(
            f"the procedure names decision {number[:40]}, and the list of decisions does not show it as before",
            where=DECISIONS,
            action="read again later",
        )

    def canonical(self, record: Record) -> Procedure:
        return canonical(record, self._meanings)

    async def list_agencies(self) -> tuple[Agency, ...]:
        """Ministries and provinces, each code once."""
        return agencies(await self._api.rows(AGENCIES))

    async def list_fields(self) -> tuple[GatewayField, ...]:
        """Every field of work, with its ministry."""
        return fields(await self._api.rows(FIELDS, agency_id=self._settings.agency_id))

    async def list_decisions(self) -> tuple[PublishedDecision, ...]:
        """Every publication decision, newest first. Raises `StaleError` for a list that is not whole."""
        return await read_decisions(self._api, self._size)

    async def read_decision(self, decision: str) -> DecisionContents:
        """What one decision publishes, amends and rescinds; codes come from the last listing."""
        return await read_contents(self._api, self._size, decision, self._codes)

    async def check(self) -> str:
        """Ask for one row, and say how many procedures there are."""
        amount = amount_of(await self._api.procedures(1, 1), where=PROCEDURES)
        return f"the older gateway answers: it declares {amount or 0} public procedures"

    async def close(self) -> None:
        await self._api.close()
