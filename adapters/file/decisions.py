"""A file as a source of publication decisions: an export of outgoing documents, read as a whole on every pass.

In: checked settings. Out: what `DecisionReader` promises. Blocking work runs in a thread; nothing stays open between
calls. A file without rows is doubted: an export that failed often looks so.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import date
from hashlib import blake2b
from itertools import islice
from pathlib import Path

from adapters.columns.decisions import DecisionListing, DecisionMapping, decision_mapping
from adapters.columns.records import PAGE
from adapters.file.opening import open_table
from adapters.file.settings import FileSettings
from syncd.errors import ConfigurationError
from syncd.records.publication_decision import Decision
from syncd.sides.adapter import Surroundings
from syncd.sides.reading import Evidence
from syncd.sides.tables.snapshot import Snapshot, read_snapshot
from syncd.sides.tables.table import Doubt, Row, is_blank

NO_ROWS = "the file has no rows; an export that failed often looks so"


class FileDecisions:
    """Reads one file. See `FileSettings`."""

    def __init__(self, settings: FileSettings, folder: Path, mapping: DecisionMapping) -> None:
        self._settings = settings
        self._path = folder / settings.path
        self._mapping = mapping

    @property
    def carries(self) -> frozenset[str]:
        return self._mapping.carries

    @property
    def since(self) -> date | None:
        return self._mapping.rows.since

    async def list_decisions(self, evidence: Evidence) -> AsyncIterator[list[Decision]]:
        """List the decisions, 500 a page. Raises `SideError` for a file that cannot be read or is of another shape."""
        snapshot = await asyncio.to_thread(self._read)
        evidence.snapshot(snapshot.before)
        rows = await asyncio.to_thread(self._rows, snapshot, evidence.doubt)
        listing = DecisionListing(self._mapping)
        found = listing.decisions(rows)
        while page := await asyncio.to_thread(_page, found):
            evidence.page(records=sum(one.is_publication for one in page), digest=digest(page))
            yield page
        if not (evidence.listed or listing.broken or listing.left_out):
            evidence.doubt(NO_ROWS)
        listing.report(evidence)
        evidence.snapshot(snapshot.after)
        evidence.close()

    async def check(self) -> str:
        """Open the file and count what it has."""
        return await asyncio.to_thread(self._checked)

    async def close(self) -> None:
        """Nothing stays open."""

    def _read(self) -> Snapshot:
        return read_snapshot(self._path, self._settings.max_bytes)

    def _rows(self, snapshot: Snapshot, doubt: Doubt) -> Iterator[Row]:
        sought = self._mapping.sought
        table = open_table(self._settings, snapshot.content, sought, where=self._path.name, doubt=doubt)
        return (row for row in table.rows if not is_blank(row))

    def _checked(self) -> str:
        doubts: list[str] = []
        listing = DecisionListing(self._mapping)
        count = sum(one.is_publication for one in listing.decisions(self._rows(self._read(), doubts.append)))
        broken = [f"{len(listing.broken)} rows cannot be read: {listing.broken[0]}"] if listing.broken else []
        said = f"{self._path.name}: {count} publication decisions, {listing.left_out} other documents"
        return "; ".join([f"{said}, columns {self._mapping.shown()}", *doubts, *broken])


def _page(found: Iterator[Decision]) -> list[Decision]:
    return list(islice(found, PAGE))


def digest(page: list[Decision]) -> bytes:
    """A digest of one page."""
    return blake2b(repr(page).encode("utf-8", "backslashreplace"), digest_size=16).digest()


def build_decisions(settings: FileSettings, surroundings: Surroundings) -> FileDecisions:
    """Make the reader; nothing is opened yet. Raises `ConfigurationError` where no column of a decision is mapped."""
    if settings.decisions is None:
        raise ConfigurationError(
            "no columns of decisions are mapped",
            path="decisions",
            action='write decisions = { columns = { number = "Số ký hiệu", signed = "Ngày ban hành" } }',
        )
    return FileDecisions(settings, surroundings.folder, decision_mapping(settings.decisions))
