"""What the ledger refuses to people: a wish that cannot be right, and texts that are empty, too long or unreadable.

In: what somebody typed. Out: the same, stripped; or a `RefusedError` with a reason that the desk can put into words.
"""

from __future__ import annotations

import re
import unicodedata

from syncd.errors import ConflictError

_UNREADABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class RefusedError(ConflictError):
    """Nothing was changed. ``reason`` is a bounded word for it, such as ``unknown_mismatch`` or ``text_too_long``."""

    slug = "refused"
    staff = "Yêu cầu chưa hợp lệ nên chưa được thực hiện."
    retriable = False

    def __init__(self, message: str, *, reason: str, action: str = "") -> None:
        super().__init__(message, action=action)
        self.reason = reason


def line(text: str, *, what: str, longest: int, may_be_empty: bool = False) -> str:
    """One line of text, NFC and stripped. Raises `RefusedError`."""
    found = paragraph(text, what=what, longest=longest, may_be_empty=may_be_empty)
    if "\n" in found or "\t" in found:
        raise RefusedError(f"{what} must be one line", reason="text_unreadable", action="leave line breaks out")
    return found


def paragraph(text: str, *, what: str, longest: int, may_be_empty: bool = False) -> str:
    """Text of several lines, NFC and stripped, line ends as ``\\n``. Raises `RefusedError`."""
    if len(text) > 2 * longest + 100:
        raise _too_long(what, longest)
    found = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if not found and not may_be_empty:
        raise RefusedError(f"{what} is empty", reason="text_empty", action="write something")
    if len(found) > longest:
        raise _too_long(what, longest)
    if _UNREADABLE.search(found):
        action = "leave control and direction characters out"
        raise RefusedError(f"{what} has a character that nobody can see", reason="text_unreadable", action=action)
    return found


def _too_long(what: str, longest: int) -> RefusedError:
    return RefusedError(f"{what} is longer than {longest} characters", reason="text_too_long", action="shorten it")
