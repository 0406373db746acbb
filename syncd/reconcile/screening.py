"""Match both sides by code and screen every record: which need a closer look, and for what. Walks bytes and ids only.

In: the two indexes. Out: candidates (what may be wrong, with the keys of the records to look at) and exact counts.
A record that is not a candidate is in sync; being unequal here means only that the fields must be compared one by one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from syncd.reconcile.scope import Flag
from syncd.reconcile.sifting import HALF, Sifted, sift
from syncd.reconcile.sweep import SideIndex
from syncd.records.codes import CODES_APART

SAYS_NOTHING = Flag.UNREAD | Flag.INVALID
UNSOUND = Flag.TEST | Flag.INVALID | Flag.UNREAD


class Suspicion(StrEnum):
    """Why records need a closer look."""

    MISSING_IN_CITY = "missing_in_city"
    MISSING_ON_PORTAL = "missing_on_portal"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"
    UNEQUAL = "unequal"
    PENDING = "pending"
    UNMAPPED = "unmapped"
    AMBIGUOUS = "ambiguous"
    WRONG_LINK = "wrong_link"
    INVALID = "invalid"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Records to look at together; either tuple may be empty. ``code`` is the portal code, "" where there is none."""

    suspicion: Suspicion
    code: str
    portal_keys: tuple[str, ...] = ()
    city_keys: tuple[str, ...] = ()


@dataclass(slots=True)
class Screening:
    """What screening found, with exact counts.

    ``unknown``: codes of records that are there and say nothing now; ``scope_unknown``: codes of portal records that do
    not say whether they apply. ``nameless_portal``, ``nameless_city``: unreadable records whose code is not even known.
    """

    candidates: list[Candidate] = field(default_factory=list)
    matched: int = 0
    in_sync: int = 0
    form_only: int = 0
    in_scope: int = 0
    unknown: set[str] = field(default_factory=set)
    scope_unknown: set[str] = field(default_factory=set)
    nameless_portal: int = 0
    nameless_city: int = 0


def screen(portal: SideIndex, city: SideIndex) -> Screening:
    """Screen two sides that were both read whole: the plain pairs quickly, all others one by one."""
    sifted = sift(portal, city)
    screening = Screening(
        matched=sifted.matched, in_sync=sifted.in_sync, form_only=sifted.form_only, in_scope=sifted.in_scope
    )
    _note_unknown(screening, sifted)
    by_code = _by_code(sifted.careful_portal)
    carried: dict[str, list[str]] = {}
    for key, code, flags in sifted.careful_city:
        _city_record(screening, by_code, carried, key, code, flags)
    for code, keys in carried.items():
        if keys:
            _carried(screening, portal, city, code, by_code[code], sorted(keys))
    for key, code, flags in sifted.careful_portal:
        _portal_record(screening, by_code, carried, key, code, flags)
    screening.candidates += [
        Candidate(Suspicion.UNEQUAL, code, (ours,), (theirs,)) for code, ours, theirs in sifted.unequal
    ]
    screening.candidates += [Candidate(Suspicion.MISSING_IN_CITY, code, (key,)) for key, code in sifted.missing]
    return screening


def _note_unknown(screening: Screening, sifted: Sifted) -> None:
    """Gather what this pass cannot speak of: a mismatch there is neither resolved nor believed."""
    for _, code, flags in (*sifted.careful_portal, *sifted.careful_city):
        if flags & SAYS_NOTHING:
            screening.unknown.update(code.split(CODES_APART))
    for _, code, flags in sifted.careful_portal:
        if flags & Flag.SCOPE_UNKNOWN:
            screening.scope_unknown.add(code)
    nameless = [
        sum(not code and bool(flags & SAYS_NOTHING) for _, code, flags in one)
        for one in (sifted.careful_portal, sifted.careful_city)
    ]
    screening.nameless_portal, screening.nameless_city = nameless
    screening.unknown.discard("")


def _by_code(records: Iterable[tuple[str, str, int]]) -> dict[str, list[tuple[str, int]]]:
    """Portal records by code, sound public ones first: a code may live on after a withdrawn or a test record."""
    by_code: dict[str, list[tuple[str, int]]] = {}
    for key, code, flags in records:
        if code:
            by_code.setdefault(code, []).append((key, flags))
    for found in by_code.values():
        if len(found) > 1:
            found.sort(key=lambda record: (not record[1] & Flag.PUBLIC, bool(record[1] & UNSOUND), record[0]))
    return by_code


def _city_record(
    screening: Screening,
    by_code: dict[str, list[tuple[str, int]]],
    carried: dict[str, list[str]],
    key: str,
    code: str,
    flags: int,
) -> None:
    """Sort one city record: to be compared under its code, or a candidate of its own."""
    codes = code.split(CODES_APART) if code else []
    if flags & Flag.UNREAD:
        for one in codes:
            carried.setdefault(one, [])
        return
    if flags & Flag.UNMAPPED:
        if code in by_code:
            flags &= ~Flag.UNMAPPED
        else:
            codes = []
    suspicion = _own_suspicion(flags)
    if suspicion is None and not any(one in by_code for one in codes):
        if flags & Flag.PUBLIC:
            screening.candidates.append(Candidate(Suspicion.MISSING_ON_PORTAL, codes[0] if codes else "", (), (key,)))
        return
    if suspicion is not None:
        portal_keys = tuple(by_code[one][0][0] for one in codes if one in by_code)
        screening.candidates.append(Candidate(suspicion, codes[0] if codes else "", portal_keys, (key,)))
    for one in codes:
        if one in by_code:
            carried.setdefault(one, [])
            if suspicion is None:
                carried[one].append(key)


