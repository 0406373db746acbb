"""What every kind of file is opened to: rows, and one line that says what was found.

In: nothing. Out: the types that the readers of the kinds share.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from adapters.columns import Row
from syncd.sides.errors import ShapeError

Doubt = Callable[[str], None]


class Table(NamedTuple):
    """``found`` says in words what was opened; ``rows`` may be walked once."""

    found: str
    rows: Iterator[Row]


EMPTY = Table("an empty file", iter(()))


def decode(content: bytes, where: str) -> str:
    """Text of UTF-8 (with or without a mark) or of UTF-16 with a mark. Raises `ShapeError` for anything else."""
    utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        return content.decode("utf-16" if utf16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise ShapeError(
            f"the text is not {'UTF-16' if utf16 else 'UTF-8'}: byte {error.start} is 0x{content[error.start]:02x}",
            where=where,
            action="save the file as UTF-8 (in Excel: CSV UTF-8)",
        ) from error
