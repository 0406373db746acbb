"""Paging through a list of OpenCPS: ``start`` and ``end``, with a total declared on every page.

In: a path and a page size. Out: pages of raw rows, each reported as evidence. The list is at its end only where as many
rows came as the system declares.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from hashlib import blake2b
from types import MappingProxyType
from typing import Final

from msgspec import Raw

from adapters.opencps.words import Page
from syncd.sides.errors import ShapeError
from syncd.sides.http import HttpClient, decode
from syncd.sides.reading import Evidence

MOST_PAGES: Final = 100_000
EVERYTHING: Final[Mapping[str, str]] = MappingProxyType({})


async def pages(
    http: HttpClient,
    path: str,
    size: int,
    evidence: Evidence,
    operation: str,
    narrowed: Mapping[str, str] = EVERYTHING,
) -> AsyncGenerator[list[Raw], None]:
    """Every page of a list, ``narrowed`` by a query. Raises `SideError`; `StaleError` where a page comes twice."""
    where, start = f"GET {path}", 0
    for _ in range(MOST_PAGES):
        asked = {**narrowed, "start": str(start), "end": str(start + size)}
        body = await http.json("GET", path, operation=operation, safe=True, params=asked)
        page = decode(body, Page, where=where)
        _check(page, size, where)
        digest = blake2b(b"\n".join(page.data), digest_size=16).digest()
        evidence.page(records=len(page.data), digest=digest, declared_total=page.total)
        start += len(page.data)
        if page.data:
            yield page.data
        if start >= page.total:
            if start == page.total:
                evidence.close()
            return
        if not page.data:
            return


def _check(page: Page, size: int, where: str) -> None:
    if page.total < 0:
        raise ShapeError(f"a total of {page.total}", where=where, path="$.total")
    if len(page.data) > size:
        raise ShapeError(
            f"{len(page.data)} rows where {size} were asked for: the system does not page",
            where=where,
            path="$.data",
            action="check that nothing between rewrites the query (start, end)",
        )
