"""The headers that prove who asks, made anew for every attempt so that a secret may be changed while running.

In: names of secrets. Out: headers, and the secret texts that no error message may hold.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable

from syncd.errors import ConfigurationError
from syncd.sides.http.settings import HttpSettings

Secret = Callable[[str], str]


def secret_headers(settings: HttpSettings, secret: Secret) -> dict[str, str]:
    """Raises `ConfigurationError` for a secret that is missing, or that cannot stand in a header."""
    headers = {header: _fit(named, secret) for header, named in settings.secret_headers.items()}
    if settings.bearer_secret is not None:
        headers["Authorization"] = f"Bearer {_fit(settings.bearer_secret, secret)}"
    if settings.basic_user is not None and settings.basic_password_secret is not None:
        pair = f"{settings.basic_user}:{_fit(settings.basic_password_secret, secret)}"
        headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
    return headers


def proxy_headers(settings: HttpSettings, secret: Secret) -> dict[str, str]:
    """What signs us in at the proxy; nothing where it wants nothing. Raises `ConfigurationError`."""
    if settings.proxy_user is None or settings.proxy_password_secret is None:
        return {}
    pair = f"{settings.proxy_user}:{_fit(settings.proxy_password_secret, secret)}"
    return {"Proxy-Authorization": f"Basic {b64encode(pair.encode()).decode()}"}


def secret_texts(settings: HttpSettings, secret: Secret) -> tuple[str, ...]:
    """Everything that must be blacked out of foreign text before anybody sees it, longest first."""
    own = (settings.bearer_secret, settings.basic_password_secret, settings.proxy_password_secret)
    names = (*own, *settings.secret_headers.values())
    texts = {_fit(named, secret) for named in names if named is not None}
    texts |= {text.split(" ", 1)[-1] for text in secret_headers(settings, secret).values()}
    return tuple(sorted((text for text in texts if text), key=len, reverse=True))


def _fit(named: str, secret: Secret) -> str:
    text = secret(named).strip("\r\n")
    if not text or any(ord(mark) < 32 or ord(mark) == 127 for mark in text):
        raise ConfigurationError(
            f"the secret {named!r} is empty or holds a control character",
            action="store it as one line of text",
        )
    return text
