"""The national document axis (VXP): the lists of what was sent and received, and each document that matters.

In: settings and surroundings. Out: packages. Lists come twice and must be equal; every call is safe to repeat, for
nothing is acknowledged: ``updateStatus`` is not spoken here.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from datetime import UTC, datetime
from hashlib import blake2b
from typing import NamedTuple, TypeVar

from msgspec import Raw

from adapters.edxml.axis_wire import Row, declared, identity, opened, package_bytes, rows, text
from adapters.edxml.choosing import Words, is_about_publication, is_decision
from adapters.edxml.package import Read
from adapters.edxml.settings import AxisPlace, EdxmlSettings, ListName, Which
from adapters.edxml.signing import signed_headers
from adapters.edxml.source import BATCH, unread
from adapters.edxml.source import opened as opened_package
from syncd.records.text import fold
from syncd.sides.adapter import Surroundings
from syncd.sides.errors import PermanentError, ShapeError, TooLargeError
from syncd.sides.http import HttpClient, decode
from syncd.sides.reading import Evidence

EVENTS = tuple(map(fold, ("thu hồi", "thay thế", "cập nhật", "lấy lại", "hủy bỏ")))
"""Words of titles under which a recall, an update or a replacement may come."""

T = TypeVar("T")
MOST_PAGES = 10_000
STATUS = "status"
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


class Page(NamedTuple):
    """One answer of a list."""

    rows: list[Raw]
    total: int | None
    digest: bytes


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

    async def read(self, evidence: Evidence) -> AsyncIterator[list[Read]]:
        """Every document of the lists that may matter, each once."""
        wanted, broken, first = dict[str, str](), list[Read](), blake2b(digest_size=16)
        declared_totals = list[int | None]()
        for which in self._place.lists:
            totals = set[int | None]()
            async for page in self._pages(which):
                first.update(page.digest)
                evidence.page(records=len(page.rows), digest=page.digest)
                totals.add(page.total)
                broken.extend(self._take(page, which, wanted))
            declared_totals.append(_one_total(which, totals, evidence))
        if None not in declared_totals:
            evidence.totals.append(sum(total or 0 for total in declared_totals))
        evidence.snapshot(first.hexdigest())
        if broken:
            yield broken
        documents = list(wanted.items())
        for start in range(0, len(documents), BATCH):
            yield await self._documents(documents[start : start + BATCH])
        evidence.snapshot(await self._again())
        evidence.close()

    async def _again(self) -> str:
        digest = blake2b(digest_size=16)
        for which in self._place.lists:
            async for page in self._pages(which):
                digest.update(page.digest)
        return digest.hexdigest()

    def _take(self, page: Page, which: ListName, wanted: dict[str, str]) -> Iterator[Read]:
        """Note ids of documents to open, with the kind of message that they are; rows that cannot be read come out."""
        path, field = PATHS[which](self._place), IDS[which](self._place)
        for raw in page.rows:
            try:
                row = decode(raw, Row, where=path)
                if self._place.open is Which.ALL or is_candidate(row, self._settings.words):
                    wanted.setdefault(identity(raw, field, path), text(row.message) or MESSAGES[which])
            except ShapeError as error:
                yield unread(f"a row of the list of {which} documents", error)
        if len(wanted) > self._settings.max_packages:
            raise TooLargeError(f"more than max_packages = {self._settings.max_packages} documents", where=path)

    async def _pages(self, which: ListName) -> AsyncIterator[Page]:
        """The whole list; page by page where a page size is set, until one is not full."""
        size = self._place.page_size
        for number in range(1, MOST_PAGES + 1):
            paging = {} if size is None else {"pageIndex": str(number), "pageSize": str(size)}
            page = await self._list(which, paging)
            if page.rows or number == 1:
                yield page
            if size is None or len(page.rows) < size:
                return
        raise TooLargeError(f"the list has more than {MOST_PAGES} pages", where=PATHS[which](self._place))

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
        gate = asyncio.Semaphore(self._place.concurrency)

        async def one(document: str, message: str) -> Read:
            async with gate:
                return await self._document(document, message)

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(*each)) for each in wanted]
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
        async for page in self._pages(which):
            total = len(page.rows) if page.total is None else page.total
            return f"the axis answers: the list of {which} documents has {total} rows"
        return f"the axis answers: the list of {which} documents is empty"

    async def close(self) -> None:
        await self._http.close()


def _one_total(which: ListName, totals: set[int | None], evidence: Evidence) -> int | None:
    """The total that every page of a list declares; one that changes is a doubt."""
    if len(totals) > 1:
        evidence.doubt(f"the declared total of the list of {which} documents changed while it was read")
        return None
    return next(iter(totals), None)


def is_candidate(row: Row, words: Words) -> bool:
    """Whether a row may be a publication decision, or say something of one: a list shows titles, not what they do."""
    title, notation = text(row.title), text(row.notation)
    if text(row.message).strip().lower() == STATUS or not title.strip():
        return True
    if any(word in fold(title) for word in EVENTS):
        return True
    own = notation.rpartition("/")[2]
    return is_about_publication(words, title) and (not own or is_decision(words, "", own))
