"""Pages of the older gateway: they end with one that is not full, and every row declares how many there are in all.

In: a way to ask for page n. Out: pages of raw rows, each reported as evidence. A list that is one page short, or stops
early, does not come to its ``AMOUNT``: the proof says so.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from hashlib import blake2b

from msgspec import Raw

from adapters.national_gateway.wire import amount_of
from syncd.sides.errors import ShapeError, StaleError
from syncd.sides.reading import Evidence, prove

MOST_PAGES = 20_000
Ask = Callable[[int, int], Awaitable[list[Raw]]]
"""Page (from 1) and size."""


async def pages(ask: Ask, size: int, evidence: Evidence, *, where: str) -> AsyncGenerator[list[Raw], None]:
    """Every page. Raises `SideError`; `StaleError` where a page comes twice: the gateway does not turn pages."""
    for number in range(1, MOST_PAGES + 1):
        rows = await ask(number, size)
        if len(rows) > size:
            raise ShapeError(f"{len(rows)} rows where {size} were asked for", where=where, path="$")
        digest = blake2b(b"\n".join(bytes(row) for row in rows), digest_size=16).digest()
        evidence.page(records=len(rows), digest=digest, declared_total=amount_of(rows, where=where))
        if len(rows) < size:
            evidence.close()
        if rows:
            yield rows
        if evidence.closed:
            if evidence.listed and not evidence.totals:
                evidence.doubt(f"{where}: no row declares a total (AMOUNT)")
            return
    raise StaleError(f"more than {MOST_PAGES} pages, and no end", where=where)


async def whole(ask: Ask, size: int, *, where: str) -> list[Raw]:
    """Every row of a list that may be empty. Raises `StaleError` for one that is not whole: it is none."""
    evidence, found = Evidence(), list[Raw]()
    async with aclosing(pages(ask, size, evidence, where=where)) as listing:
        async for rows in listing:
            found += rows
    proof = prove(evidence, may_be_empty=True)
    if not proof.whole:
        raise StaleError(f"the list is not whole: {'; '.join(proof.reasons)}", where=where, action="read again later")
    return found
