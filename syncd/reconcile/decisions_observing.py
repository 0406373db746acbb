"""What is wrong with a publication decision, as observations that mismatches are made of.

In: a decision of either side, a difference. Out: observations. Pure.
"""

from __future__ import annotations

from syncd.reconcile.decisions_matching import Named
from syncd.reconcile.differences import Difference
from syncd.reconcile.mismatches import MismatchKind, Observation
from syncd.records.text import display


def not_entered(one: Named) -> Observation:
    """A signed decision that the portal does not have."""
    return _observation(MismatchKind.DECISION_NOT_ENTERED, one, city_key=one.decision.key, city_value=in_words(one))


def not_known(one: Named) -> Observation:
    """A decision of the portal that the document system does not have."""
    return _observation(MismatchKind.DECISION_UNKNOWN, one, portal_key=one.decision.key, portal_value=in_words(one))


def in_words(one: Named) -> str:
    """A decision in a few words that are the same in every language: ``3584/QĐ-UBND (08/09/2026)``."""
    day = f" ({one.signed:%d/%m/%Y})" if one.signed else ""
    return f"{display(one.decision.number)}{day}"


def differs(ours: Named, theirs: Named, found: Difference) -> Observation:
    """One field that the sides show otherwise; the document is what the decision goes by."""
    return _observation(
        MismatchKind.DECISION_DIFFERS,
        theirs,
        portal_key=ours.decision.key,
        city_key=theirs.decision.key,
        field=found.field,
        difference=found.difference.value,
        portal_value=found.portal_value,
        city_value=found.city_value,
    )


def _observation(kind: MismatchKind, one: Named, **said: str) -> Observation:
    """An observation of a decision: it has no code of a procedure, its own identity stands in that place."""
    return Observation(
        kind=kind,
        code="",
        local_code=one.identity,
        name=display(one.decision.abstract or "") or in_words(one),
        agency_code=one.issuer,
        agency_name=display(one.decision.issuer_name or ""),
        **said,
    )
