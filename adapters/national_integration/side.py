"""The reading side of every system that shows the integration API's records: the API itself, and provincial bridges.

In: settings, and an `Asker`. Out: what `ReadingAdapter` promises. The list has no pages and no total, so it is read
twice and must agree with itself; an agency's list may bear witness. Nothing is absent for the lack of an answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from hashlib import blake2b
from typing import Protocol

import msgspec
from msgspec import Raw

from adapters.national_integration.canonical import TRANSLATION, canonical
from adapters.national_integration.codes import CodeList, code_list, kept_row
from adapters.national_integration.settings import RecordSettings, Role
from adapters.national_integration.units import agencies
from adapters.national_integration.wire import Identity, KeptRaw, text
from syncd.records.agencies import Agency
from syncd.records.procedure import FIELDS, Procedure
from syncd.sides.adapter import Answer, Capabilities, Listed, Record, Wanted
from syncd.sides.errors import PermanentError, SideError, StaleError
from syncd.sides.http import decode
from syncd.sides.reading import Evidence, Finding

NOT_CARRIED = frozenset({"local_code", "published_at", "online_level", "applied_departments"})
PAGE = 500
EXAMPLES = 5
NOTHING = Raw(b"null")


class Asker(Protocol):
    """Asks one service and returns the elements of its result. Raises `SideError`."""

    async def ask(self, role: Role, params: Mapping[str, str]) -> list[Raw]: ...
    async def close(self) -> None: ...


class RecordSide:
    """Reads such a system. ``publishers``: whether it has a catalogue of units."""

    def __init__(self, settings: RecordSettings, asker: Asker, *, publishers: bool) -> None:
        self._settings = settings
        self._asker = asker
        self._has_publishers = publishers
        self._publishers: dict[str, str] | None = None
        self._decisions: dict[str, Raw] = {}
        self._turn = asyncio.Lock()

    @property
    def capabilities(self) -> Capabilities:
        """The kind only where the settings say what its numbers mean; the publisher's name only from a catalogue."""
        lacks = NOT_CARRIED
        lacks |= frozenset() if self._settings.kinds else {"kind"}
        lacks |= frozenset() if self._has_publishers else {"publisher_name"}
        mark = f"{TRANSLATION} {self._settings.meanings.mark}"
        return Capabilities(
            carries=frozenset(FIELDS) - lacks, details=True, translation=mark, agencies=self._has_publishers
        )

    async def list_records(self, evidence: Evidence) -> AsyncIterator[list[Listed]]:
        """List every procedure, read the list again, and compare; the list of the witness must be part of it."""
        self._decisions, self._publishers = {}, None
        found = await self._list()
        self._report(found, evidence)
        rows = found.listed()
        for start in range(0, len(rows), PAGE):
            page = rows[start : start + PAGE]
            evidence.page(records=len(page), digest=blake2b(b"".join(raw for _, raw in page)).digest())
            yield page
        await self._hear_witness(found, evidence)
        evidence.snapshot(found.digest)
        evidence.snapshot((await self._list()).digest)
        evidence.close()

    def _report(self, found: CodeList, evidence: Evidence) -> None:
        if found.unreadable:
            evidence.doubt(f"{found.unreadable} rows of the list have no code that can be read")
        if found.repeats:
            evidence.note(Finding("repeated_rows", found.repeats))

    async def _hear_witness(self, found: CodeList, evidence: Evidence) -> None:
        """The list of one agency is another question to the same system: what it has, the whole list must have."""
        witness = self._settings.witness
        if witness is None:
            return
        told = code_list(await self._asker.ask(Role.AGENCY_PROCEDURES, {"maDonVi": witness}))
        lost = [code for code in told.rows if code not in found.rows]
        if lost:
            shown = ", ".join(repr(code) for code in lost[:EXAMPLES])
            evidence.doubt(f"the list lacks {len(lost)} procedures that the list of {witness} has: {shown}")
        if not told.rows:
            evidence.doubt(f"the list of {witness} is empty, and bears no witness")

    async def _list(self) -> CodeList:
        agency = self._settings.agency
        if agency is None:
            return code_list(await self._asker.ask(Role.PROCEDURES, {}))
        return code_list(await self._asker.ask(Role.AGENCY_PROCEDURES, {"maDonVi": agency}))

    async def fetch_detail(self, listed: Listed) -> bytes:
        """The record, its decision and its publisher's name. Raises `StaleError` where the system lists a procedure and
        shows none, or shows another.
        """
        detail = await self._detail(listed.key, self._decisions)
        if detail is None:
            raise StaleError(f"the system lists {listed.key[:40]!r} and shows nothing of it", where="LayThuTuc")
        return detail

    async def _detail(self, code: str, decisions: dict[str, Raw]) -> bytes | None:
        """None where the result is empty, which by itself proves nothing."""
        sent = await self._asker.ask(Role.PROCEDURE, {"maTTHC": code})
        if not sent:
            return None
        raw, seen = _chosen(sent, code)
        publisher = (await self._known_publishers()).get(text(seen.macoquancongbo)) if self._has_publishers else None
        decision = await self._decision(text(seen.idquyetdinhcongbo).strip(), decisions)
        return msgspec.json.encode(KeptRaw(raw, decision, publisher))

    async def _decision(self, number: str, known: dict[str, Raw]) -> Raw:
        """The decision that a record names; many records name the same. An error is never taken for "no decision"."""
        if number in ("", "0"):
            return NOTHING
        if number not in known:
            sent = await self._asker.ask(Role.DECISION, {"idQDCB": number})
            known[number] = sent[0] if sent else NOTHING
        return known[number]

    async def _known_publishers(self) -> Mapping[str, str]:
        async with self._turn:
            if self._publishers is None:
                self._publishers = {one.code: one.name for one in await self.list_agencies()}
            return self._publishers

    async def list_agencies(self) -> tuple[Agency, ...]:
        """Every unit of the catalogue, each code once. Raises `StaleError` for an empty catalogue."""
        return agencies(await self._asker.ask(Role.AGENCIES, {}))

    async def read_again(self, wanted: Sequence[Wanted]) -> list[Answer]:
        """Ask for each record anew, at most ``concurrency`` at once. That there is none is said only where two lists
        that agree lack the code as well.
        """
        codes = list(dict.fromkeys(_code(one) for one in wanted))
        gate, decisions = asyncio.Semaphore(self._settings.concurrency), dict[str, Raw]()

        async def one(code: str) -> Record | SideError | None:
            async with gate:
                return await self._record(code, decisions)

        async with asyncio.TaskGroup() as group:
            tasks = {code: group.create_task(one(code)) for code in codes}
        found = {code: task.result() for code, task in tasks.items()}
        if None in found.values():
            absent = [code for code, answer in found.items() if answer is None]
            found |= await self._absences(absent)
        return [_answer(one, found[_code(one)]) for one in wanted]

    async def _record(self, code: str, decisions: dict[str, Raw]) -> Record | SideError | None:
        if not code.strip():
            return PermanentError("without a code nothing can be asked for", where="LayThuTuc")
        try:
            detail = await self._detail(code, decisions)
        except SideError as error:
            return error
        return None if detail is None else Record(code, _listing_of(detail), detail)

    async def _absences(self, codes: Sequence[str]) -> dict[str, Record | SideError | None]:
        """For each code of which nothing is shown: None where it is really not there, else why that is not known."""
        try:
            first, second = await self._list(), await self._list()
        except SideError as error:
            return dict.fromkeys(codes, error)
        if first.digest != second.digest or not first.rows or first.unreadable:
            unsure = StaleError("two lists, one after the other, are not the same or not readable", where="list")
            return dict.fromkeys(codes, unsure)
        shown = StaleError("the system lists the procedure and shows nothing of it", where="LayThuTuc")
        return {code: shown if code in first.rows else None for code in codes}

    def canonical(self, record: Record) -> Procedure:
        return canonical(record, self._settings.meanings)

    async def check(self) -> str:
        """Read the list, and say how many procedures it has."""
        return f"{self._settings.adapter} answers: the list has {len((await self._list()).rows)} procedures"

    async def close(self) -> None:
        await self._asker.close()


def _code(wanted: Wanted) -> str:
    """The key is the code."""
    return wanted.key if wanted.key is not None else wanted.code


def _answer(wanted: Wanted, found: Record | SideError | None) -> Answer:
    if isinstance(found, SideError):
        return Answer(wanted, error=found)
    return Answer(wanted, (found,) if found else ())


def _chosen(sent: Sequence[Raw], code: str) -> tuple[Raw, Identity]:
    """The record that was asked for. Raises `StaleError` where another came."""
    seen = [(raw, decode(raw, Identity, where="LayThuTuc")) for raw in sent]
    for raw, one in seen:
        if text(one.matthc) == code:
            return raw, one
    raise StaleError(
        f"{code[:40]!r} was asked for, {text(seen[0][1].matthc)[:40]!r} came",
        where="LayThuTuc",
        action="the system mixes records up; read again later",
    )


def _listing_of(detail: bytes) -> bytes:
    """The listing bytes that a record would have: code and name."""
    seen = decode(decode(detail, KeptRaw, where="").procedure, Identity, where="")
    return kept_row(text(seen.matthc), text(seen.tentthc))
