"""The column mapping: which canonical field stands in which column, as settings and at run time.

In: ``columns = { local_code = "Mã TTHC", state = { column = "Tình trạng", values = { "Ẩn" = "unpublished" } } }``.
Out: a `Mapping` that names titles and reads cells. What cannot be used is refused with the nearest that could.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from adapters.columns.fields import FIELD_RULES, FieldRule
from syncd.records.procedure import FIELDS
from syncd.sides.tables.cells import Cell
from syncd.sides.tables.sought import Sought, SoughtColumns
from syncd.sides.tables.titles import advice, folded

KEYS = ("local_code", "code")


class Column(BaseModel):
    """One column: its title (file) or name (database), where a cell is split, and words of the system's own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    column: str = Field(min_length=1, max_length=400)
    separator: str | None = Field(default=None, min_length=1, max_length=20)
    values: dict[str, str] = Field(default_factory=dict, max_length=10_000)


def _long_form(value: object) -> object:
    return {"column": value} if isinstance(value, str) else value


def _known_field(name: str) -> str:
    if name in FIELD_RULES:
        return name
    if name in FIELDS:
        raise ValueError(f"the field {name!r} has parts and does not fit into one column; leave it out")
    raise ValueError(f"unknown field {name!r}; {advice(name, FIELD_RULES)}")


def _usable(columns: dict[str, Column]) -> dict[str, Column]:
    if not any(key in columns for key in KEYS):
        raise ValueError("one of local_code and code must be mapped: without a code no record can be told from another")
    for name, column in columns.items():
        _check_title(name, column)
        _check_separator(name, column)
        _check_values(name, column)
    return columns


def _check_title(name: str, column: Column) -> None:
    if not folded(column.column):
        raise ValueError(f"{name}: the column title {column.column!r} is empty")


def _check_separator(name: str, column: Column) -> None:
    if column.separator is not None and not FIELD_RULES[name].several:
        raise ValueError(f"{name}.separator: the field holds one value and is never split; leave the separator out")


def _check_values(name: str, column: Column) -> None:
    for written, meant in column.values.items():
        try:
            FIELD_RULES[name].value(meant, _separators(column))
        except ValueError as error:
            raise ValueError(f"{name}.values[{written!r}]: {error}") from error


def _separators(column: Column) -> re.Pattern[str] | None:
    return re.compile(re.escape(column.separator)) if column.separator else None


Columns = Annotated[
    dict[Annotated[str, AfterValidator(_known_field)], Annotated[Column, BeforeValidator(_long_form)]],
    AfterValidator(_usable),
]
"""The type of the settings key ``columns``; errors are pydantic's, with the key's path."""


@dataclass(frozen=True)
class MappedColumn:
    """One field with its column, ready to read cells."""

    field: str
    title: str
    rule: FieldRule
    separators: re.Pattern[str] | None
    values: dict[str, str]

    @cached_property
    def folded(self) -> str:
        return folded(self.title)

    def value(self, cell: Cell) -> Any:
        """The field's value in a cell. Raises `ValueError`."""
        return self.rule.value(cell, self.separators, self._replaced)

    def _replaced(self, text: str) -> str:
        return self.values.get(folded(text), text) if self.values else text


@dataclass(frozen=True)
class Mapping:
    """All mapped columns, in the order of the canonical fields."""

    columns: tuple[MappedColumn, ...]

    def __iter__(self) -> Iterator[MappedColumn]:
        return iter(self.columns)

    @cached_property
    def carries(self) -> frozenset[str]:
        """The canonical fields that a side with this mapping holds; the code always."""
        return frozenset(column.field for column in self.columns) | {"code"}

    @cached_property
    def mark(self) -> str:
        """Changes when any record may translate differently: fields, separators, words of the system's own."""
        parts = [(one.field, one.separators and one.separators.pattern, sorted(one.values.items())) for one in self]
        return blake2b(repr(parts).encode(), digest_size=8).hexdigest()

    @cached_property
    def by_field(self) -> dict[str, MappedColumn]:
        return {column.field: column for column in self.columns}

    @cached_property
    def sought(self) -> SoughtColumns:
        """The columns as the readers of files seek them."""
        return SoughtColumns(tuple(Sought(column.field, (column.title,)) for column in self), setting="columns")

    def shown(self) -> str:
        """For messages: ``'Mã TTHC' (local_code), …``."""
        return ", ".join(f"{column.title!r} ({column.field})" for column in self.columns)


def mapping(columns: dict[str, Column]) -> Mapping:
    """The mapping that checked settings describe."""
    return Mapping(tuple(_mapped(name, columns[name]) for name in FIELDS if name in columns))


def _mapped(name: str, column: Column) -> MappedColumn:
    return MappedColumn(
        field=name,
        title=column.column,
        rule=FIELD_RULES[name],
        separators=_separators(column),
        values={folded(written): meant for written, meant in column.values.items()},
    )
