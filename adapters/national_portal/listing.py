"""Walks the portal's two inventories, and compares them.

In: the API, evidence, the departments that matter. Out: pages of small entries, and findings about what one inventory
alone has. A page is dropped as soon as its entries are reduced.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import NamedTuple

from msgspec import Raw
from msgspec.structs import replace

from adapters.national_portal.api import CATALOGUE, CITIZEN_LIST, PortalApi
from adapters.national_portal.entry import Broken, Entry, broken, of_catalogue, of_citizen
from adapters.national_portal.wire import CitizenPage
from syncd.sides.errors import PermanentError, ShapeError, StaleError
from syncd.sides.reading import Evidence, Finding, prove

LIMITS = (200, 100, 50, 20)
EXAMPLES = 5
NO_TOTAL = "the citizen list declares no total, and goes on after the record where it said that it ends"
WITHDRAWN = "INACTIVE"


class Step(NamedTuple):
    """One page of the catalogue: its entries, what it declares, and whether it declares itself the last."""

    raws: list[Raw]
    total: int
    is_last: bool


@dataclass(slots=True)
class Public:
    """The citizen list, read to its end: its entries by id, and whether it was proven whole."""

    entries: dict[str, Entry | Broken] = field(default_factory=dict)
    is_whole: bool = False

    def shows(self, key: str) -> bool | None:
        return True if key in self.entries else False if self.is_whole else None


async def walk_catalogue(api: PortalApi, size: int, q: str = "") -> AsyncGenerator[Step, None]:
    """The catalogue's pages, until the one that it declares to be the last, or an empty one."""
    page = 1
    while True:
        found = await api.catalogue(page, size, q)
        is_last = page >= found.pagination.totalPages
        yield Step(found.items, found.pagination.total, is_last)
        if is_last or not found.items:
            return
        page += 1


async def list_catalogue(
    api: PortalApi, size: int, evidence: Evidence, departments: frozenset[str], public: Public | None, q: str = ""
) -> AsyncGenerator[list[Entry | Broken], None]:
    """Every entry of the catalogue that ``q`` finds, page by page, reporting to ``evidence``."""
    async with aclosing(walk_catalogue(api, size, q)) as steps:
        async for step in steps:
            evidence.page(records=len(step.raws), digest=_digest(step.raws), declared_total=step.total)
            if step.is_last:
                evidence.close()
            yield list(_reduced_catalogue(step.raws, evidence, departments, public))


def _reduced_catalogue(
    raws: list[Raw], evidence: Evidence, departments: frozenset[str], public: Public | None
) -> Iterator[Entry | Broken]:
    for raw in raws:
        try:
            entry = of_catalogue(raw, departments, where=CATALOGUE)
        except ShapeError as error:
            yield from _kept(broken(raw, error), evidence, error)
        else:
            yield entry if public is None else _marked(entry, public)


def _marked(entry: Entry, public: Public) -> Entry:
    return replace(entry, public=public.shows(entry.id))


def _kept(kept: Broken | None, evidence: Evidence, error: ShapeError) -> Iterator[Broken]:
    if kept is None:
        evidence.doubt(f"an entry without a readable id: {error.message}")
    else:
        yield kept


