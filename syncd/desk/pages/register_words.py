"""What is wrong with a row of a register, in the reader's language and by the titles of the register's own columns.

In: a `Problem` with its English reason. Out: the reason in words of the catalogue; one without words stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from gettext import NullTranslations
from typing import Final

from syncd.desk.languages import N_
from syncd.publication.cells import Problem
from syncd.sides.registers.layouts import REGISTERS

TEMPLATES: Final = (
    N_("calendar row %(number)s: %(reason)s"),
    N_("an earlier row says the opposite of %(day)s; keep one of them"),
    N_("more than %(most)s rows are no calendar"),
    N_("the reason is longer than %(most)s characters"),
    N_("%(text)s does not say whether the day is worked: write yes or no in 'works'"),
    N_("the year %(year)s is outside the calendar (%(first)s to %(last)s)"),
    N_("%(text)s… is too long for a answer to whether the day is worked (yes or no)"),
    N_("%(text)s is no known answer to whether the day is worked (yes or no); the nearest known word is %(word)s"),
    N_("%(text)s is no known answer to whether the day is worked (yes or no); no known word is near"),
    N_("%(column)s: unknown word %(text)s; write %(right)s"),
    N_("%(column)s: no number in %(text)s; write for example 3584/QĐ-UBND"),
    N_("%(column)s: %(reason)s; write for example 2026-09-15"),
    N_("not a date: %(text)s… is longer than %(most)s characters"),
    N_("not a date: %(text)s is outside the years %(first)s to %(last)s"),
    N_("not a date: %(text)s: %(reason)s"),
    N_("known are dd/MM/yyyy, dd-MM-yyyy, yyyy-MM-dd and yyyyMMdd"),
    N_("true or false"),
    N_("new, amend, replace or abolish"),
    N_("ministry, province or tasked"),
    N_("field, procedure, decision or publisher"),
    N_("no document number in %(text)s; write for example 106/2024/NĐ-CP"),
    N_("another row says something else of %(number)s and %(code)s; leave one row for each decision and procedure"),
    N_("another row says something else of %(number)s; leave one row for each document"),
    N_("the number is missing; write for example 3584/QĐ-UBND"),
    N_("%(number)s is said to correct itself; write the number of the decision that it corrects"),
    N_("not a decision number: %(number)s; write for example 3584/QĐ-UBND"),
    N_("not a procedure code: %(code)s; write codes like 1.115423, with ; between them"),
    N_("%(number)s procedures in one decision; at most %(most)s are believed"),
    N_("the value is missing; write what is assigned: a field's name or code, a procedure's code, …"),
    N_("unknown unit %(text)s; write a code of the list of agencies, like H26.17"),
    N_("%(text)s is given to another unit in row %(row)s"),
)
"""Every reason of `syncd.publication` and of the readers below it, with its blanks named; the narrower ones first."""

NO_SUCH_DAY: Final = N_("there is no such day")
"""In the place of what Python says of a day that is none, which has no other words."""
IN_COLUMN: Final = N_("column “%(title)s”")
_BLANK: Final = re.compile(r"%\\\((\w+)\\\)s")


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(_BLANK.sub(r"(?P<\1>.+?)", re.sub(r"([^\w\s%])", r"\\\1", template)), re.DOTALL)


_PATTERNS: Final = tuple((_pattern(template), template) for template in TEMPLATES)


def problem_words(problem: Problem, words: NullTranslations) -> str:
    """The reason of a problem."""
    return _said(problem.reason, _titles(problem.register), words)


def is_known(reason: str) -> bool:
    """Whether a reason is one of the table."""
    return any(pattern.fullmatch(reason) for pattern, _template in _PATTERNS)


def _said(reason: str, titles: Mapping[str, str], words: NullTranslations) -> str:
    for pattern, template in _PATTERNS:
        if found := pattern.fullmatch(reason):
            blanks = {name: _filled(name, text, titles, words) for name, text in found.groupdict().items()}
            return words.gettext(template) % blanks
    return reason


def _filled(name: str, text: str, titles: Mapping[str, str], words: NullTranslations) -> str:
    """A blank: ``reason`` and ``right`` hold words of the table themselves, the others are shown as they are."""
    if name == "column" and text in titles:
        return words.gettext(IN_COLUMN) % {"title": titles[text]}
    if name == "reason" and not is_known(text):
        return words.gettext(NO_SUCH_DAY)
    return _said(text, titles, words) if name in ("reason", "right") else text


def _titles(register: str) -> Mapping[str, str]:
    layout = REGISTERS.get(register)
    return {column.name: column.titles[0] for column in layout.columns} if layout else {}
