"""The systems of the adapters' benchmark, each over as many records as wanted, in a process of its own.

In: the name of a system, a number of records, a folder. Out: one line of JSON (how its side is configured), and answers
until standard input is closed. An answer is made once and kept on disk: when it counts, bytes are served.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO, NamedTuple

from aiohttp import web

from loopback.catalogue import Catalogue, CityRow, PortalRecord
from loopback.integration import STATE as INTEGRATION
from syncd.reconcile.mismatches import MismatchKind
from tests.adapters.every_system import NAMED, Stage, catalogue, typed_off

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
SESSION = re.compile(rb'"session":"[^"]*"')
ASKED = re.compile(r'"?maTTHC"?[:=]\s*"?([^"&]+)')


class Kept(NamedTuple):
    """One answer, and where its body stands."""

    status: int
    kind: str
    place: int
    size: int


class Shelf:
    """Answers by question, on disk."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._end = 0
        self._kept: dict[bytes, Kept] = {}

    @web.middleware
    async def serve(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """The kept answer, else the system's. Who asks is not looked at again."""
        body = SESSION.sub(b"", await request.read())
        key = blake2b(b"\0".join((request.method.encode(), request.path_qs.encode(), body)), digest_size=16).digest()
        kept = self._kept.get(key)
        if kept is None:
            answer = await handler(request)
            if not isinstance(answer, web.Response) or not isinstance(answer.body, bytes):
                return answer
            kept = self._kept[key] = Kept(answer.status, answer.headers["Content-Type"], self._end, len(answer.body))
            self._file.seek(self._end)
            self._file.write(answer.body)
            self._end += kept.size
            return answer
        self._file.seek(kept.place)
        return web.Response(status=kept.status, body=self._file.read(kept.size), headers={"Content-Type": kept.kind})


class Many:
    """The small catalogue's sound records, as often as it takes, each time under other codes and ids."""

    def __init__(self, records: int) -> None:
        self._records = records

    @cached_property
    def catalogue(self) -> Catalogue:
        spoiled = {one.code for one in catalogue().planted if one.kind is MismatchKind.INVALID_RECORD}
        sound = [one for one in catalogue().portal if one.public and typed_off(one) and one.code not in spoiled]
        portal = tuple(_renamed(sound[at % len(sound)], at) for at in range(self._records))
        return replace(catalogue(), portal=portal, city=tuple(map(_typed, enumerate(portal))))


def _renamed(record: PortalRecord, at: int) -> PortalRecord:
    code = f"{1 + at // 1_000_000}.{at % 1_000_000:06d}"
    names = {"id": f"019d2bf7-0000-7000-8000-{at:012x}", "code": code, "codeNotation": code}
    return replace(record, detail=record.detail | names)


def _typed(numbered: tuple[int, PortalRecord]) -> CityRow:
    row = typed_off(numbered[1])
    if row is None:
        raise ValueError("a sound record cannot be typed off")
    return replace(row, number=500_000 + numbered[0])


def narrowed(app: web.Application) -> web.Application:
    """The integration API looks through every record for each that is asked: show it that one alone."""
    state = next((value for value in app.values() if hasattr(value, "portal") or hasattr(value, "behind")), None)
    behind = getattr(state, "behind", state)
    if INTEGRATION not in app and not hasattr(state, "behind"):
        return app
    everything = behind.portal.records
    by_code = {record.code: record for record in everything.values()}

    @web.middleware
    async def narrow(request: web.Request, handler: Handler) -> web.StreamResponse:
        found = ASKED.search((await request.read()).decode() or request.query_string)
        record = by_code.get(found[1]) if found else None
        behind.portal.records = everything if record is None else {record.id: record}
        return await handler(request)

    app.middlewares.append(narrow)
    return app


async def served(name: str, records: int, folder: Path) -> None:
    """Run until nobody listens any more."""
    with (folder / "answers").open("w+b") as file:
        shelf = Shelf(file)

        def wrap(app: web.Application) -> web.Application:
            narrowed(app).middlewares.insert(0, shelf.serve)
            return app

        async with NAMED[name].over(Stage(folder, Many(records).catalogue, wrap)) as running:
            told = {"table": running.table, "secrets": running.secrets}
            sys.stdout.write(json.dumps(told) + "\n")
            sys.stdout.flush()
            await asyncio.to_thread(sys.stdin.read)


def main() -> None:
    name, records, folder = sys.argv[1:]
    asyncio.run(served(name, int(records), Path(folder)))


if __name__ == "__main__":
    main()
