"""What can go wrong between the desk and the city's sign-in.

In: nothing. Out: two errors: the provider does not work, or what it said cannot be believed.
"""

from __future__ import annotations

from syncd.errors import SyncdError


class ProviderError(SyncdError):
    """The provider did not answer as it must. ``step``: discovery, keys or token."""

    slug = "provider"
    staff = "Hệ thống đăng nhập của thành phố chưa phản hồi; hãy thử lại sau hoặc đăng nhập bằng mật khẩu."
    retriable = True

    def __init__(self, message: str, *, step: str, action: str = "see [desk.oidc] and the provider") -> None:
        super().__init__(f"{step}: {message}", action=action)
        self.step = step


class NotBelievedError(SyncdError):
    """An ID token, or what came with it, is not what this sign-in asked for. The message is for the log alone."""

    slug = "not_believed"
    staff = "Không xác thực được kết quả đăng nhập; hãy đăng nhập lại."
