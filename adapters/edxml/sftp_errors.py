"""What can go wrong with an SFTP server, in words of ours; and the file of known keys, read or refused.

In: errors of the library. Out: `SideError`; for a file of keys that is none `ConfigurationError`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import asyncssh

from syncd.errors import ConfigurationError
from syncd.sides.errors import PermanentError, SideError, UnauthorisedError, UnreachableError


class Failure(NamedTuple):
    """How one kind of the library's errors reads here."""

    kinds: tuple[type[Exception], ...]
    error: type[SideError]
    said: str
    action: str


FAILURES = (
    Failure(
        (asyncssh.HostKeyNotVerifiable,),
        UnauthorisedError,
        "the server's host key is not the known one",
        "compare the key with the server's operator; only then change known_hosts",
    ),
    Failure(
        (asyncssh.PermissionDenied,),
        UnauthorisedError,
        "the server refuses the account",
        "check username and the secret",
    ),
    Failure(
        (asyncssh.SFTPPermissionDenied,),
        PermanentError,
        "the account may not read there",
        "ask for the right to read the path",
    ),
    Failure(
        (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath),
        PermanentError,
        "there is no such path",
        "check path",
    ),
    Failure((asyncssh.KeyImportError,), UnauthorisedError, "the private key cannot be used", "check the secret"),
    Failure((TimeoutError,), UnreachableError, "the server did not answer in time", "check host, port and network"),
    Failure((asyncssh.Error, OSError, EOFError), UnreachableError, "the server cannot be reached", "check host, port"),
)


@contextmanager
def translated(where: str) -> Iterator[None]:
    """Foreign errors as `SideError`; the library's words are shown, for they hold no secret."""
    try:
        yield
    except (asyncssh.Error, asyncssh.KeyImportError, OSError, EOFError, TimeoutError) as error:
        row = next(one for one in FAILURES if isinstance(error, one.kinds))
        words = " ".join(str(error).split())[:120]
        raise row.error(f"{row.said}{f': {words}' if words else ''}", where=where, action=row.action) from None


def known_keys(file: Path) -> asyncssh.SSHKnownHosts:
    """The keys of a file in the form of OpenSSH. Raises `ConfigurationError` for what is no such file."""
    try:
        return asyncssh.read_known_hosts(str(file))
    except (OSError, ValueError) as error:
        words = " ".join(str(error).split())[:120]
        raise ConfigurationError(
            f"{file} cannot be used: {words}",
            path="known_hosts",
            action="write the server's key into it, as ssh-keyscan prints it, after comparing it",
        ) from None
