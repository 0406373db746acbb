"""The national document axis (VXP): the lists of what was sent and received, and each document that matters.

In: settings and surroundings. Out: packages. Lists come twice and must be equal; every call is safe to repeat, for
nothing is acknowledged: ``updateStatus`` is not spoken here.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing
from datetime import UTC, datetime
from hashlib import blake2b
from typing import TypeVar

from adapters.edxml.axis_lists import STATUS, Page, Told, is_candidate, one_total
from adapters.edxml.axis_wire import Row, declared, identity, message_of, opened, package_bytes, rows
from adapters.edxml.package import Read
from adapters.edxml.settings import AxisPlace, EdxmlSettings, ListName, Which
from adapters.edxml.signing import signed_headers
from adapters.edxml.source import BATCH, unread
from adapters.edxml.source import opened as opened_package
from syncd.sides.adapter import Surroundings
from syncd.sides.errors import PermanentError, ShapeError, TooLargeError
from syncd.sides.http import HttpClient, decode
from syncd.sides.reading import Evidence

T = TypeVar("T")
MOST_PAGES = 10_000
EDOC = "edoc"

PATHS: dict[ListName, Callable[[AxisPlace], str]] = {
    ListName.SENT: lambda place: place.sent_path,
    ListName.RECEIVED: lambda place: place.received_path,
    ListName.ANSWERS: lambda place: place.received_path,
}
IDS: dict[ListName, Callable[[AxisPlace], str]] = {
    ListName.SENT: lambda place: place.sent_id,
    ListName.RECEIVED: lambda place: place.received_id,
    ListName.ANSWERS: lambda place: place.received_id,
}
MESSAGES = {ListName.SENT: EDOC, ListName.RECEIVED: EDOC, ListName.ANSWERS: STATUS}
"""What each list is asked for in its headers."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


Wanted = dict[tuple[str, str], None]
"""Documents to open, in the order of their lists, by the kind of message and the id: each list may have its own ids."""


