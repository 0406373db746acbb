"""What is measured, each in a process of its own so that peaks of memory do not mix: floors and our sweeps.

In: the corpus that the parent wrote. Out: a dict of figures; the answers are checked against the truth, not timed.
"""

from __future__ import annotations

import asyncio
import json
import resource
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import islice
from operator import attrgetter
from pathlib import Path
from time import process_time

import msgspec

from benchmarks.floors import Figures, hash_floor, peak_mb, plain
from benchmarks.records import Corpus
from syncd.reconcile.comparison import Rules, differences
from syncd.reconcile.equality import FIELD_RULES
from syncd.reconcile.fingerprints import comparison, exact, raw_hash
from syncd.reconcile.scope import Facts, Flag
from syncd.reconcile.screening import Suspicion, screen
from syncd.reconcile.sweep import Entry, Meeting, SideIndex, Sweep
from syncd.records.procedure import Procedure

PAGE = 100
HAND_OVER = 50
"""After so many translated records the event loop gets its turn."""

SEED = 0x5EED
RULES = Rules(fields=frozenset(FIELD_RULES))


class Key(msgspec.Struct, gc=False):
    """What a listing is split by: nothing but the key is parsed."""

    portal_id: str
    local_code: str


KEYS = msgspec.json.Decoder(Key)
PROCEDURES = msgspec.json.Decoder(Procedure)
OFFERED = int(Flag.PUBLIC)
CONCERNS_CITY = int(Flag.PUBLIC | Flag.IN_SCOPE)


