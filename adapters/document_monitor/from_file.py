"""A monitor's export: one file for each period, or one list with the days of every task.

In: the table ``file``. Out: tallies. A file that is cut, or that changes while it is read, is refused: counts have no
second look that could tell.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from adapters.document_monitor.counting import Count, Counted
from adapters.document_monitor.placeholders import filled, values_of
from adapters.document_monitor.settings import FileForm
from adapters.file.opening import open_table
from syncd.records.periods import Period
from syncd.sides.errors import StaleError
from syncd.sides.tables.snapshot import read_snapshot
from syncd.sides.tables.sought import SoughtColumns

CHANGED = "the file changed while it was read"
AGAIN = "export the file again"


class FileSource:
    """Reads one file for each question."""

    def __init__(self, form: FileForm, folder: Path, columns: SoughtColumns) -> None:
        self._form = form
        self._folder = folder
        self._columns = columns

    async def counted(self, period: Period, count: Count) -> Counted:
        return await asyncio.to_thread(self._counted, period, count)

    def _counted(self, period: Period, count: Count) -> Counted:
        path = self._folder / filled(self._form.path, values_of(period))
        snapshot = read_snapshot(path, self._form.max_bytes)
        if snapshot.before != snapshot.after:
            raise StaleError(CHANGED, where=path.name, action=AGAIN)
        doubts: list[str] = []
        table = open_table(self._form, snapshot.content, self._columns, where=path.name, doubt=doubts.append)
        found = count(table.rows, path.name)
        if doubts:
            raise StaleError(doubts[0], where=path.name, action=AGAIN)
        return found

    async def close(self) -> None:
        """Nothing stays open."""
