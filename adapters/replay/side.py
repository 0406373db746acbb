"""The side that is played: the adapter of then, with the answers of then.

In: settings and surroundings. Out: what `ReadingAdapter` promises. Over HTTP the original adapter reads captured
exchanges; for any other system its records are played at the adapter's wall, and it only translates.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from adapters.replay.settings import ReplaySettings
from syncd.errors import ConfigurationError, SyncdError
from syncd.records.agencies import Agency
from syncd.records.procedure import Procedure
from syncd.sides.adapter import (
    AdapterDefinition,
    AdapterSettings,
    AgencyReader,
    Answer,
    Capabilities,
    Listed,
    ReadingAdapter,
    Record,
    Surroundings,
    Wanted,
)
from syncd.sides.capture.archive import AGAIN, SideTold, found, read_manifest
from syncd.sides.capture.entries import Again, Agencies, Detail, End, Shown, again_name, detail_name
from syncd.sides.capture.errors import NotCapturedError, raised
from syncd.sides.capture.playing import Entries, Player, open_entries
from syncd.sides.capture.recording import HTTP, WALL
from syncd.sides.capture.settings import DROPPED, STAND_IN
from syncd.sides.errors import ShapeError, SideError
from syncd.sides.http import HttpClient, HttpSettings
from syncd.sides.http.words import Answer as HttpAnswer
from syncd.sides.http.words import Call, Send
from syncd.sides.reading import Evidence
from syncd.sides.registry import definition as definition_of
from syncd.sides.registry import settings_for

T = TypeVar("T")
AT_ONCE = 100_000.0
"""Requests a second: nobody is asked."""


class ReplaySide:
    """Plays one side of a capture. What is damaged shows at the first reading, as its error."""

    def __init__(self, file: Path, side: str, told: SideTold, make: Callable[[ReplaySide], ReadingAdapter]) -> None:
        self._file = file
        self._side = side
        self._told = told
        self._make = make
        self._entries: Entries | None = None
        self._turn = asyncio.Lock()
        self._adapter = make(self)

    @property
    def capabilities(self) -> Capabilities:
        return self._adapter.capabilities

    @property
    def _is_at_the_wall(self) -> bool:
        return self._told.level == WALL

    async def list_records(self, evidence: Evidence) -> AsyncIterator[list[Listed]]:
        """The listing from its beginning, with a fresh adapter: each reading finds what the first one found."""
        entries = await self._opened()
        entries.rewind()
        if self._is_at_the_wall:
            async for page in _listed(entries, evidence):
                yield page
            return
        await self._adapter.close()
        self._adapter = self._make(self)
        async for page in self._adapter.list_records(evidence):
            yield page

    async def fetch_detail(self, listed: Listed) -> bytes:
        """The detail that was captured."""
        if not self._is_at_the_wall:
            return await self._adapter.fetch_detail(listed)
        if not self.capabilities.details:
            return listed.raw
        entries = await self._opened()
        entry = entries.answer(detail_name(listed.key))
        if not isinstance(entry, Detail) or (entry.detail is None and entry.error is None):
            raise NotCapturedError(f"the detail of {listed.key[:40]!r}", where=str(self._file))
        if entry.detail is None:
            raise _error(entry)
        return _content(entry.detail.content, entries.where)

    async def read_again(self, wanted: Sequence[Wanted]) -> list[Answer]:
        """What point reads said then. Raises nothing: a capture that cannot be read is the answer to each."""
        try:
            entries = await self._opened()
        except SideError as error:
            return [Answer(one, error=error) for one in wanted]
        if self._is_at_the_wall:
            return [_again(entries, one, self._file) for one in wanted]
        return await self._adapter.read_again(wanted)

    async def list_agencies(self) -> tuple[Agency, ...]:
        """The units that the side named then."""
        entries = await self._opened()
        if not self._is_at_the_wall and isinstance(self._adapter, AgencyReader):
            return await self._adapter.list_agencies()
        entry = entries.answer(b"agencies")
        if not isinstance(entry, Agencies):
            raise NotCapturedError("the list of units", where=str(self._file))
        if entry.error is not None:
            raise raised(entry.error)
        return entry.agencies

    def canonical(self, record: Record) -> Procedure:
        return self._adapter.canonical(record)

    async def check(self) -> str:
        """Verify the whole side of the capture, and say what it is."""
        await self._opened()
        proof = self._told.proof
        judged = f"a reading that was {proof.verdict} with {proof.counted} records"
        return f"capture {self._file.name}: {self._told.adapter}, {self._told.entries} entries, {judged}"

    async def close(self) -> None:
        """Forget what was unpacked."""
        await self._adapter.close()
        entries, self._entries = self._entries, None
        if entries is not None:
            entries.close()

    async def carry(self, number: int, call: Call, send: Send) -> HttpAnswer:
        """Answer an HTTP question of the original adapter."""
        entries = await self._opened()
        return await Player(entries).carry(number, call, send)

    async def _opened(self) -> Entries:
        """Unpack and verify once. Raises `ShapeError`."""
        async with self._turn:
            if self._entries is None:
                self._entries = await _unpacked(self._file, self._side)
            return self._entries


async def _unpacked(file: Path, side: str) -> Entries:
    """In a thread; one that is cancelled still closes what it has opened."""
    opening = asyncio.ensure_future(asyncio.to_thread(open_entries, file, side))
    try:
        return await asyncio.shield(opening)
    except asyncio.CancelledError:
        with suppress(SyncdError):
            (await opening).close()
        raise


async def _listed(entries: Entries, evidence: Evidence) -> AsyncIterator[list[Listed]]:
    """The captured pages. Raises what ended the listing then, or `NotCapturedError` where there was none."""
    for entry in entries.listing():
        entry.seen.tell(evidence)
        if isinstance(entry, End):
            if entry.error is not None:
                raise raised(entry.error)
            return
        yield [Listed(*_record(one, entries)[:2]) for one in entry.records]
    raise NotCapturedError("the end of the listing", where=entries.where)


def _again(entries: Entries, wanted: Wanted, file: Path) -> Answer:
    entry = entries.answer(again_name(wanted.key, wanted.code))
    if not isinstance(entry, Again):
        return Answer(wanted, error=NotCapturedError("this record", where=str(file)))
    try:
        records = tuple(_record(one, entries) for one in entry.records)
    except SideError as error:
        return Answer(wanted, error=error)
    return Answer(wanted, records, None if entry.error is None else raised(entry.error))


def _record(shown: Shown, entries: Entries) -> Record:
    return _content(shown.record, entries.where)


def _content(read: Callable[[], T], where: str) -> T:
    try:
        return read()
    except ValueError as error:
        raise ShapeError(f"a record is not Base64: {error!s:.100}", where=where) from None


def _error(entry: Detail) -> SideError:
    return raised(entry.error) if entry.error is not None else SideError("no detail")


async def at_once(_seconds: float) -> None:
    """Waiting between tries is not captured."""
    await asyncio.sleep(0)


def build(settings: ReplaySettings, around: Surroundings) -> ReplaySide:
    """Read the manifest and make the adapter that was recorded. Raises `ConfigurationError`."""
    try:
        file = found(around.folder / settings.path)
        manifest = read_manifest(file)
    except ShapeError as error:
        raise ConfigurationError(error.message, path="path", action=error.action) from error
    told = manifest.sides.get(settings.side)
    if told is None:
        raise ConfigurationError(
            f"this capture has no {settings.side} side", path="side", action=f"it has: {', '.join(manifest.sides)}"
        )
    recorded = definition_of(told.adapter, path="path")
    if recorded.build is None or recorded.settings is ReplaySettings:
        raise ConfigurationError(f"{told.adapter!r} is no adapter that can be played", path="path")
    _require_known_level(recorded, told)
    return ReplaySide(file, settings.side, told, partial(_original, recorded, told, _settings(recorded, told), around))


def _require_known_level(recorded: AdapterDefinition, told: SideTold) -> None:
    """At the wall an adapter only translates; under HTTP it reads, so it must be one that reads over HTTP alone."""
    is_http = told.level == HTTP and issubclass(recorded.settings, HttpSettings)
    if not is_http and told.level != WALL:
        raise ConfigurationError(
            f"the capture says that {told.adapter!r} was recorded at {told.level[:40]!r}, where it cannot be played",
            path="path",
            action=AGAIN,
        )


def _settings(recorded: AdapterDefinition, told: SideTold) -> AdapterSettings:
    quick = {"requests_per_second": AT_ONCE} if issubclass(recorded.settings, HttpSettings) else {}
    kept = {key: value for key, value in told.settings.items() if key not in DROPPED}
    return settings_for(recorded, kept | quick, "settings in the capture")


def _original(
    recorded: AdapterDefinition, told: SideTold, settings: AdapterSettings, around: Surroundings, side: ReplaySide
) -> ReadingAdapter:
    """The adapter of then, whose every way out leads to the capture. Raises `ConfigurationError`."""
    clients = 0

    def http(label: str, chosen: HttpSettings) -> HttpClient:
        nonlocal clients
        client = HttpClient(label, chosen, secret=_no_secret, sleep=at_once)
        number, clients = clients, clients + 1
        return client.through(partial(side.carry, number))

    if recorded.build is None:
        raise TypeError(f"{recorded.name} cannot be a side of a pair")
    adapter = recorded.build(settings, replace(around, http=http, secret=_no_secret))
    if told.level == HTTP and not clients:
        raise ConfigurationError(
            f"{told.adapter!r} reads over no HTTP, though the capture says so", path="path", action=AGAIN
        )
    return adapter


def _no_secret(_name: str) -> str:
    return STAND_IN
