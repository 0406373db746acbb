"""Chains of pages, learnt from a recorded reading: which questions ask for pages of one list, and how it goes on.

In: a recording. Out: `Chain`s: questions in order, the keys of declared totals, the key of the cursor. Pure but for
reading the recording.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote_plus

from loopback.conformance.documents import note_counts, opened, rows_of, scalars
from loopback.conformance.recording import Question, Recording

VARYING: Final = re.compile(r"(?=[A-Za-z0-9-]*\d)[A-Za-z0-9-]{12,}|\d+")
EMPTY: Final = re.compile(r'(?<==)(?=&|$)|(?<=")(?=")')
MOST: Final = 2
SHORTEST_CURSOR: Final = 2


@dataclass(frozen=True, slots=True)
class Chain:
    """Pages of one list. ``totals``: keys that declare how many rows there are. ``cursor``: the key whose value the
    next question repeats. Either may be missing.
    """

    questions: tuple[Question, ...]
    rows: int
    totals: frozenset[str] = frozenset()
    cursor: str = ""

    @property
    def name(self) -> str:
        """How it is shown to people."""
        return f"{self.questions[0].method} {self.questions[0].bare}"


def chains(recording: Recording) -> tuple[Chain, ...]:
    """The chains of the listing that have rows, the longest first; two at most."""
    alike: dict[str, list[Question]] = {}
    for question in recording.asked("list"):
        alike.setdefault(_pattern(question), []).append(question)
    found = [_learnt(recording, group) for group in alike.values()]
    return tuple(sorted((one for one in found if one.rows > 1), key=lambda one: -one.rows))[:MOST]


def said(question: Question) -> str:
    """Everything that a question says, readable."""
    return unquote_plus(f"{question.path} {question.body.decode('utf-8', 'replace')}")


def _pattern(question: Question) -> str:
    """What questions for pages of one list have in common."""
    return EMPTY.sub("#", VARYING.sub("#", f"{question.method} {said(question)}"))


def _learnt(recording: Recording, questions: Sequence[Question]) -> Chain:
    """One document is held at a time: a listing may be larger than memory."""
    rows, said_by_key, cursors = 0, dict[str, int | None](), None
    for this, following in zip(questions, (*questions[1:], None), strict=True):
        document = opened(recording.first(this).body)
        found = rows_of(document)
        rows += len(found)
        if found:
            note_counts(said_by_key, document)
        if following is not None:
            handed = _handed_on(document, found, this, following)
            cursors = handed if cursors is None else cursors & handed
    totals = frozenset(key for key, count in said_by_key.items() if count == rows)
    return Chain(tuple(questions), rows, totals, min(cursors or (), default=""))


def _handed_on(document: Any, rows: list[Any], this: Question, following: Question) -> frozenset[str]:
    """The keys whose value stands in the next question, and not yet in its own."""
    before, after = said(this), said(following)
    return frozenset(
        key
        for key, value in scalars(document, beside=rows)
        if len(str(value)) >= SHORTEST_CURSOR and str(value) in after and str(value) not in before
    )
