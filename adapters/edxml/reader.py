"""The reader of publication decisions: every package of a place, folded, chosen, in pages.

In: settings and surroundings. Out: what `DecisionReader` promises. It only ever reads.
What is counted as listed are packages (of the axis: rows of its lists), for these are what a total can be held against.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing
from datetime import date
from importlib import import_module
from typing import NamedTuple

from adapters.edxml.axis import AxisSource
from adapters.edxml.chosen import findings, heeding, publications, publishes, strays_told
from adapters.edxml.fold import fold
from adapters.edxml.folder import FolderSource
from adapters.edxml.link import LinkSource
from adapters.edxml.package import Package, Unread
from adapters.edxml.settings import EdxmlSettings
from adapters.edxml.source import Source
from syncd.errors import ConfigurationError
from syncd.records.publication_decision import Decision
from syncd.sides.adapter import Surroundings
from syncd.sides.errors import ShapeError, TooLargeError
from syncd.sides.reading import Evidence, Finding

PAGE = 200
EXAMPLES = 5
CARRIES = frozenset(
    {"number", "signed", "issuer_code", "issuer_name", "signer", "abstract", "codes", "attachments", "state"}
)


class Gathered(NamedTuple):
    """Everything that one reading brought."""

    packages: list[Package]
    unread: list[Unread]


class EdxmlDecisions:
    """Reads one place. See `EdxmlSettings`."""

    def __init__(self, settings: EdxmlSettings, source: Source) -> None:
        self._settings, self._source = settings, source

    @property
    def carries(self) -> frozenset[str]:
        return CARRIES | ({"successor"} if self._source.recalls else frozenset())

    @property
    def since(self) -> date | None:
        return self._settings.since

    async def list_decisions(self, evidence: Evidence) -> AsyncIterator[list[Decision]]:
        """Every decision, once all packages are read: a later one may recall an earlier one. Until then each batch of
        packages is an empty page, by which whoever reads knows that the place still answers.

        Raises `SideError`; `ShapeError` where there are packages and not one can be read.
        """
        gathered = Gathered([], [])
        async with aclosing(gathering(self._source, evidence, gathered, self._settings.max_packages)) as batches:
            async for _ in batches:
                yield []
        decisions, noted, doubts = await asyncio.to_thread(self._decided, gathered)
        for finding in noted:
            evidence.note(finding)
        for doubt in doubts:
            evidence.doubt(doubt)
        for start in range(0, len(decisions), PAGE):
            yield decisions[start : start + PAGE]

    def _decided(self, gathered: Gathered) -> tuple[list[Decision], list[Finding], list[str]]:
        settings, words = self._settings, self._settings.words
        folded = fold(gathered.packages, settings.units)
        decisions, odd = publications(heeding(folded.documents, refusals=settings.refusals), words, settings.since)
        odd.extend(strays_told(folded.strays, words, selective=self._source.selective))
        lost = [one.name for one in folded.nameless if publishes(one, words)]
        odd.extend(("nameless", name) for name in lost)
        odd.extend(("unreadable", f"{one.name}: {one.reason}") for one in gathered.unread)
        return decisions, findings(odd), list(_doubts(gathered.unread, lost, settings.max_unreadable))

    async def check(self) -> str:
        return await self._source.check()

    async def close(self) -> None:
        await self._source.close()


async def gather(source: Source, evidence: Evidence, most: int) -> Gathered:
    """Every package of a place. Raises as `gathering` does."""
    found = Gathered([], [])
    async with aclosing(gathering(source, evidence, found, most)) as batches:
        async for _ in batches:
            pass
    return found


async def gathering(source: Source, evidence: Evidence, found: Gathered, most: int) -> AsyncGenerator[int, None]:
    """Gather every package of a place into ``found``; yields after each batch how many it had.

    Raises `ShapeError` where none of several can be read, `TooLargeError`.
    """
    async with aclosing(source.read(evidence)) as batches:
        async for batch in batches:
            found.packages.extend(one for one in batch if isinstance(one, Package))
            found.unread.extend(one for one in batch if isinstance(one, Unread))
            if len(found.packages) > most:
                raise TooLargeError(
                    f"more than max_packages = {most} packages", action="set since, or raise max_packages"
                )
            yield len(batch)
    if found.unread and not found.packages:
        first = found.unread[0]
        raise ShapeError(
            f"not one of {len(found.unread)} packages can be read; the first: {first.reason}",
            where=first.name,
            action="check that the place holds packages of the e-document exchange format",
        )


def _doubts(unread: list[Unread], lost: list[str], tolerated: int) -> Iterator[str]:
    if len(unread) > tolerated:
        shown = "; ".join(sorted(f"{one.name}: {one.reason}" for one in unread)[:EXAMPLES])
        yield f"{len(unread)} packages cannot be read: {shown}"
    if lost:
        yield f"{len(lost)} decisions say neither an id nor who signed them when: {', '.join(lost[:EXAMPLES])}"


def build(settings: EdxmlSettings, surroundings: Surroundings) -> EdxmlDecisions:
    """Make the reader; nothing is opened yet. Raises `ConfigurationError` where an extra is missing."""
    return EdxmlDecisions(settings, source_of(settings, surroundings))


def source_of(settings: EdxmlSettings, surroundings: Surroundings) -> Source:
    """The one place that is set."""
    if settings.folder is not None:
        return FolderSource(settings.folder, settings, surroundings.folder)
    if settings.axis is not None:
        return AxisSource(settings.axis, settings, surroundings)
    if settings.link is not None:
        return LinkSource(settings.link, settings, surroundings)
    return _sftp(settings, surroundings)


def _sftp(settings: EdxmlSettings, surroundings: Surroundings) -> Source:
    """Only who reads from an SFTP server needs its library."""
    try:
        module = import_module("adapters.edxml.sftp")
    except ImportError as error:
        raise ConfigurationError(
            f"an SFTP server needs the package {error.name}", action='install the extra: pip install "syncd[sftp]"'
        ) from None
    made: Source = module.SftpSource(settings.sftp, settings, surroundings)
    return made
