"""The history of a mismatch in sentences: who did what, and when.

In: moments, names, a language. Out: one line each, oldest first; what is told twice by its sources is told once. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from gettext import NullTranslations
from typing import Any

from syncd.answers.one_mismatch import Moment
from syncd.desk.languages import N_
from syncd.desk.pages.naming import USER, Names
from syncd.desk.writing import day
from syncd.ledger.rereads import RereadOutcome

EVENTS = {
    "found": N_("found that the two sides part"),
    "changed": N_("saw the record change; it is suspected anew"),
    "confirmed": N_("confirmed it by a second reading"),
    "agreed": N_("saw both sides agree: resolved"),
    "gone": N_("found the record on neither side any more"),
    "waived": N_("applied the waiver"),
    "waiver_ended": N_("saw the waiver end; it is suspected anew"),
}
OUTCOMES = {
    RereadOutcome.CONFIRMED: N_("Read again: it is still so."),
    RereadOutcome.CHANGED: N_("Read again: the values are others now; the next whole reading records them."),
    RereadOutcome.NOT_CONFIRMED: N_("Read again: it was not found again; a whole reading decides."),
    RereadOutcome.RESOLVED: N_("Read again: both sides agree; a whole reading ends it."),
    RereadOutcome.VANISHED: N_("Read again: neither side has the record; a whole reading ends it."),
    RereadOutcome.UNKNOWN: N_("Read again: a side did not answer, or its answer says nothing."),
}
"""What the answer to a wish says."""
TWICE = {"waive": "waived", "unwaive": "waiver_ended"}
"""Acts of people that are events of the mismatch as well."""


@dataclass(frozen=True, slots=True)
class Told:
    """One line. ``note``: what somebody wrote; ``tone`` marks what opens, changes or ends it."""

    at: datetime
    who: str
    is_person: bool
    text: str
    note: str = ""
    tone: str = ""
    is_comment: bool = False


def told(moments: Iterable[Moment], known: Names, language: str, words: NullTranslations) -> list[Told]:
    """Every moment as a line."""
    several = list(moments)
    acts = {(one.at, one.actor, TWICE.get(one.what)) for one in several if one.source == "work"}
    shown = (one for one in several if one.source != "event" or (one.at, one.actor, one.what) not in acts)
    return [_line(one, known, language, words) for one in shown]


def _line(one: Moment, known: Names, language: str, words: NullTranslations) -> Told:
    who, is_person = known.person(one.actor), one.actor.startswith(USER)
    if one.source == "comment":
        return Told(one.at, who, is_person, words.gettext(N_("commented")), one.text, is_comment=True)
    if one.source == "event":
        tone = {"found": "bad", "confirmed": "bad", "agreed": "good", "gone": "good"}.get(one.what, "")
        return Told(one.at, who, is_person, words.gettext(EVENTS.get(one.what, one.what)), tone=tone)
    said = _WORK.get(one.what)
    if said is None:
        return Told(one.at, who, is_person, one.what)
    sentences, note = said(one, known, language)
    text = "; ".join(words.gettext(sentence) % values for sentence, values in sentences)
    return Told(one.at, who, is_person, text, note)


Sentences = list[tuple[str, Mapping[str, str]]]


def _assigned(one: Moment, known: Names, _language: str) -> tuple[Sentences, str]:
    found: Sentences = []
    if "assignee" in one.after:
        name = known.person(str(one.after["assignee"]))
        found.append((N_("assigned it to %(who)s"), {"who": name}) if name else (N_("took the assignment back"), {}))
    if "unit" in one.after:
        unit = known.unit(str(one.after["unit"]))
        found.append(
            (N_("gave it to %(unit)s"), {"unit": unit}) if unit else (N_("gave it back to the record's own unit"), {})
        )
    return found, ""


def _caused(one: Moment, known: Names, language: str) -> tuple[Sentences, str]:
    cause = known.cause(_text(one.after, "cause"), language)
    if not cause:
        return [(N_("took the cause away"), {})], ""
    return [(N_("set the cause: %(cause)s"), {"cause": cause})], ""


def _reported(one: Moment, _known: Names, _language: str) -> tuple[Sentences, str]:
    number = _text(one.after, "report_reference")
    if not number:
        return [(N_("marked it as reported to the portal's operator"), {})], ""
    return [(N_("marked it as reported to the portal's operator by letter %(number)s"), {"number": number})], ""


def _waived(one: Moment, _known: Names, _language: str) -> tuple[Sentences, str]:
    until, owner = _text(one.after, "expires_at"), _text(one.after, "owner")
    values = {"day": _last_day(until), "who": owner}
    return [(N_("waived it up to %(day)s; %(who)s answers for it"), values)], _text(one.after, "reason")


def _reread(one: Moment, _known: Names, _language: str) -> tuple[Sentences, str]:
    outcome = _text(one.after, "outcome")
    return [(OUTCOMES.get(RereadOutcome(outcome), outcome) if outcome in set(RereadOutcome) else outcome, {})], ""


def _plain(sentence: str) -> Callable[[Moment, Names, str], tuple[Sentences, str]]:
    return lambda _one, _known, _language: ([(sentence, {})], "")


_WORK: dict[str, Callable[[Moment, Names, str], tuple[Sentences, str]]] = {
    "assigned": _assigned,
    "cause_set": _caused,
    "reported": _reported,
    "report_withdrawn": _plain(N_("said that it was not reported after all")),
    "waive": _waived,
    "unwaive": _plain(N_("ended the waiver")),
    "reread_asked": _plain(N_("asked for a re-read")),
    "reread_answered": _reread,
}


def _text(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name)
    return "" if value is None else str(value)


def last_day(expires_at: datetime) -> datetime:
    """An instant of the last day on which a waiver holds: it ends with a day, at the next one's midnight."""
    return expires_at - timedelta(seconds=1)


def _last_day(text: str) -> str:
    try:
        return day(last_day(datetime.fromisoformat(text)))
    except ValueError:
        return text
