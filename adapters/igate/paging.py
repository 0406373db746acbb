"""Lists of iGate: pages of Spring, counted from 0, that declare a total, or slices that declare none.

In: a way to ask for page n. Out: pages of raw rows, each reported as evidence. A page with a total is at its end where
it says so, and the total must be met. A slice is at its end where it says so and the page after it is empty. No total
betrays a row that slipped through while another came: a second walk of slices, or of several pages, must find the same.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from contextlib import aclosing
from hashlib import blake2b
from typing import Final

from msgspec import Raw, Struct

from syncd.sides.errors import ShapeError, StaleError
from syncd.sides.http import decode
from syncd.sides.reading import Evidence, prove

MOST_PAGES: Final = 20_000
LARGEST_TOTAL: Final = 10_000_000
_MODULUS: Final = 1 << 128

Ask = Callable[[int, int], Awaitable[bytes]]
"""Page (from 0) and size; the bytes of the answer."""


class Page(Struct, rename="camel"):
    """One answer. A slice has no totals; ``size`` is what the system makes of the size that was asked for."""

    content: list[Raw]
    number: int | None = None
    size: int | None = None
    last: bool | None = None
    number_of_elements: int | None = None
    total_elements: int | None = None


class Rows:
    """A digest of rows whatever their order, made while they pass: it holds none of them."""

    def __init__(self) -> None:
        self._sum, self._count = 0, 0

    def add(self, rows: Iterable[Raw]) -> None:
        for row in rows:
            self._sum = (self._sum + int.from_bytes(blake2b(row, digest_size=16).digest())) % _MODULUS
            self._count += 1

    @property
    def digest(self) -> str:
        return f"{self._count} {self._sum:032x}"


async def proven(ask: Ask, size: int, evidence: Evidence, *, where: str) -> AsyncGenerator[list[Raw], None]:
    """Every page; where there are several, or slices, they are walked a second time. Raises `SideError`."""
    first = Rows()
    async with aclosing(pages(ask, size, evidence, where=where)) as listing:
        async for rows in listing:
            first.add(rows)
            yield rows
    if not evidence.closed or (evidence.totals and evidence.pages == 1):
        return
    second = Rows()
    try:
        async with aclosing(pages(ask, size, Evidence(), where=where)) as listing:
            async for rows in listing:
                second.add(rows)
    except (ShapeError, StaleError) as error:
        evidence.doubt(f"the second walk did not come to its end: {error.message}")
        return
    evidence.snapshot(first.digest)
    evidence.snapshot(second.digest)


async def pages(ask: Ask, size: int, evidence: Evidence, *, where: str) -> AsyncGenerator[list[Raw], None]:
    """Every page, once. Raises `SideError`; `StaleError` where a page comes twice, or another than was asked for."""
    before: Page | None = None
    for number in range(MOST_PAGES):
        page = read_page(await ask(number, size), number, size, where=where)
        _report(page, before, evidence, where)
        if page.content:
            yield page.content
        if _is_end(page, evidence):
            return
        before = page
    raise StaleError(f"more than {MOST_PAGES} pages, and no end", where=where)


def read_page(body: bytes, number: int, size: int, *, where: str) -> Page:
    """One page. Raises `ShapeError` for what cannot be page ``number`` of at most ``size`` rows."""
    page = decode(body, Page, where=where)
    total = page.total_elements
    if total is not None and not 0 <= total <= LARGEST_TOTAL:
        raise ShapeError(f"a total of {total}", where=where, path="$.totalElements")
    if len(page.content) > size:
        raise ShapeError(f"{len(page.content)} rows where {size} were asked for", where=where, path="$.content")
    if page.number not in (None, number):
        raise StaleError(
            f"page {number} was asked for, page {page.number} came",
            where=where,
            action="check that nothing between rewrites or keeps the question (page, size)",
        )
    return page


def _report(page: Page, before: Page | None, evidence: Evidence, where: str) -> None:
    """What one page says, and where it contradicts itself or the page before it."""
    count = len(page.content)
    if before is not None and before.size != page.size:
        raise StaleError(f"pages of {before.size} rows became pages of {page.size}: rows are lost", where=where)
    if page.number_of_elements not in (None, count):
        evidence.doubt(f"{where}: a page says that it has {page.number_of_elements} rows, and has {count}")
    if before is not None and page.total_elements is None and before.last is not None and before.last is bool(count):
        said = "was the last" if before.last else "was not the last"
        evidence.doubt(f"{where}: the page before {said}, and {count} rows follow")
    digest = blake2b(b"\n".join(page.content), digest_size=16).digest()
    evidence.page(records=count, digest=digest, declared_total=page.total_elements)


def _is_end(page: Page, evidence: Evidence) -> bool:
    """Whether the walk ends with this page; closes the chain where the system itself says so."""
    if page.total_elements is None:
        ends = not page.content
    else:
        ends = page.last if page.last is not None else evidence.listed >= page.total_elements
    if ends:
        evidence.close()
    return ends or not page.content


async def whole(ask: Ask, size: int, *, where: str) -> list[Raw]:
    """Every row of a list that may be empty. Raises `StaleError` for one that is not whole: it is none."""
    evidence, found = Evidence(), list[Raw]()
    async with aclosing(proven(ask, size, evidence, where=where)) as listing:
        async for rows in listing:
            found += rows
    reasons = prove(evidence, may_be_empty=True).reasons
    if reasons:
        raise StaleError(f"the list is not whole: {'; '.join(reasons)}", where=where, action="read again later")
    return found
