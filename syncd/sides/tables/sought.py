"""The columns that are sought in a table: by field, with the titles under which each may stand.

In: fields and titles. Out: values that the readers of all kinds of files share.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from syncd.sides.tables.titles import folded


@dataclass(frozen=True)
class Sought:
    """One column: the field it fills, the titles it may have (the first is the one to advise), whether it must be."""

    field: str
    titles: tuple[str, ...]
    required: bool = True

    @property
    def title(self) -> str:
        return self.titles[0]

    @cached_property
    def folded(self) -> frozenset[str]:
        return frozenset(map(folded, self.titles))


@dataclass(frozen=True)
class SoughtColumns:
    """All columns of one table. ``setting``: the settings key where somebody wrote the titles, for messages."""

    columns: tuple[Sought, ...]
    setting: str = ""

    def __iter__(self) -> Iterator[Sought]:
        return iter(self.columns)

    @cached_property
    def required(self) -> tuple[Sought, ...]:
        return tuple(column for column in self.columns if column.required)

    def shown(self) -> str:
        """For messages, those that must be there: ``'Mã TTHC' (local_code), …``."""
        return ", ".join(f"{column.title!r} ({column.field})" for column in self.required)

    def path(self, column: Sought | None = None) -> str:
        """Where in the settings the title of a column stands; empty where the titles are not settings."""
        return f"{self.setting}.{column.field}" if self.setting and column else self.setting
