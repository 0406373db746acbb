"""A sign-in under way: what was sent to the provider, kept by the browser alone, in a cookie that only we can write.

In: secrets, the page to go to. Out: a signed text and back. It lasts ten minutes and ends with the first answer.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from hashlib import sha256

import msgspec

LASTS = timedelta(minutes=10)
LONGEST_WAY = 1_200
LONGEST = 4_000


class Pending(msgspec.Struct, frozen=True):
    """One sign-in. ``verifier``: PKCE's secret; ``way``: the page that was wanted; ``until``: seconds since 1970."""

    state: str
    nonce: str
    verifier: str
    way: str
    until: int

    def __repr__(self) -> str:
        return "<Pending>"

    @property
    def challenge(self) -> str:
        """What the provider is shown of the verifier (RFC 7636, S256)."""
        return urlsafe_b64encode(sha256(self.verifier.encode()).digest()).decode().rstrip("=")


def packed(pending: Pending, key: bytes) -> str:
    """The cookie's value."""
    text = urlsafe_b64encode(msgspec.json.encode(pending)).decode()
    return f"{text}.{_signed(text, key)}"


def unpacked(cookie: str, key: bytes, now: datetime) -> Pending | None:
    """The sign-in, where we wrote the cookie and it still lasts."""
    text, _, signature = cookie.partition(".")
    if len(cookie) > LONGEST or not _is_same(signature, _signed(text, key)):
        return None
    pending = msgspec.json.decode(urlsafe_b64decode(text), type=Pending)
    return pending if now.timestamp() < pending.until else None


def _is_same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "surrogatepass"), other.encode())


def _signed(text: str, key: bytes) -> str:
    return hmac.new(key, text.encode("utf-8", "surrogatepass"), sha256).hexdigest()
