"""A pair as it was at a past instant: rebuilt from the ledger's versions, judged by the same functions. Writes nothing.

In: a pair, a ledger, an instant. Out: the world of then, and the readings that it stood on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from syncd.ledger import Ledger
from syncd.ledger.configurations import in_force
from syncd.ledger.mismatches import select
from syncd.ledger.readings import Reading, last_reading, last_whole
from syncd.ledger.versions import Head, each_head_at
from syncd.passes.configured import as_configured
from syncd.passes.indexing import entry_of, mark_unread
from syncd.passes.outcome import ALARMING
from syncd.passes.pair import SIDES, Pair, Side, SideName
from syncd.passes.recording import UNREAD
from syncd.passes.verdict import judge_pair
from syncd.passes.world import World
from syncd.reconcile.scope import Facts
from syncd.reconcile.sweep import SideIndex
from syncd.records.codes import CODES_APART


@dataclass(frozen=True, slots=True)
class Then:
    """A pair at a past instant, as it was configured then. ``world`` is None where a side had not yet been read whole.

    ``is_remembered``: whether the ledger knows how it was configured; where not, it is judged by today's configuration.
    ``open``: what was open then, suspected or confirmed.
    """

    pair: Pair
    is_remembered: bool
    open: int
    world: World | None
    whole: dict[SideName, Reading | None]
    latest: dict[SideName, Reading | None]

    @property
    def remark(self) -> str:
        """What must be said with every answer about then; empty where there is nothing to say."""
        if self.is_remembered or not any(self.latest.values()):
            return ""
        return "how the pair was configured then is not remembered: judged by the configuration of today"

    @property
    def is_known(self) -> bool:
        """Whether the newest readings of both sides were whole then."""
        return all(one is not None and one == self.whole[name] for name, one in self.latest.items())


async def then(pair: Pair, ledger: Ledger, instant: datetime) -> Then:
    """The pair as the ledger knew it at ``instant``."""
    whole = {name: await ledger.read(last_whole, pair.name, name, as_of=instant) for name in SIDES}
    latest = {name: await ledger.read(last_reading, pair.name, name, as_of=instant) for name in SIDES}
    known = await ledger.read(in_force, pair.name, instant)
    configured = pair if known is None else as_configured(pair, known.content)
    alarming = await ledger.read(select, pair=pair.name, states=ALARMING, as_of=instant)
    if any(reading is None for reading in whole.values()):
        world = None
    else:
        past = replace(
            configured,
            portal=await _side_then(configured, pair.portal, ledger, instant, whole["portal"]),
            city=await _side_then(configured, pair.city, ledger, instant, whole["city"]),
        )
        world = await judge_pair(past, ledger, instant, as_of=instant)
    return Then(configured, known is not None, len(alarming), world, whole, latest)


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
