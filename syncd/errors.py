"""The root of every error that syncd raises on purpose.

In: what went wrong, as named values. Out: one sentence for the operator, what to do about it, and the same for staff
in Vietnamese. Rooms derive their own small families from here; nobody raises a bare ``Exception``.
"""

from __future__ import annotations

from typing import ClassVar


class SyncdError(Exception):
    """An error that people are meant to read.

    ``slug`` is the bounded label used in metrics and logs; ``action`` tells the operator what to do; ``staff`` is the
    sentence for Office staff (Vietnamese); ``retriable`` says whether trying again can help.
    """

    slug: ClassVar[str] = "error"
    staff: ClassVar[str] = "Hệ thống gặp lỗi; người vận hành đã được báo."
    retriable: ClassVar[bool] = False

    def __init__(self, message: str, *, action: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.action = action

    def __str__(self) -> str:
        return f"{self.message} ({self.action})" if self.action else self.message


class ConfigurationError(SyncdError):
    """The configuration cannot be used. ``path`` is the key's path in the TOML file, e.g. ``pairs[0].city.columns``."""

    slug = "configuration"
    staff = "Cấu hình chưa đúng; người vận hành cần sửa trước khi chạy."

    def __init__(self, message: str, *, path: str = "", action: str = "") -> None:
        super().__init__(f"{path}: {message}" if path else message, action=action)
        self.path = path


class ConflictError(SyncdError):
    """Somebody else holds what was asked for: another pass of the same pair is running, or a row has changed."""

    slug = "conflict"
    staff = "Một lượt đối soát khác đang chạy; hãy thử lại sau."
    retriable = True


def leaves(error: Exception) -> list[Exception]:
    """The errors of a group, however deep; an error that is no group by itself."""
    if isinstance(error, ExceptionGroup):
        return [leaf for one in error.exceptions for leaf in leaves(one)]
    return [error]
