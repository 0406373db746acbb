"""How the cell of a register is read to the text that is remembered.

In: a cell. Out: text in its comparison form, empty for an empty cell, or `ValueError` with what the cell holds instead.
"""

from __future__ import annotations

import re

from syncd.records.text import form
from syncd.records.words import Words
from syncd.sides.tables import readers
from syncd.sides.tables.cells import Cell, is_empty

SEPARATOR = "; "
"""Between the several values of one cell, as they are remembered."""

_SEPARATORS = re.compile(r"[\r\n;,]+")
_YEAR = re.compile(r"(?:19|20|21)\d\d", re.ASCII)

FLAGS = Words(
    "yes or no",
    dict.fromkeys(("có", "x", "đúng", "true", "yes", "1"), "true")
    | dict.fromkeys(("không", "sai", "false", "no", "0"), "false"),
)
SUBJECTS = Words(
    "kind of assignment",
    {
        "field": "field",
        "lĩnh vực": "field",
        "procedure": "procedure",
        "thủ tục": "procedure",
        "TTHC": "procedure",
        "publisher": "publisher",
        "cơ quan công bố": "publisher",
        "cơ quan công khai": "publisher",
        "decision": "decision",
        "quyết định": "decision",
    },
)
AUTHORITIES = Words(
    "authority",
    {
        "ministry": "ministry",
        "bộ": "ministry",
        "bộ, ngành": "ministry",
        "bộ trưởng": "ministry",
        "province": "province",
        "tỉnh": "province",
        "thành phố": "province",
        "UBND": "province",
        "UBND tỉnh": "province",
        "UBND cấp tỉnh": "province",
        "UBND thành phố": "province",
        "chủ tịch UBND tỉnh": "province",
        "chủ tịch UBND cấp tỉnh": "province",
        "chủ tịch UBND thành phố": "province",
        "tasked": "tasked",
        "được giao": "tasked",
        "cơ quan được giao": "tasked",
    },
)
ACTIONS = Words(
    "action",
    dict.fromkeys(("new", "mới", "mới ban hành", "ban hành mới", "thêm mới"), "new")
    | dict.fromkeys(("amend", "sửa đổi", "sửa đổi, bổ sung", "sửa đổi bổ sung"), "amend")
    | dict.fromkeys(("replace", "thay thế"), "replace")
    | dict.fromkeys(("abolish", "bãi bỏ", "hủy bỏ", "huỷ bỏ"), "abolish"),
)
"""What a decision does with its procedures."""


def read_text(cell: Cell) -> str:
    """One text on one line."""
    return "" if is_empty(cell) else form(readers.as_written(cell))


def read_several(cell: Cell) -> str:
    """The values of one cell (lines, or with ; or , between them; in JSON and TOML also a list), each once."""
    texts = readers.read_texts(cell, _SEPARATORS) or ()
    return SEPARATOR.join(dict.fromkeys(form(text) for text in texts))


def read_day(cell: Cell) -> str:
    """A date as ``yyyy-mm-dd``."""
    day = readers.read_date(cell)
    return day.isoformat() if day else ""


def read_day_or_year(cell: Cell) -> str:
    """A date, or a bare year: its calendar is declared whole."""
    written = "" if isinstance(cell, bool) or not isinstance(cell, str | int) else str(cell).strip()
    return written if _YEAR.fullmatch(written) else read_day(cell)


def read_flag(cell: Cell) -> str:
    """``true`` or ``false``."""
    return _word(FLAGS, cell)


def read_subject(cell: Cell) -> str:
    """``field``, ``procedure``, ``publisher`` or ``decision``."""
    return _word(SUBJECTS, cell)


def read_authority(cell: Cell) -> str:
    """``ministry``, ``province`` or ``tasked`` (Decree 63/2010 art. 13)."""
    return _word(AUTHORITIES, cell)


def read_action(cell: Cell) -> str:
    """``new``, ``amend``, ``replace`` or ``abolish``."""
    return _word(ACTIONS, cell)


def _word(words: Words[str], cell: Cell) -> str:
    written = readers.read_word(cell)
    return words.read(written) if written else ""
