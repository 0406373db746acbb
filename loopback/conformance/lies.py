"""Lies in JSON, made for any protocol from what a recorded reading has taught.

In: a chain of pages. Out: plans: which answers are replaced by what. Raises `NotApplicableError` where a system has
nothing to lie with: no second page, no declared total, no cursor.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import Any, Final

from loopback.conformance.chains import Chain
from loopback.conformance.documents import longest_text, opened, replaced, rows_of, scalars, with_totals, written
from loopback.conformance.proxy import Plan
from loopback.conformance.recording import Question, Recording
from loopback.conformance.wire import Act, changed
from loopback.conformance.words import NotApplicableError

Change = Callable[[Any], Any]
SHRINKS_BY: Final = 25
MARK: Final = "@@conformance@@"
DEPTH: Final = 100_000
HUGE: Final = 50 * 1000 * 1000
WRONG: Final[dict[str, list[int]]] = {"conformance": [1]}


def lie(change: Change) -> Act:
    """An answer whose document is changed; what is no JSON stays true."""

    def spoiled(body: bytes) -> bytes:
        document = opened(body)
        return body if document is None else written(change(document))

    return changed(spoiled)


def instead(body: bytes) -> Act:
    """Another body in place of the true one."""
    return changed(lambda _true: body)


def on_rows(change: Callable[[list[Any]], None]) -> Act:
    """A lie about the rows of a page, which are changed in place."""

    def changing(document: Any) -> Any:
        change(rows_of(document))
        return document

    return lie(changing)


def middle(chain: Chain) -> Question:
    """The page in the middle; where there are two, the second."""
    return chain.questions[len(chain.questions) // 2]


def lost_page(chain: Chain, _recording: Recording) -> Plan:
    return {middle(chain): on_rows(lambda rows: rows.clear())}


def short_page(chain: Chain, _recording: Recording) -> Plan:
    return {middle(chain): on_rows(lambda rows: rows.__delitem__(slice((len(rows) + 1) // 2, None)))}


def empty_listing(chain: Chain, _recording: Recording) -> Plan:
    def emptied(document: Any) -> Any:
        rows_of(document).clear()
        return with_totals(document, chain.totals, lambda _total: 0)

    return dict.fromkeys(chain.questions, lie(emptied))


def reordered(chain: Chain, _recording: Recording) -> Plan:
    return dict.fromkeys(chain.questions, on_rows(lambda rows: rows.reverse()))


def cycling_cursor(chain: Chain, recording: Recording) -> Plan:
    if not chain.cursor:
        raise NotApplicableError(f"{chain.name} hands on no cursor")
    first = next(
        value for key, value in scalars(opened(recording.first(chain.questions[0]).body)) if key == chain.cursor
    )
    cycles = lie(lambda document: replaced(document, lambda key, value: first if key == chain.cursor else value))
    return dict.fromkeys(chain.questions[1:], cycles)


def repeated_page(chain: Chain, recording: Recording) -> Plan:
    _need_pages(chain)
    at = chain.questions.index(middle(chain))
    return {chain.questions[at]: instead(recording.first(chain.questions[at - 1]).body)}


def shrinking_total(chain: Chain, _recording: Recording) -> Plan:
    _need_pages(chain)
    if not chain.totals:
        raise NotApplicableError(f"{chain.name} declares no total")
    return {question: _shrunk(chain, number) for number, question in enumerate(chain.questions)}


def _shrunk(chain: Chain, number: int) -> Act:
    return lie(lambda document: with_totals(document, chain.totals, lambda total: max(0, total - SHRINKS_BY * number)))


def repeated_key(chain: Chain, recording: Recording) -> Plan:
    """A row of the page before, or of this page where there is one alone, once more at the top."""
    row = _row_before(chain, recording)
    return {middle(chain): on_rows(lambda rows: rows.insert(0, row))}


def replaced_key(chain: Chain, recording: Recording) -> Plan:
    """The same in place of a row, so that the count is right."""
    if not chain.totals and len(chain.questions) < 2:
        raise NotApplicableError(f"{chain.name} declares no total and has one page: nobody could tell")
    row = _row_before(chain, recording)
    return {middle(chain): on_rows(lambda rows: rows.__setitem__(slice(0, 1), [row]))}


def _row_before(chain: Chain, recording: Recording) -> Any:
    at = max(0, chain.questions.index(middle(chain)) - 1)
    rows = rows_of(opened(recording.first(chain.questions[at]).body))
    if not rows:
        raise NotApplicableError(f"{chain.name} has no row on the page before")
    return rows[-1]


def decomposed(document: Any) -> Any:
    """Every text in decomposed Unicode (NFD)."""
    return replaced(
        document, lambda _key, value: unicodedata.normalize("NFD", value) if isinstance(value, str) else value
    )


def identity_keys(chain: Chain, recording: Recording, known: Iterable[str]) -> frozenset[str]:
    """The keys of a row under which a record's key or code stands."""
    wanted = {one for one in known if one}
    return frozenset(
        key
        for question in chain.questions
        for row in rows_of(opened(recording.first(question).body))
        for key, value in row.items()
        if isinstance(value, str | int) and str(value) in wanted
    )


def wrong_types(chain: Chain, identity: frozenset[str], *, of_identity: bool) -> Plan:
    """One row whose values are objects: all but its identity, or its identity alone."""

    def spoil(rows: list[Any]) -> None:
        if rows:
            row = rows[len(rows) // 2]
            row.update({key: WRONG for key in row if (key in identity) is of_identity})

    return {middle(chain): on_rows(spoil)}


def huge_field(chain: Chain, identity: frozenset[str]) -> Plan:
    """One text of 50 MB in a row."""
    return {middle(chain): changed(lambda body: _marked(body, identity).replace(MARK.encode(), b"x" * HUGE))}


def deep_field(chain: Chain, identity: frozenset[str]) -> Plan:
    """One value in a row that is nested a hundred thousand times."""
    deep = b"[" * DEPTH + b"]" * DEPTH
    pattern = re.compile(rb'\\*"' + MARK.encode() + rb'\\*"')
    return {middle(chain): changed(lambda body: pattern.sub(deep, _marked(body, identity)))}


def _marked(body: bytes, identity: frozenset[str]) -> bytes:
    """The page with a mark in place of the longest text of its middle row."""
    document = opened(body)
    rows = rows_of(document)
    if rows:
        row = rows[len(rows) // 2]
        key = longest_text({key: value for key, value in row.items() if key not in identity}, frozenset())
        row[key or "conformance"] = MARK
    return body if document is None else written(document)


def _need_pages(chain: Chain) -> None:
    if len(chain.questions) < 2:
        raise NotApplicableError(f"{chain.name} has one page alone")
