"""Keeps secrets out of everything that people or programs read: log lines, error sentences, configuration diffs.

In: names, texts and nested values from anywhere. Out: the same with credentials replaced by ``***``.
Three nets, each on its own sufficient for its case: names that say secret, shapes that carry one, values read as one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from urllib.parse import quote

HIDDEN = "***"
MINIMUM_LENGTH = 6
DEEPEST = 12

SENSITIVE_WORDS = (
    "password", "passwd", "pwd", "passphrase", "secret", "token", "authorization", "cookie", "credential",
    "credentials", "apikey", "jwt", "bearer",
)  # fmt: skip
SENSITIVE_KEYS = ("api", "access", "private", "secret", "signing", "encryption", "shared", "auth")
REFERENCE_WORDS = ("file", "path", "folder", "name", "secret", "credential")

_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_USERINFO = re.compile(r"(?i)\b([a-z][a-z0-9+.-]{0,30}://)([^/\s?#@:]*)(:[^/\s?#]*)?@")
_QUERY = re.compile(
    r"(?i)([?&;][\w.-]{0,40}(?:password|passwd|pwd|secret|token|api_?key|access_?key|signature|jwt|code_verifier)"
    r"[\w.-]{0,40}=)[^&;#\s\"'<>]+"
)
_PEM = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL)
_SCHEME = re.compile(r"(?i)\b(bearer(?=\s+\S{8})|basic(?=\s+\S{16}))(\s+)[\w.~+/=:-]+")
_ASSIGNED = re.compile(
    r"(?i)\b((?:password|passwd|pwd|passphrase|api_?key|client_secret)\s*=\s*)(?!\*)('[^']*'|[^\s&;,\"']+)"
)

_known: set[str] = set()


def words(name: str) -> tuple[str, ...]:
    """Split a key into lower-case words: ``portalApiKey``, ``portal-api_key`` → ``portal``, ``api``, ``key``."""
    return tuple(word.lower() for word in _WORDS.findall(name))


def is_sensitive(name: str) -> bool:
    """Whether a key of this name holds a credential. A bare ``key`` does not: it names records here."""
    parts = words(name)
    if any(part in SENSITIVE_WORDS for part in parts):
        return True
    return any(one in SENSITIVE_KEYS and two == "key" for one, two in pairwise(parts))


def is_reference(name: str) -> bool:
    """Whether a sensitive key only says where the secret is: ``token_file``, ``password_secret``, ``key_path``."""
    parts = words(name)
    return len(parts) > 1 and parts[-1] in REFERENCE_WORDS


def remember_secret(value: str) -> None:
    """From now on hide this very value wherever it turns up, also percent-encoded. Very short ones are left alone."""
    if len(value) >= MINIMUM_LENGTH:
        _known.update((value, quote(value, safe="")))


def forget_secrets() -> None:
    """Start with an empty memory (tests, and a reload that reads every secret again)."""
    _known.clear()


def _hide_userinfo(match: re.Match[str]) -> str:
    scheme, user, password = match.groups()
    is_web = scheme.lower().startswith("http")
    return f"{scheme}{HIDDEN if is_web else user}{':' + HIDDEN if password and not is_web else ''}@"


def _hide_known(text: str) -> str:
    for value in sorted(_known, key=len, reverse=True):
        text = text.replace(value, HIDDEN)
    return text


def redact_text(text: str) -> str:
    """Hide known secret values, URL userinfo, secrets in queries, authorization headers and ``password=…``."""
    text = _hide_known(text)
    if "://" in text:
        text = _USERINFO.sub(_hide_userinfo, text)
    if "=" in text:
        text = _ASSIGNED.sub(rf"\1{HIDDEN}", _QUERY.sub(rf"\1{HIDDEN}", text))
    if "PRIVATE KEY" in text:
        text = _PEM.sub(HIDDEN, text)
    return _SCHEME.sub(rf"\1\2{HIDDEN}", text)


def holds_credential(text: str) -> bool:
    """Whether a text carries a credential by its shape (a URL with a password, a token in a query)."""
    return redact_text(text) != text


def redact(value: object, *, depth: int = 0) -> object:
    """Redact a nested value; keys that say secret lose their value whole, whatever it is."""
    if isinstance(value, str):
        return redact_text(value)
    if depth >= DEEPEST:
        return HIDDEN if isinstance(value, Mapping | list | tuple) else value
    if isinstance(value, Mapping):
        return {key: redact_named(str(key), inner, depth=depth + 1) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [redact(inner, depth=depth + 1) for inner in value]
    if isinstance(value, bytes | bytearray):
        return redact_text(value.decode("utf-8", "backslashreplace"))
    return value if value is None or isinstance(value, bool | int | float) else redact_text(str(value))


def redact_named(name: str, value: object, *, depth: int = 0) -> object:
    """Redact the value of one key."""
    if is_sensitive(name) and not is_reference(name) and value not in (None, "", False, True):
        return HIDDEN
    return redact(value, depth=depth)
