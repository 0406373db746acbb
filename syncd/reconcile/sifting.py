"""The quick half of screening: settle every plain pair in one pass over arrays, and hand the rest to the careful half.

In: the two indexes. Out: exact counts of what is plain, the unequal and missing ones, and the codes that need care.
Plain: one public city record without a wrong link, for one public portal record, neither flagged. Nearly all are.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from syncd.reconcile.scope import Flag
from syncd.reconcile.sweep import WIDTH, Columns, SideIndex
from syncd.records.codes import CODES_APART

HALF = 8
PLAIN = frozenset({int(Flag.PUBLIC), int(Flag.PUBLIC | Flag.IN_SCOPE)})
IN_SCOPE = int(Flag.IN_SCOPE)
PUBLIC = int(Flag.PUBLIC)


@dataclass(slots=True)
class Sifted:
    """What the quick half found. ``careful_codes``, ``careful_city``: what it did not judge."""

    unequal: list[tuple[str, str, str]] = field(default_factory=list)
    missing: list[tuple[str, str]] = field(default_factory=list)
    careful_codes: set[str] = field(default_factory=set)
    careful_city: list[tuple[str, str, int]] = field(default_factory=list)
    careful_portal: list[tuple[str, str, int]] = field(default_factory=list)
    matched: int = 0
    in_sync: int = 0
    form_only: int = 0
    in_scope: int = 0


def sift(portal: SideIndex, city: SideIndex) -> Sifted:
    """Settle the plain pairs of two sides."""
    ours, theirs = portal.columns(), city.columns()
    sifted = Sifted()
    slot_of = _portal_slots(ours, sifted.careful_codes)
    carriers = _carriers(ours, theirs, slot_of, sifted)
    _judge(ours, theirs, carriers, sifted)
    return sifted


def _portal_slots(ours: Columns, careful: set[str]) -> dict[str, int]:
    """Portal slot by code; codes that stand on several portal records need care."""
    slot_of: dict[str, int] = {}
    codes = ours.codes
    for slot in ours.slots.values():
        code = codes[slot]
        if slot_of.setdefault(code, slot) != slot or not code:
            careful.add(code)
    return slot_of


def _carriers(ours: Columns, theirs: Columns, slot_of: dict[str, int], sifted: Sifted) -> list[str | None]:
    """City key by portal slot, for plain city records; all others are put aside, and so are their codes."""
    carriers: list[str | None] = [None] * len(ours.keys)
    codes, flags, links, careful = theirs.codes, theirs.flags, theirs.links, sifted.careful_codes
    for key, slot in theirs.slots.items():
        code = codes[slot]
        at = slot_of.get(code)
        is_plain = at is not None and flags[slot] == PUBLIC and carriers[at] is None and code not in careful
        if is_plain and at is not None and (not links or links.get(slot, ours.keys[at]) == ours.keys[at]):
            carriers[at] = key
        else:
            sifted.careful_city.append((key, code, flags[slot]))
            careful.update(code.split(CODES_APART))
    return carriers


def _judge(ours: Columns, theirs: Columns, carriers: list[str | None], sifted: Sifted) -> None:
    codes, flags, careful = ours.codes, ours.flags, sifted.careful_codes
    city_slots = theirs.slots
    ours_compared, theirs_compared = ours.comparison, theirs.comparison
    ours_exact, theirs_exact = ours.exact, theirs.exact
    in_scope = matched = in_sync = form_only = 0
    for key, slot in ours.slots.items():
        code, flag, carrier = codes[slot], flags[slot], carriers[slot]
        if flag not in PLAIN or code in careful:
            if carrier is not None:
                sifted.careful_city.append((carrier, code, PUBLIC))
            sifted.careful_portal.append((key, code, flag))
            continue
        in_scope += flag & IN_SCOPE
        if carrier is None:
            if flag & IN_SCOPE:
                sifted.missing.append((key, code))
            continue
        matched += 1
        at, other = slot * WIDTH, city_slots[carrier] * WIDTH
        if ours_compared[at : at + WIDTH] != theirs_compared[other : other + WIDTH]:
            sifted.unequal.append((code, key, carrier))
        else:
            in_sync += 1
            form_only += ours_exact[at : at + HALF] != theirs_exact[other : other + HALF]
    sifted.in_scope, sifted.matched = in_scope // IN_SCOPE, matched
    sifted.in_sync, sifted.form_only = in_sync, form_only
