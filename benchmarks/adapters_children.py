"""What is measured of one adapter, each in a process of its own: the questions, the floor, the reading.

In: how a side is configured, and a folder. Out: a dict of figures in processor time.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import aiohttp

from benchmarks.floors import Figures, peak_mb
from syncd.sides.adapter import Listed, ReadingAdapter, Record, Surroundings
from syncd.sides.http import Answer, HttpClient, HttpSettings
from syncd.sides.http.words import Call, Send
from syncd.sides.reading import Evidence, prove
from syncd.sides.registry import definition, settings_for

AT_ONCE = 8
CHUNK = 64 * 1024
Told = dict[str, Any]


async def no_wait(_seconds: float) -> None: ...


def side_of(told: Told, folder: Path, hear: Callable[[str, Call], None] | None = None) -> ReadingAdapter:
    """The side, built as the daemon builds it; ``hear`` is told of each question with its base address."""
    secret = told["secrets"].__getitem__

    def http(label: str, settings: HttpSettings) -> HttpClient:
        client = HttpClient(label, settings, secret=secret, sleep=no_wait)

        async def carry(call: Call, send: Send) -> Answer:
            if hear is not None:
                hear(settings.base_url, call)
            return await send(call)

        return client if hear is None else client.through(carry)

    known = definition(told["table"]["adapter"])
    if known.build is None:
        raise TypeError(f"{known.name} cannot be a side of a pair")
    return known.build(settings_for(known, told["table"], "side"), Surroundings("side", folder, secret, http))


async def whole(side: ReadingAdapter) -> Figures:
    """List, complete and translate everything, as the first pass does; nothing is kept but what a pass keeps."""
    evidence, waiting, translated = Evidence(), list[Listed](), 0
    async for page in side.list_records(evidence):
        if side.capabilities.details:
            waiting += page
        else:
            translated += sum(side.canonical(Record(*one)).code != "" for one in page)
    for start in range(0, len(waiting), 200):
        async for record in _completed(side, waiting[start : start + 200]):
            translated += side.canonical(record).code != ""
    proof = prove(evidence)
    if not proof.whole:
        raise RuntimeError(f"the reading is not whole: {proof.reasons}")
    return {"records": proof.counted, "translated": translated}


async def _completed(side: ReadingAdapter, listed: list[Listed]) -> AsyncIterator[Record]:
    gate = asyncio.Semaphore(AT_ONCE)

    async def fetch(one: Listed) -> Record:
        async with gate:
            return Record(one.key, one.raw, await side.fetch_detail(one))

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(fetch(one)) for one in listed]
    for task in tasks:
        yield task.result()


async def questions(told: Told, folder: Path) -> Figures:
    """Read once, unmeasured: every answer is made and kept, and every question written down for the floor."""
    with (folder / "questions").open("w", encoding="utf-8") as file:

        def hear(base: str, call: Call) -> None:
            body = None if call.content is None else call.content.decode()
            asked = [call.method, base + call.path, dict(call.params or {}), body, call.content_type]
            file.write(json.dumps(asked) + "\n")

        side = side_of(told, folder, hear)
        try:
            return await whole(side)
        finally:
            await side.close()


async def ours(told: Told, folder: Path) -> Figures:
    """The adapter."""
    side = side_of(told, folder)
    try:
        begun, wall = process_time(), perf_counter()
        figures = await whole(side)
        return figures | {"seconds": process_time() - begun, "wall": perf_counter() - wall, "peak_mb": peak_mb()}
    finally:
        await side.close()


async def floor(told: Told, folder: Path) -> Figures:
    """The plain client: the same bytes, looked at by nobody."""
    begun = process_time()
    plain = {"file": _of_file, "sql": _of_sql}.get(told["table"]["adapter"])
    size = await _of_http(folder) if plain is None else plain(told, folder)
    return {"bytes": size, "seconds": process_time() - begun, "peak_mb": peak_mb()}


async def _of_http(folder: Path) -> int:
    size = 0
    with (folder / "questions").open(encoding="utf-8") as file:
        asked = iter(file)

        async def ask(session: aiohttp.ClientSession) -> None:
            nonlocal size
            for line in asked:
                method, url, params, body, kind = json.loads(line)
                headers = {} if kind is None else {"Content-Type": kind}
                async with session.request(method, url, params=params, data=body, headers=headers) as answer:
                    size += len(await answer.read())

        connector = aiohttp.TCPConnector(limit=AT_ONCE)
        async with aiohttp.ClientSession(connector=connector) as session, asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(ask(session))
    return size


def _of_file(told: Told, folder: Path) -> int:
    with (folder / told["table"]["path"]).open("rb") as file:
        return sum(map(len, iter(lambda: file.read(CHUNK), b"")))


def _of_sql(told: Told, folder: Path) -> int:
    columns, table = ", ".join(told["table"]["columns"].values()), told["table"]["table"]
    with closing(sqlite3.connect(folder / "city.db")) as database:
        rows = database.execute(f"SELECT {columns} FROM {table}")  # noqa: S608 - names of our own
        return sum(len(cell) for page in _pages(rows) for row in page for cell in row)


def _pages(rows: sqlite3.Cursor) -> Iterator[list[tuple[str, ...]]]:
    while page := rows.fetchmany(500):
        yield page


CHILDREN = {"questions": questions, "floor": floor, "ours": ours}