OWN_SUSPICIONS: tuple[tuple[Flag, Suspicion], ...] = (
    (Flag.INVALID, Suspicion.INVALID),
    (Flag.TEST, Suspicion.TEST),
    (Flag.UNMAPPED, Suspicion.UNMAPPED),
    (Flag.AMBIGUOUS, Suspicion.AMBIGUOUS),
)


def _own_suspicion(flags: int) -> Suspicion | None:
    for flag, suspicion in OWN_SUSPICIONS:
        if flags & flag:
            return suspicion
    return None


def _carried(
    screening: Screening,
    portal: SideIndex,
    city: SideIndex,
    code: str,
    portal_records: list[tuple[str, int]],
    city_keys: list[str],
) -> None:
    """Judge one code that the city carries: the city's records of it against the portal's."""
    portal_key, portal_flags = portal_records[0]
    sound = [key for key, flags in portal_records if flags & Flag.PUBLIC and not flags & UNSOUND]
    several_public = len(sound) > 1
    offered = [key for key in city_keys if _is_public(city, key)]
    if len(offered) > 1 or several_public:
        keys = tuple(sound) or (portal_key,)
        screening.candidates.append(Candidate(Suspicion.AMBIGUOUS, code, keys, tuple(city_keys)))
        if several_public or len({_comparison(city, key) for key in offered}) > 1:
            screening.unknown.add(code)
            return
    if portal_flags & (Flag.INVALID | Flag.TEST):
        return
    city_key = offered[0] if offered else city_keys[0]
    screening.matched += 1
    if portal_flags & Flag.UNREAD:
        return
    for suspicion in _pair_suspicions(screening, portal, city, portal_key, city_key):
        screening.candidates.append(Candidate(suspicion, code, (portal_key,), (city_key,)))


def _comparison(side: SideIndex, key: str) -> bytes:
    entry = side.get(key)
    return entry.comparison if entry is not None else b""


def _is_public(side: SideIndex, key: str) -> bool:
    entry = side.get(key)
    return entry is not None and bool(entry.facts.flags & Flag.PUBLIC)


def _pair_suspicions(
    screening: Screening, portal: SideIndex, city: SideIndex, portal_key: str, city_key: str
) -> Iterator[Suspicion]:
    ours, theirs = portal.get(portal_key), city.get(city_key)
    assert ours is not None  # noqa: S101 - both keys were taken from these indexes a moment ago
    assert theirs is not None  # noqa: S101
    if not theirs.facts.flags & Flag.PUBLIC:
        if ours.facts.flags & Flag.PUBLIC and ours.facts.flags & Flag.IN_SCOPE:
            yield Suspicion.CLOSED
        else:
            screening.in_sync += 1
        return
    if theirs.facts.link and theirs.facts.link != portal_key:
        yield Suspicion.WRONG_LINK
    if not ours.facts.flags & Flag.PUBLIC:
        yield Suspicion.WITHDRAWN
    elif ours.comparison != theirs.comparison:
        yield Suspicion.UNEQUAL
    else:
        screening.in_sync += 1
        screening.form_only += ours.exact[:HALF] != theirs.exact[:HALF]


def _portal_record(
    screening: Screening,
    by_code: dict[str, list[tuple[str, int]]],
    carried: dict[str, list[str]],
    key: str,
    code: str,
    flags: int,
) -> None:
    """Judge one portal record on its own: is it the city's to carry, and is it fit to be carried."""
    concerns_city = bool(flags & Flag.IN_SCOPE) or code in carried
    screening.in_scope += bool(flags & Flag.IN_SCOPE)
    if not concerns_city or flags & Flag.UNREAD:
        return
    first = not code or by_code[code][0][0] == key
    if flags & Flag.INVALID:
        screening.candidates.append(Candidate(Suspicion.INVALID, code, (key,)))
    elif flags & Flag.TEST:
        screening.candidates.append(Candidate(Suspicion.TEST, code, (key,)))
    elif flags & Flag.PUBLIC and first:
        if flags & Flag.TEST_DECISION:
            screening.candidates.append(Candidate(Suspicion.TEST, code, (key,)))
        if flags & Flag.PENDING_DECISION:
            screening.candidates.append(Candidate(Suspicion.PENDING, code, (key,)))
        if code not in carried:
            screening.candidates.append(Candidate(Suspicion.MISSING_IN_CITY, code, (key,)))


def counts(screening: Screening) -> dict[str, int]:
    """The exact counts of one screening, as they stand in the ledger and in the logs."""
    tally = Counter(candidate.suspicion.value for candidate in screening.candidates)
    return {
        "matched": screening.matched,
        "in_sync": screening.in_sync,
        "form_only": screening.form_only,
        "in_scope": screening.in_scope,
        **{f"candidate_{suspicion}": number for suspicion, number in sorted(tally.items())},
    }
