"""ID tokens: whether one was made by the provider, for this desk, for this very sign-in, and just now.

In: a token and the provider's keys, both from outside. Out: its claims, or `NotBelievedError` with the one thing that
is wrong. The only module that needs the extra ``oidc``; `syncd.desk.security.oidc.provider` brings it in.
"""

from __future__ import annotations

import hmac
import math
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from syncd.desk.security.oidc.errors import NotBelievedError

KEY_OF = {"RS256": "RSA", "PS256": "RSA", "ES256": "EC"}
"""The algorithms that are taken, each with its kind of key: a public key is never used as a shared secret."""
LEEWAY = 60
"""Seconds by which the clocks may differ."""
OLDEST = 600
"""Seconds since the token was made: it comes straight from the provider."""
LONGEST_TOKEN = 16 * 1024
LONGEST_SUBJECT = 255
SMALLEST_RSA = 2_048
MOST_KEYS = 50

Claims = Mapping[str, Any]


class UnknownKeyError(NotBelievedError):
    """None of the keys is the one that the token names; the provider may have changed them."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a token must say. ``nonce``: what was sent along with the question."""

    issuer: str
    client_id: str
    nonce: str
    now: datetime


def claims_of(token: str, keys: Sequence[object], expected: Expected) -> Claims:
    """The claims of a token that is what it should be. Raises `NotBelievedError`."""
    if len(token) > LONGEST_TOKEN:
        raise NotBelievedError("the ID token is too long")
    header = _header(token)
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in KEY_OF:
        raise NotBelievedError(f"the ID token is signed by {str(algorithm)[:20]!r}, which is not taken")
    if "crit" in header:
        raise NotBelievedError("the ID token wants something understood that is not")
    claims = _verified(token, algorithm, _fitting(keys, algorithm, header.get("kid")))
    for name, is_right in CHECKS.items():
        if not is_right(claims, expected):
            raise NotBelievedError(f"the ID token's {name} is not right")
    return claims


def _header(token: str) -> Claims:
    part, _, _ = token.partition(".")
    try:
        return msgspec.json.decode(urlsafe_b64decode(part + "=" * (-len(part) % 4)), type=dict[str, Any])
    except (ValueError, RecursionError):
        raise NotBelievedError("the ID token has no readable head") from None


def _fitting(keys: Sequence[object], algorithm: str, kid: object) -> list[RSAKey | ECKey]:
    """The keys that can have signed it. Raises `UnknownKeyError` where there is none."""
    found: list[RSAKey | ECKey] = []
    for key in keys[:MOST_KEYS]:
        if isinstance(key, dict) and _may_sign(key, algorithm) and (kid is None or key.get("kid") == kid):
            found += _imported(key)
    if not found:
        raise UnknownKeyError("none of the provider's keys is the one that the ID token names")
    return found


def _may_sign(key: Mapping[str, Any], algorithm: str) -> bool:
    return (
        key.get("kty") == KEY_OF[algorithm]
        and key.get("use", "sig") == "sig"
        and key.get("alg", algorithm) == algorithm
        and (key["kty"] == "RSA" or key.get("crv") == "P-256")
    )


def _imported(key: Mapping[str, Any]) -> Iterator[RSAKey | ECKey]:
    """The public part of a key; nothing where it cannot be read or is too weak."""
    names = ("kty", "n", "e") if key["kty"] == "RSA" else ("kty", "crv", "x", "y")
    try:
        public: dict[str, str | list[str]] = {name: str(key[name]) for name in names}
        if key["kty"] == "EC":
            yield ECKey.import_key(public)
        elif _bits(str(key["n"])) >= SMALLEST_RSA:
            yield RSAKey.import_key(public)
    except (JoseError, ValueError, KeyError, TypeError):
        return


def _bits(number: str) -> int:
    return int.from_bytes(urlsafe_b64decode(number + "=" * (-len(number) % 4)), "big").bit_length()


def _verified(token: str, algorithm: str, keys: Sequence[RSAKey | ECKey]) -> Claims:
    for key in keys:
        try:
            return jwt.decode(token, key, algorithms=[algorithm]).claims
        except (JoseError, ValueError, TypeError, RecursionError):
            continue
    raise NotBelievedError("the ID token's signature is not the provider's")


def _is_for_us(claims: Claims, expected: Expected) -> bool:
    """Who is meant (OpenID Connect Core 3.1.3.7, 3 to 5): we are, and where others are as well, it was made for us."""
    audience = claims.get("aud")
    meant = [audience] if isinstance(audience, str) else audience
    if not isinstance(meant, list) or expected.client_id not in meant:
        return False
    return claims.get("azp") == expected.client_id if len(meant) > 1 or "azp" in claims else True


def _seconds(claims: Claims, name: str) -> float:
    """An instant; not a number where there is none, so that no comparison with it holds."""
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not -1e12 < value < 1e12:
        return math.nan
    return float(value)


def _is_new(claims: Claims, expected: Expected) -> bool:
    now = expected.now.timestamp()
    return now - OLDEST <= _seconds(claims, "iat") <= now + LEEWAY


def _is_begun(claims: Claims, expected: Expected) -> bool:
    return "nbf" not in claims or _seconds(claims, "nbf") <= expected.now.timestamp() + LEEWAY


def _has_nonce(claims: Claims, expected: Expected) -> bool:
    nonce = claims.get("nonce")
    return isinstance(nonce, str) and hmac.compare_digest(nonce.encode("utf-8", "replace"), expected.nonce.encode())


def _has_subject(claims: Claims, _expected: Expected) -> bool:
    subject = claims.get("sub")
    return isinstance(subject, str) and 0 < len(subject) <= LONGEST_SUBJECT and subject.isprintable()


CHECKS: dict[str, Callable[[Claims, Expected], bool]] = {
    "issuer": lambda claims, expected: claims.get("iss") == expected.issuer,
    "audience": _is_for_us,
    "expiry": lambda claims, expected: _seconds(claims, "exp") > expected.now.timestamp() - LEEWAY,
    "time of issue": _is_new,
    "beginning": _is_begun,
    "nonce": _has_nonce,
    "subject": _has_subject,
}
"""Everything that must hold besides the signature, in this order."""
