"""The decision that a procedure shows: when two may be compared, when one supersedes the other, when the portal flaps.

In: canonical records, what the portal has shown before. Out: yes or no. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from msgspec import Struct

from syncd.records.decisions import parse_number
from syncd.records.junk import looks_like_test
from syncd.records.procedure import Kind, Procedure

DECISION_FIELDS = frozenset({"decision_number", "decision_date"})

BELIEVED_AFTER = timedelta(days=7)
"""An older decision that the portal shows for this long is its word, whatever it has shown before."""


class Showing(Struct, frozen=True, gc=False):
    """One decision as the portal showed it for one record, from ``since`` until the next showing.

    ``number`` is empty where it showed none. ``listing``: the bytes of the record's row in the list, where the decision
    comes from a detail; None where the list shows it itself, and nothing tells whether the portal says that the record
    has changed. ``is_published``: whether it was the portal's word.
    """

    number: str
    day: date | None
    since: datetime
    is_published: bool
    listing: bytes | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """What the ledger knows of the portal's past, by code: decision numbers once shown; codes once withdrawn.

    ``flapping``: codes for which it shows an older decision now, with the newer one that it has shown (see `flapped`).
    ``believed``: codes whose decision has stood for `BELIEVED_AFTER`, of those for which it has shown several.
    """

    decisions: Mapping[str, frozenset[str]] = field(default_factory=dict)
    withdrawn: frozenset[str] = frozenset()
    flapping: Mapping[str, str] = field(default_factory=dict)
    believed: frozenset[str] = frozenset()


def flapped(showings: Sequence[Showing], at: datetime) -> str | None:
    """The newer decision that was shown before, where the last of the showings, in force at ``at``, is a flap.

    It is older by its day, stands for less than `BELIEVED_AFTER`, and the portal does not say that the record has
    changed: its row in the list is the same as with the newer one, or, where the list alone speaks, it had been shown
    before the newer one. Of several newer ones the last counts: one of long ago may have been mistyped.
    """
    now = showings[-1]
    newer = next((one for one in reversed(showings[: _begin(showings)]) if _is_newer(one, now)), None)
    if newer is None or is_believed(showings, at):
        return None
    if now.listing is not None or newer.listing is not None:
        return newer.number if now.listing == newer.listing else None
    was_before = any(one.since < newer.since and is_same_number(one.number, now.number) for one in showings[:-1])
    return newer.number if was_before else None


def is_believed(showings: Sequence[Showing], at: datetime) -> bool:
    """Whether the decision of the last showing has stood so long at ``at`` that it is the portal's word."""
    return at - showings[_begin(showings)].since >= BELIEVED_AFTER


def _is_newer(one: Showing, now: Showing) -> bool:
    if not one.is_published or one.day is None or now.day is None:
        return False
    return one.day > now.day and not is_same_number(one.number, now.number)


def _begin(showings: Sequence[Showing]) -> int:
    """Where the decision of the last showing begins to be shown without a break."""
    first = len(showings) - 1
    while first and is_same_number(showings[first - 1].number, showings[-1].number):
        first -= 1
    return first


def decisions_comparable(portal: Procedure, city: Procedure, *, publication_known: bool) -> bool:
    """Whether the two decisions speak of the same act.

    A pending decision (no publication date) is not yet the portal's word. For a national procedure the city rightly
    names its own decision (``…/QĐ-UBND``) where the portal names the ministry's: two acts, not a difference.
    """
    if looks_like_test(portal) or (publication_known and portal.published_at is None):
        return False
    if portal.kind is not Kind.STANDARD or not portal.decision_number or not city.decision_number:
        return True
    return notation(portal.decision_number) == notation(city.decision_number)


def notation(number: str) -> str:
    """The part of a decision number that names its issuer: ``QĐ-UBND`` of ``12/QĐ-UBND``."""
    return parse_number(number).canonical.partition("/")[2]


def is_superseded(portal: Procedure, city: Procedure, past: Past) -> bool:
    """Whether the city's decision is an older word of the portal's: once shown for this code, or dated before."""
    if not portal.decision_number or not city.decision_number:
        return False
    if _was_shown(portal.code, city.decision_number, past):
        return not is_same_number(portal.decision_number, city.decision_number)
    return bool(portal.decision_date and city.decision_date and city.decision_date < portal.decision_date)


def has_stepped_back(portal: Procedure, city: Procedure, past: Past) -> bool:
    """Whether the portal now shows an older decision than the one that it has shown before and the city names.

    Its detail flaps so, with ``updatedAt`` unchanged: the city is not behind. Once the older one has stood for
    `BELIEVED_AFTER` it is the portal's word.
    """
    if portal.code in past.believed:
        return False
    if not portal.decision_number or not city.decision_number or not portal.decision_date or not city.decision_date:
        return False
    is_older = portal.decision_date < city.decision_date
    is_other = not is_same_number(portal.decision_number, city.decision_number)
    return is_older and is_other and _was_shown(portal.code, city.decision_number, past)


def is_same_number(one: str, other: str) -> bool:
    """Whether two decision numbers are one, however they are typed."""
    return parse_number(one).canonical == parse_number(other).canonical


def _was_shown(code: str, number: str, past: Past) -> bool:
    """Whether the portal has ever shown this decision for this code, however it is typed."""
    return any(is_same_number(number, one) for one in past.decisions.get(code, ()))
