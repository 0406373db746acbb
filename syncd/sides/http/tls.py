"""TLS of one client: whom it trusts and who it is.

In: paths and an optional secret. Out: an `ssl.SSLContext` that always verifies, or `ConfigurationError`.
There is no switch that turns verification off.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from pathlib import Path

from syncd.errors import ConfigurationError
from syncd.sides.http.settings import HttpSettings


def tls_context(settings: HttpSettings, folder: Path, secret: Callable[[str], str]) -> ssl.SSLContext:
    """TLS 1.2 or later; the system's authorities, or only those of ``ca_file``; a client certificate where one is set.

    Raises `ConfigurationError` for files that are missing or are not what they should be, and for a key and a
    certificate that do not belong together.
    """
    context = _trust(settings.ca_file and folder / settings.ca_file)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if settings.client_certificate is not None:
        key = settings.client_key or settings.client_certificate
        named = settings.client_key_password_secret
        password = secret(named) if named is not None else ""  # never asked for on a terminal
        _identify(context, folder / settings.client_certificate, folder / key, password)
    return context


def _trust(ca_file: Path | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca_file)
    except (OSError, ssl.SSLError) as error:
        raise ConfigurationError(
            f"{ca_file} cannot be used as certificate authorities: {_reason(error)}",
            path="ca_file",
            action="give a readable PEM file with the authority's certificate",
        ) from None


def _identify(context: ssl.SSLContext, certificate: Path, key: Path, password: str) -> None:
    try:
        context.load_cert_chain(certificate, key, password=password)
    except (OSError, ssl.SSLError, ValueError) as error:
        raise ConfigurationError(
            f"{certificate} (key {key}) cannot be used as client certificate: {_reason(error)}",
            path="client_certificate",
            action="give PEM files whose key belongs to the certificate, and its password as a secret if it has one",
        ) from None


def _reason(error: Exception) -> str:
    return getattr(error, "reason", None) or getattr(error, "strerror", None) or type(error).__name__