async def list_citizen(api: PortalApi, evidence: Evidence, q: str = "") -> AsyncGenerator[list[Entry | Broken], None]:
    """The citizen list, page by page, each record once. Its end is an empty page, or a cursor that does not move.

    The page size falls back through `LIMITS` when the portal refuses one. Raises `StaleError` when a cursor that was
    seen earlier comes back: the list cycles. A list that declares no total is asked once more whether it has ended.
    """
    seen: set[str] = set()
    cursor, limits, last = "", list(LIMITS), ""
    while True:
        found = await _citizen_page(api, cursor, limits, q)
        is_end = not found.items or not found.last_id or found.last_id == cursor
        entries = list(_reduced_citizen(found.items, evidence))
        fresh = [entry for entry in entries if entry.id not in seen]
        repeats = len(entries) - len(fresh)
        is_echo = is_end and not fresh  # an unmoved cursor may bring the last page once more
        if repeats and not is_echo:
            evidence.doubt(f"{repeats} records of the citizen list came more than once")
        evidence.page(
            records=0 if is_echo else len(found.items) - repeats,
            digest=_digest(found.items),
            cursor=None if is_end else found.last_id,
            declared_total=found.total,
        )
        seen.update(entry.id for entry in fresh)
        last = fresh[-1].id if fresh else last
        if is_end and last and not evidence.totals and not await _has_ended(api, last, limits, q, seen):
            evidence.doubt(NO_TOTAL)
        if is_end:
            evidence.close()
        yield fresh
        if is_end:
            return
        cursor = found.last_id or ""


async def _has_ended(api: PortalApi, last: str, limits: list[int], q: str, seen: set[str]) -> bool:
    """Whether nothing follows the last record: the page after it is empty, or repeats and does not move."""
    found = await _citizen_page(api, last, limits, q)
    if not found.items:
        return True
    entries = _reduced_citizen(found.items, Evidence())
    return found.last_id == last and seen.issuperset(entry.id for entry in entries)


async def _citizen_page(api: PortalApi, cursor: str, limits: list[int], q: str) -> CitizenPage:
    """Ask with the largest limit that is left; ``limits`` loses those that were refused."""
    while True:
        try:
            return await api.citizen(cursor, limits[0], q)
        except PermanentError:
            if len(limits) == 1:
                raise
            limits.pop(0)


def _reduced_citizen(raws: list[Raw], evidence: Evidence) -> Iterator[Entry | Broken]:
    for raw in raws:
        try:
            yield of_citizen(raw, where=CITIZEN_LIST)
        except ShapeError as error:
            yield from _kept(broken(raw, error), evidence, error)


async def read_public(api: PortalApi, evidence: Evidence) -> Public:
    """Read the whole citizen list beside the catalogue; where it is not whole, say so to the reading's ``evidence``.

    A list that contradicts itself is a doubt; a side that cannot be asked ends the reading.
    """
    own, public, failure = Evidence(), Public(), None
    try:
        async for page in list_citizen(api, own):
            public.entries.update((entry.id, entry) for entry in page)
    except (StaleError, ShapeError) as error:
        failure = error.message
    proof = prove(own, failure=failure)
    public.is_whole = proof.whole
    if not proof.whole:
        evidence.doubt(f"the citizen list is not whole: {'; '.join(proof.reasons)}")
    return public


async def list_both(
    api: PortalApi, size: int, evidence: Evidence, departments: frozenset[str]
) -> AsyncIterator[list[Entry | Broken]]:
    """The citizen list first, then the catalogue with every record marked, then what the citizen list alone has."""
    public = await read_public(api, evidence)
    alone = dict(public.entries)
    hidden: list[str] = []
    async for page in list_catalogue(api, size, evidence, departments, public):
        for entry in page:
            is_public = alone.pop(entry.id, None) is not None or public.shows(entry.id)
            if is_public is False and isinstance(entry, Entry) and entry.state != WITHDRAWN:
                hidden.append(entry.code)
        yield page
    if bool(evidence.listed) != bool(public.entries):
        evidence.doubt("one of the portal's two inventories is empty, the other is not")
    _note(evidence, "catalogue_only", hidden)
    _note(evidence, "citizen_only", [entry.code for entry in alone.values()])
    if alone:
        yield list(alone.values())


def _note(evidence: Evidence, kind: str, codes: list[str]) -> None:
    if codes:
        evidence.note(Finding(kind, len(codes), tuple(codes[:EXAMPLES])))


def _digest(raws: list[Raw]) -> bytes:
    digest = blake2b(digest_size=16)
    for raw in raws:
        digest.update(bytes(raw))
    return digest.digest()
