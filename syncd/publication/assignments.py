"""The assignment table (bảng phân công): which unit answers for a field, a procedure, a decision, a publishing body.

In: rows of the register. Out: units by what they answer for, and a problem for each row that cannot be used.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping

from msgspec import Struct

from syncd.publication.cells import Problem, Row, Rows, text_of, word_of
from syncd.records.codes import root
from syncd.records.decisions import parse_number
from syncd.records.directory import Directory, is_code, root_code
from syncd.records.text import loose


class Assignment(Struct, frozen=True):
    """The unit that an assignment row names."""

    unit_code: str
    unit_name: str = ""


class Assignments(Struct, frozen=True, kw_only=True):
    """The assignment table: who answers for a field, a procedure, a decision, or what a body publishes."""

    fields: Mapping[str, Assignment] = {}
    procedures: Mapping[str, Assignment] = {}
    decisions: Mapping[str, Assignment] = {}
    publishers: Mapping[str, Assignment] = {}


KINDS: dict[str, tuple[str, Callable[[str], str]]] = {
    "field": ("fields", loose),
    "procedure": ("procedures", lambda text: root(text) or text),
    "decision": ("decisions", lambda text: parse_number(text).canonical),
    "publisher": ("publishers", str),
}
"""What an assignment may be about: for each kind the table it goes to, and how its value becomes a key."""


def units_of(directory: Directory, unit: str) -> Callable[[str], bool]:
    """Whether a code is one that may be assigned: at or below the city's own (``unit``), by its form or the directory.

    The directory is learnt from what the portal happens to name; the Office may name a unit before it does.
    """
    known = {one.code for one in directory.below(unit)}
    return lambda code: code in known or (is_code(code) and root_code(code) == unit)


def read_assignments(
    rows: Rows, *, is_known: Callable[[str], bool] = is_code
) -> tuple[Assignments, tuple[Problem, ...]]:
    """The assignment table. Columns: kind (one of `KINDS`), value, unit_code, unit_name.

    ``is_known`` says whether a unit's code is one of the city's. Rows that contradict one another are left out.
    """
    tables: dict[str, dict[str, Assignment]] = {table: {} for table, _ in KINDS.values()}
    origin: dict[tuple[str, str], list[str]] = defaultdict(list)
    problems: list[Problem] = []
    for key, row in rows.items():
        try:
            table, about, assignment = _assignment(row, is_known)
        except ValueError as error:
            problems.append(Problem("assignments", key, str(error)))
            continue
        origin[table, about].append(key)
        if tables[table].setdefault(about, assignment).unit_code != assignment.unit_code:
            others = ", ".join(origin[table, about][:-1])
            problems.append(Problem("assignments", key, f"{about!r} is given to another unit in row {others}"))
            tables[table][about] = Assignment("")
    kept = {table: {about: one for about, one in given.items() if one.unit_code} for table, given in tables.items()}
    return Assignments(**kept), tuple(problems)


def _assignment(row: Row, is_known: Callable[[str], bool]) -> tuple[str, str, Assignment]:
    table, key = word_of(row, "kind", KINDS, "field, procedure, decision or publisher")
    if not (about := key(text_of(row, "value"))):
        raise ValueError("the value is missing; write what is assigned: a field's name or code, a procedure's code, …")
    unit = text_of(row, "unit_code")
    if not is_known(unit):
        raise ValueError(f"unknown unit {unit[:40]!r}; write a code of the list of agencies, like H26.17")
    return table, about, Assignment(unit, text_of(row, "unit_name"))
