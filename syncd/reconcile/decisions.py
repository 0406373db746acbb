"""Publication decisions judged: the portal against the document-management system, the third source.

In: what both sides told, whole; what the operator decided. Out: one judgement for each decision, with observations.
Pure. Absence is only believed where the side that lacks it would have shown it; everything else is *unknown*.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from datetime import date

from syncd.reconcile.decisions_alike import alike
from syncd.reconcile.decisions_comparing import alarming, comparable, differences
from syncd.reconcile.decisions_matching import Named, match, once
from syncd.reconcile.decisions_observing import differs, not_entered, not_known
from syncd.reconcile.decisions_told import Current, DecisionRules, Judgement, Standing, Telling
from syncd.reconcile.differences import Difference, DifferenceClass
from syncd.reconcile.mismatches import Observation
from syncd.records.publication_decision import Decision, DecisionState

STATE = "state"
"""The field of a decision that was recalled or replaced and still stands on the portal."""
MAYBE = "the procedures that may name it cannot be believed now: unread, unreadable or flapping"
LEFT_OUT = "a document of this number and day is there, and was not taken for a publication decision"
NO_NUMBER = "what stands in the place of its number is none"
WRONG_IN_A_LIST = frozenset({DecisionState.RECALLED})
WRONG_OF_PROCEDURES = frozenset({DecisionState.RECALLED, DecisionState.REPLACED})


def judge(portal: Telling, documents: Telling, rules: DecisionRules) -> list[Judgement]:
    """Every decision of either side that concerns the rules, by identity."""
    return _Judging(portal, documents, rules).every()


class _Judging:
    """Both sides with what was matched."""

    def __init__(self, portal: Telling, documents: Telling, rules: DecisionRules) -> None:
        self._portal, self._documents, self._rules = portal, documents, rules
        self._fields = portal.carries & documents.carries
        self._gone = _wholly_gone(portal), _wholly_gone(documents)
        self._ours = once(portal.decisions, portal.gone)
        self._theirs = once(documents.decisions, documents.gone)
        self._matched = match(self._ours, self._theirs, is_covered=self._is_covered)
        concerned = [both for both in self._matched.together if any(map(rules.concern, both))]
        self._together = [both for both in concerned if self._is_clear(*both)]
        self._known = frozenset((one.number, one.signed) for one in self._theirs)
        self._unclear = self._matched.unclear | alike(self._ours, self._theirs, self._matched.together)
        self._unclear |= {one.identity for both in concerned if not self._is_clear(*both) for one in both}

    def _is_clear(self, ours: Named, theirs: Named) -> bool:
        """Whether two are one for sure: of an issuer that is nobody's here only what has the same number and day."""
        is_same = (ours.number, ours.signed) == (theirs.number, theirs.signed)
        return is_same or all(map(self._rules.concern, (ours, theirs)))

    def _is_covered(self, portal: Named, documents: Named) -> bool:
        return self._is_after(portal, self._documents) and self._is_after(documents, self._portal)

    def _is_after(self, one: Named, other: Telling) -> bool:
        """Whether the other side would show a decision of that day."""
        return one.signed is not None and one.signed >= max(self._rules.since, other.since or date.min)

    def every(self) -> list[Judgement]:
        return sorted(self._each(), key=lambda one: one.identity)

    def _each(self) -> Iterator[Judgement]:
        together = self._together
        yield from (self._both(*both) for both in self._together)
        matched = {theirs.identity for _, theirs in together} | self._gone[1]
        yield from (self._documents_only(one) for one in self._theirs if self._is_alone(one, matched))
        matched = {ours.identity for ours, _ in together} | self._gone[0]
        yield from (self._portal_only(one) for one in self._ours if self._is_alone(one, matched))

    def _is_alone(self, one: Named, elsewhere: Container[str]) -> bool:
        return one.identity not in elsewhere and self._rules.concern(one)

    def _both(self, ours: Named, theirs: Named) -> Judgement:
        is_shown = ours.identity not in self._gone[0]
        is_maybe = ours.decision.key in self._portal.maybe_shown
        is_compared = is_shown and not is_maybe and theirs.identity not in self._gone[1]
        seen = self._compared(ours, theirs) if is_compared else ()
        sayable = self._sayable(ours, theirs)
        fields = comparable(ours.decision, theirs.decision, sayable) if is_compared else frozenset()
        standing = Standing.DIFFERS if seen else Standing.AGREED if is_shown and not is_maybe else Standing.RECORDED
        return Judgement(
            identity=theirs.identity,
            also=ours.identity,
            portal=ours.decision,
            documents=theirs.decision,
            standing=standing,
            is_shown=is_shown,
            compared=fields | {STATE} if is_compared else fields,
            why=MAYBE if is_maybe else "" if is_shown else "the portal has shown it, and shows it no more",
            observations=tuple(seen),
        )

    def _sayable(self, ours: Named, theirs: Named) -> frozenset[str]:
        """The fields that can be compared: not its procedures, where one of them may show something else."""
        return self._fields - {"codes"} if self._portal.is_unclear(ours, theirs) else self._fields

    def _compared(self, ours: Named, theirs: Named) -> list[Observation]:
        left_out = self._shown_otherwise(theirs.decision)
        found = differences(ours.decision, theirs.decision, fields=self._sayable(ours, theirs), left_out=left_out)
        worth = [*alarming(found), *([_states(ours, theirs)] if self._stands_wrongly(ours, theirs) else [])]
        return [differs(ours, theirs, one) for one in worth]

    def _stands_wrongly(self, ours: Named, theirs: Named) -> bool:
        """Whether the portal still shows, as one that holds, a decision that is no more.

        A list of all decisions keeps replaced ones rightly: they held once. One that was recalled did not.
        """
        is_wrong = WRONG_IN_A_LIST if self._portal.current is None else WRONG_OF_PROCEDURES
        return theirs.decision.state in is_wrong and ours.decision.state is DecisionState.ISSUED

    def _shown_otherwise(self, decision: Decision) -> set[str]:
        """Codes of a decision about which a portal that shows procedures alone says nothing: not its own any more."""
        if self._portal.current is None:
            return set()
        return {code for code in decision.codes or () if not self._is_open(code.strip(), decision)}

    def _documents_only(self, one: Named) -> Judgement:
        why = self._why_not_missing(one)
        if one.decision.state is not DecisionState.ISSUED and not why:
            return _alone(one, Standing.AGREED, f"it was {one.decision.state.value} and is not on the portal")
        if why:
            return _alone(one, Standing.UNKNOWN, why)
        if self._is_overtaken(one):
            return _alone(one, Standing.AGREED, "its procedures show later decisions that the documents know")
        return _alone(one, Standing.NOT_ENTERED, "the portal is read whole and does not have it", (not_entered(one),))

    def _why_not_missing(self, one: Named) -> str:
        """Why the portal's silence says nothing; empty where it does."""
        if one.identity in self._unclear:
            return "several decisions have this number, and which is which cannot be told"
        if not one.is_numbered:
            return NO_NUMBER
        if self._portal.leaves_out(one):
            return LEFT_OUT
        if not self._is_after(one, self._portal):
            return "it was signed before the portal was watched, or on no day that is known"
        if not self._portal.is_sure:
            return "the portal has decisions that cannot be read"
        if self._portal.current is None or one.decision.state is not DecisionState.ISSUED:
            return ""
        if not one.codes:
            return self._why_uncoded()
        if self._portal.is_unclear(one):
            return "what its procedures show on the portal cannot be told now"
        if self._is_overtaken(one) or any(self._is_open(code.strip(), one.decision) for code in one.codes):
            return ""
        return "the portal shows a later decision for its procedures, or none of the city's"

    def _why_uncoded(self) -> str:
        if not self._rules.expects_uncoded:
            return "nobody says which procedures it is about"
        return "what some procedures show on the portal cannot be told now" if self._portal.unclear else ""

    def _is_overtaken(self, one: Named) -> bool:
        """Whether each of its procedures shows a later decision that the documents know: it is missed no more."""
        shown = [(self._portal.current or {}).get(code.strip()) for code in one.codes]
        return bool(shown) and all(each is not None and self._is_later(each, one) for each in shown)

    def _is_later(self, current: Current, one: Named) -> bool:
        if current.signed is None or one.signed is None or current.is_citys is False:
            return False
        return current.signed > one.signed and (current.number, current.signed) in self._known

    def _is_open(self, code: str, decision: Decision) -> bool:
        """Whether the portal would show this decision for a procedure: a new one, or one with an earlier decision."""
        current = (self._portal.current or {}).get(code)
        if current is None:
            return True
        if current.is_citys is False or current.signed is None or decision.signed is None:
            return False
        return current.signed < decision.signed

    def _portal_only(self, one: Named) -> Judgement:
        why = self._why_not_unknown(one)
        if why:
            return _alone(one, Standing.UNKNOWN, why, is_portal=True)
        words = "the document system is read whole and does not know it"
        return _alone(one, Standing.NOT_KNOWN, words, (not_known(one),), is_portal=True)

    def _why_not_unknown(self, one: Named) -> str:
        """Why the silence of the document system says nothing; empty where it does."""
        if one.decision.key in self._portal.maybe_shown:
            return MAYBE
        if one.identity in self._unclear:
            return "several decisions have this number, and which is which cannot be told"
        if not one.is_numbered:
            return NO_NUMBER
        if self._documents.leaves_out(one):
            return LEFT_OUT
        if not self._is_after(one, self._documents):
            return "it was signed before the document system is complete, or on no day that is known"
        return "" if self._documents.is_sure else "the document system has documents that cannot be read"


def _wholly_gone(told: Telling) -> frozenset[str]:
    """Identities of which no copy is shown any more."""
    return frozenset(one.identity for one in once(one for one in told.decisions if one.key in told.gone)) - {
        one.identity for one in once(one for one in told.decisions if one.key not in told.gone)
    }


def _alone(
    one: Named,
    standing: Standing,
    why: str,
    observations: Iterable[Observation] = (),
    *,
    is_portal: bool = False,
) -> Judgement:
    return Judgement(
        identity=one.identity,
        also=one.identity,
        portal=one.decision if is_portal else None,
        documents=None if is_portal else one.decision,
        standing=standing,
        is_shown=is_portal,
        why=why,
        observations=tuple(observations),
    )


def _states(ours: Named, theirs: Named) -> Difference:
    return Difference(STATE, ours.decision.state.value, theirs.decision.state.value, DifferenceClass.REAL)
