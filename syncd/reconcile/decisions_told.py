"""What two sources tell of publication decisions, and what can be said of each decision: the words of judging.

In: nothing. Out: values that judging takes and gives. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from msgspec import Struct

from syncd.reconcile.decisions_matching import Named, issuer_name, plain_name
from syncd.reconcile.mismatches import MismatchKind, Observation
from syncd.records.publication_decision import Decision


class Standing(StrEnum):
    """What can be said of one decision. ``recorded``: it is known on both sides, and nothing more can be compared."""

    AGREED = "agreed"
    RECORDED = "recorded"
    NOT_ENTERED = "not_entered"
    NOT_KNOWN = "not_known"
    DIFFERS = "differs"
    UNKNOWN = "unknown"


class Current(Struct, frozen=True, gc=False):
    """What the portal shows of one procedure now: day (None: it gives none) and canonical number of its decision.

    ``is_citys``: whether the portal shows a decision of the city's for it at all; of a ministry's procedure it never
    does. None where that cannot be told.
    """

    signed: date | None
    is_citys: bool | None = None
    number: str = ""


class Telling(Struct, frozen=True, kw_only=True):
    """What one source told in a whole reading, with all that it had told before.

    ``gone``: keys of decisions that it shows no more. ``since``: the first day of signing that it covers (None: all).
    ``is_sure``: it had nothing that could not be read. ``current``: of a portal that shows decisions through its
    procedures alone, what each procedure shows now, by code; None of one that lists them.

    ``unclear``: codes of procedures of which it cannot be told what they show now (unread, unreadable, flapping);
    ``maybe_shown``: keys of decisions that these alone may name. ``left_out``: canonical number and day (None: not
    known) of documents that are there and were not taken for publication decisions.
    """

    decisions: tuple[Decision, ...]
    carries: frozenset[str]
    gone: frozenset[str] = frozenset()
    since: date | None = None
    is_sure: bool = True
    current: Mapping[str, Current] | None = None
    unclear: frozenset[str] = frozenset()
    maybe_shown: frozenset[str] = frozenset()
    left_out: frozenset[tuple[str, date | None]] = frozenset()

    def leaves_out(self, one: Named) -> bool:
        """Whether a document that was left out may be this decision."""
        return not self.left_out.isdisjoint({(one.number, one.signed), (one.number, None)})

    def is_unclear(self, *several: Named) -> bool:
        """Whether one of their procedures may show something else than it seems."""
        return any(code.strip() in self.unclear for one in several for code in one.codes)


class DecisionRules(Struct, frozen=True, kw_only=True):
    """``issuers``: codes or names whose decisions matter, with the units below. ``since``: none before is judged.

    ``expects_uncoded``: whether a decision of which nobody says the procedures must be shown by a portal that shows
    decisions through its procedures alone.
    """

    issuers: frozenset[str]
    since: date
    expects_uncoded: bool = False

    def concern(self, one: Named) -> bool:
        """Whether a decision is of these issuers; one that names no issuer is nobody's."""
        if one.issuer:
            return any(f"{one.issuer}.".startswith(f"{code}.") for code in self.issuers)
        name = issuer_name(one.decision)
        return bool(name) and name in {plain_name(issuer) for issuer in self.issuers}


class Judgement(Struct, frozen=True, kw_only=True):
    """One decision: as either side shows it (None: it does not), how it stands, and in English words why.

    ``identity``: what its mismatches go by; ``also``: what those of the portal's record go by. ``is_shown``: whether
    the portal shows it now. ``compared``: the fields of which both sides have said something.
    """

    identity: str
    also: str
    portal: Decision | None
    documents: Decision | None
    standing: Standing
    is_shown: bool = False
    compared: frozenset[str] = frozenset()
    why: str = ""
    observations: tuple[Observation, ...] = ()

    def is_unknown(self, kind: str, field: str) -> bool:
        """Whether this pass was not told what it would take to judge a mismatch of this decision again.

        A difference is only over once both sides have said the field again, or the portal shows the decision no more.
        """
        if kind == MismatchKind.DECISION_DIFFERS and self.is_shown and field not in self.compared:
            return True
        return self.standing is Standing.UNKNOWN
