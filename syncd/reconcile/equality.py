"""When two values of a field are equal, and of which class their difference is: one rule for each field, in a table.

In: two values of one field, equivalences. Out: nothing, or a `DifferenceClass`. `docs/equality.md` is drawn from here.
Nothing is inferred from samples: a number, a date, a list is one because the canonical record says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple

from syncd.reconcile import entries as apart
from syncd.reconcile import forms
from syncd.reconcile.differences import DifferenceClass
from syncd.reconcile.entries import Entry, Part, map_texts
from syncd.records.decisions import parse_number
from syncd.records.text import fold, form, loose

NOTHING = frozenset(
    {
        "",
        "-",
        "không",
        "không có",
        "không có thông tin",
        "chưa có thông tin",
        "không quy định",
        "không yêu cầu",
        "không có yêu cầu",
        "không có yêu cầu, điều kiện",
        "không có yêu cầu điều kiện",
        "không có yêu cầu hoặc điều kiện",
    }
)
_LONGEST_NOTHING = 40
_CACHED = 4096


class Shape(StrEnum):
    """What of a list matters: order and repetition (ordered), repetition (keyed), or neither (set)."""

    ONE = "one value"
    SET = "set"
    ORDERED = "ordered list"
    KEYED = "keyed list"


@lru_cache(maxsize=_CACHED)
def loose_cached(text: str) -> str:
    return loose(text)


@lru_cache(maxsize=_CACHED)
def decision_cached(text: str) -> str:
    return parse_number(text).canonical


def or_nothing(text: str) -> str:
    """The form of a text that may say in words that there is nothing ("Không có" is "")."""
    return "" if says_nothing(text) else form(text)


def says_nothing(text: str) -> bool:
    return len(text) < _LONGEST_NOTHING and loose_cached(text).rstrip(".! ") in NOTHING


class Rule(NamedTuple):
    """How one field is compared.

    ``reshape`` with ``form`` for every text gives what fingerprints see; ``loosest`` decides between form-only and more
    (long texts keep their case in ``form``, which is faster: then only the classes tell). ``equivalence`` names the
    table of `Rules` whose values count as equal (class mapped). In a keyed list the part ``key`` says which entries
    belong together; parts at ``optional`` are compared only where both sides say them (an empty text says nothing).
    """

    semantics: str
    shape: Shape
    entries: Callable[[Any], list[Entry]]
    reshape: Callable[[Any, Callable[[str], str] | None], Any]
    form: Callable[[str], str] = form
    loosest: Callable[[str], str] = loose
    equivalence: str = ""
    key: int = 0
    optional: tuple[int, ...] = ()
    note: str = ""


TEXT = Rule("text", Shape.ONE, apart.text_entries, forms.text)
SHORT_TEXT = TEXT._replace(form=loose_cached, loosest=loose_cached)
TEXT_OR_NOTHING = TEXT._replace(
    semantics="text or nothing",
    form=or_nothing,
    loosest=lambda text: "" if says_nothing(text) else loose(text),
    note='"Không", "Không có", "Không quy định", "Không có thông tin" and an empty text are one',
)
SET_OF_TEXTS = Rule(
    "set of texts",
    Shape.SET,
    apart.texts_entries,
    forms.texts,
    form=loose_cached,
    loosest=loose_cached,
    note="order and repetition do not matter",
)

FIELD_RULES: dict[str, Rule] = {
    "kind": Rule("enumeration", Shape.ONE, apart.enumeration_entries, forms.enumeration, str, str),
    "field_code": SHORT_TEXT._replace(semantics="code", note="case and stray white space are form"),
    "field_name": SHORT_TEXT._replace(equivalence="field_names"),
    "publisher_code": SHORT_TEXT._replace(semantics="code", note="case and stray white space are form"),
    "publisher_name": SHORT_TEXT._replace(equivalence="agencies"),
    "levels": Rule("set", Shape.SET, apart.enumerations_entries, forms.enumerations, str, str),
    "executing_agencies": SET_OF_TEXTS._replace(equivalence="agencies"),
    "decision_number": Rule(
        "decision number",
        Shape.ONE,
        apart.text_entries,
        forms.text,
        decision_cached,
        decision_cached,
        note="compared in canonical form; typing noise is form",
    ),
    "decision_date": Rule(
        "date", Shape.ONE, apart.date_entries, forms.calendar_date, str, str, note="a calendar date in Asia/Ho_Chi_Minh"
    ),
    "subjects": SET_OF_TEXTS,
    "online_level": SHORT_TEXT,
    "name": TEXT,
    "requirements": TEXT_OR_NOTHING,
    "results": SET_OF_TEXTS._replace(form=or_nothing, loosest=TEXT_OR_NOTHING.loosest),
    "steps": Rule(
        "ordered list",
        Shape.ORDERED,
        apart.step_entries,
        forms.steps,
        optional=(1,),
        note="another order is a difference of its own",
    ),
    "methods": Rule(
        "keyed list",
        Shape.KEYED,
        apart.method_entries,
        forms.methods,
        optional=(1, 2),
        note="by channel; time limits are exact in their unit, fees are whole đồng, a fee of 0 đồng is no fee",
    ),
    "documents": Rule(
        "keyed list",
        Shape.KEYED,
        apart.document_entries,
        forms.documents,
        optional=(1, 2, 3, 4),
        note="by name; code, case and numbers of copies count only where both sides give them",
    ),
    "legal_bases": Rule(
        "keyed list",
        Shape.KEYED,
        apart.legal_entries,
        forms.legal_bases,
        optional=(1,),
        note="by number; the name counts only where both sides give it",
    ),
}

NOT_COMPARED: dict[str, str] = {
    "code": "identity: matching goes by it",
    "local_code": "identity: the city's own name for the code",
    "portal_id": "identity: a wrong one is a mismatch of its own (wrong_portal_id)",
    "state": "judged by verdicts (withdrawn, republished), not by field",
    "published_at": "only the portal publishes; a missing one is a mismatch of its own (unpublished_decision)",
    "applied_departments": "scope: says whether the record concerns the city at all",
}


def take_form(rule: Rule, value: Any, representatives: Mapping[str, str]) -> Any:
    """The comparison form of a value, ready to be encoded and hashed."""
    if not representatives:
        return rule.reshape(value, rule.form)

    def change(text: str) -> str:
        formed = rule.form(text)
        return representatives.get(formed, formed)

    return rule.reshape(value, change)


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
