"""Which canonical fields can stand in one cell, and the rule by which each is read.

In: nothing. Out: the table `FIELD_RULES`; a field that is not in it (steps, methods, papers) has no single cell.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from syncd.records.kinds import parse_kind
from syncd.records.levels import parse_level
from syncd.records.states import parse_state
from syncd.sides.tables.cells import Cell
from syncd.sides.tables.readers import read_code, read_date, read_instant, read_text, read_texts, read_word

LINES = re.compile(r"[\r\n;]+")
LINES_AND_COMMAS = re.compile(r"[\r\n;,]+")


@dataclass(frozen=True, slots=True)
class FieldRule:
    """How one field is read: ``read`` a cell with one value, or split it at ``separators``; then look up ``word``.

    ``separators`` None: one value. Agencies and subjects keep their commas ("Văn hóa, Thể thao và Du lịch").
    """

    read: Callable[[Cell], Any] = read_text
    separators: re.Pattern[str] | None = None
    word: Callable[[str], Any] | None = None

    @property
    def several(self) -> bool:
        return self.separators is not None

    def value(
        self, cell: Cell, separators: re.Pattern[str] | None = None, replace: Callable[[str], str] = lambda text: text
    ) -> Any:
        """The value of the field in a cell. ``replace`` is the mapping's own table of words.

        Raises `ValueError` for a cell that cannot be read.
        """
        written = read_word(cell) if self.word and isinstance(cell, bool | int) else cell
        meant = replace(written) if isinstance(written, str) else written
        if self.separators is not None:
            return self._values(meant, separators or self.separators, replace if meant == written else str)
        read = self.read(meant)
        return self.word(read) if self.word and read else read

    def _values(self, cell: Cell, separators: re.Pattern[str], replace: Callable[[str], str]) -> Any:
        texts = read_texts(cell, separators)
        if texts is None or self.word is None:
            return texts if texts is None else tuple(replace(text) for text in texts)
        if len(texts) > 1 and isinstance(cell, str) and (whole := self._one_word(cell)):
            return whole
        return tuple(self.word(replace(text)) for text in texts)

    def _one_word(self, text: str) -> tuple[Any, ...]:
        """A word with a comma of its own ("Cấp xã, phường") is looked up before it is split."""
        try:
            return (self.word(text),) if self.word else ()
        except ValueError:
            return ()


CODE = FieldRule(read_code)
TEXT = FieldRule(read_text)
TEXTS = FieldRule(separators=LINES)

FIELD_RULES: dict[str, FieldRule] = {
    "code": CODE,
    "local_code": CODE,
    "portal_id": CODE,
    "name": TEXT,
    "kind": FieldRule(read_word, word=parse_kind),
    "state": FieldRule(read_word, word=parse_state),
    "field_code": CODE,
    "field_name": TEXT,
    "publisher_code": CODE,
    "publisher_name": TEXT,
    "levels": FieldRule(separators=LINES_AND_COMMAS, word=parse_level),
    "executing_agencies": TEXTS,
    "decision_number": TEXT,
    "decision_date": FieldRule(read_date),
    "published_at": FieldRule(read_instant),
    "subjects": TEXTS,
    "results": TEXTS,
    "requirements": TEXT,
    "online_level": TEXT,
}
