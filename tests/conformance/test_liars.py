"""The kit finds out adapters that lie: each breaks one promise, and the checks of that promise fail.

The liars are the honest adapter of the templates with one thing wrong.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from loopback.conformance import CHECKS, Kit, Outcome, verify
from syncd.records.procedure import Procedure
from syncd.sides.adapter import Answer, Listed, Record, Surroundings, Wanted
from syncd.sides.errors import UnreachableError
from syncd.sides.http import decode
from syncd.sides.reading import Evidence
from tests.conformance.honest import package, subject
from tests.conformance.subjects import file_csv

Honest: Any = package().HonestAdapter
PROCEDURES = "/procedures"


class Believer(Honest):
    """Takes every listing for whole."""

    async def list_records(self, evidence: Evidence) -> AsyncIterator[list[Listed]]:
        own = Evidence()
        async for page in super().list_records(own):
            evidence.listed += len(page)
            yield page
        evidence.close()


class Skipper(Honest):
    """Leaves out what it cannot read."""

    async def list_records(self, evidence: Evidence) -> AsyncIterator[list[Listed]]:
        with contextlib.suppress(Exception):
            async for page in super().list_records(evidence):
                yield page
        evidence.totals.clear()
        evidence.close()


class Leaver(Honest):
    """Leaves a task behind."""

    async def list_records(self, evidence: Evidence) -> AsyncIterator[list[Listed]]:
        self._left = asyncio.create_task(asyncio.Event().wait())
        async for page in super().list_records(evidence):
            yield page


class Deaf(Honest):
    """Does not hear that it is cancelled, and goes on with what it did."""

    async def list_records(self, evidence: Evidence) -> AsyncIterator[list[Listed]]:
        async for page in super().list_records(evidence):
            yield page

    async def close(self) -> None:
        """Keeps its connections."""


class Gossip(Honest):
    """Logs its secret."""

    def __init__(self, settings: Any, surroundings: Surroundings) -> None:
        super().__init__(settings, surroundings)
        self._secret = surroundings.secret("conformance-key")

    async def check(self) -> str:
        logging.getLogger("gossip").debug("asking with %s", self._secret)
        return await super().check()


class Writer(Honest):
    """Writes to the system."""

    async def check(self) -> str:
        with contextlib.suppress(Exception):
            await self._http.json("POST", PROCEDURES, operation="touch", safe=False, json={"seen": True})
        return await super().check()


class Fickle(Honest):
    """Translates in another way each time."""

    times = 0

    def canonical(self, record: Record) -> Procedure:
        Fickle.times += 1
        return Procedure(code=record.key, name=str(Fickle.times))


class Thrower(Honest):
    """Raises where it must answer."""

    async def read_again(self, wanted: Sequence[Wanted]) -> list[Answer]:
        answers = await super().read_again(wanted)
        for answer in answers:
            if answer.error is not None:
                raise answer.error
        return answers


class Short(Honest):
    """Answers a question once, however often it is asked."""

    async def read_again(self, wanted: Sequence[Wanted]) -> list[Answer]:
        return list({one.wanted: one for one in await super().read_again(wanted)}.values())


class Trusting(Honest):
    """Takes whatever comes for what it asked for."""

    async def _records(self, code: str) -> tuple[Record, ...]:
        answer = await self._http.request(
            "GET", f"{PROCEDURES}/{code}", operation="detail", safe=True, accept=frozenset({200, 404})
        )
        return () if answer.status == 404 else (Record(code, answer.body),)


class Once(Honest):
    """May be closed once."""

    closed = False

    async def close(self) -> None:
        if self.closed:
            raise RuntimeError("closed already")
        self.closed = True
        await super().close()


class Careless(Honest):
    """Trusts every certificate, and reads every body to its end."""

    def __init__(self, settings: Any, surroundings: Surroundings) -> None:
        super().__init__(settings, surroundings)
        self._address = settings.base_url

    async def _page(self, number: int, size: int, operation: str) -> Any:
        asked = {"page": str(number), "size": str(size)}
        try:
            async with aiohttp.ClientSession() as session:
                address = f"{self._address}{PROCEDURES}"
                async with session.get(address, params=asked, ssl=False) as answer:
                    return decode(await answer.read(), package().Page, where=PROCEDURES)
        except aiohttp.ClientError as error:
            raise UnreachableError(f"it did not answer: {type(error).__name__}") from None


BREAKS: dict[Any, set[str]] = {
    Believer: {"lost-page", "short-page"},
    Skipper: {"truncated-body", "unavailable", "cut-json", "block-page-200", "reset", "deep-nesting"},
    Leaver: {"cancellation", "nothing-left"},
    Deaf: {"cancellation", "nothing-left"},
    Gossip: {"secrets-kept"},
    Writer: {"writes-nothing"},
    Fickle: {"pure-canonical", "reordered-rows"},
    Thrower: {"failing-point-reads"},
    Short: {"point-reads"},
    Trusting: {"swapped-records"},
    Once: {"close-twice"},
    Careless: {"certificate-self-signed", "certificate-expired", "oversized-body", "unauthorised"},
}
SMALL = {"page_size": 60, "max_bytes": 1024 * 1024}


@pytest.mark.parametrize("liar", BREAKS, ids=lambda liar: liar.__name__)
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_liar_is_found_out(liar: Any) -> None:
    results = verify(subject(liar, **SMALL), sorted(BREAKS[liar]))
    gc.collect()  # what it left behind is complained about here
    found = {one.check for one in results if one.outcome is Outcome.FAILED}
    assert found == BREAKS[liar], [str(one) for one in results]


def test_the_honest_one_keeps_every_promise_that_the_liars_break() -> None:
    broken = sorted(set().union(*BREAKS.values()))
    assert [str(one) for one in verify(subject(Honest, **SMALL), broken) if one.outcome is not Outcome.PASSED] == []


def test_a_result_says_what_was_demanded_and_what_was_seen() -> None:
    (result,) = verify(subject(Believer, **SMALL), ["lost-page"])
    assert "whole, but" in result.seen
    assert "are lost" in result.seen
    assert result.demands in str(result)


def test_the_original_of_a_file_is_never_spoiled(tmp_path: Path) -> None:
    made = file_csv(tmp_path)
    before = (tmp_path / "city.csv").read_bytes(), (tmp_path / "city.csv").stat().st_mtime_ns
    verify(made, ["cut-file", "empty-file", "absent-file", "growing-file", "writes-nothing"])
    assert ((tmp_path / "city.csv").read_bytes(), (tmp_path / "city.csv").stat().st_mtime_ns) == before


def test_a_file_that_is_written_is_seen(tmp_path: Path) -> None:
    made = file_csv(tmp_path)
    build = made.definition.build
    assert build is not None

    def touching(settings: Any, surroundings: Surroundings) -> Any:
        adapter = build(settings, surroundings)
        again = adapter.read_again

        async def read_again(wanted: Sequence[Wanted]) -> list[Answer]:
            await asyncio.to_thread((surroundings.folder / "city.csv").touch)
            return await again(wanted)

        adapter.read_again = read_again
        return adapter

    (result,) = verify(replace(made, definition=replace(made.definition, build=touching)), ["writes-nothing"])
    assert result.seen == "a file was written"


def test_every_check_has_a_sentence_of_its_own() -> None:
    sentences = [check.demands for check in CHECKS.values()]
    assert len(set(sentences)) == len(sentences)
    assert all(len(one) > 30 for one in sentences)


def test_a_kit_that_was_left_holds_nothing(tmp_path: Path) -> None:
    with Kit(subject(Honest, **SMALL)) as kit:
        folder = kit._stage.workspace
    kit.close()
    assert not folder.exists()
