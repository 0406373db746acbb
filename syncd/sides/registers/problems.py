"""What is wrong with a register file, as lines that the person who keeps it can act on.

In: faults with their places. Out: one error that holds all of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from syncd.errors import ConfigurationError


class RegisterProblem(Struct, frozen=True):
    """One fault. ``row`` counts as people do (in JSON and TOML: the entries), 0 where it is of no row."""

    file: str
    wrong: str
    right: str = ""
    sheet: str = ""
    row: int = 0
    column: str = ""

    def __str__(self) -> str:
        places = (
            self.file,
            self.sheet and f"sheet {self.sheet!r}",
            self.row and f"row {self.row}",
            self.column and f"column {self.column}",
        )
        place = ", ".join(str(part) for part in places if part)
        return f"{place}: {self.wrong}" + (f"; {self.right}" if self.right else "")


class RegisterError(ConfigurationError):
    """A register cannot be used; the message has one line for each of ``problems``, of which there is at least one."""

    slug = "register"
    staff = "Sổ theo dõi (văn bản, quyết định, phân công, lịch) có chỗ chưa đúng; hãy sửa tệp theo thông báo."

    def __init__(self, problems: Sequence[RegisterProblem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)
        self.path = problems[0].file
