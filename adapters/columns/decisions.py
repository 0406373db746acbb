"""Publication decisions in rows: an export of outgoing documents ("văn bản đi"), with its columns mapped.

In: rows of cells and the settings key ``decisions``. Out: decisions, and what could not be read. Documents that are no
publication decisions are left out: by their number, and by their abstract where it is mapped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any

from msgspec import structs
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from adapters.columns.fields import CODE, LINES_AND_COMMAS, TEXT, FieldRule
from adapters.columns.mapping import Column, MappedColumn
from syncd.records.decisions import parse_number
from syncd.records.publication_decision import Decision, DecisionState
from syncd.records.text import fold, loose
from syncd.sides.reading import Evidence, Finding
from syncd.sides.tables.readers import read_date, read_word
from syncd.sides.tables.sought import Sought, SoughtColumns
from syncd.sides.tables.table import Row
from syncd.sides.tables.titles import advice, folded

UNREADABLE = "unreadable_rows"
EXAMPLES = 5
LONGEST = 4_000
"""Characters of one text of a decision."""

STATES: dict[str, DecisionState] = {
    **dict.fromkeys(("issued", "da ban hanh", "ban hanh", "da phat hanh", "con hieu luc"), DecisionState.ISSUED),
    **dict.fromkeys(("recalled", "thu hoi", "da thu hoi", "bi thu hoi"), DecisionState.RECALLED),
    **dict.fromkeys(("replaced", "thay the", "da thay the", "bi thay the", "duoc thay the"), DecisionState.REPLACED),
}
"""What offices call the state of a document, folded."""


def parse_state(word: str) -> DecisionState:
    """The state that a word names. Raises `ValueError`."""
    known = STATES.get(" ".join(fold(word).split()))
    if known is None:
        raise ValueError(f"{word[:60]!r} is no state of a document; map it with values: issued, recalled or replaced")
    return known


RULES: dict[str, FieldRule] = {
    "key": CODE,
    "number": TEXT,
    "signed": FieldRule(read_date),
    "issuer_code": CODE,
    "issuer_name": TEXT,
    "signer": TEXT,
    "abstract": TEXT,
    "codes": FieldRule(separators=LINES_AND_COMMAS),
    "published": FieldRule(read_date),
    "state": FieldRule(read_word, word=parse_state),
}
"""Which fields of a decision can stand in a cell, and how each is read."""


def _long_form(value: object) -> object:
    return {"column": value} if isinstance(value, str) else value


def _known_field(name: str) -> str:
    if name not in RULES:
        raise ValueError(f"unknown field {name!r} of a decision; {advice(name, RULES)}")
    return name


def _usable(columns: dict[str, Column]) -> dict[str, Column]:
    if "number" not in columns:
        raise ValueError("number must be mapped: without it no decision can be told from another")
    for name, column in columns.items():
        _check(name, column)
    return columns


def _check(name: str, column: Column) -> None:
    if not folded(column.column):
        raise ValueError(f"{name}: the column title {column.column!r} is empty")
    if column.separator is not None and not RULES[name].several:
        raise ValueError(f"{name}.separator: the field holds one value and is never split; leave the separator out")
    for written, meant in column.values.items():
        try:
            RULES[name].value(meant)
        except ValueError as error:
            raise ValueError(f"{name}.values[{written!r}]: {error}") from error


DecisionColumns = Annotated[
    dict[Annotated[str, AfterValidator(_known_field)], Annotated[Column, BeforeValidator(_long_form)]],
    AfterValidator(_usable),
]
Word = Annotated[str, Field(min_length=1, max_length=200)]


class DecisionRows(BaseModel):
    """Which rows are publication decisions, and what stands where.

    ``issuer_code`` and ``issuer_name``: of every row, where no column says the issuer. ``since``: the export begins
    with this day of signing. ``subjects``: of each group one word must be in the abstract, and none of ``others``.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    columns: DecisionColumns
    issuer_code: Annotated[str, Field(min_length=1, max_length=60)] | None = None
    issuer_name: Annotated[str, Field(min_length=1, max_length=300)] | None = None
    since: date | None = None
    subjects: tuple[tuple[Word, ...], ...] = (("công bố",), ("thủ tục hành chính", "TTHC"))
    others: tuple[Word, ...] = ("quy trình nội bộ", "ủy quyền")


