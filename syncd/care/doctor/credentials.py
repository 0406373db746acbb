"""Credentials: each secret that the configuration names is there, and none of them, nor a certificate, ends soon.

In: a configuration, the time. Out: findings that name secrets and never show one.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from syncd.care.doctor.findings import Finding, note, of_error, ok, wrong
from syncd.config import Configuration, Secrets
from syncd.errors import SyncdError
from syncd.sides.http.certificates import end_of_file

CHECK = "credentials"
SOON = timedelta(days=30)
CERTIFICATES = ("client_certificate", "ca_file")


def check_credentials(configuration: Configuration, secrets: Secrets, now: datetime) -> Iterator[Finding]:
    """Each once, whatever uses it."""
    tree = configuration.model_dump(mode="json")
    for name in sorted(set(_named(tree))):
        yield _secret(name, secrets, now)
    for file in sorted(set(_files(tree))):
        yield certificate(configuration.resolve(Path(file)), now)


def _secret(name: str, secrets: Secrets, now: datetime) -> Finding:
    if secrets.credentials is None and secrets.folder is None:
        return note(
            CHECK, name, "it comes from systemd and cannot be seen from here", "see LoadCredential= of the unit"
        )
    try:
        until = expiry_of(secrets(name))
    except SyncdError as error:
        return of_error(CHECK, name, error)
    return ok(CHECK, name, "it is there") if until is None else _ends(name, until, now, "ask for a new one")


def certificate(file: Path, now: datetime) -> Finding:
    """When the first certificate of a PEM file ends."""
    end = end_of_file(file)
    if end is None:
        return wrong(CHECK, str(file), "no certificate can be read there", "give a PEM file that this user may read")
    return _ends(str(file), datetime.fromtimestamp(end, UTC), now, "have it renewed and put it in its place")


def _ends(subject: str, until: datetime, now: datetime, remedy: str) -> Finding:
    if until <= now:
        return wrong(CHECK, subject, f"expired on {until:%d/%m/%Y}", remedy)
    if until - now < SOON:
        return wrong(CHECK, subject, f"expires on {until:%d/%m/%Y}, in {(until - now).days} days", remedy)
    return ok(CHECK, subject, f"valid until {until:%d/%m/%Y}")


def expiry_of(secret: str) -> datetime | None:
    """When a secret that is a JSON web token ends; None for any other."""
    parts = secret.split(".")
    if len(parts) != 3:
        return None
    try:
        claims = json.loads(urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
        return datetime.fromtimestamp(float(claims["exp"]), UTC)
    except (ValueError, KeyError, TypeError, OverflowError, OSError):
        return None


def _named(value: object) -> Iterator[str]:
    """Every name of a secret, wherever it stands."""
    for key, inner in _pairs(value):
        if key.endswith("_secret") and isinstance(inner, str):
            yield inner
        elif key == "secret_headers" and isinstance(inner, Mapping):
            yield from (one for one in inner.values() if isinstance(one, str))


def _files(value: object) -> Iterator[str]:
    return (inner for key, inner in _pairs(value) if key in CERTIFICATES and isinstance(inner, str))


def _pairs(value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield str(key), inner
            yield from _pairs(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _pairs(inner)
