"""TLS of one client: whom it trusts and who it is.

In: paths and optional secrets. Out: an `ssl.SSLContext` that always verifies, or `ConfigurationError`. Changed files
are taken for new connections. There is no switch that turns verification off.
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog

from syncd.errors import ConfigurationError
from syncd.sides.http.certificates import Certificates, end_of_file
from syncd.sides.http.settings import HttpSettings

log = structlog.get_logger(__name__)
Secret = Callable[[str], str]


class Tls:
    """The TLS of one client: made at the first question, and anew when one of its files or its key has changed.

    What was replaced and cannot be used (a certificate that is there before its key) is not taken: the old one stays.
    """

    def __init__(self, settings: HttpSettings, folder: Path, secret: Secret, seen: Certificates | None = None) -> None:
        self._settings, self._folder, self._secret, self._seen = settings, folder, secret, seen
        self._context: ssl.SSLContext | None = None
        self._stamp: Hashable = None

    def context(self) -> ssl.SSLContext | bool:
        """What new connections use; True where the address is not https. Raises `ConfigurationError` at the first."""
        if not self._settings.base_url.startswith("https"):
            return True
        stamp = _stamp(self._settings, self._folder, self._secret)
        if self._context is None or stamp != self._stamp:
            self._context = self._made()
            self._stamp = stamp
        return self._context

    def _made(self) -> ssl.SSLContext:
        try:
            return tls_context(self._settings, self._folder, self._secret, self._seen)
        except ConfigurationError as error:
            if self._context is None:
                raise
            log.warning("certificate_not_taken", error=error.message, action=error.action)
            return self._context


def _stamp(settings: HttpSettings, folder: Path, secret: Secret) -> Hashable:
    """What changes when one of the files, or the key that is a secret, is another."""
    files = (settings.ca_file, settings.client_certificate, settings.client_key)
    named = settings.client_key_secret
    return (*(_file_stamp(folder / one) for one in files if one is not None), named and hash(secret(named)))


def _file_stamp(path: Path) -> Hashable:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def tls_context(
    settings: HttpSettings, folder: Path, secret: Secret, seen: Certificates | None = None
) -> ssl.SSLContext:
    """TLS 1.2 or later; the system's authorities, or only those of ``ca_file``; a client certificate where one is set.

    ``seen`` learns when the certificates end.
    Raises `ConfigurationError` for files that are missing or are not what they should be, and for a key and a
    certificate that do not belong together.
    """
    context = _trust(settings.ca_file and folder / settings.ca_file)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if settings.client_certificate is not None:
        named = settings.client_key_password_secret
        password = secret(named) if named is not None else ""  # never asked for on a terminal
        with _key(settings, folder, secret) as key:
            _identify(context, folder / settings.client_certificate, key, password)
        if seen is not None:
            seen.client = end_of_file(folder / settings.client_certificate)
    if seen is not None:
        seen.watch(context)
    return context


@contextmanager
def _key(settings: HttpSettings, folder: Path, secret: Secret) -> Iterator[Path]:
    """Where OpenSSL reads the key: its own file, the certificate's, or memory where the key is a secret."""
    if settings.client_key_secret is None:
        yield folder / (settings.client_key or settings.client_certificate or "")
        return
    handle = os.memfd_create("client-key", os.MFD_CLOEXEC)
    try:
        os.write(handle, secret(settings.client_key_secret).encode())
        yield Path(f"/proc/self/fd/{handle}")
    finally:
        os.close(handle)


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
