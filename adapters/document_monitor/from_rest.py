"""A monitor that answers over HTTP: asked page by page, or unit by unit, each answer read along the settings' paths.

In: the table ``rest``. Out: tallies. An answer that is not the declared number of rows, that repeats a page, or that
says itself that it is none, is an error. Answers are read and counted in a thread: they may be large.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, NamedTuple

from adapters.document_monitor.answers import Reading, read_answer
from adapters.document_monitor.counting import Count, Counted
from adapters.document_monitor.placeholders import Value, filled, filled_body, values_of
from adapters.document_monitor.rest_settings import RestSettings
from syncd.records.periods import Period
from syncd.records.tasks import TaskTally
from syncd.sides.errors import StaleError, TooLargeError
from syncd.sides.http import HttpClient
from syncd.sides.tables.table import Row

MOST_PAGES = 10_000


class _Page(NamedTuple):
    reading: Reading
    digest: bytes


@dataclass(slots=True)
class _Gathered:
    """The pages of one question, until they are whole."""

    where: str
    most: int
    rows: list[Row] = field(default_factory=list)
    declared: int | None = None
    digests: set[bytes] = field(default_factory=set)

    def add(self, page: _Page) -> None:
        """Take one page. Raises `StaleError` for one that was there already, or that declares another number."""
        found, pages = page.reading, len(self.digests) + 1
        if page.digest in self.digests:
            raise StaleError(f"page {pages} repeats a page before it", where=self.where)
        if self.digests and found.declared != self.declared:
            raise StaleError(f"page {pages} declares {found.declared} rows, not {self.declared}", where=self.where)
        self.digests.add(page.digest)
        self.declared = found.declared
        self.rows += [row._replace(number=len(self.rows) + at) for at, row in enumerate(found.rows, 1)]
        if len(self.rows) > self.most or len(self.digests) > MOST_PAGES:
            raise TooLargeError(f"more than max_rows = {self.most} rows", where=self.where)

    def is_whole(self) -> bool:
        return self.declared is not None and len(self.rows) >= self.declared

    def require_whole(self) -> None:
        if self.declared is not None and len(self.rows) != self.declared:
            said = f"{len(self.rows)} rows came of {self.declared} that are declared"
            raise StaleError(said, where=self.where, action="a page is missing, or the list changed meanwhile")


class RestSource:
    """Asks the monitor's interface."""

    def __init__(self, form: RestSettings, http: HttpClient) -> None:
        self._form = form
        self._http = http
        self._where = f"{form.method} {form.path}"

    async def counted(self, period: Period, count: Count) -> Counted:
        values = values_of(period)
        if not self._form.each_unit:
            rows, total = await self._asked(values)
            found = await asyncio.to_thread(count, rows, self._where)
            return found if total is None else found._replace(total=total)
        every: list[Row] = []
        for code, own in self._form.each_unit.items():
            rows, _ = await self._asked({**values, "unit": own})
            every += [_of_unit(row, code) for row in rows]
        numbered = [row._replace(number=at) for at, row in enumerate(every, 1)]
        return await asyncio.to_thread(count, numbered, self._where)

    async def _asked(self, values: Mapping[str, Value]) -> tuple[list[Row], TaskTally | None]:
        gathered = _Gathered(self._where, self._form.max_rows)
        total = None
        for number in range(MOST_PAGES + 1):
            page = await self._page(values, number)
            total = total or page.reading.total
            if number and not page.reading.rows:
                break
            gathered.add(page)
            if self._form.paging is None or gathered.is_whole():
                break
        gathered.require_whole()
        return gathered.rows, total

    async def _page(self, values: Mapping[str, Value], number: int) -> _Page:
        paged = {**values, **(self._form.paging.values(number) if self._form.paging else {})}
        question: dict[str, Any] = {"params": _each(self._form.params, paged) or None}
        if self._form.body is not None:
            question["json"] = filled_body(self._form.body, paged)
        elif self._form.method == "POST":
            question["form"] = _each(self._form.form, paged)
        path = filled(self._form.path, paged)
        body = await self._http.json(self._form.method, path, operation="list", safe=True, **question)
        return await asyncio.to_thread(_parsed, body, self._form, self._where)

    async def close(self) -> None:
        await self._http.close()


def _parsed(body: bytes, form: RestSettings, where: str) -> _Page:
    reading = read_answer(body, form, where=where)
    return _Page(reading, _digest(reading.rows))


def _digest(rows: Iterable[Row]) -> bytes:
    """Of the rows alone: around them the answer may have a clock or a number of its own."""
    digest = blake2b(digest_size=16)
    for row in rows:
        digest.update(repr(sorted(row.cells.items())).encode())
    return digest.digest()


def _each(texts: Mapping[str, str], values: Mapping[str, Value]) -> dict[str, str]:
    return {name: filled(text, values) for name, text in texts.items()}


def _of_unit(row: Row, code: str) -> Row:
    """The row of the unit that was asked about: its code is ours to say, its name the answer's."""
    return row._replace(cells={"unit_name": code, **row.cells, "unit_code": code})
