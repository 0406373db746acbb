"""The settings of a recorded side, without addresses, accounts and secrets, as they go into the manifest.

In: one side's table. Out: a table that the same adapter accepts, and with which nothing real can be reached.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

STAND_IN = "stand-in-of-a-capture"
NOWHERE = "replay.invalid"
DROPPED = frozenset(
    {
        "proxy", "proxy_user", "proxy_password_secret", "ca_file", "client_certificate", "client_key",
        "client_key_secret", "client_key_password_secret", "headers", "secret_headers", "user_agent", "cookies",
    }
)  # fmt: skip
"""How one gets to the system from one place; a replay goes nowhere."""

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,30}://")
"""What an address begins with; a query that holds one somewhere is none."""

ACCOUNTS = frozenset({"username", "user", "basic_user"})


def sanitised(table: Mapping[str, Any], clean: Callable[[str], str]) -> dict[str, Any]:
    """One side's table for the manifest."""
    return {key: _value(key, value, clean) for key, value in table.items() if key not in DROPPED}


def _value(key: str, value: Any, clean: Callable[[str], str]) -> Any:
    if isinstance(value, Mapping):
        return {name: _value(name, inner, clean) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_value("", inner, clean) for inner in value]
    if not isinstance(value, str):
        return value if isinstance(value, bool | int | float) else str(value)
    if key.endswith("_secret") or key in ACCOUNTS:
        return STAND_IN
    return _somewhere(value) if _ADDRESS.match(value.lstrip()) else clean(value)


def _somewhere(address: str) -> str:
    """An address whose host is nowhere; that of a database becomes the name of a file that nobody opens."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return f"https://{NOWHERE}"
    return f"{parts.scheme}://{NOWHERE}{parts.path}" if parts.scheme in ("http", "https") else f"sqlite:///{STAND_IN}"


def inner_address(base_url: str) -> tuple[str, ...]:
    """Host and port, where they are of a network of one's own; the name of a public system is no secret."""
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    try:
        return (parts.netloc, str(ip_address(host)))
    except ValueError:
        return () if "." in host else (parts.netloc,)
