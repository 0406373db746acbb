"""Passwords: a slow, memory-hard hash with its parameters in the text, and a check that takes as long for anybody.

In: what somebody typed, a hash text. Out: a hash text, yes or no. Never log or show either.
Hashing takes some 0.2 s and 32 MiB: call it from a worker thread, and never inside a transaction.
"""

from __future__ import annotations

import hmac
import re
import secrets
import unicodedata
from base64 import b64decode, b64encode
from hashlib import scrypt
from typing import Final, NamedTuple

from syncd.errors import SyncdError

SHORTEST: Final = 12
LONGEST: Final = 1024
SALT_BYTES: Final = 16
HASH_BYTES: Final = 32
LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""What generated passwords are made of: nothing that is mistaken for another letter."""

_TEXT = re.compile(r"\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})")


class PasswordError(SyncdError):
    """A password that may not be used."""

    slug = "password"
    staff = f"Mật khẩu phải có từ {SHORTEST} đến {LONGEST} ký tự."


class Cost(NamedTuple):
    """Parameters of scrypt: memory and time grow with 2^``logarithm`` · ``r``, time with ``p``."""

    logarithm: int = 15
    r: int = 8
    p: int = 3


COST: Final = Cost()
"""What new hashes cost; raise it as machines get faster: old hashes are then replaced at their next use."""

HIGHEST: Final = Cost(20, 16, 8)
"""A hash text that asks for more is not believed: it could hold up the desk."""


class Checked(NamedTuple):
    """``needs_upgrade``: right, and made with other parameters than today's; hash the password anew."""

    is_right: bool
    needs_upgrade: bool = False


def require_acceptable(password: str) -> None:
    """Raises `PasswordError` for one that is too short or too long."""
    if len(password) > LONGEST or not SHORTEST <= len(_normal(password)) <= LONGEST:
        message = f"a password must have {SHORTEST} to {LONGEST} characters"
        raise PasswordError(message, action="a few words in a row are easy to remember and hard to guess")


def hashed(password: str, cost: Cost = COST) -> str:
    """A new hash text. Raises `PasswordError` for a password that may not be used."""
    require_acceptable(password)
    salt = secrets.token_bytes(SALT_BYTES)
    parameters = f"ln={cost.logarithm},r={cost.r},p={cost.p}"
    return f"$scrypt${parameters}${_written(salt)}${_written(_derived(password, salt, cost))}"


def check(password: str, hash_text: str | None) -> Checked:
    """Whether this is the password. None (nobody of that name, or no password): always no, after as much work."""
    if len(password) > LONGEST:
        password, hash_text = "", None
    cost, salt, wanted = _parsed(hash_text) or (COST, bytes(SALT_BYTES), b"")
    is_right = hmac.compare_digest(_derived(password, salt, cost), wanted)
    return Checked(is_right, is_right and cost != COST)


def generated() -> str:
    """A new password that people can type: four groups of five letters and digits, 99 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(4))


def _normal(password: str) -> str:
    """The same for the same keys, whichever way the keyboard spells Vietnamese."""
    return unicodedata.normalize("NFC", password)


def _derived(password: str, salt: bytes, cost: Cost) -> bytes:
    memory = 128 * cost.r * ((1 << cost.logarithm) + cost.p + 2)
    given = _normal(password).encode("utf-8", "surrogatepass")
    return scrypt(given, salt=salt, n=1 << cost.logarithm, r=cost.r, p=cost.p, maxmem=memory, dklen=HASH_BYTES)


def _parsed(hash_text: str | None) -> tuple[Cost, bytes, bytes] | None:
    """Parameters, salt and hash; None for what is no hash text of ours."""
    found = _TEXT.fullmatch(hash_text or "")
    if found is None:
        return None
    cost = Cost(*(int(number) for number in found.groups()[:3]))
    if not all(1 <= given <= most for given, most in zip(cost, HIGHEST, strict=True)):
        return None
    return cost, _read(found[4]), _read(found[5])


def _written(content: bytes) -> str:
    return b64encode(content).decode("ascii").rstrip("=")


def _read(text: str) -> bytes:
    return b64decode(text + "=" * (-len(text) % 4))
