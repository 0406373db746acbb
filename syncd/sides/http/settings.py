"""What an operator may set about the HTTP client of one side.

In: keys of a TOML table. Out: `HttpSettings`, checked. Secrets are named here, never written here.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

Seconds = Annotated[float, Field(gt=0, le=3600)]
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_SECRET_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie", "x-api-key", "apikey", "api-key"})


class HttpSettings(BaseModel):
    """How one base address is spoken to. Times are seconds.

    ``requests_per_second`` is shared by all clients of one host and evenly spaced: at 5 a second, one every 200 ms,
    never a burst of five. ``total_timeout`` ends one attempt whatever it is doing; ``retry_budget`` ends waiting and
    trying again, all attempts together. ``retry_after_ceiling`` is the longest wait that a side may ask for.
    ``bearer_secret``, ``basic_password_secret``, ``secret_headers``, ``proxy_password_secret``, ``client_key_secret``
    (the key itself, PEM) and ``client_key_password_secret`` are *names* of secrets. Relative paths start at the
    configuration file's folder.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    base_url: str
    headers: dict[str, str] = Field(default_factory=dict)
    user_agent: str = Field(default="syncd", min_length=1, max_length=200)

    total_timeout: Seconds = 60.0
    connect_timeout: Seconds = 10.0
    read_timeout: Seconds = 30.0
    max_bytes: int = Field(default=32 * 1024 * 1024, ge=1024, le=1024 * 1024 * 1024)
    connections: int = Field(default=8, ge=1, le=100)
    requests_per_second: float = Field(default=5.0, gt=0, le=100_000)

    attempts: int = Field(default=4, ge=1, le=20)
    retry_budget: Seconds = 120.0
    backoff_base: Seconds = 0.5
    backoff_ceiling: Seconds = 30.0
    retry_after_ceiling: Seconds = 60.0

    breaker_failures: int = Field(default=5, ge=1, le=1000)
    breaker_open_seconds: Seconds = 60.0

    proxy: str | None = None
    proxy_user: str | None = None
    proxy_password_secret: str | None = None
    cookies: bool = False
    ca_file: Path | None = None
    client_certificate: Path | None = None
    client_key: Path | None = None
    client_key_secret: str | None = None
    client_key_password_secret: str | None = None

    bearer_secret: str | None = None
    basic_user: str | None = None
    basic_password_secret: str | None = None
    secret_headers: dict[str, str] = Field(default_factory=dict)

    @field_validator("base_url", "proxy")
    @classmethod
    def _is_plain_address(cls, address: str | None) -> str | None:
        return None if address is None else plain_address(address)

    @field_validator("headers", "secret_headers")
    @classmethod
    def _has_sound_names(cls, headers: dict[str, str]) -> dict[str, str]:
        for name, text in headers.items():
            if not _HEADER_NAME.fullmatch(name):
                raise ValueError(f"{name[:40]!r} is not a header name")
            if any(ord(mark) < 32 or ord(mark) == 127 for mark in text):
                raise ValueError(f"the header {name} holds a control character")
        return headers

    @field_validator("headers")
    @classmethod
    def _holds_no_secret(cls, headers: dict[str, str]) -> dict[str, str]:
        secret = sorted(name for name in headers if name.lower() in _SECRET_HEADERS)
        if secret:
            raise ValueError(f"{secret[0]} holds a secret: name it under secret_headers, bearer_secret or basic_user")
        return headers

    @model_validator(mode="after")
    def _is_coherent(self) -> Self:
        if (self.basic_user is None) != (self.basic_password_secret is None):
            raise ValueError("basic_user and basic_password_secret belong together: set both or neither")
        if self.bearer_secret is not None and self.basic_user is not None:
            raise ValueError("bearer_secret and basic_user exclude each other: set one")
        if (self.proxy_user is None) != (self.proxy_password_secret is None):
            raise ValueError("proxy_user and proxy_password_secret belong together: set both or neither")
        if self.proxy_user is not None and self.proxy is None:
            raise ValueError("proxy_user needs proxy beside it")
        if self.client_key is not None and self.client_key_secret is not None:
            raise ValueError("client_key and client_key_secret exclude each other: set one")
        if self.client_certificate is None and (self.client_key or self.client_key_secret) is not None:
            raise ValueError("client_key and client_key_secret need client_certificate beside them")
        return self


def plain_address(address: str) -> str:
    """An http(s) address of a host, without user, password, query or fragment; a slash at its end falls away."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be an address that starts with http:// or https:// and names a host")
    if "@" in parts.netloc:
        raise ValueError("must not hold a user or a password: name a secret instead")
    if parts.query or parts.fragment:
        raise ValueError("must not hold a query or a fragment")
    parts.port  # noqa: B018 - raises ValueError for a port that is no number
    return address.rstrip("/")
