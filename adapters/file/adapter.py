"""The file side: a list that staff or another system exports, read as a whole on every pass.

In: checked settings. Out: raw rows with keys and evidence. Blocking work runs in a thread; nothing stays open between
calls. A file without rows is doubted: an export that failed often looks so.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path

from adapters.columns import Listing, Mapping, answered, digest, is_blank, mapping, paged, procedure
from adapters.file.opening import open_table
from adapters.file.settings import FileSettings
from syncd.errors import ConfigurationError
from syncd.records.procedure import Procedure
from syncd.sides.adapter import Answer, Capabilities, Listed, Record, Surroundings, Wanted
from syncd.sides.errors import SideError, StaleError
from syncd.sides.reading import Evidence
from syncd.sides.tables.snapshot import Snapshot, read_snapshot
from syncd.sides.tables.table import Doubt, Table

TRANSLATION = "1"
"""The version of the translation; raised when a release translates any row differently."""

NO_ROWS = "the file has no rows; an export that failed often looks so"
CHANGED = "the file changed while it was read"


class FileAdapter:
    """Reads one file. See `FileSettings`."""

    def __init__(self, settings: FileSettings, folder: Path) -> None:
        self._settings = settings
        self._path = folder / settings.path
        self._mapping: Mapping = mapping(settings.columns)
        self._rows: dict[str, int] = {}

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(carries=self._mapping.carries, translation=f"{TRANSLATION} {self._mapping.mark}")

    async def list_records(self, evidence: Evidence) -> AsyncIterator[list[Listed]]:
        """List the rows, 500 a page. Raises `SideError` for a file that cannot be read or is of another shape."""
        snapshot = await asyncio.to_thread(self._read)
        evidence.snapshot(snapshot.before)
        table = await asyncio.to_thread(self._open, snapshot, evidence.doubt)
        listing = Listing()
        pages = paged(self._listed(table, listing))
        while page := await asyncio.to_thread(next, pages, None):
            evidence.page(records=len(page), digest=digest(page))
            yield page
        self._rows = listing.rows
        if not listing.rows:
            evidence.doubt(NO_ROWS)
        evidence.snapshot(snapshot.after)
        evidence.close()

    async def fetch_detail(self, listed: Listed) -> bytes:
        """A row has no details of its own."""
        return listed.raw

    async def read_again(self, wanted: Sequence[Wanted]) -> list[Answer]:
        """Read the file once more for all questions. "There is none" is only said of a file that is whole."""
        try:
            listed, doubts = await asyncio.to_thread(self._list_all)
        except SideError as error:
            return [Answer(question, error=error) for question in wanted]
        unsure = StaleError(doubts[0], where=str(self._path), action="export the file again") if doubts else None
        return await asyncio.to_thread(answered, wanted, listed, unsure=unsure)

    def canonical(self, record: Record) -> Procedure:
        """Translate one row; its number in the file is named in errors."""
        number = self._rows.get(record.key)
        place = f"{self._path.name}, row {number}" if number else f"{self._path.name}, {record.key!r}"
        return procedure(record.raw, self._mapping, where=place)

    async def check(self) -> str:
        """Open the file and count its rows."""
        return await asyncio.to_thread(self._checked)

    async def close(self) -> None:
        """Nothing stays open."""

    def _read(self) -> Snapshot:
        return read_snapshot(self._path, self._settings.max_bytes)

    def _open(self, snapshot: Snapshot, doubt: Doubt) -> Table:
        return open_table(self._settings, snapshot.content, self._mapping.sought, where=self._path.name, doubt=doubt)

    def _listed(self, table: Table, listing: Listing) -> Iterator[Listed]:
        return (listing.listed(row) for row in table.rows if not is_blank(row))

    def _list_all(self) -> tuple[list[Listed], list[str]]:
        snapshot = self._read()
        doubts: list[str] = [] if snapshot.before == snapshot.after else [CHANGED]
        listing = Listing()
        listed = list(self._listed(self._open(snapshot, doubts.append), listing))
        self._rows = listing.rows
        return listed, doubts if listed else [*doubts, NO_ROWS]

    def _checked(self) -> str:
        doubts: list[str] = []
        table = self._open(self._read(), doubts.append)
        count = sum(not is_blank(row) for row in table.rows)
        said = f"{self._path.name}: {count} rows, {table.found}, columns {self._mapping.shown()}"
        return "; ".join([said, *doubts, *([] if count else [NO_ROWS])])


def build(settings: FileSettings, surroundings: Surroundings) -> FileAdapter:
    """Make the adapter; nothing is opened yet. Raises `ConfigurationError` where no column of procedures is mapped."""
    if not settings.columns:
        raise ConfigurationError(
            "no columns of procedures are mapped",
            path="columns",
            action="decisions are listed by [decisions.documents]",
        )
    return FileAdapter(settings, surroundings.folder)
