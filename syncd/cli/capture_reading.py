"""One side read alone, to its end: what a pass would ask of it, without anything to compare with.

In: a side. Out: the proof of its reading. Memory holds keys, not records.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress

from syncd.sides.adapter import Listed, ReadingAdapter
from syncd.sides.errors import SideError
from syncd.sides.reading import Evidence, Proof, prove

AT_ONCE = 8
"""Details that are asked at the same time; the client's own limits hold as well."""


async def read_alone(adapter: ReadingAdapter, progress: Callable[[str], None]) -> Proof:
    """List everything, then fetch what details there are."""
    evidence, failure, keys = Evidence(), None, dict[str, None]()
    listed, repeated = list[Listed](), 0
    has_details = adapter.capabilities.details
    try:
        async for page in adapter.list_records(evidence):
            repeated += len(page) - len({one.key for one in page} - keys.keys())
            keys.update(dict.fromkeys(one.key for one in page))
            listed += page if has_details else []
            progress(f"{evidence.listed}")
    except SideError as error:
        failure = error.message
    await _details(adapter, listed, progress)
    return prove(evidence, failure=failure, duplicates=repeated)


async def _details(adapter: ReadingAdapter, listed: Sequence[Listed], progress: Callable[[str], None]) -> None:
    """Fetch every detail; one that cannot be read is on the tape as such."""
    waiting, done = iter(listed), 0

    async def fetch() -> None:
        nonlocal done
        for one in waiting:
            with suppress(SideError):
                await adapter.fetch_detail(one)
            done += 1
            progress(f"{done} details")

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(fetch())
