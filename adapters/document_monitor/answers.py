"""One answer of the monitor: is it one, how many rows does it declare, what stands in each.

In: hostile bytes, the settings' paths. Out: rows, the declared number, the total; or an error with the path. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from adapters.document_monitor.counts import read_count
from adapters.document_monitor.paths import MISSING, as_word, found_at, parse_path
from adapters.document_monitor.rest_settings import RestSettings
from syncd.records.tasks import TaskTally
from syncd.sides.errors import PermanentError, ShapeError, TooLargeError
from syncd.sides.http import decode
from syncd.sides.tables.cells import cell, is_empty
from syncd.sides.tables.table import Row
from syncd.sides.tables.titles import shown

EXCERPT = 200


class Reading(NamedTuple):
    """What one answer says."""

    rows: list[Row]
    declared: int | None
    total: TaskTally | None


class _Answer(NamedTuple):
    """A decoded answer, and where it came from."""

    content: Any
    where: str

    def at(self, path: str, *, within: Any = MISSING, prefix: str = "") -> Any:
        """The value at a path of the answer, or of one part of it; `MISSING` where there is none."""
        try:
            return found_at(parse_path(path), self.content if within is MISSING else within)
        except ValueError as error:
            raise ShapeError(str(error), where=self.where, path=prefix + path) from error

    def read(self, read: Callable[[Any], Any], value: Any, path: str) -> Any:
        try:
            return read(value)
        except ValueError as error:
            raise ShapeError(str(error), where=self.where, path=path) from error


def read_answer(body: bytes, form: RestSettings, *, where: str) -> Reading:
    """Everything that one answer says. Raises `PermanentError` for an answer that says that it is none."""
    answer = _Answer(decode(body, Any, where=where), where)
    _require_success(answer, form)
    return Reading(_rows(answer, form), _declared(answer, form), _total(answer, form.totals))


def _require_success(answer: _Answer, form: RestSettings) -> None:
    if form.success is None:
        return
    said = answer.at(form.success.path)
    word = "" if said is MISSING else as_word(said)
    if word in form.success.values:
        return
    message = as_word(answer.at(form.success.message)) if form.success.message else ""
    line = " ".join("".join(mark if mark.isprintable() else " " for mark in message[: 4 * EXCERPT]).split())
    told = f": {line[:EXCERPT]!r}" if line else ""
    is_said = f"{form.success.path} is {word[:40]!r}" if word else f"{form.success.path} is not there"
    raise PermanentError(f"the answer says that it is none: {is_said}{told}", where=answer.where)


def _declared(answer: _Answer, form: RestSettings) -> int | None:
    if form.count is None:
        return None
    found = answer.at(form.count)
    count = None if found is MISSING else answer.read(read_count, cell(found), form.count)
    if count is None:
        raise ShapeError("the number of rows is not there", where=answer.where, path=form.count)
    return int(count)


def _total(answer: _Answer, totals: Mapping[str, str]) -> TaskTally | None:
    if not totals:
        return None
    counts = {name: answer.at(path) for name, path in totals.items()}
    lacking = next((name for name, found in counts.items() if found is MISSING), None)
    if lacking is not None:
        raise ShapeError(f"the total {lacking} is not there", where=answer.where, path=totals[lacking])
    return TaskTally(**{name: answer.read(read_count, cell(one), totals[name]) for name, one in counts.items()})


def _rows(answer: _Answer, form: RestSettings) -> list[Row]:
    found = answer.at(form.rows_path)
    if form.is_one_row and found is not MISSING:
        found = [found]
    if not isinstance(found, list):
        raise ShapeError(f"there are no rows{_advised(answer.content)}", where=answer.where, path=form.rows_path or "$")
    if len(found) > form.max_rows:
        raise TooLargeError(f"more than max_rows = {form.max_rows} rows", where=answer.where)
    paths = form.field_paths
    rows = [Row(at, _cells(answer, paths, one, f"{form.rows_path}[{at - 1}].")) for at, one in enumerate(found, 1)]
    _require_each(rows, found, paths, answer.where)
    return rows


def _cells(answer: _Answer, paths: Mapping[str, str], row: Any, prefix: str) -> dict[str, Any]:
    if not isinstance(row, dict | list):
        raise ShapeError("the row is no object", where=answer.where, path=prefix.rstrip("."))
    found = {name: answer.at(path, within=row, prefix=prefix) for name, path in paths.items()}
    cells = {name: cell(value) for name, value in found.items() if value is not MISSING}
    if all(map(is_empty, cells.values())):
        raise ShapeError("the row says nothing at all", where=answer.where, path=prefix.rstrip("."))
    return cells


def _require_each(rows: list[Row], found: list[Any], paths: Mapping[str, str], where: str) -> None:
    """A field that stands in no row at all is a mistake of the settings, or another interface than it was."""
    for name, path in paths.items():
        if rows and not any(name in row.cells for row in rows):
            first = found[0]
            keys = f"; the first row has {shown(map(str, first))}" if isinstance(first, dict) else ""
            raise ShapeError(f"no row has {name}{keys}", where=where, path=path)


def _advised(content: Any) -> str:
    lists = [key for key, value in content.items() if isinstance(value, list)] if isinstance(content, dict) else []
    return f"; lists are under {shown(lists)}" if lists else ""
