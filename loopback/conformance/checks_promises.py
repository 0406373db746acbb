"""Checks of what every adapter promises: keys, answers one for one, purity, cancellation, closing, secrets, no writing.

In: a stage. Out: rows of the table of checks that hold for every kind of system.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

from loopback.conformance import wire
from loopback.conformance.proxy import Mood
from loopback.conformance.reading import difference, judge, listing, translated
from loopback.conformance.stage import Stage
from loopback.conformance.words import BrokenPromiseError, Check
from syncd.sides.adapter import Answer, Record
from syncd.sides.errors import SideError

LONGEST_KEY: Final = 600
CANCELLATIONS: Final = 24
READING_METHODS: Final = frozenset({"GET", "HEAD"})


def demand(is_met: bool, words: str) -> None:
    """Raises `BrokenPromiseError` with these words where it is not met."""
    if not is_met:
        raise BrokenPromiseError(words)


async def _whole(stage: Stage) -> str:
    run = stage.truth.run
    demand(run.proof.whole, f"{run.proof.verdict.value}: {'; '.join(run.proof.reasons)}")
    return f"{len(run.listed)} records on {run.proof.pages} pages"


async def _keys(stage: Stage) -> str:
    keys = [one.key for one in stage.truth.run.listed]
    demand(len(set(keys)) == len(keys), f"{len(keys) - len(set(keys))} keys came more than once")
    wrong = [key for key in keys if not key or len(key) > LONGEST_KEY]
    demand(not wrong, f"{len(wrong)} keys are empty or longer than {LONGEST_KEY} characters, e.g. {wrong[:1]!r:.80}")
    demand(all(isinstance(one.raw, bytes) and one.raw for one in stage.truth.run.listed), "a record has no bytes")
    return f"{len(keys)} keys"


async def _listing_repeats(stage: Stage) -> str:
    replay(stage)
    async with stage.adapter() as adapter:
        first = await listing(adapter)
        replay(stage)
        second = await listing(adapter)
    for one in (first, second):
        said = judge(one, stage.truth, adapter.canonical, "listed again")
        demand(one.proof.whole, said)
    demand(first.by_key == second.by_key, "two listings of one state have other bytes")
    return f"{len(second.listed)} records, byte for byte"


async def _canonical(stage: Stage) -> str:
    adapter = stage.build()
    await adapter.close()
    mood = None if stage.proxy is None else stage.proxy.set(Mood())
    records = (*stage.truth.sample, *(Record(*one) for one in stage.truth.run.listed[:200]))
    for record in records:
        one = await asyncio.to_thread(translated, adapter.canonical, record)
        other = translated(stage.build().canonical, Record(*record))
        demand(one == other, f"{record.key!r} is translated in two ways: {difference(one, other)}")
    demand(mood is None or not mood.asked, "the system was asked while a record was translated")
    return f"{len(records)} records, each twice, with an adapter that was closed"


async def _answers(stage: Stage) -> str:
    told = stage.truth.answers
    demand(len(told) == len(stage.truth.wanted), f"{len(told)} answers to {len(stage.truth.wanted)} questions")
    for wanted, answer in zip(stage.truth.wanted, told, strict=True):
        demand(answer.wanted == wanted, f"the answer to {wanted!r:.100} is about {answer.wanted!r:.100}")
        demand(answer.error is None, f"{wanted!r:.100}: {answer.error}")
        if wanted.key is not None:
            keys = [one.key for one in answer.records]
            demand(keys == [wanted.key], f"{wanted.key!r} was asked for, and {keys!r:.100} came")
    demand(not told[-1].records, f"nobody has {stage.truth.wanted[-1].code!r}, and a record came")
    async with stage.adapter() as adapter:
        demand(await adapter.read_again([]) == [], "no question, and an answer")
    return f"{len(told)} answers, in order"


async def _failing_answers(stage: Stage) -> str:
    proxy = stage.before_system
    proxy.set(Mood(everywhere=wire.status(503)))
    async with stage.adapter() as adapter:
        try:
            told: list[Answer] = await adapter.read_again(stage.truth.wanted)
        except Exception as error:
            raise BrokenPromiseError(f"an exception came out: {type(error).__name__}: {error!s:.150}") from error
    demand(
        [one.wanted for one in told] == list(stage.truth.wanted), "the answers are not in the order of the questions"
    )
    silent = [one.wanted for one in told if one.error is None]
    demand(not silent, f"{len(silent)} answers have no error, e.g. to {silent[:1]!r:.150}")
    return f"{len(told)} answers: {told[0].error!s:.150}"


async def _check_speaks(stage: Stage) -> str:
    replay(stage)
    async with stage.adapter() as adapter:
        said = await adapter.check()
    demand(bool(said.strip()) and len(said.splitlines()) == 1, f"check said {said!r:.150}")
    if stage.proxy is not None:
        await _check_fails(stage)
    return said[:150]


async def _check_fails(stage: Stage) -> None:
    stage.before_system.set(Mood(everywhere=wire.status(503)))
    async with stage.adapter() as adapter:
        try:
            said = await adapter.check()
        except SideError:
            return
        except Exception as error:
            raise BrokenPromiseError(f"check raised {type(error).__name__}, no SideError") from error
    raise BrokenPromiseError(f"the side answered nothing but 503, and check said {said!r:.150}")


async def _close_twice(stage: Stage) -> str:
    replay(stage)
    unused = stage.build()
    await unused.close()
    used = stage.build()
    await listing(used)
    for adapter in (unused, used, used):
        try:
            await adapter.close()
        except Exception as error:
            raise BrokenPromiseError(f"close raised {type(error).__name__}: {error!s:.150}") from error
    return "closed unused, used, and again"


def replay(stage: Stage) -> None:
    """Begin the replay anew, without a lie."""
    if stage.proxy is not None:
        stage.proxy.set(Mood())


CHECKS: Final[Sequence[Check]] = (
    Check("whole-reading", "a clean reading of the system is whole", _whole),
    Check("unique-keys", "every record has bytes and a key of its own, of 600 characters at most", _keys),
    Check(
        "listing-repeats", "a second listing of the same state gives the same records, byte for byte", _listing_repeats
    ),
    Check(
        "pure-canonical", "canonical gives the same twice, in any thread, after close, without a question", _canonical
    ),
    Check(
        "point-reads",
        "read_again answers one for one, in order; a known key with its record, an unknown with none",
        _answers,
    ),
    Check(
        "failing-point-reads",
        "where the side fails, every answer of read_again is an error, and nothing is raised",
        _failing_answers,
    ),
    Check("check-speaks", "check returns one line, and raises SideError where the side fails", _check_speaks),
    Check("close-twice", "close never raises: unused, used, and again", _close_twice),
)
