"""Form tokens: what proves that a change was asked for on a page of this desk.

In: the session's secret (before sign-in, that of a cookie) and what came with the request. Out: a token, yes or no.
A token is masked anew on every page, so that a compressed page does not give the secret away by its length.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from hashlib import sha256

from syncd.desk.security.places import Places

SIZE = 32
FIELD, HEADER = "csrf", "X-CSRF-Token"
Random = Callable[[int], bytes]


def masked(secret: str, random: Random) -> str:
    """A token for this secret, never the same twice."""
    mask = random(SIZE)
    return urlsafe_b64encode(mask + _mixed(mask, _key(secret))).decode()


def is_right(token: str, secret: str) -> bool:
    """Whether the token was made for this secret; no secret, no right token."""
    try:
        given = urlsafe_b64decode(token.encode("ascii")) if len(token) <= 4 * SIZE else b""
    except ValueError:
        return False
    if not secret or len(given) != 2 * SIZE:
        return False
    return hmac.compare_digest(_mixed(given[:SIZE], given[SIZE:]), _key(secret))


def came_from_here(headers: Mapping[str, str], places: Places) -> bool:
    """Whether the browser says that a page of this desk asked; a client that says nothing is judged by its token."""
    origin, site = headers.get("Origin"), headers.get("Sec-Fetch-Site")
    if site is not None and site not in ("same-origin", "none"):
        return False
    return origin is None or places.is_own_origin(origin)


def _key(secret: str) -> bytes:
    return sha256(secret.encode()).digest()


def _mixed(one: bytes, other: bytes) -> bytes:
    return bytes(left ^ right for left, right in zip(one, other, strict=True))
