"""Statements: the one SELECT that may be run, and the selects that are made of it.

In: a table or query of the settings, and the columns that the database says it has. Out: SQLAlchemy selects; names are
quoted by SQLAlchemy and values are bound, never written into the text. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, String, cast, column, func, or_, select, table, text

from adapters.columns import Mapping
from syncd.sides.errors import PermanentError
from syncd.sides.tables.titles import advice, folded, shown

KEY = "\x1fkey"
"""Stands for the key column among the names of mapped fields."""

TEXT_LENGTH = 400
"""Longer than any key: some dialects want a length for the text of a value."""

_QUIET = re.compile(
    r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`[^`]*`|\[[^\]]*\]|(\$\w*\$).*?\1", re.DOTALL
)
_WRITES = re.compile(
    r"\b(insert|update|delete|merge|truncate|drop|alter|create|grant|revoke|call|exec|execute|into|copy|attach|detach"
    r"|pragma|vacuum|lock|set)\b",
    re.IGNORECASE,
)
_BIND = re.compile(r"(?<![:\w$\\]):(?=[\w$]+)")


def quiet(query: str) -> str:
    """The query without what stands in it as text, as a quoted name or as a comment."""
    return _QUIET.sub(" '' ", query)


def check_query(query: str) -> str:
    """One SELECT (or WITH … SELECT), without a final semicolon. Raises `ValueError` for anything else.

    This is a guard against mistakes; that nothing is written is what the read-only transaction is for.
    """
    bare = quiet(query).strip()
    if bare.endswith(";"):
        bare, query = bare[:-1].rstrip(), query.rstrip().removesuffix(";").rstrip()
    if ";" in bare:
        raise ValueError("the query has several statements; write one SELECT")
    first = bare.lstrip("( \n\t").split(None, 1)[0].lower() if bare else ""
    if first not in ("select", "with"):
        raise ValueError(f"the query must be one SELECT or WITH statement, and begins with {first[:40]!r}")
    if found := _WRITES.search(bare):
        raise ValueError(
            f"the query has the word {found[0]!r}: only reading is allowed; a column of that name must be quoted"
        )
    return query


@dataclass(frozen=True, slots=True)
class Source:
    """What is read: a table or a query as a sub-select, with the name of each mapped field's column."""

    rows: FromClause
    names: dict[str, str]

    def column(self, field: str) -> ColumnElement[object]:
        return self.rows.c[self.names[field]]

    @property
    def key(self) -> str:
        """The field whose column tells rows apart."""
        return next(field for field in (KEY, "local_code", "code") if field in self.names)

    def all_rows(self) -> Select[Any]:
        """All mapped columns, ordered by the key."""
        return self._selected().order_by(self.column(self.key))

    def count(self) -> Select[Any]:
        return select(func.count()).select_from(self.rows)

    def by_keys(self, keys: Sequence[str]) -> Select[Any]:
        """The rows whose key is one of these texts; padding to a fixed width does not matter."""
        wanted = sorted({form for key in keys for form in (key, key.rstrip())})
        return self.all_rows().where(or_(*(self._text(field).in_(wanted) for field in self._key_fields())))

    def without_key(self) -> Select[Any]:
        """The rows that have no key."""
        return self.all_rows().where(*(func.coalesce(self._trimmed(field), "") == "" for field in self._key_fields()))

    def by_codes(self, codes: Sequence[str]) -> Select[Any]:
        """The rows whose portal code is one of these, or whose local code begins with one."""
        tests: list[ColumnElement[bool]] = []
        for code in codes:
            if "code" in self.names:
                tests.append(self._trimmed("code") == code.strip())
            if "local_code" in self.names:
                tests.append(self._trimmed("local_code").startswith(code.strip(), autoescape=True))
        return self.all_rows().where(or_(*tests))

    def _key_fields(self) -> Iterable[str]:
        return (KEY,) if KEY in self.names else [name for name in ("local_code", "code") if name in self.names]

    def _text(self, field: str) -> ColumnElement[str]:
        return cast(self.column(field), String(TEXT_LENGTH))

    def _trimmed(self, field: str) -> ColumnElement[str]:
        return func.trim(self._text(field))

    def _selected(self) -> Select[Any]:
        wanted: list[ColumnElement[Any]] = [self.column(field).label(f"f{at}") for at, field in enumerate(self.names)]
        return select(*wanted)


def table_rows(name: str, columns: Sequence[str]) -> FromClause:
    """A table with the columns that it has."""
    schema, _, bare = name.rpartition(".")
    return table(bare, *(column(known) for known in columns), schema=schema or None)


def query_rows(query: str, columns: Sequence[str]) -> FromClause:
    """A query as a sub-select with the columns that it gives."""
    return text(escaped(query)).columns(*(column(known) for known in columns)).subquery("source")


def escaped(query: str) -> str:
    """A query in which a colon is a colon (``'12:30'``), never the mark of a bound value; a last comment ends."""
    return _BIND.sub(r"\\:", query) + "\n"


def source(rows: FromClause, mapping: Mapping, key: str | None, *, where: str) -> Source:
    """Find the column of each field. Raises `PermanentError` that names what there is."""
    known = [str(name) for name in rows.c.keys()]  # noqa: SIM118  # a column collection walks its columns
    names = {mapped.field: _column(mapped.title, known, f"columns.{mapped.field}", where) for mapped in mapping}
    return Source(rows, names | ({KEY: _column(key, known, "key", where)} if key else {}))


def _column(name: str, known: Sequence[str], path: str, where: str) -> str:
    if name in known:
        return name
    same = [candidate for candidate in known if folded(candidate) == folded(name)]
    if len(same) == 1:
        return same[0]
    said = f"several columns are called {name!r}: {shown(same)}" if same else f"no column {name!r}"
    raise PermanentError(f"{path}: {said}; {advice(name, known)}", where=where, action="correct the column's name")
