"""An adapter that hangs when it is told to, installed by its entry point like any other. For the boot test alone.

In: ``how``, and a file: a reading that finds it takes it away and hangs; others are refused. Out: nothing.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Literal

from syncd.records.procedure import Procedure
from syncd.sides.adapter import (
    AdapterDefinition,
    AdapterSettings,
    Answer,
    Capabilities,
    Listed,
    Record,
    Surroundings,
    Wanted,
)
from syncd.sides.errors import UnreachableError
from syncd.sides.reading import Evidence


class Settings(AdapterSettings):
    how: Literal["patient", "deaf", "blocked"]
    when: Path


async def wait_patiently() -> None:
    await asyncio.Event().wait()


async def hang_and_hear_nothing() -> None:
    while True:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            continue


async def hang_and_block_everything() -> None:
    time.sleep(600)  # noqa: ASYNC251


HANGS = {"patient": wait_patiently, "deaf": hang_and_hear_nothing, "blocked": hang_and_block_everything}


class Hanging:
    capabilities = Capabilities(frozenset({"name"}))

    def __init__(self, settings: Settings, _around: Surroundings) -> None:
        self.settings = settings

    async def list_records(self, _evidence: Evidence) -> AsyncIterator[list[Listed]]:
        when = self.settings.when
        if when.exists():
            when.unlink()
            await HANGS[self.settings.how]()
        raise UnreachableError("it hangs some other time")
        yield []

    async def fetch_detail(self, listed: Listed) -> bytes:
        return listed.raw

    async def read_again(self, wanted: Sequence[Wanted]) -> list[Answer]:
        return [Answer(one) for one in wanted]

    def canonical(self, record: Record) -> Procedure:
        raise NotImplementedError

    async def check(self) -> str:
        return "hangs"

    async def close(self) -> None: ...


definition = AdapterDefinition("hanging", "hangs when it is told to", Settings, build=Hanging)
