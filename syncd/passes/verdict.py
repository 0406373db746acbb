"""Judge a pair whose two sides were both read whole: screen, load what needs a closer look, compare.

In: a pair's indexes and the ledger. Out: a `World`: the observations, the counts, and what the life-cycle asks of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from syncd.ledger.database import Ledger
from syncd.ledger.lags import recent_lags
from syncd.ledger.versions import Content, contents, decisions_shown, withdrawn_codes
from syncd.ledger.waivers import Waiver, active_waivers
from syncd.passes.agencies import directory_as_of
from syncd.passes.pair import Pair
from syncd.reconcile.mismatches import MismatchKind, Observation
from syncd.reconcile.scope import AgencyScope
from syncd.reconcile.screening import SAYS_NOTHING, Candidate, Screening, Suspicion, counts, screen
from syncd.reconcile.sweep import SideIndex
from syncd.reconcile.verdicts import Case, Law, Past, Seen, Verdicts, judge

LAGS_REMEMBERED = 1_000
CASES_AT_ONCE = 500


class Mismatch(Protocol):
    """What a world is asked of a mismatch."""

    @property
    def kind(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def portal_key(self) -> str: ...
    @property
    def city_key(self) -> str: ...


@dataclass(frozen=True, slots=True)
class World:
    """A pair as one pass found it."""

    pair: str
    portal: SideIndex
    city: SideIndex
    observations: list[Observation]
    counts: dict[str, int]
    law: Law
    screening: Screening
    lags: Sequence[float] = field(default_factory=tuple)

    def is_gone(self, mismatch: Mismatch) -> bool:
        """Whether neither side has any record of it left."""
        return mismatch.portal_key not in self.portal and mismatch.city_key not in self.city

    def is_unknown(self, mismatch: Mismatch) -> bool:
        """Whether a record of its code or its own is there and says nothing now, or does not tell its scope."""
        entries = (self.portal.get(mismatch.portal_key), self.city.get(mismatch.city_key))
        if any(entry is not None and entry.facts.flags & SAYS_NOTHING for entry in entries):
            return True
        if mismatch.code in self.screening.unknown:
            return True
        return not mismatch.city_key and mismatch.code in self.screening.scope_unknown

    def can_be_confirmed(self, mismatch: Mismatch) -> bool:
        """Whether a second look could tell: not where its records say nothing, or one without a code may be it."""
        if mismatch.kind == MismatchKind.INVALID_RECORD:
            return True
        nameless = {
            MismatchKind.MISSING_IN_CITY.value: self.screening.nameless_city,
            MismatchKind.MISSING_ON_PORTAL.value: self.screening.nameless_portal,
        }
        return not self.is_unknown(mismatch) and not nameless.get(mismatch.kind, 0)

    async def waivers(self, ledger: Ledger, now: datetime) -> list[Waiver]:
        return await ledger.read(active_waivers, self.pair, now)


async def judge_pair(pair: Pair, ledger: Ledger, as_of: datetime | None = None) -> World:
    """Judge the pair as its indexes stand; ``as_of``: by what the ledger knew of the past at that instant."""
    portal, city = pair.portal.index, pair.city.index
    screening = await asyncio.to_thread(screen, portal, city)
    law = await law_of(
        pair,
        ledger,
        closed=[one.code for one in screening.candidates if one.suspicion is Suspicion.CLOSED],
        unequal=[one.code for one in screening.candidates if one.suspicion is Suspicion.UNEQUAL],
        as_of=as_of,
    )
    verdicts = await _judge_all(pair, ledger, screening.candidates, law)
    return World(
        pair=pair.name,
        portal=portal,
        city=city,
        observations=verdicts.observations,
        counts=counts(screening) | _counted(verdicts),
        law=law,
        screening=screening,
        lags=await ledger.read(recent_lags, pair.name, LAGS_REMEMBERED),
    )


async def law_of(
    pair: Pair, ledger: Ledger, *, closed: Sequence[str], unequal: Sequence[str], as_of: datetime | None = None
) -> Law:
    """What a pair is judged by, with what the ledger knows of the past of the codes in question."""
    return Law(
        rules=pair.rules,
        past=Past(
            decisions=await ledger.read(decisions_shown, pair.name, "portal", unequal, as_of),
            withdrawn=await ledger.read(withdrawn_codes, pair.name, "portal", closed, as_of),
        ),
        publication_known=pair.publication_known,
        directory=await ledger.read(directory_as_of, as_of),
        unit=pair.scope.agency if isinstance(pair.scope, AgencyScope) else "",
    )


async def _judge_all(pair: Pair, ledger: Ledger, candidates: Sequence[Candidate], law: Law) -> Verdicts:
    """Judge every candidate; only so many records are in memory at once, in however many the sides differ."""
    portal, city, all_of_them = pair.portal.index, pair.city.index, Verdicts()
    for start in range(0, len(candidates), CASES_AT_ONCE):
        some = candidates[start : start + CASES_AT_ONCE]
        loaded = await ledger.read(contents, version_ids(portal, city, some))
        cases = build_cases(some, portal, city, loaded)
        verdicts = await asyncio.to_thread(judge, cases, law)
        all_of_them.observations.extend(verdicts.observations)
        for name, number in verdicts.classes.items():
            all_of_them.classes[name] = all_of_them.classes.get(name, 0) + number
    return all_of_them


def _counted(verdicts: Verdicts) -> dict[str, int]:
    """Procedures with something wrong, and differences by class (form-only and mapped ones are only counted)."""
    wrong = {observation.code or observation.local_code for observation in verdicts.observations}
    return {"mismatched": len(wrong)} | {f"difference_{name}": number for name, number in verdicts.classes.items()}


def version_ids(portal: SideIndex, city: SideIndex, candidates: Iterable[Candidate]) -> list[int]:
    """The ledger versions that the candidates need."""
    ids: dict[int, None] = {}
    for candidate in candidates:
        for index, keys in ((portal, candidate.portal_keys), (city, candidate.city_keys)):
            for key in keys:
                entry = index.get(key)
                if entry is not None and entry.version:
                    ids[entry.version] = None
    return list(ids)


def build_cases(
    candidates: Iterable[Candidate], portal: SideIndex, city: SideIndex, loaded: dict[int, Content]
) -> list[Case]:
    """Candidates with their records."""
    return [
        Case(candidate, _seen(candidate.portal_keys, portal, loaded), _seen(candidate.city_keys, city, loaded))
        for candidate in candidates
    ]


def _seen(keys: Sequence[str], index: SideIndex, loaded: dict[int, Content]) -> tuple[Seen, ...]:
    result = []
    for key in keys:
        entry = index.get(key)
        content = loaded.get(entry.version) if entry else None
        result.append(Seen(key, content.procedure if content else None, content.problem or "" if content else ""))
    return tuple(result)
