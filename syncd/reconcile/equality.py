"""When two values of a field are equal, and of which class their difference is: one rule for each field, in a table.

In: two values of one field, equivalences. Out: nothing, or a `DifferenceClass`. `docs/equality.md` is drawn from here.
Nothing is inferred from samples: a number, a date, a list is one because the canonical record says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple

from syncd.reconcile import entries as apart
from syncd.reconcile import forms
from syncd.reconcile.differences import DifferenceClass
from syncd.reconcile.entries import Entry
from syncd.records.decisions import parse_number
from syncd.records.text import form, loose

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
_SHORT = 40
# How every text of `NOTHING` begins, white space and punctuation aside: spares long texts a closer look.
_MAY_SAY_NOTHING = re.compile(r"\W*(?:kh[oô]|ch[uư]|$)", re.IGNORECASE)
_CACHED = 4096
_LONGEST_CACHED = 200


class Shape(StrEnum):
    """What of a list matters: order and repetition (ordered), repetition (keyed), or neither (set)."""

    ONE = "one value"
    SET = "set"
    ORDERED = "ordered list"
    KEYED = "keyed list"


_loose_known = lru_cache(maxsize=_CACHED)(loose)
_canonical_known = lru_cache(maxsize=_CACHED)(lambda text: parse_number(text).canonical)


def loose_cached(text: str) -> str:
    """`loose`, remembered for short texts: names of agencies and fields come again and again."""
    return _loose_known(text) if len(text) <= _LONGEST_CACHED else loose(text)


def decision_cached(text: str) -> str:
    """The canonical decision number, remembered."""
    return _canonical_known(text) if len(text) <= _LONGEST_CACHED else parse_number(text).canonical


def or_nothing(text: str) -> str:
    """The form of a text that may say in words that there is nothing ("Không có" is "")."""
    return "" if says_nothing(text) else form(text)


def says_nothing(text: str) -> bool:
    """Whether a text says in words that there is nothing, however much white space and in whatever form."""
    if len(text) >= _SHORT and not _MAY_SAY_NOTHING.match(text):
        return False
    return loose_cached(text).rstrip(".! ") in NOTHING


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

CLASSES: dict[DifferenceClass, str] = {
    DifferenceClass.FORM_ONLY: "Unicode form (NFC, NFD), no-break and other spaces, runs of white space, line ends, "
    "unseen characters, case, the place of the tone in oa, oe, uy (hòa, hoà), words for nothing, typing noise in "
    "decision numbers; counted, never alarmed",
    DifferenceClass.MAPPED: "nothing, once the pair's equivalences of agencies and fields are applied; counted, never "
    "alarmed",
    DifferenceClass.ORDER: "the order of an ordered list, and nothing else",
    DifferenceClass.TONE_MARK: "tone marks (hỏi, hõi), vowel quality (o, ô, ơ) or đ and d, and nothing else",
    DifferenceClass.REAL: "anything else",
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