def resident_kb() -> float:
    """The present resident set of this process."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1024


class Side:
    """One side: its file, its index, and where each record stands in the file (in place of the ledger)."""

    def __init__(self, path: Path, key: Callable[[Key], str], flags: int) -> None:
        self.flags = flags
        self.path = path
        self.key = key
        self.index = SideIndex()
        self.patches: dict[int, bytes] = {}

    async def pages(self) -> AsyncIterator[list[tuple[str, bytes]]]:
        """The listing, page by page, as an adapter gives it."""
        key, decode, patches = self.key, KEYS.decode, self.patches
        page: list[tuple[str, bytes]] = []
        with self.path.open("rb") as lines:
            for number, line in enumerate(lines):
                raw = patches.get(number, line) if patches else line
                page.append((key(decode(raw)), raw))
                if len(page) == PAGE:
                    yield page
                    page = []
        if page:
            yield page

    def load(self, keys: set[str]) -> Iterator[Procedure]:
        """The canonical records of some keys, read again from the file, in its order."""
        with self.path.open("rb") as lines:
            for number, line in enumerate(lines):
                raw = self.patches.get(number, line)
                if self.key(KEYS.decode(raw)) in keys:
                    yield PROCEDURES.decode(raw)


async def sweep(side: Side) -> None:
    """One pass over one side: hash first, translate what is new or changed, drop what is gone."""
    passing = Sweep(side.index)
    meet, put = passing.meet, side.index.put
    fresh: list[tuple[str, Entry]] = []
    async for page in side.pages():
        for key, raw in page:
            fingerprint = raw_hash(raw, None, SEED)
            if meet(key, fingerprint) is Meeting.SEEN:
                continue
            fresh.append((key, translate(raw, fingerprint, side.flags)))
            if len(fresh) == HAND_OVER:
                for one in fresh:
                    put(*one)
                fresh.clear()
                await asyncio.sleep(0)
        await asyncio.sleep(0)
    for one in fresh:
        put(*one)


def translate(raw: bytes, fingerprint: bytes, flags: int) -> Entry:
    """Everything that is remembered of a record that was not known."""
    procedure = PROCEDURES.decode(raw)
    return Entry(fingerprint, comparison(procedure, RULES), exact(procedure, RULES), Facts(procedure.code, flags), 1)


def judge(portal: Side, city: Side) -> tuple[dict[str, list[str]], set[str], set[str]]:
    """Screen both indexes and compare what is unequal: alarming fields by code, codes of one side only."""
    candidates = screen(portal.index, city.index).candidates
    only = {
        suspicion: {one.code for one in candidates if one.suspicion is suspicion}
        for suspicion in (Suspicion.MISSING_IN_CITY, Suspicion.MISSING_ON_PORTAL)
    }
    unequal = [one for one in candidates if one.suspicion is Suspicion.UNEQUAL]
    del candidates
    theirs = portal.load({one.portal_keys[0] for one in unequal})
    ours = city.load({one.city_keys[0] for one in unequal})
    alarming = {}
    for one, other in zip(theirs, ours, strict=True):
        found = differences(one, other, RULES)
        if fields := sorted(difference.field for difference in found if difference.difference.alarming):
            alarming[one.code] = fields
    return alarming, only[Suspicion.MISSING_IN_CITY], only[Suspicion.MISSING_ON_PORTAL]


def mistakes(found: tuple[dict[str, list[str]], set[str], set[str]], corpus: Corpus, *, patched: bool) -> Figures:
    """How many verdicts are false and how many are missed, field by field, against the truth."""
    truth = json.loads(corpus.truth.read_text(encoding="utf-8"))
    right = {
        (code, field)
        for code, fields in truth["differing_patched" if patched else "differing"].items()
        for field in fields
    }
    right |= {(code, "missing") for side in ("only_first", "only_second") for code in truth[side]}
    ours = {(code, field) for code, fields in found[0].items() for field in fields}
    ours |= {(code, "missing") for codes in found[1:] for code in codes}
    return {"false": len(ours - right), "missed": len(right - ours), "right": len(right)}


async def both(portal: Side, city: Side) -> float:
    """Sweep both sides, one after the other on one core; returns the seconds."""
    start = process_time()
    await sweep(portal)
    await sweep(city)
    return process_time() - start


def sides(corpus: Corpus, second: Path) -> tuple[Side, Side]:
    portal = Side(corpus.first, attrgetter("portal_id"), CONCERNS_CITY)
    return portal, Side(second, attrgetter("local_code"), OFFERED)


async def ours(corpus: Corpus, second: Path) -> Figures:
    """Cold, warm, warm with 2 % changed: three sweeps of the same two sides in one process."""
    portal, city = sides(corpus, second)
    warm_up(portal)
    before = resident_kb()
    cold = await both(portal, city)
    records = len(portal.index) + len(city.index)
    figures: Figures = {"cold": cold, "kb_per_record": (resident_kb() - before) / records}
    figures["warm"] = min([await both(portal, city) for _ in range(2)])
    figures["peak_mb"] = peak_mb()
    start = process_time()
    screen(portal.index, city.index)
    figures["screen"] = process_time() - start
    figures["peak_with_screening_mb"] = peak_mb()
    figures["truth"] = mistakes(judge(portal, city), corpus, patched=False)
    portal.patches = {int(line): text.encode() for line, text in json.loads(corpus.patches.read_bytes()).items()}
    figures["changed"] = await both(portal, city)
    figures["truth_changed"] = mistakes(judge(portal, city), corpus, patched=True)
    return figures


def warm_up(side: Side) -> None:
    """Fill the bounded caches and the allocator's pools before memory is measured; remembers nothing."""
    with side.path.open("rb") as lines:
        for line in islice(lines, 300 * PAGE):
            translate(line, bytes(16), side.flags)


async def stalls(corpus: Corpus, second: Path) -> Figures:
    """How long a cold and a warm sweep hold the event loop between two of its turns (99th percentile and worst, ms).

    In processor time, so that other programs on the machine do not count: a task that only ever gives its turn back
    looks at the clock.
    """
    held: list[float] = []

    async def watch() -> None:
        last = process_time()
        while True:
            await asyncio.sleep(0)
            now = process_time()
            held.append((now - last) * 1000)
            last = now

    portal, city = sides(corpus, second)
    watching = asyncio.create_task(watch())
    figures: Figures = {}
    for name in ("cold", "warm"):
        held.clear()
        await both(portal, city)
        figures[f"{name}_stall_p99_ms"] = sorted(held)[int(len(held) * 0.99)]
        figures[f"{name}_stall_max_ms"] = max(held)
    watching.cancel()
    return figures


CHILDREN: dict[str, Callable[[Corpus], Figures]] = {
    "plain-nfc": lambda corpus: plain(corpus.first, corpus.second),
    "plain-nfd": lambda corpus: plain(corpus.first, corpus.third),
    "hash-floor": lambda corpus: hash_floor(corpus.first, corpus.third),
    "ours-nfc": lambda corpus: asyncio.run(ours(corpus, corpus.second)),
    "ours-nfd": lambda corpus: asyncio.run(ours(corpus, corpus.third)),
    "stalls": lambda corpus: asyncio.run(stalls(corpus, corpus.third)),
}
