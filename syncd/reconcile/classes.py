"""Of which class a difference is: from form-only, which is counted, to real, which alarms.

In: the rule of a field and both sides' values of it. Out: a `DifferenceClass`, or None where there is no difference.
Works on entries (plain parts), so that one ladder serves single values, sets, ordered and keyed lists alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from syncd.reconcile.differences import DifferenceClass
from syncd.reconcile.entries import Entry, Part, map_texts
from syncd.reconcile.equality import Rule, Shape
from syncd.records.text import fold, form


def arrange(rule: Rule, formed: list[Entry]) -> list[Entry]:
    """Entries without those that say nothing, in a settled order where their order does not matter."""
    if rule.shape is Shape.ONE:
        return formed
    said = [entry for entry in formed if any(entry)]
    if rule.shape is Shape.ORDERED:
        return said
    return sorted(set(said) if rule.shape is Shape.SET else said)


def classify(rule: Rule, portal: Any, city: Any, representatives: Mapping[str, str]) -> DifferenceClass | None:
    """The class of the difference between two values, None where there is none.

    From the mildest to the gravest: equal as written; equal in form; equal through an equivalence; equal but for order;
    equal but for tone marks, vowel quality or đ and d; else real.
    """
    first, second = said_by_both(rule, rule.entries(portal), rule.entries(city))
    ladder: tuple[tuple[Callable[[str], str], DifferenceClass | None], ...] = (
        (str, None),
        (rule.loosest, DifferenceClass.FORM_ONLY),
        (lambda text: _representative(rule, representatives, text), DifferenceClass.MAPPED),
    )
    for change, difference in ladder:
        ours, theirs = ([map_texts(entry, change) for entry in side] for side in (first, second))
        if arrange(rule, ours) == arrange(rule, theirs):
            return difference
    if rule.shape is Shape.ORDERED and sorted(ours) == sorted(theirs):
        return DifferenceClass.ORDER
    blind = [arrange(rule, [map_texts(entry, fold) for entry in side]) for side in (ours, theirs)]
    return DifferenceClass.TONE_MARK if blind[0] == blind[1] else DifferenceClass.REAL


def _representative(rule: Rule, representatives: Mapping[str, str], text: str) -> str:
    loosened = rule.loosest(text)
    return representatives.get(loosened, loosened)


def said_by_both(rule: Rule, first: list[Entry], second: list[Entry]) -> tuple[list[Entry], list[Entry]]:
    """Both sides' entries with the optional parts blanked that only one side says, where entries clearly correspond."""
    if not rule.optional:
        return first, second
    ours, theirs = _by_key(rule, first), _by_key(rule, second)
    for key, mine in ours.items():
        his = theirs.get(key)
        if his is None or len(mine) != 1 or len(his) != 1:
            continue
        first[mine[0]], second[his[0]] = _blanked(first[mine[0]], second[his[0]], rule.optional)
    return first, second


def _by_key(rule: Rule, entries: list[Entry]) -> dict[object, list[int]]:
    """Where the entries of each key stand; the key of an ordered list is the place itself."""
    found: dict[object, list[int]] = {}
    for place, entry in enumerate(entries):
        key = place if rule.shape is Shape.ORDERED else map_texts((entry[rule.key],), rule.loosest)
        found.setdefault(key, []).append(place)
    return found


def _blanked(mine: Entry, his: Entry, optional: tuple[int, ...]) -> tuple[Entry, Entry]:
    unsaid = {at for at in optional if is_silent(mine[at]) or is_silent(his[at])}
    blanked = [tuple("" if at in unsaid else part for at, part in enumerate(entry)) for entry in (mine, his)]
    return blanked[0], blanked[1]


def is_silent(part: Part) -> bool:
    """Whether an optional part says nothing: text without anything to see in it."""
    return isinstance(part, str) and not form(part)
