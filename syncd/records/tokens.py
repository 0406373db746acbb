"""Tokens of sessions and of the API: drawn at random, handed out once, and remembered as a digest alone.

In: nothing, or a token that came back. Out: a token, its digest. A token has 256 bits: a fast digest is enough.
"""

from __future__ import annotations

import secrets
from hashlib import sha256

LONGEST = 256


def new_token() -> str:
    """A new token, safe in cookies, headers and addresses."""
    return secrets.token_urlsafe(32)


def digest_of(token: str) -> str:
    """What the ledger knows a token by; of one that is too long to be ours, what matches nothing."""
    return sha256(token[: LONGEST + 1].encode("utf-8", "surrogatepass")).hexdigest()
