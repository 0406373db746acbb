"""What a side can do wrong, as a small taxonomy.

In: foreign failures (sockets, statuses, bodies), translated at the wall by the HTTP client and the adapters.
Out: typed errors with data; ``slug`` is the ``class`` label of ``syncd_read_errors_total``.
"""

from __future__ import annotations

from syncd.errors import SyncdError


class SideError(SyncdError):
    """Theirs, not ours: one system did not answer as it must. ``where`` names the call or the place."""

    slug = "side"

    def __init__(self, message: str, *, where: str = "", action: str = "") -> None:
        super().__init__(f"{where}: {message}" if where else message, action=action)
        self.where = where


class TransientError(SideError):
    """Passing trouble: trying again can help, after ``delay`` seconds where the side named one."""

    slug = "transient"
    retriable = True
    staff = "Hệ thống nguồn tạm thời không trả lời; sẽ tự đọc lại."

    def __init__(self, message: str, *, where: str = "", action: str = "", delay: float | None = None) -> None:
        super().__init__(message, where=where, action=action)
        self.delay = delay


class UnreachableError(TransientError):
    """No connection: name not found, refused, time-out, TLS failure, circuit open."""

    slug = "unreachable"


class BlockedError(TransientError):
    """A firewall or maintenance page instead of an answer, whatever its status said."""

    slug = "blocked"
    staff = "Cổng trả về trang chặn truy cập thay vì dữ liệu; chưa thể kết luận."


class ThrottledError(TransientError):
    """429 or its like."""

    slug = "throttled"


class PermanentError(SideError):
    """The side refuses this call, and will refuse it again."""

    slug = "permanent"


class UnauthorisedError(SideError):
    """Credentials missing, wrong or expired. ``status``: 401 or 403 where the side said which."""

    slug = "unauthorised"
    staff = "Tài khoản kết nối không hợp lệ hoặc đã hết hạn."

    def __init__(self, message: str, *, where: str = "", action: str = "", status: int | None = None) -> None:
        super().__init__(message, where=where, action=action)
        self.status = status


class ShapeError(SideError):
    """The answer is not of the shape that the protocol has. ``path`` says where inside the answer.

    ``code`` and ``local_code`` are what the broken record still says of its identity: it must not be taken for absent.
    """

    slug = "shape"
    staff = "Dữ liệu nguồn không đúng cấu trúc; bản ghi được báo là không hợp lệ."

    def __init__(
        self,
        message: str,
        *,
        where: str = "",
        path: str = "",
        action: str = "",
        code: str = "",
        local_code: str = "",
    ) -> None:
        super().__init__(f"{message} at {path}" if path else message, where=where, action=action)
        self.path = path
        self.code = code
        self.local_code = local_code


class TooLargeError(ShapeError):
    """The answer passes the size cap; it was not read to its end."""

    slug = "too_large"


class StaleError(SideError):
    """The side showed an older state than one that it has shown before, or changed while it was read."""

    slug = "stale"
    retriable = True
