"""The last day of each step under each reading, and why there is none where there is none.

In: the legal documents that a decision rests on, the signing date, the calendar. Out: a `Term`. Whether the step was
taken in time is not decided here, but in `syncd.publication.judging`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from msgspec import Struct
from msgspec.structs import replace

from syncd.publication.calendar import Counted, OutsideCalendarError, WorkingCalendar
from syncd.publication.facts import Authority, Counting, LegalDocument, Mode, Publication, Step
from syncd.publication.rules import Anchor, Direction, Rule, rule_for, rules_for
from syncd.records.procedure import Kind

RESTATED_AFTER = timedelta(days=365)
"""A choice, not law: a decision that publishes a change comes within a year of it, or else nobody can tell which."""
MOST_NAMED = 3
LONGEST_NUMBER = 60

NO_BASIS = "no legal document is known that the decision rests on"
NO_DATES = "the effective date is not known of {numbers}"
LATER_POSSIBLE = "the deadline may be later: the dates are not known of {numbers}"
NOT_SIGNED = "not signed yet"
NO_SIGNING_DATE = "the signing date is not known"
NO_SIGN_RULE = "no rule is known for documents that took effect before 14/10/2010"
INTERNAL = "internal procedures are outside Decree 63/2010/NĐ-CP (art. 1.2): the law sets no deadline"
NO_PUBLISH_RULE = "no rule is known for decisions signed before 25/09/2017: other texts set that limit"
RESTATED = (
    "{number}, the newest document cited, took effect {effective}, long before: the decision may restate what was"
    " published already; name its documents in the register of decisions"
)
UNCOUNTED = "the deadline cannot be counted: {error}"
NOT_MEETABLE = "{number}, signed {signed}, took effect {effective}: the deadline was over before it was signed"


class Term(Struct, frozen=True, kw_only=True, gc=False):
    """The deadline of one step under one reading.

    ``day`` is None where it cannot be known; ``reason`` then says why. ``doubt`` names the documents whose dates, once
    known, could make the day later; ``proven`` is then the last day that is in time whatever those dates are.
    ``unmeetable`` says why nobody could have met the deadline.
    """

    rule: Rule | None = None
    day: date | None = None
    unofficial: tuple[int, ...] = ()
    reason: str = ""
    doubt: str = ""
    proven: date | None = None
    unmeetable: str = ""


class Terms:
    """Computes terms with one calendar, remembering every count; one for each judging, so that it cannot grow old."""

    def __init__(self, calendar: WorkingCalendar) -> None:
        self.calendar = calendar
        self._counted: dict[tuple[str, date], Term] = {}

    def sign(self, publication: Publication, today: date) -> tuple[Term, Term]:
        """When the decision must be signed, by the law's and by the portal's reading.

        Of several documents the one that takes effect last binds, among equals the one signed last: the earlier ones'
        deadlines belong to decisions of their own. The portal takes the same one (its E*). Where a document's dates are
        not known, the last effective date may be later still: see ``doubt``. By the law's reading the three days after
        signing hold for a document of the shortened procedure that took effect when it was signed; any other document
        whose deadline had passed before it was signed is unmeetable, one of the shortened procedure included. Where all
        that a record cites took effect more than `RESTATED_AFTER` before the decision, the law's reading knows no
        deadline: what made it necessary is not among them, or it restates what was published before. The portal knows
        none of these cases.
        """
        binding = latest(publication.bases)
        if binding is None or binding.effective is None:
            doubted = doubtful(publication, Mode.PORTAL)
            legal = portal = Term(reason=NO_DATES.format(numbers=named(doubted)) if doubted else NO_BASIS)
        else:
            legal = self._legal_sign(publication, binding, binding.effective)
            portal = self._portal_sign(publication, binding.effective, today)
        return _OUTSIDE_THE_LAW if publication.kind is Kind.INTERNAL else legal, portal

    def _legal_sign(self, publication: Publication, binding: LegalDocument, effective: date) -> Term:
        is_shortened = at_once_by_shortened_procedure(binding)
        rule = rule_for(Step.SIGN, Mode.LEGAL, publication.authority, on=effective, shortened=is_shortened)
        if rule is None:
            return _NO_SIGN_RULE
        anchor = binding.signed if rule.anchor is Anchor.PROMULGATED else effective
        if _is_restated(publication, effective):
            return Term(reason=RESTATED.format(number=named((binding.number,)), effective=f"{effective:%d/%m/%Y}"))
        term = self._doubted(publication, rule, effective, self.term(rule, anchor or effective))
        if term.doubt or term.day is None or binding.signed is None or term.day >= binding.signed:
            return term
        return replace(term, unmeetable=_not_meetable(binding))

    def _portal_sign(self, publication: Publication, effective: date, today: date) -> Term:
        rule = rule_for(Step.SIGN, Mode.PORTAL, publication.authority, on=today, shortened=False)
        return (
            _NO_SIGN_RULE if rule is None else self._doubted(publication, rule, effective, self.term(rule, effective))
        )

    def _doubted(self, publication: Publication, rule: Rule, effective: date, term: Term) -> Term:
        doubted = doubtful(publication, rule.mode)
        if term.day is None or not doubted:
            return term
        proven = self._proven(effective, rule, publication.authority, term.day)
        return replace(term, doubt=LATER_POSSIBLE.format(numbers=named(doubted)), proven=proven)

    def _proven(self, effective: date, rule: Rule, authority: Authority, day: date) -> date:
        """The earliest deadline of any document that takes effect no earlier than this one."""
        normal = (one for one in rules_for(Step.SIGN, rule.mode, authority) if one.valid_to >= effective)
        days = (self.term(one, max(effective, one.valid_from)).day for one in normal)
        return min(day, *(one or date.min for one in days))

    def publish(self, publication: Publication, today: date) -> tuple[Term, Term]:
        """When the procedure must be public, by the law's and by the portal's reading.

        Counted from the signing of its own decision, not of the ministry's. The law's two working days hold where the
        binding document (see `sign`) is known to be of the shortened procedure and to have taken effect when it was
        signed; an exception that is not known is not presumed.
        """
        signed, authority = publication.signed, publication.authority
        if signed is None:
            term = _NOT_SIGNED if is_unsigned(publication) else _NO_SIGNING_DATE
            return term, term
        is_shortened = at_once_by_shortened_procedure(latest(publication.bases))
        law = rule_for(Step.PUBLISH, Mode.LEGAL, authority, on=signed, shortened=is_shortened)
        scored = rule_for(Step.PUBLISH, Mode.PORTAL, authority, on=today, shortened=False)
        legal = self.term(law, signed) if law else _NO_PUBLISH_RULE
        portal = self.term(scored, signed) if scored else _NO_PUBLISH_RULE
        return _OUTSIDE_THE_LAW if publication.kind is Kind.INTERNAL else legal, portal

    def term(self, rule: Rule, anchor: date) -> Term:
        """The rule's last day from an anchor.

        Working days as the calendar has them. Calendar days counted forward that end on a day off go on to the next
        working day (Civil Code art. 148.5); counted back they are never moved, which would shorten the notice.
        """
        key = (rule.id, anchor)
        if (term := self._counted.get(key)) is None:
            term = self._counted[key] = self._term(rule, anchor)
        return term

    def _term(self, rule: Rule, anchor: date) -> Term:
        try:
            day, unofficial = self._count(rule, anchor)
        except (OutsideCalendarError, OverflowError) as error:
            return Term(reason=UNCOUNTED.format(error=error))
        return Term(rule=rule, day=day, unofficial=unofficial)

    def _count(self, rule: Rule, anchor: date) -> Counted:
        is_back = rule.direction is Direction.BEFORE
        if rule.counting is Counting.WORKING:
            return (self.calendar.before if is_back else self.calendar.after)(anchor, rule.days)
        days = timedelta(days=rule.days)
        return Counted(anchor - days) if is_back else self.calendar.roll(anchor + days)


def _is_restated(publication: Publication, effective: date) -> bool:
    """Whether the decision (its ministry's, while it is unsigned itself) came long after all that it cites."""
    signed = publication.signed or publication.ministry_signed
    return not publication.is_basis_named and signed is not None and signed - effective > RESTATED_AFTER


def latest(bases: Sequence[LegalDocument]) -> LegalDocument | None:
    """The document that takes effect last (among equals the one signed last); None where no effective date is known."""
    if len(bases) == 1:
        return bases[0] if bases[0].effective is not None else None
    return max((one for one in bases if one.effective is not None), key=_order, default=None)


def _order(document: LegalDocument) -> tuple[date, date, bool]:
    return document.effective or date.min, document.signed or date.min, not document.shortened


def at_once_by_shortened_procedure(document: LegalDocument | None) -> bool:
    """Whether it came by the shortened procedure and took effect on (or before) the day it was signed."""
    return (
        document is not None
        and document.shortened
        and document.signed is not None
        and document.effective is not None
        and document.effective <= document.signed
    )


def doubtful(publication: Publication, mode: Mode) -> tuple[str, ...]:
    """The numbers of documents whose dates, once known, could move the deadline to a later day, each once.

    By the law's reading a document of the shortened procedure is one of them while its signing date is not known.
    """
    numbers = [one.number for one in publication.bases if one.effective is None or _is_half_known(one, mode)]
    if not numbers and not publication.unknown_bases:
        return ()
    return tuple(dict.fromkeys((*numbers, *publication.unknown_bases)))


def _is_half_known(document: LegalDocument, mode: Mode) -> bool:
    return document.shortened and document.signed is None and mode is Mode.LEGAL


def named(numbers: tuple[str, ...]) -> str:
    """At most three numbers in words (``12/2026/NĐ-CP, 3/2026/TT-BTC and 2 more``)."""
    shown = ", ".join((number.strip() or "one without a number")[:LONGEST_NUMBER] for number in numbers[:MOST_NAMED])
    more = len(numbers) - MOST_NAMED
    return f"{shown} and {more} more" if more > 0 else shown


def is_unsigned(publication: Publication) -> bool:
    """Whether it is known that the decision has not been signed, and neither a number nor a click speaks against it."""
    has_traces = publication.signed is not None or publication.decision or is_clicked(publication)
    return publication.is_known_unsigned and not has_traces


def is_clicked(publication: Publication) -> bool:
    """Whether a click on "Công khai" was seen."""
    return publication.first_public is not None or publication.latest_public is not None


def _not_meetable(binding: LegalDocument) -> str:
    return NOT_MEETABLE.format(
        number=named((binding.number,)), signed=f"{binding.signed:%d/%m/%Y}", effective=f"{binding.effective:%d/%m/%Y}"
    )


_OUTSIDE_THE_LAW = Term(reason=INTERNAL)
_NOT_SIGNED = Term(reason=NOT_SIGNED)
_NO_SIGNING_DATE = Term(reason=NO_SIGNING_DATE)
_NO_SIGN_RULE = Term(reason=NO_SIGN_RULE)
_NO_PUBLISH_RULE = Term(reason=NO_PUBLISH_RULE)
