"""Reading one register file, whole or not at all.

In: a path and a layout. Out: rows of text by key. All faults are collected (the first `MOST_PROBLEMS` of them), since
the person who keeps the file mends them in one go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import islice
from pathlib import Path

from syncd.records.text import loose
from syncd.sides.errors import SideError
from syncd.sides.registers.layouts import PASSED_OVER, RegisterColumn, RegisterLayout
from syncd.sides.registers.problems import RegisterError, RegisterProblem
from syncd.sides.tables.cells import Cell
from syncd.sides.tables.csv_rows import open_csv
from syncd.sides.tables.json_rows import open_json
from syncd.sides.tables.snapshot import read_snapshot
from syncd.sides.tables.sought import SoughtColumns
from syncd.sides.tables.table import EMPTY, Doubt, Row, Table, decode
from syncd.sides.tables.titles import advice, folded
from syncd.sides.tables.toml_rows import ROWS, open_toml
from syncd.sides.tables.xlsx_rows import open_xlsx

MOST_ROWS = 200_000
MOST_PROBLEMS = 20
LONGEST_CELL = 10_000
LARGEST_FILE = 64 * 1024 * 1024
LONGEST_KEY = 300
KEY_SEPARATOR = " | "

Rows = dict[str, dict[str, str]]
Opener = Callable[[bytes, SoughtColumns, str, Doubt], Table]


def _open_json(content: bytes, columns: SoughtColumns, where: str, _doubt: Doubt) -> Table:
    array = ROWS if decode(content, where).lstrip().startswith("{") else None
    return open_json(content, columns, where=where, array=array)


OPENERS: dict[str, Opener] = {
    ".xlsx": lambda content, columns, where, _: open_xlsx(content, columns, where=where, sheet=None),
    ".csv": lambda content, columns, where, doubt: open_csv(content, columns, where=where, delimiter=None, doubt=doubt),
    ".json": _open_json,
    ".toml": lambda content, columns, where, _: open_toml(content, columns, where=where),
}


def read_register(path: Path, layout: RegisterLayout) -> Rows:
    """Read a register: for each key (the layout's key columns) the text of every column, empty where it has none.

    Blocking; call it in a thread. Raises `RegisterError` for a file that cannot be read, is cut, too large or changing,
    has unknown columns or lacks required ones, or has rows that cannot be read or come twice.
    """
    found = _Reading(str(path), layout)
    try:
        rows = _read(path, found)
    except SideError as error:
        raise RegisterError([_translated(error, str(path))]) from error
    if found.problems:
        raise RegisterError(found.problems)
    return rows


def _read(path: Path, found: _Reading) -> Rows:
    opener = OPENERS.get(path.suffix.lower())
    if opener is None:
        found.add(f"the suffix {path.suffix!r} says no format", f"save it as {', '.join(OPENERS)}")
        return {}
    snapshot = read_snapshot(path, LARGEST_FILE)
    if snapshot.before != snapshot.after:
        found.add("the file changed while it was read", "it is read again later")
        return {}
    table = opener(snapshot.content, found.layout.sought, str(path), found.doubt)
    if table is EMPTY:
        found.add("the file is empty", "a register without rows has at least the titles of its columns")
        return {}
    found.sheet = table.sheet
    found.check_titles(table.titles)
    return {} if found.problems else found.rows(table)


@dataclass(slots=True)
class _Reading:
    """One file being read, and what has been found wrong with it so far."""

    file: str
    layout: RegisterLayout
    sheet: str = ""
    problems: list[RegisterProblem] = field(default_factory=list)

    def add(self, wrong: str, right: str = "", *, row: int = 0, column: str = "") -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(RegisterProblem(self.file, wrong, right, self.sheet, row, column))

    def doubt(self, said: str) -> None:
        self.add(said, "save or export the file again")

    def check_titles(self, titles: tuple[str, ...]) -> None:
        """Every title must name a column of the layout, and no two the same."""
        known = [title for column in self.layout.columns for title in (*column.titles, column.name)]
        seen: dict[str, str] = {}
        for title in titles:
            column = self.layout.column_of(title)
            if column is not None and (other := seen.setdefault(column.name, title)) != title:
                self.add(f"the columns {other!r} and {title!r} are the same one", "leave one of them out")
            if column is None and folded(title) not in PASSED_OVER:
                self.add(f"unknown column {title[:80]!r}", advice(title, known))

    def rows(self, table: Table) -> Rows:
        rows: Rows = {}
        numbers: dict[str, int] = {}
        for number, values in self._read_rows(table):
            key = _key(values, self.layout)
            first = numbers.setdefault(loose(key), number)
            if first != number:
                self.add(f"{key[:200]!r} is in row {first} and in row {number}", "leave one of them out", row=number)
            rows[key] = values
        return rows

    def _read_rows(self, table: Table) -> Iterator[tuple[int, dict[str, str]]]:
        for row in islice(table.rows, MOST_ROWS):
            values = self._values(row)
            if values is not None:
                yield row.number, values
            if len(self.problems) >= MOST_PROBLEMS:
                return
        if next(table.rows, None) is not None:
            self.add(f"there are more than {MOST_ROWS} rows", "check that it is the right file")

    def _values(self, row: Row) -> dict[str, str] | None:
        """The row's text, or None where any of it cannot be read."""
        if row.fault:
            self.add(row.fault, row=row.number)
            return None
        before = len(self.problems)
        values = {column.name: self._text(row, column) for column in self.layout.columns}
        return values if len(self.problems) == before else None

    def _text(self, row: Row, column: RegisterColumn) -> str:
        cell = row.cells.get(column.name)
        try:
            _check_length(cell)
            text = column.read(cell)
        except ValueError as error:
            self.add(str(error), column.right, row=row.number, column=column.shown)
            return ""
        if column.required and not text:
            self.add("the cell is empty", column.right or "it must be filled", row=row.number, column=column.shown)
        return text


def _key(values: dict[str, str], layout: RegisterLayout) -> str:
    """The filled key columns; a long key is cut, and its end replaced by a digest of the whole."""
    whole = KEY_SEPARATOR.join(values[name] for name in layout.key if values[name])
    if len(whole) <= LONGEST_KEY:
        return whole
    return f"{whole[: LONGEST_KEY // 2]}…{blake2b(loose(whole).encode(), digest_size=16).hexdigest()}"


def _check_length(cell: Cell) -> None:
    length = sum(len(one) for one in (cell if isinstance(cell, list) else [cell]) if isinstance(one, str))
    if length > LONGEST_CELL:
        raise ValueError(f"the cell holds {length} characters, over the limit of {LONGEST_CELL}")


def _translated(error: SideError, file: str) -> RegisterProblem:
    """A fault of the file as a whole; the sheet stands in the error's place."""
    said = error.message.removeprefix(f"{error.where}: ")
    inner = error.where.removeprefix(file).removeprefix(", ")
    return RegisterProblem(file, f"{inner}: {said}" if inner else said, error.action)
