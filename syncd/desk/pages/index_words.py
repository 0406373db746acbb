"""The words of the page of the Service Index: periods, what is to be done, why a figure is missing.

In: values of the core, a request for its language. Out: text; what has no words is shown as it is.
"""

from __future__ import annotations

import re

from aiohttp import web

from syncd.answers.impact import ImpactRow
from syncd.answers.index_figures import GAINS, NOTHING, UNKNOWN
from syncd.desk.languages import N_
from syncd.desk.rendering import language_of, words_of
from syncd.publication.index.comparison import IndexRow
from syncd.publication.index.indicators import GROUPS, RULES
from syncd.reconcile.mismatches import KINDS as KIND_ROWS
from syncd.reconcile.mismatches import MismatchKind
from syncd.records.periods import Period, PeriodKind

ACTIONS = {
    "sign": N_("Have it signed"),
    "publish": N_("Make it public"),
    "complete": N_("Complete its parts"),
    "deliver_states": N_("Deliver end states"),
    "synchronise": N_("Synchronise dossiers"),
    "too_late": N_("Too late"),
    "reconcile": N_("Mend the difference"),
}
BRINGS = {GAINS: N_("Bring points"), UNKNOWN: N_("Not known"), NOTHING: N_("Bring none")}
KINDS = {PeriodKind.YEAR: N_("Years"), PeriodKind.QUARTER: N_("Quarters"), PeriodKind.MONTH: N_("Months")}
WRITTEN = {PeriodKind.YEAR: N_("Year %(year)s"), PeriodKind.QUARTER: N_("Quarter %(number)s/%(year)s")}
MONTH = N_("Month %(number)s/%(year)s")
LACKS = {
    "the portal gives no figure": N_("the portal gives no figure"),
    "shown only, never scored": N_("shown only, never scored"),
    "no counts": N_("no counts"),
    "no numerator": N_("no numerator"),
    "no denominator": N_("no denominator"),
    "no counts and no ratio": N_("no counts and no ratio"),
    "taken from the published score": N_("taken from the published score"),
    "no published score to take": N_("no published score to take"),
}
"""What is said of a figure that is missing; all else is shown as it is."""
_NAMED: tuple[tuple[str, str, str], ...] = (
    *((group.value, row.name, row.english) for group, row in GROUPS.items()),
    *((rule.code, rule.name, rule.english) for rule in RULES if not rule.number),
)
_PIECES = re.compile("|".join(re.escape(one) for one in sorted(LACKS, key=len, reverse=True)))
_KINDS = re.compile(rf"\(({'|'.join(MismatchKind)})\)")
IMPOSSIBLE, OURS = N_("impossible counts"), N_("ours")


def period_told(request: web.Request, one: Period) -> str:
    """A period in words."""
    text = words_of(request).gettext(WRITTEN.get(one.kind, MONTH))
    return text % {"year": one.year, "number": one.number}


def lack_told(request: web.Request, text: str) -> str:
    """Why something is missing, as far as it has words in the visitor's language."""
    words = words_of(request)
    said = _PIECES.sub(lambda found: words.gettext(LACKS[found[0]]), text)
    said = said.replace("ours: ", f"{words.gettext(OURS)}: ").replace("impossible counts", words.gettext(IMPOSSIBLE))
    is_vietnamese = language_of(request) == "vi"
    for name, vietnamese, english in _NAMED:
        said = said.replace(name, vietnamese if is_vietnamese else english)
    return said


def named(request: web.Request, row: IndexRow) -> str:
    """What an indicator or a group is called; in English as the head of a line."""
    if language_of(request) == "vi" or not row.english:
        return row.name
    return row.english[:1].upper() + row.english[1:]


def action_told(request: web.Request, row: ImpactRow) -> str:
    """What is to be done and what that brings, with the names of mismatches as people call them."""
    is_vietnamese = language_of(request) == "vi"
    said = row.vietnamese if is_vietnamese else row.english
    return _KINDS.sub(lambda found: f"({_kind_told(found[1], is_vietnamese)})", said)


def _kind_told(kind: str, is_vietnamese: bool) -> str:
    row = KIND_ROWS[MismatchKind(kind)]
    return row.vietnamese if is_vietnamese else row.english
