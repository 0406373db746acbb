"""One decision as both sides show it, compared field by field, by the comparison of the fields of procedures.

In: both sides' record of one decision, what each side can say. Out: differences with their classes. Pure.
A field that a side does not carry, or that its record leaves out, says "not known here" and gives no difference.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from syncd.reconcile.classes import classify
from syncd.reconcile.differences import Difference, DifferenceClass
from syncd.reconcile.entries import lines
from syncd.reconcile.equality import FIELD_RULES, SET_OF_TEXTS, SHORT_TEXT, Rule
from syncd.records.publication_decision import Decision

RULES: dict[str, Rule] = {
    "number": FIELD_RULES["decision_number"],
    "signed": FIELD_RULES["decision_date"],
    "signer": SHORT_TEXT,
    "codes": SET_OF_TEXTS,
}
"""The fields of a decision that are compared; what has become of it (its state) is judged, not compared."""

NOT_COMPARED: dict[str, str] = {
    "key": "identity: the source's own",
    "issuer_code": "identity: matching goes by it",
    "issuer_name": "identity: matching goes by it where a side has no code",
    "abstract": "the portal's title is written anew by hand; every decision would differ",
    "published": "only the portal publishes; a missing day is a mismatch of its procedures (unpublished_decision)",
    "state": "judged: a recalled decision that still stands is a difference of its own",
    "successor": "the source's own key",
    "is_publication": "what was left out is no decision; it only says that something of its number is there",
    "attachments": "hashed as evidence; the portal hands over no files",
}

NOTHING: Mapping[str, str] = {}


def differences(
    portal: Decision, documents: Decision, *, fields: Collection[str], left_out: Collection[str] = ()
) -> list[Difference]:
    """Every difference, with its class; of the lists of procedures each side's value is what it alone has.

    ``fields``: what both sides carry. ``left_out``: codes about which the portal says nothing here.
    """
    found = []
    said = comparable(portal, documents, fields)
    for name, rule in RULES.items():
        if name not in said:
            continue
        ours, theirs = getattr(portal, name), getattr(documents, name)
        if name == "codes":
            ours, theirs = _apart(ours, theirs, left_out)
        difference = classify(rule, ours, theirs, NOTHING)
        if difference is not None:
            found.append(Difference(name, _words(rule, ours), _words(rule, theirs), difference))
    return found


def comparable(portal: Decision, documents: Decision, fields: Collection[str]) -> frozenset[str]:
    """Those of these fields of which both sides say something."""
    named = (name for name in RULES if name in fields)
    return frozenset(name for name in named if all(_is_said(getattr(one, name)) for one in (portal, documents)))


def alarming(found: Collection[Difference]) -> list[Difference]:
    """Those that are worth a mismatch."""
    return [one for one in found if DifferenceClass(one.difference).alarming]


def _is_said(value: Any) -> bool:
    return value is not None and value != ""


def _apart(
    portal: Collection[str], documents: Collection[str], left_out: Collection[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What only one side lists, white space aside; nothing on both where the lists are one."""
    ours, theirs = ({code.strip() for code in codes} - {""} for codes in (portal, documents))
    return tuple(sorted(ours - theirs)), tuple(sorted(theirs - ours - set(left_out)))


def _words(rule: Rule, value: Any) -> str:
    return lines(rule.entries(value))
