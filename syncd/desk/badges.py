"""The badges of the desk: a word, a shape and a tone for each kind, severity and state. Never colour alone.

In: values of the records' vocabularies. Out: one table by family; a family that lacks a value is found by a test.
"""

from __future__ import annotations

from dataclasses import dataclass

from syncd.desk.languages import N_
from syncd.publication.facts import Status
from syncd.reconcile.differences import DifferenceClass
from syncd.reconcile.lifecycle import MismatchState
from syncd.reconcile.mismatches import KINDS, MismatchKind, Severity
from syncd.records.roles import Role


@dataclass(frozen=True, slots=True)
class Badge:
    """One badge. ``mark`` is a shape of its own within the family; ``tone`` is a name of the style sheet."""

    mark: str
    text: str
    tone: str = "quiet"


_KIND_TEXTS: dict[MismatchKind, tuple[str, str]] = {
    MismatchKind.MISSING_IN_CITY: ("−C", N_("Missing in the city")),
    MismatchKind.MISSING_ON_PORTAL: ("−P", N_("Missing on the portal")),
    MismatchKind.WITHDRAWN_ON_PORTAL: ("✕", N_("Withdrawn, still offered")),
    MismatchKind.REPUBLISHED: ("↺", N_("Public again, still closed")),
    MismatchKind.FIELD_DIFFERS: ("≠", N_("Field differs")),
    MismatchKind.DECISION_SUPERSEDED: ("⇥", N_("Decision superseded")),
    MismatchKind.UNPUBLISHED_DECISION: ("○", N_("Decision not public")),
    MismatchKind.UNMAPPED_CODE: ("?", N_("Code not mapped")),
    MismatchKind.AMBIGUOUS_CODE: ("×2", N_("Ambiguous code")),
    MismatchKind.WRONG_PORTAL_ID: ("↯", N_("Wrong link")),
    MismatchKind.INVALID_RECORD: ("!", N_("Unreadable record")),
    MismatchKind.TEST_RECORD: ("T", N_("Test record")),
    MismatchKind.TALLY_DIFFERS: ("Σ", N_("Tally differs")),
    MismatchKind.END_DATE_REWRITTEN: ("«", N_("End date rewritten")),
    MismatchKind.DECISION_NOT_ENTERED: ("↑", N_("Decision not entered")),
    MismatchKind.DECISION_UNKNOWN: ("¿", N_("Decision not in the document system")),
    MismatchKind.DECISION_DIFFERS: ("≢", N_("Decision differs")),
}
_TONES = {Severity.CRITICAL: "bad", Severity.MAJOR: "warn", Severity.MINOR: "quiet"}

BADGES: dict[str, dict[str, Badge]] = {
    "kind": {kind: Badge(mark, text, _TONES[KINDS[kind].severity]) for kind, (mark, text) in _KIND_TEXTS.items()},
    "severity": {
        Severity.CRITICAL: Badge("▲", N_("Critical"), "bad"),
        Severity.MAJOR: Badge("◆", N_("Major"), "warn"),
        Severity.MINOR: Badge("▽", N_("Minor"), "quiet"),
    },
    "state": {
        MismatchState.SUSPECTED: Badge("◌", N_("Suspected"), "quiet"),
        MismatchState.CONFIRMED: Badge("●", N_("Confirmed"), "bad"),
        MismatchState.WAIVED: Badge("◐", N_("Waived"), "info"),
        MismatchState.RESOLVED: Badge("✓", N_("Resolved"), "good"),
        MismatchState.VANISHED: Badge("∅", N_("Vanished"), "quiet"),
    },
    "verdict": {
        "in_sync": Badge("✓", N_("In sync"), "good"),
        "mismatched": Badge("≠", N_("Mismatched"), "bad"),
        "unknown": Badge("?", N_("Unknown"), "warn"),
    },
    "difference": {
        DifferenceClass.FORM_ONLY: Badge("≈", N_("Form only"), "quiet"),
        DifferenceClass.TONE_MARK: Badge("´", N_("Tone mark"), "warn"),
        DifferenceClass.ORDER: Badge("⇅", N_("Order"), "warn"),
        DifferenceClass.MAPPED: Badge("→", N_("Mapped"), "quiet"),
        DifferenceClass.REAL: Badge("≠", N_("Real difference"), "bad"),
    },
    "publication": {
        Status.ON_TIME: Badge("✓", N_("On time"), "good"),
        Status.LATE: Badge("◆", N_("Done late"), "warn"),
        Status.DUE: Badge("◔", N_("Due"), "info"),
        Status.OVERDUE: Badge("▲", N_("Overdue"), "bad"),
        Status.UNMEETABLE: Badge("⊘", N_("Could not be met"), "quiet"),
        Status.UNKNOWN: Badge("?", N_("Unknown"), "quiet"),
    },
    "role": {
        Role.OPERATOR: Badge("◆", N_("Operator"), "info"),
        Role.REVIEWER: Badge("●", N_("Office reviewer"), "quiet"),
        Role.APPROVER: Badge("✓", N_("Office approver"), "good"),
        Role.UNIT: Badge("■", N_("Unit"), "quiet"),
        Role.AUDITOR: Badge("○", N_("Auditor"), "quiet"),
    },
    "account": {
        "active": Badge("●", N_("Active"), "good"),
        "disabled": Badge("⊘", N_("Disabled"), "quiet"),
    },
    "side": {
        "portal": Badge("P", N_("Portal"), "info"),
        "city": Badge("C", N_("City"), "quiet"),
        "documents": Badge("D", N_("Document system"), "quiet"),
    },
}


def badge_of(family: str, value: object) -> Badge:
    """The badge of a value; one that the table does not know is shown as it is."""
    return BADGES[family].get(str(value)) or Badge("•", str(value))
