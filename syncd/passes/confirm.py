"""Read suspected mismatches again by key, on both sides, and judge them again: only the same finding confirms.

In: suspected mismatches old enough. Out: for each, confirmed, not confirmed and how, or unknown: a side did not answer.
The judges are those of a whole pass, over a world that holds just the records that were read again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from syncd.passes.pair import Pair, Side
from syncd.passes.translate import Translation, translate
from syncd.reconcile.scope import Flag
from syncd.reconcile.screening import Candidate, screen
from syncd.reconcile.sweep import Entry, SideIndex
from syncd.reconcile.verdicts import Case, Law, Seen, judge
from syncd.records.codes import CODES_APART
from syncd.sides.adapter import Answer, Wanted

BATCH = 200


class SecondLook(StrEnum):
    """What reading a mismatch again said: the same; other values; nothing wrong; no record left; no answer."""

    CONFIRMED = "confirmed"
    CHANGED = "changed"
    AGREED = "agreed"
    GONE = "gone"
    UNKNOWN = "unknown"


OTHERWISE = frozenset({SecondLook.AGREED, SecondLook.GONE, SecondLook.CHANGED})
"""What says that a side's record is not what the last whole reading showed."""


class Suspect(Protocol):
    """What a second look needs of a suspected mismatch."""

    @property
    def id(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def values_digest(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def local_code(self) -> str: ...
    @property
    def portal_key(self) -> str: ...
    @property
    def city_key(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Questions:
    """What one suspect asks of each side."""

    portal: tuple[Wanted, ...]
    city: tuple[Wanted, ...]


async def look_again(pair: Pair, suspects: Sequence[Suspect], law: Law) -> dict[str, SecondLook]:
    """Read every suspect again, in batches; what each said, by mismatch id."""
    result: dict[str, SecondLook] = {}
    for start in range(0, len(suspects), BATCH):
        batch = suspects[start : start + BATCH]
        asked = {suspect.id: questions(pair, suspect) for suspect in batch}
        portal, city = await asyncio.gather(
            _ask(pair.portal, (wanted for one in asked.values() for wanted in one.portal)),
            _ask(pair.city, (wanted for one in asked.values() for wanted in one.city)),
        )
        looks = await asyncio.to_thread(_judge_batch, pair, batch, asked, portal, city, law)
        result.update(looks)
    return result


def _judge_batch(
    pair: Pair,
    batch: Sequence[Suspect],
    asked: Mapping[str, Questions],
    portal: Mapping[Wanted, Answer],
    city: Mapping[Wanted, Answer],
    law: Law,
) -> dict[str, SecondLook]:
    return {one.id: _judge_again(pair, one, asked[one.id], portal, city, law) for one in batch}


def questions(pair: Pair, suspect: Suspect) -> Questions:
    """Ask for the records by the keys that are known, and for the code in every form that the side may have it in."""
    portal = [Wanted(suspect.portal_key, suspect.code)] if suspect.portal_key else []
    portal.extend(Wanted(None, code) for code in portal_codes(pair, suspect))
    city = [Wanted(suspect.city_key, suspect.local_code)] if suspect.city_key else []
    city.extend(Wanted(None, form) for form in local_forms(pair, suspect))
    return Questions(tuple(portal), tuple(city))


def portal_codes(pair: Pair, suspect: Suspect) -> list[str]:
    """Every portal code in question: the mismatch's own, and all that the city's record stands for."""
    codes = {suspect.code: None} if suspect.code else {}
    entry = pair.city.index.get(suspect.city_key)
    if entry is not None and entry.facts.flags & Flag.AMBIGUOUS:
        codes.update(dict.fromkeys(entry.facts.code.split(CODES_APART)))
    return list(codes)


def local_forms(pair: Pair, suspect: Suspect) -> list[str]:
    """Every form in which the city may have the code: its own, the hand-made ones, and each suffix that it uses.

    A record that cannot be read is known by its key for want of a code, and is not asked for by that as if it were one.
    """
    is_asked_by_key = suspect.local_code == suspect.city_key
    forms = {suspect.local_code: None} if suspect.local_code and not is_asked_by_key else {}
    if suspect.code:
        forms[suspect.code] = None
        forms.update((local, None) for local, codes in pair.equivalences.items() if suspect.code in codes)
        forms.update((suspect.code + suffix, None) for suffix in sorted(pair.local_suffixes))
    return list(forms)


async def _ask(side: Side, wanted: Iterable[Wanted]) -> dict[Wanted, Answer]:
    distinct = list(dict.fromkeys(wanted))
    if not distinct:
        return {}
    answers = await side.adapter.read_again(distinct)
    return {answer.wanted: answer for answer in answers}


def _judge_again(
    pair: Pair,
    suspect: Suspect,
    asked: Questions,
    portal_answers: Mapping[Wanted, Answer],
    city_answers: Mapping[Wanted, Answer],
    law: Law,
) -> SecondLook:
    portal = [portal_answers.get(wanted) for wanted in asked.portal]
    city = [city_answers.get(wanted) for wanted in asked.city]
    answers = (*portal, *city)
    if not answers or any(answer is None or answer.error is not None for answer in answers):
        return SecondLook.UNKNOWN
    seen = _translated(pair, pair.portal, portal), _translated(pair, pair.city, city)
    found = {one.values for one in judge(_world(*seen), law).observations if one.subject == suspect.subject}
    if found:
        return SecondLook.CONFIRMED if suspect.values_digest in found else SecondLook.CHANGED
    return SecondLook.AGREED if any(seen) else SecondLook.GONE


def _translated(pair: Pair, side: Side, answers: Iterable[Answer | None]) -> dict[str, Translation]:
    records = {record.key: record for answer in answers if answer is not None for record in answer.records}
    return {key: translate(pair, side, record) for key, record in records.items()}


def _world(portal: Mapping[str, Translation], city: Mapping[str, Translation]) -> list[Case]:
    """The candidates of a world that holds only these records."""
    screening = screen(_index(portal), _index(city))
    return [_case(candidate, portal, city) for candidate in screening.candidates]


def _index(translations: Mapping[str, Translation]) -> SideIndex:
    index = SideIndex()
    for key, one in translations.items():
        index.put(key, Entry(bytes(16), one.comparison, one.exact, one.facts, 0))
    return index


def _case(candidate: Candidate, portal: Mapping[str, Translation], city: Mapping[str, Translation]) -> Case:
    return Case(
        candidate,
        tuple(Seen(key, portal[key].procedure, portal[key].problem) for key in candidate.portal_keys),
        tuple(Seen(key, city[key].procedure, city[key].problem) for key in candidate.city_keys),
    )