class AxisSource:
    """Reads the axis. ``now``: the clock that signatures show."""

    recalls = True

    def __init__(
        self,
        place: AxisPlace,
        settings: EdxmlSettings,
        surroundings: Surroundings,
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        self._place, self._settings, self._now = place, settings, now
        self._secret = surroundings.secret
        self._http: HttpClient = surroundings.http(surroundings.side, place)

    @property
    def selective(self) -> bool:
        return self._place.open is Which.CANDIDATES

    @property
    def answers(self) -> bool:
        return {ListName.SENT, ListName.ANSWERS} <= set(self._place.lists)

    async def read(self, evidence: Evidence) -> AsyncGenerator[list[Read], None]:
        """Every document of the lists that may matter, each once; a page of a list is a batch as well, mostly empty."""
        wanted, first, again = Wanted(), blake2b(digest_size=16), blake2b(digest_size=16)
        told = list[Told]()
        for which in self._place.lists:
            totals, listed = set[int | None](), 0
            async with aclosing(self._pages(which)) as pages:
                async for page in pages:
                    first.update(page.digest)
                    evidence.page(records=len(page.rows), digest=page.digest)
                    totals.add(page.total)
                    listed += len(page.rows)
                    yield list(self._take(page, which, wanted))
            told.append(Told(which, listed, one_total(which, totals, evidence)))
        evidence.snapshot(first.hexdigest())
        documents = list(wanted)
        for start in range(0, len(documents), BATCH):
            yield await self._documents(documents[start : start + BATCH])
        for which in self._place.lists:
            async with aclosing(self._pages(which)) as pages:
                async for page in pages:
                    again.update(page.digest)
                    yield []
        evidence.snapshot(again.hexdigest())
        self._judge(told, evidence)

    def _judge(self, told: Sequence[Told], evidence: Evidence) -> None:
        """Each list by itself; the reading is closed only where every list said that it is at its end."""
        is_told = self._place.page_size is not None or self._place.unpaged
        for one in told:
            for doubt in one.doubts(is_told=is_told):
                evidence.doubt(doubt)
        totals = [one.total for one in told if one.total is not None]
        if len(totals) == len(told):
            evidence.totals.append(sum(totals))
        if is_told or len(totals) == len(told):
            evidence.close()

    def _take(self, page: Page, which: ListName, wanted: Wanted) -> Iterator[Read]:
        """Note ids of documents to open, with the kind of message that they are; rows that cannot be read come out."""
        path, field = PATHS[which](self._place), IDS[which](self._place)
        for raw in page.rows:
            try:
                row = decode(raw, Row, where=path)
                if self._place.open is Which.ALL or is_candidate(row, self._settings.words):
                    wanted.setdefault((message_of(row, MESSAGES[which], path), identity(raw, field, path)))
            except ShapeError as error:
                yield unread(f"a row of the list of {which} documents", error)
        if len(wanted) > self._settings.max_packages:
            raise TooLargeError(f"more than max_packages = {self._settings.max_packages} documents", where=path)

    async def _pages(self, which: ListName) -> AsyncGenerator[Page, None]:
        """The whole list; page by page where a page size is set, until one is empty or the declared total is met: an
        axis may show fewer rows than it is asked for."""
        listed = 0
        for number in range(1, MOST_PAGES + 1):
            page = await self._list(which, self._paging(number))
            listed += len(page.rows)
            if page.rows or number == 1:
                yield page
            if self._place.page_size is None or not page.rows or listed == page.total:
                return
        raise TooLargeError(f"the list has more than {MOST_PAGES} pages", where=PATHS[which](self._place))

    def _paging(self, number: int) -> dict[str, str]:
        size = self._place.page_size
        return {} if size is None else {"pageIndex": str(number), "pageSize": str(size)}

    async def _list(self, which: ListName, paging: Mapping[str, str]) -> Page:
        path = PATHS[which](self._place)
        where = f"POST {path}"

        def parse(body: bytes) -> Page:
            envelope = opened(body, where)
            found = rows(envelope, where)
            digest = blake2b(b"\0".join(bytes(one) for one in found), digest_size=16)
            return Page(found, declared(envelope), digest.digest())

        return await self._ask(path, f"{which}_list", {"messagetype": MESSAGES[which], **paging}, parse)

    async def _documents(self, wanted: list[tuple[str, str]]) -> list[Read]:
        """Raises the `SideError` of the first that failed for a passing reason."""
        gate = asyncio.Semaphore(self._place.concurrency)

        async def one(message: str, document: str) -> Read:
            async with gate:
                return await self._document(document, message)

        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(one(*each)) for each in wanted]
        except ExceptionGroup as failed:
            raise failed.exceptions[0] from None
        return [task.result() for task in tasks]

    async def _document(self, document: str, message: str) -> Read:
        """One document; a refusal of this one alone is no end of the reading."""
        path = self._place.document_path
        where = f"POST {path}"
        try:
            content = await self._ask(
                path,
                "document",
                {"messagetype": message, "docId": document},
                lambda body: package_bytes(opened(body, where), where),
            )
        except (PermanentError, ShapeError) as error:
            return unread(document, error)
        if len(content) > self._settings.max_package_bytes:
            return unread(document, TooLargeError(f"larger than {self._settings.max_package_bytes} bytes"))
        return await asyncio.to_thread(opened_package, content, document, self._settings.caps)

    async def _ask(self, path: str, operation: str, said: Mapping[str, str], parse: Callable[[bytes], T]) -> T:
        headers = signed_headers(
            {"servicetype": "eDoc", **said},
            system_id=self._place.system_id,
            secret=self._secret(self._place.key_secret).strip("\r\n"),
            moment=self._now(),
            version=self._place.version,
        )
        return await self._http.ask("POST", path, operation=operation, safe=True, headers=headers, parse=parse)

    async def check(self) -> str:
        """Read the first page of the first list."""
        which = self._place.lists[0]
        page = await self._list(which, self._paging(1))
        total = len(page.rows) if page.total is None else page.total
        return f"the axis answers: the list of {which} documents has {total} rows"

    async def close(self) -> None:
        await self._http.close()
