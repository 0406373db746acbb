"""The registers as a table: their columns, the titles these may have, how cells are read, and what tells rows apart.

In: nothing. Out: `REGISTERS`. A further register is a further row here, and no code.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from syncd.sides.registers.readers import (
    read_action,
    read_authority,
    read_day,
    read_day_or_year,
    read_flag,
    read_several,
    read_subject,
    read_text,
)
from syncd.sides.tables.cells import Cell
from syncd.sides.tables.sought import Sought, SoughtColumns
from syncd.sides.tables.titles import folded

PASSED_OVER = frozenset(map(folded, ("STT", "TT", "Số TT", "Số thứ tự", "No.", "Ghi chú", "note", "notes")))
"""Titles of columns that a register may have for its keeper alone."""

DAY = "write a date like 31/12/2026"
CODES = "write codes like 1.001612, several on lines of their own or with ; between them"
NUMBERS = "write numbers like 3509/QĐ-UBND, several on lines of their own or with ; between them"
FLAG = "write có or không"
ACTION = "write mới, sửa đổi, thay thế or bãi bỏ"
AUTHORITY = "write bộ, tỉnh or được giao"
KIND = "write lĩnh vực, thủ tục, quyết định or cơ quan công bố"


@dataclass(frozen=True)
class RegisterColumn:
    """One column: canonical name, Vietnamese titles, whether each row must fill it, how its cells are read to text."""

    name: str
    titles: tuple[str, ...]
    required: bool = False
    read: Callable[[Cell], str] = read_text
    right: str = ""

    @property
    def shown(self) -> str:
        return f"{self.titles[0]!r} ({self.name})"


@dataclass(frozen=True)
class RegisterLayout:
    """One register. ``key``: the columns that together tell its rows apart; those that are empty are left out of it."""

    name: str
    columns: tuple[RegisterColumn, ...]
    key: tuple[str, ...]

    @cached_property
    def sought(self) -> SoughtColumns:
        """The columns as the readers of files seek them."""
        return SoughtColumns(tuple(Sought(one.name, (*one.titles, one.name), one.required) for one in self.columns))

    def column_of(self, title: str) -> RegisterColumn | None:
        """The column that a title of a file names."""
        wanted = folded(title)
        names = {column.field for column in self.sought if wanted in column.folded}
        return next((column for column in self.columns if column.name in names), None)


_NUMBER = ("Số, ký hiệu", "Số ký hiệu", "Số/ký hiệu", "Số và ký hiệu", "Số hiệu")
_SIGNED = ("Ngày ký", "Ngày ban hành")

_LAYOUTS = (
    RegisterLayout(
        "legal_documents",
        (
            RegisterColumn("number", _NUMBER, required=True, right="write a number like 63/2010/NĐ-CP"),
            RegisterColumn("name", ("Trích yếu", "Tên văn bản", "Tên gọi")),
            RegisterColumn("signed", _SIGNED, read=read_day, right=DAY),
            RegisterColumn("effective", ("Ngày hiệu lực", "Ngày có hiệu lực"), read=read_day, right=DAY),
            RegisterColumn("shortened", ("Trình tự rút gọn", "Rút gọn"), read=read_flag, right=FLAG),
        ),
        key=("number",),
    ),
    RegisterLayout(
        "decisions",
        (
            RegisterColumn(
                "number",
                (*_NUMBER, "Số quyết định", "Quyết định"),
                required=True,
                right="write a number like 3509/QĐ-UBND",
            ),
            RegisterColumn("signed", _SIGNED, read=read_day, right=DAY),
            RegisterColumn("issuer", ("Cơ quan ban hành", "Nơi ban hành")),
            RegisterColumn("authority", ("Thẩm quyền",), read=read_authority, right=AUTHORITY),
            RegisterColumn("procedures", ("Mã TTHC", "Mã thủ tục"), read=read_several, right=CODES),
            RegisterColumn("legal_documents", ("Căn cứ", "Căn cứ pháp lý"), read=read_several, right=NUMBERS),
            RegisterColumn("action", ("Hình thức",), read=read_action, right=ACTION),
            RegisterColumn("corrects", ("Đính chính",), read=read_several, right=NUMBERS),
            RegisterColumn("replaces", ("Thay thế",), read=read_several, right=NUMBERS),
            RegisterColumn("ministry_decision", ("Quyết định của Bộ", "QĐ của Bộ")),
        ),
        key=("number", "signed", "issuer", "action", "procedures"),
    ),
    RegisterLayout(
        "assignments",
        (
            RegisterColumn("kind", ("Loại",), required=True, read=read_subject, right=KIND),
            RegisterColumn("value", ("Giá trị", "Nội dung"), required=True),
            RegisterColumn("unit_code", ("Mã đơn vị",), required=True, right="write a code like H26.17"),
            RegisterColumn("unit_name", ("Đơn vị", "Tên đơn vị")),
        ),
        key=("kind", "value"),
    ),
    RegisterLayout(
        "calendar",
        (
            RegisterColumn("date", ("Ngày",), required=True, read=read_day_or_year, right=DAY),
            RegisterColumn("works", ("Làm việc",), read=read_flag, right=FLAG),
            RegisterColumn("reason", ("Lý do",)),
        ),
        key=("date",),
    ),
)

REGISTERS: dict[str, RegisterLayout] = {layout.name: layout for layout in _LAYOUTS}
"""The registers that the Office may keep, by name.

A decision's key is not its number alone: numbers begin anew each year, and one decision may have several rows, each for
the procedures that it adds, changes or abolishes.
"""
