"""How far the cells of a sheet reach: measured before its parser may reserve memory for all that lies between.

In: the XML of one part of a workbook, in chunks. Out: the last row and column with a value; nothing for other parts.
A document type declaration is refused: no spreadsheet program writes one.
"""

from __future__ import annotations

import re
from typing import NoReturn
from xml.parsers import expat

_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})", re.ASCII)
_ROOT = "worksheet"
_VALUES = frozenset({"v", "is", "f"})


class Reach:
    """Measures one part. Raises `ValueError` for XML that is damaged or that declares entities."""

    def __init__(self, head: bytes) -> None:
        self.rows = 0
        self.columns = 0
        self._at = (0, 0)
        self._parser: expat.XMLParserType | None = None
        if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<" or head[:2] in (b"\xff\xfe", b"\xfe\xff"):
            self._parser = expat.ParserCreate()
            self._parser.StartElementHandler = self._root
            self._parser.StartDoctypeDeclHandler = self._no_declaration
        self.feed(head)

    @property
    def area(self) -> int:
        return self.rows * self.columns

    def feed(self, chunk: bytes) -> None:
        """Measure a further chunk."""
        if self._parser is None:
            return
        try:
            self._parser.Parse(chunk, False)
        except expat.ExpatError as error:
            raise ValueError(f"its XML is damaged: {error}") from error

    def _no_declaration(self, *_: object) -> NoReturn:
        raise ValueError("its XML declares a document type")

    def _root(self, name: str, _: dict[str, str]) -> None:
        if self._parser is not None:
            is_sheet = name.rpartition(":")[2] == _ROOT
            self._parser.StartElementHandler = self._start if is_sheet else None

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "c":
            self._at = self._place(attributes.get("r"))
        elif local in _VALUES:
            self.rows, self.columns = max(self.rows, self._at[0]), max(self.columns, self._at[1])
        elif local == "row":
            self._at = (int(attributes.get("r") or self._at[0] + 1), 0)

    def _place(self, reference: str | None) -> tuple[int, int]:
        if reference is None:
            return self._at[0], self._at[1] + 1
        found = _PLACE.fullmatch(reference)
        if found is None:
            raise ValueError(f"its XML names a cell {reference[:20]!r}")
        return int(found[2]), _column(found[1])


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
