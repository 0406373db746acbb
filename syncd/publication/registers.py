"""The Office's registers (sổ theo dõi) of legal documents and of publication decisions.

In: rows of text by row key, as the ledger remembers them, words in their canonical form. Out: facts, and a problem for
each row that cannot be used. A row with a problem is left out whole; what it would have said is then unknown, never
something else.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from msgspec import Struct

from syncd.publication.cells import Problem, Row, Rows, day_of, number_of, text_of, word_of
from syncd.publication.facts import Authority, LegalDocument
from syncd.publication.legal_numbers import legal_number
from syncd.records.codes import root
from syncd.records.decisions import NOT_A_NUMBER, parse_number
from syncd.records.text import display

MOST_CODES = 5000

_CODE = re.compile(r"\d\.\d{6,9}", re.ASCII)
_NUMBERED = re.compile(r"\D{0,20}\d[\w.]{0,20}/(?:\d{4}/)?\D")
_APART = re.compile(r"[;,\s]+")
_SEVERAL = re.compile(r"[;\n]+|,\s+")

ANSWERS: dict[str, bool] = {"true": True, "false": False, "": False}
ACTIONS: dict[str, str] = {one: one for one in ("", "new", "amend", "replace", "abolish")}
AUTHORITIES: dict[str, Authority] = {one.value: one for one in Authority}
"""Words as the readers of files write them; which words a file may have for them stands with its reader alone."""


class RegisteredDecision(Struct, frozen=True, kw_only=True):
    """One row of the register of decisions. ``codes`` are the procedures that it publishes: empty if it does not say.

    ``legal_documents`` are the documents that made it necessary, by canonical number.
    """

    number: str
    authority: Authority
    signed: date | None = None
    issuer: str = ""
    codes: tuple[str, ...] = ()
    legal_documents: tuple[str, ...] = ()
    action: str = ""
    replaces: tuple[str, ...] = ()
    ministry_decision: str = ""


class Decisions(Struct, frozen=True, kw_only=True):
    """The register of decisions, and where it cannot be trusted.

    ``corrected`` maps the number of an official letter to the decisions that it corrects. ``doubtful_numbers`` and
    ``doubtful_codes`` are named in rows that were left out. ``unlisted`` are the signing days (None: not known) of the
    rows that do not say which procedures they publish: any procedure may be meant.
    """

    rows: tuple[RegisteredDecision, ...] = ()
    corrected: Mapping[str, tuple[str, ...]] = {}
    doubtful_numbers: frozenset[str] = frozenset()
    doubtful_codes: frozenset[str] = frozenset()
    unlisted: tuple[date | None, ...] = ()


class _Letter(NamedTuple):
    number: str
    corrects: tuple[str, ...]


def read_legal_documents(rows: Rows) -> tuple[dict[str, LegalDocument], tuple[Problem, ...]]:
    """Legal documents by canonical number. Columns: number, name, signed, effective, shortened.

    Where two rows contradict one another, or one of them cannot be read, the document is left out.
    """
    found: dict[str, LegalDocument] = {}
    problems: list[Problem] = []
    doubtful: set[str] = set()
    for key, row in rows.items():
        number = legal_number(text_of(row, "number"))
        try:
            document = _legal_document(number, row)
        except ValueError as error:
            doubtful.add(number)
            problems.append(Problem("legal_documents", key, str(error)))
            continue
        if found.setdefault(number, document) != document:
            doubtful.add(number)
            reason = f"another row says something else of {number}; leave one row for each document"
            problems.append(Problem("legal_documents", key, reason))
    return {number: one for number, one in found.items() if number not in doubtful}, tuple(problems)


def _legal_document(number: str, row: Row) -> LegalDocument:
    if not number:
        raise ValueError(f"no document number in {text_of(row, 'number')[:60]!r}; write for example 106/2024/NĐ-CP")
    return LegalDocument(
        number=number,
        name=text_of(row, "name"),
        signed=day_of(row, "signed"),
        effective=day_of(row, "effective"),
        shortened=word_of(row, "shortened", ANSWERS, "true or false"),
    )


def read_decisions(rows: Rows) -> tuple[Decisions, tuple[Problem, ...]]:
    """The register of decisions. Columns: number, signed, issuer, authority, procedures, legal_documents, action,
    corrects, replaces, ministry_decision.
    """
    good: dict[str, RegisteredDecision | _Letter] = {}
    problems: list[Problem] = []
    for key, row in rows.items():
        try:
            good[key] = _decision(row)
        except ValueError as error:
            problems.append(Problem("decisions", key, str(error)))
    problems += _contradictions(good)
    bad = [rows[key] for key in dict.fromkeys(problem.row for problem in problems)]
    for problem in problems:
        good.pop(problem.row, None)
    kept = [one for one in good.values() if isinstance(one, RegisteredDecision)]
    letters: defaultdict[str, list[str]] = defaultdict(list)
    for one in good.values():
        if isinstance(one, _Letter):
            letters[one.number] += one.corrects
    decisions = Decisions(
        rows=tuple(dict.fromkeys(kept)),
        corrected={number: _originals(number, letters) for number in letters},
        doubtful_numbers=frozenset(number_of(row, "number") for row in bad) - {""},
        doubtful_codes=frozenset(code for row in bad for code in _readable_codes(row)),
        unlisted=(
            *(one.signed for one in kept if not one.codes and one.authority is not Authority.MINISTRY),
            *(None for row in bad if not _readable_codes(row)),
        ),
    )
    return decisions, tuple(problems)


def _decision(row: Row) -> RegisteredDecision | _Letter:
    number = number_of(row, "number")
    if not number:
        raise ValueError("the number is missing; write for example 3584/QĐ-UBND")
    if corrects := _numbers(row, "corrects"):
        if number in corrects:
            raise ValueError(f"{number} is said to correct itself; write the number of the decision that it corrects")
        return _Letter(number, corrects)
    if NOT_A_NUMBER in parse_number(number).noise:
        raise ValueError(f"not a decision number: {number[:60]!r}; write for example 3584/QĐ-UBND")
    return RegisteredDecision(
        number=number,
        authority=_authority(row, number),
        signed=day_of(row, "signed"),
        issuer=text_of(row, "issuer"),
        codes=_codes(row),
        legal_documents=_documents(row),
        action=word_of(row, "action", ACTIONS, "new, amend, replace or abolish"),
        replaces=_numbers(row, "replaces"),
        ministry_decision=number_of(row, "ministry_decision"),
    )


def _authority(row: Row, number: str) -> Authority:
    if not text_of(row, "authority") and "UBND" in number:
        return Authority.PROVINCE
    return word_of(row, "authority", AUTHORITIES, "ministry, province or tasked")


def _codes(row: Row) -> tuple[str, ...]:
    codes = _readable_codes(row)
    for code in codes[:MOST_CODES]:
        if not _CODE.fullmatch(code):
            raise ValueError(f"not a procedure code: {code[:40]!r}; write codes like 1.115423, with ; between them")
    if len(codes) > MOST_CODES:
        raise ValueError(f"{len(codes)} procedures in one decision; at most {MOST_CODES} are believed")
    return codes


def _readable_codes(row: Row) -> tuple[str, ...]:
    written = str(row.get("procedures") or "")
    return tuple(dict.fromkeys(root(one) or one for one in _APART.split(written) if one))


def _documents(row: Row) -> tuple[str, ...]:
    numbers = []
    for written in _several(row, "legal_documents"):
        if not (number := legal_number(written)):
            raise ValueError(f"no document number in {written[:60]!r}; write for example 106/2024/NĐ-CP")
        numbers.append(number)
    return tuple(dict.fromkeys(numbers))


def _numbers(row: Row, column: str) -> tuple[str, ...]:
    """The numbers of decisions or letters in a cell, each once."""
    numbers = [parse_number(written).canonical for written in _several(row, column)]
    for number in numbers:
        if not _NUMBERED.match(number):
            raise ValueError(f"{column}: no number in {number[:60]!r}; write for example 3584/QĐ-UBND")
    return tuple(dict.fromkeys(numbers))


def _several(row: Row, column: str) -> list[str]:
    return [shown for one in _SEVERAL.split(str(row.get(column) or "")) if (shown := display(one))]


def _contradictions(good: Mapping[str, RegisteredDecision | _Letter]) -> list[Problem]:
    """Rows that name one decision and procedure with different facts; numbers begin anew each year."""
    told: defaultdict[tuple[str, str, int], dict[str, RegisteredDecision]] = defaultdict(dict)
    for key, one in good.items():
        if isinstance(one, RegisteredDecision):
            for code in one.codes:
                told[one.number, code, one.signed.year if one.signed else 0][key] = one
    reason = "another row says something else of {} and {}; leave one row for each decision and procedure"
    return [
        Problem("decisions", key, reason.format(number, code))
        for (number, code, _), rows in told.items()
        if len({(one.signed, one.authority, one.action, one.legal_documents) for one in rows.values()}) > 1
        for key in rows
    ]


def _originals(number: str, letters: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """The decisions at the ends of chains of corrections; a ring has none, and its first number stands."""
    found: list[str] = []
    passed, ahead = {number}, [number]
    while ahead:
        for one in letters[ahead.pop()]:
            if one not in letters:
                found.append(one)
            elif one not in passed:
                passed.add(one)
                ahead.append(one)
    return tuple(dict.fromkeys(found)) or (number,)
