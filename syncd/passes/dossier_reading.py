"""Both sides of a dossier pair, asked at the same time: whole answers, or the error that came instead.

In: a dossier pair, the periods, what is known of late dossiers. Out: `DossierReadings`. Writes nothing; no transaction
is open while this runs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import TypeVar

from syncd.passes.dossier_pair import DossierPair, DossierPolicy
from syncd.passes.pair import SIDES, SideName
from syncd.passes.reading import Progress
from syncd.reconcile.end_dates import is_late
from syncd.records.dossiers import Dossier, Tallies
from syncd.records.periods import Period
from syncd.sides.errors import SideError, StaleError, TransientError

T = TypeVar("T")

MOST_AGAIN = 2_000
"""Dossiers asked one by one in a pass. The rest stay as they were seen and have their turn in a later pass."""


@dataclass(frozen=True, slots=True)
class Overdue:
    """What the city says of late dossiers. ``present``: all that are there, by number; ``asked``: those asked now."""

    present: Mapping[str, Dossier] = field(default_factory=dict)
    asked: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class DossierReadings:
    """What one pass was told. ``overdue`` is None where the city lists no dossiers."""

    at: datetime
    tallies: Mapping[SideName, Mapping[Period, Tallies | SideError]]
    overdue: Overdue | SideError | None

    def errors(self) -> dict[str, SideError]:
        """Every error, by what was asked: ``portal 2026-10``, ``city overdue``."""
        found = {
            f"{side} {period}": answer
            for side in SIDES
            for period, answer in self.tallies[side].items()
            if isinstance(answer, SideError)
        }
        return found | ({"city overdue": self.overdue} if isinstance(self.overdue, SideError) else {})


@dataclass(frozen=True, slots=True)
class Followed:
    """Dossiers that are asked for again where the list shows them no more. ``suspects``: numbers of open mismatches."""

    known: Sequence[Dossier]
    suspects: frozenset[str]
    turn: int = 0


async def read_both(
    pair: DossierPair, periods: Sequence[Period], followed: Followed, *, at: datetime, progress: Progress
) -> DossierReadings:
    """Ask both sides. An error of one is its answer; anything but a `SideError` is raised."""
    limit = pair.policy.reading_limit
    async with asyncio.TaskGroup() as group:
        portal = group.create_task(_tallies(pair, "portal", periods, limit, progress))
        city = group.create_task(_city(pair, periods, followed, at, progress))
    tallies, overdue = city.result()
    return DossierReadings(at=at, tallies={"portal": portal.result(), "city": tallies}, overdue=overdue)


async def _city(
    pair: DossierPair, periods: Sequence[Period], followed: Followed, at: datetime, progress: Progress
) -> tuple[Mapping[Period, Tallies | SideError], Overdue | SideError | None]:
    """The city is asked one thing after the other: it is the smaller system."""
    limit = pair.policy.reading_limit
    tallies = await _tallies(pair, "city", periods, limit, progress)
    if not pair.city.reader.lists_overdue:
        return tallies, None
    return tallies, await _answer(lambda: _overdue(pair, followed, at, progress), limit)


async def _tallies(
    pair: DossierPair, name: SideName, periods: Sequence[Period], limit: timedelta, progress: Progress
) -> dict[Period, Tallies | SideError]:
    side = pair.side(name)
    answers: dict[Period, Tallies | SideError] = {}
    for period in periods:
        progress(f"{name} tallies {period}")
        answers[period] = await _answer(lambda period=period: side.reader.read_tallies(period, side.root), limit)  # type: ignore[misc]
    return answers


async def _answer(ask: Callable[[], Awaitable[T]], limit: timedelta) -> T | SideError:
    try:
        async with asyncio.timeout(limit.total_seconds()):
            return await ask()
    except SideError as error:
        return error
    except TimeoutError:
        return TransientError(
            f"no whole answer within {limit}", action="see whether the system is slow, or the list long"
        )


async def _overdue(pair: DossierPair, followed: Followed, at: datetime, progress: Progress) -> Overdue:
    """The city's list, and what has left it one by one. Raises `SideError`."""
    progress("city overdue dossiers")
    listed = {one.number: one for one in await pair.city.reader.read_overdue(pair.city.root, at)}
    missing = to_ask_again(followed, listed, pair.policy, at)
    if not missing:
        return Overdue(listed, frozenset(listed))
    asked = _turn(missing, followed.turn)
    progress(f"city dossiers again: {len(asked)}")
    again = {one.number: one for one in await pair.city.reader.read_again(asked)}
    if not listed and not again:
        raise StaleError(
            f"not one of {len(asked)} known dossiers is shown, and no other",
            where="city",
            action="its search index may be empty or under construction; nothing is concluded from it",
        )
    waiting = missing.keys() - set(asked)
    kept = {number: known for number in waiting if (known := missing[number]) is not None}
    return Overdue(kept | again | listed, frozenset(listed) | set(asked))


def to_ask_again(
    followed: Followed, listed: Mapping[str, Dossier], policy: DossierPolicy, at: datetime
) -> dict[str, Dossier | None]:
    """The dossiers to ask for by number, with what is known of each: late ones, and those under suspicion."""
    suspects: dict[str, Dossier | None] = dict.fromkeys(sorted(followed.suspects - listed.keys()))
    late = {one.number: one for one in followed.known if one.number not in listed and _is_followed(one, policy, at)}
    known = {one.number: one for one in followed.known if one.number in suspects}
    return suspects | late | known


def _is_followed(one: Dossier, policy: DossierPolicy, at: datetime) -> bool:
    return is_late(one, at) and (one.finished is None or at - one.finished <= policy.followed)


def _turn(missing: Iterable[str], turn: int) -> list[str]:
    """As many as one pass may ask, beginning where the pass before has ended."""
    numbers = list(missing)
    start = turn * MOST_AGAIN % len(numbers) if len(numbers) > MOST_AGAIN else 0
    return list(islice([*numbers[start:], *numbers[:start]], MOST_AGAIN))