@dataclass(frozen=True)
class DecisionMapping:
    """The mapping at run time."""

    rows: DecisionRows
    columns: tuple[MappedColumn, ...]

    @property
    def carries(self) -> frozenset[str]:
        """The fields that are filled."""
        given = {name for name in ("issuer_code", "issuer_name") if getattr(self.rows, name)}
        return frozenset(column.field for column in self.columns if column.field != "key") | given

    @property
    def sought(self) -> SoughtColumns:
        """The columns as the readers of files seek them."""
        found = tuple(Sought(column.field, (column.title,)) for column in self.columns)
        return SoughtColumns(found, setting="decisions.columns")

    def shown(self) -> str:
        """For messages: ``'Số ký hiệu' (number), …``."""
        return ", ".join(f"{column.title!r} ({column.field})" for column in self.columns)

    def decision(self, row: Row) -> Decision | None:
        """The decision of a row, without a key of its own; None for a document that is none. Raises `ValueError`.

        Of a decision that its abstract leaves out there are the number and the day alone.
        """
        if row.fault:
            raise ValueError(row.fault)
        found = {column.field: column.value(row.cells.get(column.field)) for column in self.columns}
        number = found.get("number") or ""
        if not _is_decision(number):
            return None
        if not self._is_publication(found.get("abstract")):
            return Decision(key="", number=number[:LONGEST], signed=found.get("signed"), is_publication=False)
        said: dict[str, Any] = {name: value for name, value in found.items() if value is not None}
        for name in ("issuer_code", "issuer_name"):
            said[name] = said.get(name) or getattr(self.rows, name)
        for name, value in said.items():
            if isinstance(value, str) and len(value) > LONGEST:
                raise ValueError(f"{name} has {len(value)} characters, more than {LONGEST}")
        return Decision(**{"key": "", **said})

    def _is_publication(self, abstract: str | None) -> bool:
        if abstract is None:
            return "abstract" not in {column.field for column in self.columns}
        return _has_each(loose(abstract), self.rows.subjects) and not _has(loose(abstract), self.rows.others)


def _is_decision(number: str) -> bool:
    return "/qđ" in loose(parse_number(number).canonical).replace(" ", "")


def _has_each(said: str, groups: Iterable[tuple[str, ...]]) -> bool:
    return all(_has(said, group) for group in groups)


def _has(said: str, words: Iterable[str]) -> bool:
    return any(re.search(rf"(?<!\w){re.escape(loose(word))}(?!\w)", said) is not None for word in words)


def decision_mapping(rows: DecisionRows) -> DecisionMapping:
    """The mapping that checked settings describe."""
    columns = (
        MappedColumn(
            field=name,
            title=column.column,
            rule=RULES[name],
            separators=re.compile(re.escape(column.separator)) if column.separator else None,
            values={folded(written): meant for written, meant in column.values.items()},
        )
        for name, column in rows.columns.items()
    )
    return DecisionMapping(rows, tuple(columns))


def _base(decision: Decision) -> str:
    return f"{parse_number(decision.number).canonical} {decision.signed or ''}".strip()


@dataclass(slots=True)
class DecisionListing:
    """Walks rows: gives each decision its key, keeps the broken rows for a finding."""

    mapping: DecisionMapping
    broken: list[str] = field(default_factory=list)
    left_out: int = 0
    _keys: dict[str, int] = field(default_factory=dict)
    _left_out: set[str] = field(default_factory=set)

    def decisions(self, rows: Iterable[Row]) -> Iterator[Decision]:
        """The decisions of rows; a row that cannot be read is remembered, one that is no decision is counted.

        One that its abstract leaves out is counted too, and given once for each number and day.
        """
        for row in rows:
            try:
                found = self.mapping.decision(row)
            except ValueError as error:
                self.broken.append(f"row {row.number}: {error}"[:200])
                continue
            if found is not None and found.is_publication:
                yield self._keyed(found)
                continue
            self.left_out += 1
            if found is not None and (key := f"left out: {_base(found)}") not in self._left_out:
                self._left_out.add(key)
                yield structs.replace(found, key=key)

    def _keyed(self, decision: Decision) -> Decision:
        """A key that the export gives is used as it stands; else number and day, ``#2`` where they come again."""
        if decision.key:
            return decision
        base = _base(decision)
        self._keys[base] = count = self._keys.get(base, 0) + 1
        return structs.replace(decision, key=base if count == 1 else f"{base}#{count}")

    def report(self, evidence: Evidence) -> None:
        """Say what was broken, and what was no publication decision."""
        if self.broken:
            evidence.note(Finding(UNREADABLE, len(self.broken), tuple(self.broken[:EXAMPLES])))
        if self.left_out:
            evidence.note(Finding("other_documents", self.left_out))
