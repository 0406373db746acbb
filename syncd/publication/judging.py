"""Who was in time and who was not: facts and terms make a judgement, by the law's reading and by the portal's.

In: publications, today, the calendar. Out: judgements. The two readings stand side by side and are never merged; what
is not known is never called late, and never in time. By the law's reading a late first click that may be a re-entry
(`syncd.publication.openings`) is therefore unknown; the portal's arithmetic takes it as it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from msgspec import Struct
from msgspec.structs import replace

from syncd.publication.calendar import OutsideCalendarError, WorkingCalendar
from syncd.publication.deadlines import Term, Terms, at_once_by_shortened_procedure, is_clicked, is_unsigned, latest
from syncd.publication.facts import Authority, Counting, Deadline, Judgement, Mode, Publication, Status, Step
from syncd.publication.openings import reentry
from syncd.records.dates import local_date
from syncd.records.procedure import Kind

WORST_FIRST: tuple[tuple[Status, str], ...] = (
    (Status.OVERDUE, "a known fault that can still be mended"),
    (Status.LATE, "a known fault"),
    (Status.UNKNOWN, "a fault may hide here: it must not look like one of the faultless rows below"),
    (Status.UNMEETABLE, "not in time, and known to be nobody's fault"),
    (Status.DUE, "not done, and still in time"),
    (Status.ON_TIME, "done in time"),
)
"""Which status stands for several steps: the first that any of them has, and why it stands before the next."""

FUTURE = "dated in the future"
DECISION_IN_FUTURE = "the decision is dated in the future"
PUBLIC_FIRST = "made public before the decision was signed"
PUBLIC_UNSIGNED = "made public, but no signing date is known"
UNDATED = "the signing date of the decision is not known"
MAYBE_SIGNED = "whether the decision is signed is not known"
SHOWN = "the portal shows the procedure, but when this decision was made public is not known"
MAYBE_PUBLIC = "whether it was made public is not known"
NOT_DONE = "not done yet"
NOT_SCORED = "the portal does not score it: of a province's decisions it scores the specific ones (đặc thù) only"
SIGNED_ONLY = "the portal scores it once it is signed"

_UNTIMED = frozenset({Status.UNKNOWN, Status.UNMEETABLE})
_RANK = {status: rank for rank, (status, _) in enumerate(WORST_FIRST)}
_WORST = {(one, two): min(one, two, key=_RANK.__getitem__) for one in Status for two in Status}


class _Event(Struct, frozen=True, gc=False):
    """What is known of a step: the day it was taken, that it was not (``is_undone``), or neither; and what is odd.

    ``doubt`` says why it may have been taken before ``day``: that it was taken by then is all that is known.
    """

    day: date | None = None
    is_undone: bool = False
    reason: str = ""
    doubt: str = ""


class _Pair(Struct, frozen=True, gc=False):
    """One step under both readings.

    Of a signing: whether it goes into the portal's status (``is_scored``), and whether the binding document came by the
    shortened procedure and took effect at once (``is_shortened``).
    """

    legal: Deadline
    portal: Deadline
    is_scored: bool = True
    is_shortened: bool = False


def judge(publication: Publication, *, today: date, calendar: WorkingCalendar) -> Judgement:
    """Judge one publication as of a day in Asia/Ho_Chi_Minh."""
    return _Sitting(today, calendar).judge(publication)


def judge_all(publications: Iterable[Publication], *, today: date, calendar: WorkingCalendar) -> list[Judgement]:
    """Judge many; what they share (days counted, decisions of many procedures) is worked out once."""
    sitting = _Sitting(today, calendar)
    return [sitting.judge(publication) for publication in publications]


def worst(statuses: Iterable[Status]) -> Status:
    """The status that stands for several (see `WORST_FIRST`); unknown for none."""
    return min(statuses, key=_RANK.__getitem__, default=Status.UNKNOWN)


def is_scored_by_portal(publication: Publication) -> bool:
    """Whether the portal scores the signing at all: of a province only what is its own (đặc thù), or may be."""
    return publication.authority is Authority.MINISTRY or publication.kind in (Kind.SPECIFIC, None)


class _Sitting:
    """The judging of one day. Equal facts give the same deadlines, which are kept for the length of the sitting."""

    def __init__(self, today: date, calendar: WorkingCalendar) -> None:
        self.today = today
        self.calendar = calendar
        self.terms = Terms(calendar)
        self._signings: dict[object, _Pair] = {}
        self._publishings: dict[object, _Pair] = {}
        self._publish_terms: dict[object, tuple[Term, Term]] = {}

    def judge(self, publication: Publication) -> Judgement:
        """Both steps under both readings, and the status that each reading sums to."""
        sign = self._sign(publication)
        publish = self._publish(publication, sign.is_shortened)
        legal, portal = sign.legal.status, sign.portal.status if sign.is_scored else None
        if publication.signed is not None:
            legal = _WORST[legal, publish.legal.status]
            portal = _WORST[portal, publish.portal.status] if portal else publish.portal.status
        return Judgement(
            publication=publication,
            deadlines=(sign.legal, sign.portal, publish.legal, publish.portal),
            legal=legal,
            portal=portal or Status.UNKNOWN,
        )

    def _sign(self, one: Publication) -> _Pair:
        event = one.signed or (one.is_known_unsigned, one.decision, is_clicked(one))
        since = None if one.signed else one.ministry_signed
        key = (one.authority, one.kind, one.bases, one.unknown_bases, one.is_basis_named, since, event)
        if (pair := self._signings.get(key)) is None:
            pair = self._signings[key] = self._judged_sign(one)
        return pair

    def _judged_sign(self, publication: Publication) -> _Pair:
        legal = portal = _signing(publication)
        is_scored = is_scored_by_portal(publication)
        if legal.day is not None and legal.day > self.today:
            legal, portal = _Event(reason=FUTURE), replace(portal, reason=FUTURE)
        if not is_scored:
            portal = replace(portal, reason=_joined(portal.reason, NOT_SCORED))
        elif portal.is_undone:
            portal = replace(portal, reason=SIGNED_ONLY)
        terms = self.terms.sign(publication, self.today)
        return _Pair(
            self._deadline(Step.SIGN, Mode.LEGAL, terms[0], legal),
            self._deadline(Step.SIGN, Mode.PORTAL, terms[1], portal),
            is_scored,
            at_once_by_shortened_procedure(latest(publication.bases)),
        )

    def _publish(self, one: Publication, is_shortened: bool) -> _Pair:
        first = _local(one.first_public or one.latest_public)
        last = first if one.latest_public in (None, one.first_public) else _local(one.latest_public)
        decision = (one.authority, one.kind, is_shortened, one.signed or is_unsigned(one))
        key = (decision, first, last, one.is_known_hidden, one.is_shown)
        if (pair := self._publishings.get(key)) is None:
            if (terms := self._publish_terms.get(decision)) is None:
                terms = self._publish_terms[decision] = self.terms.publish(one, self.today)
            pair = self._publishings[key] = self._judged_publish(one, first, last, terms)
        return pair

    def _judged_publish(
        self, publication: Publication, first: date | None, last: date | None, terms: tuple[Term, Term]
    ) -> _Pair:
        legal = portal = _Event()
        if publication.signed is not None:
            legal = portal = _publishing(publication, first)
            if last is not first:
                portal = _publishing(publication, last)
            if first is not None:
                legal = _Event(first, doubt=reentry(publication.signed, first))
            if odd := self._odd(publication.signed, first):
                legal = _Event(reason=odd)
            if odd := self._odd(publication.signed, last):
                portal = replace(portal, reason=_joined(portal.reason, odd))
        return _Pair(
            self._deadline(Step.PUBLISH, Mode.LEGAL, terms[0], legal),
            self._deadline(Step.PUBLISH, Mode.PORTAL, terms[1], portal),
        )

    def _odd(self, signed: date, public: date | None) -> str:
        if signed > self.today:
            return DECISION_IN_FUTURE
        if public is None:
            return ""
        return FUTURE if public > self.today else PUBLIC_FIRST if public < signed else ""

    def _deadline(self, step: Step, mode: Mode, term: Term, event: _Event) -> Deadline:
        status, reason = _status(term, event, self.today)
        if term.rule is None or term.day is None:
            return Deadline(step=step, mode=mode, status=status, reason=reason)
        days, unofficial = None, term.unofficial
        if status not in _UNTIMED:
            until = event.day or self.today
            days, went_through = self._days(term.day, until, term.rule.counting)
            if went_through:
                unofficial = tuple(sorted({*unofficial, *went_through}))
        return Deadline(
            step=step,
            mode=mode,
            status=status,
            rule=term.rule.id,
            day=term.day,
            days=days,
            counting=term.rule.counting,
            reason=reason,
            unofficial=unofficial,
        )

    def _days(self, day: date, until: date, counting: Counting) -> tuple[int | None, tuple[int, ...]]:
        """How late ``until`` is. In working days a step after the deadline is one day late even on a day off."""
        if counting is Counting.CALENDAR:
            return (until - day).days, ()
        try:
            late = self.calendar.between(day, until)
        except OutsideCalendarError:
            return None, ()
        if until > day:
            return max(late, 1), self.calendar.unofficial_between(day, until)
        return late, self.calendar.unofficial_between(until, day)


def _status(term: Term, event: _Event, today: date) -> tuple[Status, str]:
    """The status and the reason to show with it. A later effective date can only make in time what was late."""
    if term.unmeetable:
        return Status.UNMEETABLE, _joined(term.unmeetable, event.reason, NOT_DONE if event.is_undone else "")
    if term.day is None:
        return Status.UNKNOWN, _joined(term.reason, event.reason)
    if event.day is None and not event.is_undone:
        return Status.UNKNOWN, event.reason
    if term.proven is not None:
        is_proven = event.day is not None and event.day <= term.proven
        return Status.ON_TIME if is_proven else Status.UNKNOWN, _joined(term.doubt, event.reason)
    if event.day is not None:
        if event.day <= term.day:
            return Status.ON_TIME, event.reason
        return (Status.UNKNOWN, event.doubt) if event.doubt else (Status.LATE, event.reason)
    return Status.DUE if today <= term.day else Status.OVERDUE, event.reason


def _signing(publication: Publication) -> _Event:
    if publication.signed is not None:
        return _Event(publication.signed)
    if is_unsigned(publication):
        return _Event(is_undone=True)
    if is_clicked(publication):
        return _Event(reason=PUBLIC_UNSIGNED)
    return _Event(reason=UNDATED if publication.decision else MAYBE_SIGNED)


def _publishing(publication: Publication, day: date | None) -> _Event:
    if day is not None:
        return _Event(day)
    if publication.is_known_hidden:
        return _Event(is_undone=True)
    return _Event(reason=SHOWN if publication.is_shown else MAYBE_PUBLIC)


def _local(instant: datetime | None) -> date | None:
    return None if instant is None else local_date(instant)


def _joined(*reasons: str) -> str:
    return "; ".join(reason for reason in reasons if reason)
