"""A drop of packages on an SFTP server whose host key is known.

In: settings and surroundings. Out: packages in batches; the drop's look before and after. One connection for each
reading, none in between. No key but those of ``known_hosts`` is trusted, and nothing of the account's own SSH settings
(agent, keys, configuration) is used.
"""

from __future__ import annotations

import asyncio
import logging
import stat
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Any, NamedTuple, cast

import asyncssh

from adapters.edxml.folder import Seen, look_of
from adapters.edxml.package import Read
from adapters.edxml.packed import ARCHIVE, packages_in, suffix
from adapters.edxml.settings import EdxmlSettings, SftpPlace
from adapters.edxml.source import BATCH, Memory, report, unread
from syncd.errors import ConfigurationError
from syncd.sides.adapter import Surroundings
from syncd.sides.errors import (
    PermanentError,
    ShapeError,
    SideError,
    TooLargeError,
    UnauthorisedError,
    UnreachableError,
)
from syncd.sides.reading import Evidence, Finding

logging.getLogger("asyncssh").setLevel(logging.WARNING)

PIECE = 1024 * 1024
IN_MEMORY = 1024 * 1024


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


class SftpSource:
    """Reads one drop; nothing stays open between readings."""

    selective = False
    recalls = True
    answers = True

    def __init__(self, place: SftpPlace, settings: EdxmlSettings, surroundings: Surroundings) -> None:
        self._place, self._settings = place, settings
        self._secret, self._memory = surroundings.secret, Memory(settings.caps)
        self._known_hosts = surroundings.folder / place.known_hosts
        self._where = f"sftp {place.host}"

    async def read(self, evidence: Evidence) -> AsyncIterator[list[Read]]:
        """Every package; one that cannot be read comes as an `Unread`."""
        async with self._connected() as client:
            seen, links = await self._listed(client)
            self._memory.begin()
            evidence.snapshot(look_of(seen))
            if links:
                evidence.note(Finding("links_left_out", len(links), tuple(links[:5])))
            for start in range(0, len(seen), BATCH):
                batch = [read for one in seen[start : start + BATCH] for read in await self._packages(client, one)]
                if batch:
                    report(evidence, batch)
                    yield batch
            after, _ = await self._listed(client)
            evidence.snapshot(look_of(after))
            evidence.close()

    async def check(self) -> str:
        async with self._connected() as client:
            seen, _ = await self._listed(client)
        return f"{self._where}: {len(seen)} packages and archives in {self._place.path}"

    async def close(self) -> None:
        """Nothing stays open."""

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[asyncssh.SFTPClient]:
        options = self._options()
        with translated(self._where):
            async with asyncio.timeout(self._place.timeout):
                connection = await asyncssh.connect(self._place.host, self._place.port, **options)
        try:
            with translated(self._where):
                async with asyncio.timeout(self._place.timeout):
                    client = await connection.start_sftp_client()
            yield client
        finally:
            connection.abort()
            await connection.wait_closed()

    def _options(self) -> dict[str, Any]:
        """``known_hosts`` is always a file: None would mean "trust anybody"."""
        if not self._known_hosts.is_file():
            raise ConfigurationError(
                f"there is no file {self._known_hosts}",
                path="known_hosts",
                action="write the server's key into it, as ssh-keyscan prints it, after comparing it",
            )
        return {
            "username": self._place.username,
            "known_hosts": str(self._known_hosts),
            "client_keys": self._keys(),
            "password": self._read(self._place.password_secret),
            "agent_path": None,
            "config": None,
            "gss_host": None,
            "x509_trusted_certs": None,
            "preferred_auth": "publickey" if self._place.private_key_secret else "password,keyboard-interactive",
        }

    def _keys(self) -> list[asyncssh.SSHKey] | None:
        key = self._read(self._place.private_key_secret)
        if key is None:
            return None
        with translated(self._where):
            return [asyncssh.import_private_key(key + "\n", self._read(self._place.private_key_password_secret))]

    def _read(self, name: str | None) -> str | None:
        return None if name is None else self._secret(name).strip("\r\n")

    async def _listed(self, client: asyncssh.SFTPClient) -> tuple[list[Seen], list[str]]:
        seen: list[Seen] = []
        links: list[str] = []
        with translated(f"{self._where} {self._place.path}"):
            await self._walk(client, self._place.path, "", 0, seen, links)
        return sorted(seen, key=lambda one: one.name), sorted(links)

    async def _walk(
        self, client: asyncssh.SFTPClient, folder: str, above: str, depth: int, seen: list[Seen], links: list[str]
    ) -> None:
        wanted = {*(one.lower() for one in self._place.suffixes), ARCHIVE}
        async with asyncio.timeout(self._place.timeout):
            entries = [entry async for entry in client.scandir(folder)]
        for entry in entries:
            own = str(entry.filename)
            name, mode = f"{above}{own}", entry.attrs.permissions or 0
            if own.startswith("."):
                continue
            if stat.S_ISLNK(mode):
                links.append(name)
            elif stat.S_ISDIR(mode) and depth < self._place.depth:
                await self._walk(client, f"{folder}/{own}", f"{name}/", depth + 1, seen, links)
            elif stat.S_ISREG(mode) and suffix(own) in wanted:
                seen.append(Seen(Path(f"{folder}/{own}"), name, f"{entry.attrs.size}-{entry.attrs.mtime}"))
        if len(seen) > self._settings.max_packages:
            raise TooLargeError(f"more than max_packages = {self._settings.max_packages} files", where=self._where)

    async def _packages(self, client: asyncssh.SFTPClient, one: Seen) -> list[Read]:
        """The package, or those of an archive. A connection that is lost ends the reading; a file alone does not."""
        is_archive = suffix(one.name) == ARCHIVE
        most = self._place.max_archive_bytes if is_archive else self._settings.max_package_bytes
        with SpooledTemporaryFile(max_size=IN_MEMORY) as file:
            try:
                with translated(f"{self._where} {one.name}"):
                    await self._copy(client, str(one.path), file, most)
            except (PermanentError, ShapeError) as error:
                return [unread(one.name, error)]
            return await asyncio.to_thread(self._read_file, file, one.name)

    async def _copy(self, client: asyncssh.SFTPClient, path: str, file: IO[bytes], most: int) -> None:
        copied = 0
        async with client.open(path, "rb") as remote:
            while True:
                async with asyncio.timeout(self._place.timeout):
                    piece = cast("bytes", await remote.read(PIECE))
                if not piece:
                    break
                copied += len(piece)
                if copied > most:
                    raise TooLargeError(f"larger than {most} bytes", where=path)
                file.write(piece)
        file.seek(0)

    def _read_file(self, file: IO[bytes], name: str) -> list[Read]:
        most = self._settings.max_package_bytes
        if suffix(name) != ARCHIVE:
            return [self._memory.opened(file.read(), name)]
        try:
            return list(packages_in(file, name, suffixes=self._place.suffixes, memory=self._memory, most=most))
        except ShapeError as error:
            return [unread(name, error)]
