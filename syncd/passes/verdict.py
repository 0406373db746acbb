"""Judge a pair whose two sides were both read whole: screen, load what needs a closer look, compare.

In: a pair's indexes and the ledger. Out: a `World`: the observations, the counts, and what the life-cycle asks of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime

from syncd.ledger.database import Ledger
from syncd.ledger.lags import recent_lags
from syncd.ledger.versions import Content, contents
from syncd.passes.law import held_back, law_of, open_about_decisions
from syncd.passes.pair import Pair
from syncd.passes.world import World
from syncd.reconcile.screening import Candidate, Suspicion, counts, screen
from syncd.reconcile.sweep import SideIndex
from syncd.reconcile.verdicts import Case, Law, Seen, Verdicts, judge

LAGS_REMEMBERED = 1_000
CASES_AT_ONCE = 500


async def judge_pair(
    pair: Pair,
    ledger: Ledger,
    at: datetime,
    *,
    touched: frozenset[str] = frozenset(),
    as_of: datetime | None = None,
) -> World:
    """Judge the pair as its indexes stand at ``at``; ``as_of``: by what the ledger knew of the past at that instant."""
    portal, city = pair.portal.index, pair.city.index
    screening = await asyncio.to_thread(screen, portal, city)
    decided = await open_about_decisions(pair, ledger, as_of)
    law = await law_of(
        pair,
        ledger,
        at,
        closed=[one.code for one in screening.candidates if one.suspicion is Suspicion.CLOSED],
        unequal=[one.code for one in screening.candidates if one.suspicion is Suspicion.UNEQUAL],
        decided=[one.code for one in decided],
        as_of=as_of,
    )
    verdicts = await _judge_all(pair, ledger, screening.candidates, law)
    return World(
        pair=pair.name,
        portal=portal,
        city=city,
        observations=verdicts.observations,
        counts=counts(screening) | _counted(verdicts) | {"flapping": len(law.past.flapping)},
        law=law,
        screening=screening,
        lags=await ledger.read(recent_lags, pair.name, LAGS_REMEMBERED),
        touched=touched,
        held=await held_back(pair, ledger, decided, law),
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
