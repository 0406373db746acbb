"""Records one side while it is read: under an adapter that speaks HTTP, at the adapter's wall for any other.

In: an adapter's definition. Out: a definition whose side reads as before, and a tape that has heard everything.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from msgspec import Struct

from syncd.records.agencies import Agency
from syncd.records.procedure import Procedure
from syncd.sides.adapter import (
    AdapterDefinition,
    AgencyReader,
    Answer,
    Capabilities,
    Listed,
    ReadingAdapter,
    Record,
    Surroundings,
    Wanted,
)
from syncd.sides.capture.cleaning import Cleaner
from syncd.sides.capture.entries import (
    Again,
    Agencies,
    Content,
    Detail,
    End,
    Entry,
    Exchange,
    Failure,
    Page,
    Question,
    Seen,
    Shown,
)
from syncd.sides.capture.errors import said
from syncd.sides.capture.settings import inner_address
from syncd.sides.errors import SideError
from syncd.sides.http import Answer as HttpAnswer
from syncd.sides.http import HttpClient, HttpSettings
from syncd.sides.http.authority import secret_texts
from syncd.sides.http.words import Call, Send
from syncd.sides.reading import Evidence, Finding

HEADERS_KEPT = ("Content-Type", "Date", "Age", "Retry-After")
HTTP, WALL = "http", "wall"


@dataclass(slots=True)
class Tape:
    """What is heard of one side. ``write`` takes one entry; ``level`` is `HTTP` once the adapter has made a client."""

    cleaner: Cleaner
    write: Callable[[Entry], None]
    clients: int = 0
    level: str = WALL
    translation: str = ""
    adapter: ReadingAdapter | None = field(default=None, repr=False)


def recorded(definition: AdapterDefinition, tape: Tape) -> AdapterDefinition:
    """The same adapter, heard by ``tape``. Only sides of pairs are recorded."""
    make = definition.build
    if make is None:
        raise TypeError(f"{definition.name} cannot be a side of a pair")

    def build(settings: Any, around: Surroundings) -> ReadingAdapter:
        adapter = make(
            settings, replace(around, http=partial(_client, tape, around), secret=partial(_secret, tape, around))
        )
        tape.adapter, tape.translation = adapter, adapter.capabilities.translation
        return adapter if tape.level == HTTP else RecordedSide(adapter, tape)

    return replace(definition, build=build, index=None, dossiers=None)


def _secret(tape: Tape, around: Surroundings, name: str) -> str:
    value = around.secret(name)
    tape.cleaner.remember((value,))
    return value


def _client(tape: Tape, around: Surroundings, label: str, settings: HttpSettings) -> HttpClient:
    number, tape.clients, tape.level = tape.clients, tape.clients + 1, HTTP
    return around.http(label, settings).through(partial(_carried, tape, number, settings, around.secret))


async def _carried(
    tape: Tape, number: int, settings: HttpSettings, secret: Callable[[str], str], call: Call, send: Send
) -> HttpAnswer:
    """Send, and write down what was asked and answered."""
    try:
        answer = await send(call)
    except SideError as error:
        tape.write(Failure(question_of(call, number, tape.cleaner), said(error, tape.cleaner.text)))
        raise
    tape.cleaner.remember((*secret_texts(settings, secret), *inner_address(settings.base_url)))
    body = tape.cleaner.body(answer.body)
    headers = {name: answer.headers[name] for name in HEADERS_KEPT if name in answer.headers}
    kept = None if body is None else Content.of(body)
    tape.write(Exchange(question_of(call, number, tape.cleaner), answer.status, headers, kept))
    return answer


def question_of(call: Call, number: int, cleaner: Cleaner) -> Question:
    """What identifies a call among others: all that is asked, without who asks."""
    return Question(
        call.method,
        cleaner.text(call.path),
        cleaner.query(call.params),
        cleaner.question(call.content, call.content_type),
        number,
    )


class RecordedSide:
    """A side that is read as always, with everything that it hands over written down."""

    def __init__(self, adapter: ReadingAdapter, tape: Tape) -> None:
        self._adapter = adapter
        self._tape = tape

    @property
    def capabilities(self) -> Capabilities:
        return self._adapter.capabilities

    async def list_records(self, evidence: Evidence) -> AsyncIterator[list[Listed]]:
        """The listing; what it tells ``evidence`` is written down with each page."""
        before = _Before.of(evidence)
        listing = self._adapter.list_records(evidence)
        try:
            async for page in listing:
                shown = tuple(self._shown(Record(one.key, one.raw)) for one in page)
                self._tape.write(Page(before.since(evidence, self._tape.cleaner.text), shown))
                before = _Before.of(evidence)
                yield page
        except SideError as error:
            self._tape.write(End(before.since(evidence, self._tape.cleaner.text), said(error, self._tape.cleaner.text)))
            raise
        finally:
            close = getattr(listing, "aclose", None)
            if close is not None:
                await close()
        self._tape.write(End(before.since(evidence, self._tape.cleaner.text)))

    async def fetch_detail(self, listed: Listed) -> bytes:
        """The detail."""
        try:
            detail = await self._adapter.fetch_detail(listed)
        except SideError as error:
            self._tape.write(Detail(self._key(listed.key), error=said(error, self._tape.cleaner.text)))
            raise
        self._tape.write(Detail(self._key(listed.key), self._content(detail)))
        return detail

    async def read_again(self, wanted: Sequence[Wanted]) -> list[Answer]:
        """The point reads."""
        answers = await self._adapter.read_again(wanted)
        for answer in answers:
            key = None if answer.wanted.key is None else self._key(answer.wanted.key)
            error = None if answer.error is None else said(answer.error, self._tape.cleaner.text)
            shown = tuple(self._shown(record) for record in answer.records)
            self._tape.write(Again(key, self._key(answer.wanted.code), shown, error))
        return answers

    async def list_agencies(self) -> tuple[Agency, ...]:
        """The units."""
        if not isinstance(self._adapter, AgencyReader):
            raise TypeError("this side lists no units")
        try:
            found = await self._adapter.list_agencies()
        except SideError as error:
            self._tape.write(Agencies(error=said(error, self._tape.cleaner.text)))
            raise
        self._tape.write(Agencies(found))
        return found

    def canonical(self, record: Record) -> Procedure:
        return self._adapter.canonical(record)

    async def check(self) -> str:
        return await self._adapter.check()

    async def close(self) -> None:
        await self._adapter.close()

    def _key(self, key: str) -> str:
        return self._tape.cleaner.text(key)

    def _content(self, content: bytes) -> Content:
        cleaned = self._tape.cleaner.body(content)
        return Content(left_out=True) if cleaned is None else Content.of(cleaned)

    def _shown(self, record: Record) -> Shown:
        detail = None if record.detail is None else self._content(record.detail)
        return Shown(self._key(record.key), self._content(record.raw), detail)


class _Before(Struct, frozen=True):
    """How much an evidence held at one moment."""

    pages: int
    listed: int
    totals: int
    snapshots: int
    findings: int
    doubts: int

    @classmethod
    def of(cls, evidence: Evidence) -> _Before:
        return cls(
            evidence.pages,
            evidence.listed,
            len(evidence.totals),
            len(evidence.snapshots),
            len(evidence.findings),
            len(evidence.doubts),
        )

    def since(self, evidence: Evidence, clean: Callable[[str], str]) -> Seen:
        return Seen(
            pages=evidence.pages - self.pages,
            listed=evidence.listed - self.listed,
            closed=evidence.closed,
            totals=tuple(evidence.totals[self.totals :]),
            snapshots=tuple(evidence.snapshots[self.snapshots :]),
            findings=tuple(_clean_finding(one, clean) for one in evidence.findings[self.findings :]),
            doubts=tuple(clean(doubt) for doubt in evidence.doubts[self.doubts :]),
        )


def _clean_finding(finding: Finding, clean: Callable[[str], str]) -> Finding:
    return Finding(clean(finding.kind), finding.count, tuple(clean(example) for example in finding.examples))
