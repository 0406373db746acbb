"""The audit trail in words: what was done, what an entry says about it, and where a chain breaks.

In: an action, a fact by its name, the words of a `Verification`. Out: text in the reader's language; what the tables do
not know is shown as it was written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from gettext import NullTranslations
from typing import Any, Final

from syncd.desk.badges import BADGES
from syncd.desk.languages import N_
from syncd.desk.languages import NAMES as LANGUAGES
from syncd.desk.pages.account import SCOPES
from syncd.desk.pages.documents import NAMES as DOCUMENTS
from syncd.desk.pages.publications import REGISTERS
from syncd.desk.writing import instant
from syncd.ledger.packing import json_text
from syncd.ledger.rereads import RereadOutcome
from syncd.sides.reading import ReadingVerdict

ACTIONS: Final[Mapping[str, str]] = {
    "assigned": N_("Assigned"),
    "cause_kept": N_("Kept a cause in the list"),
    "cause_retired": N_("Retired a cause"),
    "cause_set": N_("Set a cause"),
    "chain_begun": N_("Began the chain"),
    "commented": N_("Commented"),
    "decisions": N_("Read publication decisions"),
    "document": N_("Made a document"),
    "dossiers": N_("Read overdue dossiers"),
    "index_reading": N_("Read the index"),
    "notice_given_up": N_("Gave a notice up"),
    "pass_interrupted": N_("Took over from a pass that had died"),
    "password_hash_renewed": N_("Renewed the hash of a password"),
    "password_removed": N_("Removed a password"),
    "password_set": N_("Set a password"),
    "reading": N_("Read a side"),
    "register": N_("Read a register"),
    "report_withdrawn": N_("Withdrew a report"),
    "reported": N_("Marked as reported"),
    "reread_answered": N_("Answered a re-read"),
    "reread_asked": N_("Asked for a re-read"),
    "revoke_waiver": N_("Revoked a waiver"),
    "sessions_ended": N_("Ended sessions"),
    "setting": N_("Kept a setting"),
    "signed_in": N_("Signed in"),
    "subject_linked": N_("Linked an account of the city's sign-in"),
    "tallies": N_("Read tallies"),
    "tallies_failed": N_("Could not read tallies"),
    "tasks": N_("Read tasks of units"),
    "tasks_failed": N_("Could not read tasks of units"),
    "token_added": N_("Made a token"),
    "token_revoked": N_("Revoked a token"),
    "unwaive": N_("Ended a waiver"),
    "user_added": N_("Added a user"),
    "user_changed": N_("Changed a user"),
    "view_dropped": N_("Dropped a view"),
    "view_saved": N_("Saved a view"),
    "waive": N_("Granted a waiver"),
}
"""Every action that the ledger notes."""

FACTS: Final[Mapping[str, str]] = {
    "address": N_("address"),
    "after": N_("after"),
    "as_of": N_("as of"),
    "assignee": N_("assignee"),
    "attempts": N_("attempts"),
    "before": N_("before"),
    "cause": N_("cause"),
    "changed": N_("changed"),
    "digest": N_("digest"),
    "disabled": N_("disabled"),
    "due_within": N_("due within working days"),
    "english": N_("English wording"),
    "endpoint": N_("address of the answer"),
    "error": N_("error"),
    "expires_at": N_("ends"),
    "filter": N_("filter"),
    "findings": N_("what does not agree"),
    "form": N_("format"),
    "gone": N_("gone"),
    "is_new": N_("with new figures"),
    "is_shared": N_("shared"),
    "kind": N_("kind"),
    "language": N_("language"),
    "late": N_("late or overdue"),
    "listed": N_("listed"),
    "name": N_("name"),
    "new": N_("new"),
    "notice": N_("notice"),
    "number": N_("number"),
    "outcome": N_("outcome"),
    "owner": N_("answers for it"),
    "pass_id": N_("pass"),
    "period": N_("period"),
    "portal_status": N_("status by the portal"),
    "reading_id": N_("reading"),
    "reason": N_("reason"),
    "register": N_("register"),
    "report_reference": N_("number of the letter"),
    "reported_at": N_("reported on"),
    "reported_by": N_("reported by"),
    "role": N_("role"),
    "root": N_("root"),
    "rows": N_("rows"),
    "scopes": N_("scopes"),
    "side": N_("side"),
    "source": N_("source"),
    "state": N_("state"),
    "status": N_("status by law"),
    "target": N_("to"),
    "text": N_("text"),
    "token": N_("token"),
    "unit": N_("unit"),
    "units": N_("units"),
    "user": N_("user"),
    "verdict": N_("proof"),
    "vietnamese": N_("Vietnamese wording"),
    "view": N_("view"),
    "waiver": N_("waiver"),
}
"""What entries say, by the names that the ledger writes."""

_OUTCOMES: Final[Mapping[str, str]] = {
    RereadOutcome.CONFIRMED: N_("still so"),
    RereadOutcome.CHANGED: N_("other values"),
    RereadOutcome.NOT_CONFIRMED: N_("not found again"),
    RereadOutcome.RESOLVED: N_("both sides agree"),
    RereadOutcome.VANISHED: N_("the record is gone"),
    RereadOutcome.UNKNOWN: N_("no answer"),
}
_PROOFS: Final[Mapping[str, str]] = {
    ReadingVerdict.WHOLE: N_("whole"),
    ReadingVerdict.PARTIAL: N_("partial"),
    ReadingVerdict.REFUSED: N_("refused"),
}
_FAMILIES: Final = {
    "role": "role",
    "side": "side",
    "state": "state",
    "status": "publication",
    "portal_status": "publication",
}
VALUES: Final[Mapping[str, Mapping[str, str]]] = {
    "kind": DOCUMENTS,
    "outcome": _OUTCOMES,
    "register": REGISTERS,
    "scopes": {scope.value: text for scope, text in SCOPES.items()},
    "verdict": _PROOFS,
    **{name: {value: badge.text for value, badge in BADGES[family].items()} for name, family in _FAMILIES.items()},
}
"""Values that are words of ours, by the name of the fact."""
INSTANTS: Final = frozenset({"as_of", "expires_at", "reported_at"})

BREAKS: Final = (
    N_("row %(row)s does not follow the one before it: changed, moved or removed"),
    N_("the %(rows)s rows of before the chain are not those that it was begun over"),
    N_("the chain has %(rows)s rows and should have %(noted)s: rows are missing at its end, or its head"),
    N_("the hash that was expected is not in the chain: the trail was written anew"),
)
"""How `syncd.ledger.audit_proof` says where a chain breaks."""
_BREAKS: Final = tuple((re.compile(re.sub(r"%\((\w+)\)s", r"(?P<\1>-?\\d+)", one)), one) for one in BREAKS)
YES, NO = N_("yes"), N_("no")


def action_words(action: str, words: NullTranslations) -> str:
    """What was done."""
    return _translated(ACTIONS.get(action, action), words)


def fact_name(name: str, words: NullTranslations) -> str:
    """What a fact is about."""
    return _translated(FACTS.get(name, name), words)


def fact_words(name: str, value: Any, words: NullTranslations) -> str:
    """A fact as text: what holds several is written out name by name."""
    if isinstance(value, Mapping):
        return "; ".join(f"{fact_name(one, words)}: {fact_words(one, value[one], words) or '–'}" for one in value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(fact_words(name, one, words) for one in value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return words.gettext(YES if value else NO)
    return _plain(name, value if isinstance(value, str) else json_text(value), words)


def break_words(found: str, words: NullTranslations) -> str:
    """Where the chain breaks."""
    for pattern, template in _BREAKS:
        if match := pattern.fullmatch(found):
            return words.gettext(template) % match.groupdict()
    return found


def _plain(name: str, text: str, words: NullTranslations) -> str:
    if name == "language":
        return LANGUAGES.get(text, text)
    if name in INSTANTS:
        return _instant(text)
    return _translated(VALUES.get(name, {}).get(text, text), words) if name in VALUES else text


def _instant(text: str) -> str:
    try:
        return instant(datetime.fromisoformat(text))
    except ValueError:
        return text


def _translated(text: str, words: NullTranslations) -> str:
    return words.gettext(text) if text else ""
