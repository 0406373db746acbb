"""A pair as it was at a past instant: rebuilt from the ledger's versions, judged by the same functions. Writes nothing.

In: a pair, a ledger, an instant. Out: the world of then, and the readings that it stood on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from syncd.ledger import Ledger
from syncd.ledger.readings import Reading, last_reading, last_whole
from syncd.ledger.versions import Head, each_head_at
from syncd.passes.pair import SIDES, Pair, Side, SideName
from syncd.passes.recording import UNREAD, entry_of, mark_unread
from syncd.passes.verdict import World, judge_pair
from syncd.reconcile.scope import Facts
from syncd.reconcile.sweep import SideIndex
from syncd.records.codes import CODES_APART


@dataclass(frozen=True, slots=True)
class Then:
    """A pair at a past instant. ``world`` is None where a side had not yet been read whole."""

    world: World | None
    whole: dict[SideName, Reading | None]
    latest: dict[SideName, Reading | None]

    @property
    def is_known(self) -> bool:
        """Whether the newest readings of both sides were whole then."""
        return all(one is not None and one == self.whole[name] for name, one in self.latest.items())


async def then(pair: Pair, ledger: Ledger, instant: datetime) -> Then:
    """The pair as the ledger knew it at ``instant``."""
    whole = {name: await ledger.read(last_whole, pair.name, name, as_of=instant) for name in SIDES}
    latest = {name: await ledger.read(last_reading, pair.name, name, as_of=instant) for name in SIDES}
    if any(reading is None for reading in whole.values()):
        return Then(None, whole, latest)
    past = replace(
        pair,
        portal=await _side_then(pair, pair.portal, ledger, instant, whole["portal"]),
        city=await _side_then(pair, pair.city, ledger, instant, whole["city"]),
    )
    return Then(await judge_pair(past, ledger, instant), whole, latest)


async def _side_then(pair: Pair, side: Side, ledger: Ledger, instant: datetime, reading: Reading | None) -> Side:
    index = SideIndex()

    def take(head: Head) -> None:
        index.put(head.key, entry_of(pair, side, head))

    await ledger.read(each_head_at, pair.name, side.name, instant, take)
    for named in unread_then(reading):
        key, _, code = named.partition(CODES_APART)
        mark_unread(index, key, Facts(code, 0))
    return Side(side.name, side.adapter, index)


def unread_then(reading: Reading | None) -> tuple[str, ...]:
    """The records that a reading showed and could not read: key and code."""
    findings = reading.proof.findings if reading else ()
    return tuple(named for one in findings if one.kind == UNREAD for named in one.examples)
