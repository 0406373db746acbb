"""A drop of packages on an SFTP server whose host key is known.

In: settings and surroundings. Out: packages in batches; the drop's look before and after. One connection for each
reading, none in between. No key but those of ``known_hosts`` is trusted, and nothing of the account's own SSH settings
(agent, keys, configuration) is used.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Any, cast

import asyncssh

from adapters.edxml.listing import NO_FILE, Listing, Seen, look_of
from adapters.edxml.package import Read
from adapters.edxml.packed import ARCHIVE, Bounds, packages_in, suffix
from adapters.edxml.settings import EdxmlSettings, SftpPlace
from adapters.edxml.sftp_errors import known_keys, translated
from adapters.edxml.source import BATCH, Memory, report, shown, unread
from syncd.errors import ConfigurationError
from syncd.sides.adapter import Surroundings
from syncd.sides.errors import (
    PermanentError,
    ShapeError,
    TooLargeError,
)
from syncd.sides.reading import Evidence

logging.getLogger("asyncssh").setLevel(logging.WARNING)

PIECE = 1024 * 1024
IN_MEMORY = 1024 * 1024
UNKNOWN = "the server does not say whether it is a file or a folder"


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

    async def read(self, evidence: Evidence) -> AsyncGenerator[list[Read], None]:
        """Every package; one that cannot be read comes as an `Unread`."""
        async with self._connected() as client:
            found = await self._listed(client)
            seen = found.files()
            self._memory.begin()
            evidence.snapshot(look_of(seen))
            found.tell(evidence)
            batch = list[Read]()
            for at, one in enumerate(seen, 1):
                batch.extend(await self._packages(client, one))
                if len(batch) >= BATCH or at == len(seen) or suffix(one.name) == ARCHIVE:
                    report(evidence, batch)
                    yield batch
                    batch = []
            evidence.snapshot(look_of((await self._listed(client)).files()))
            evidence.close()

    async def check(self) -> str:
        async with self._connected() as client:
            found = await self._listed(client)
        return f"{self._where}: {len(found.seen)} packages and archives in {self._place.path}"

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
                    client = await connection.start_sftp_client(path_errors="surrogateescape")
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
            "known_hosts": known_keys(self._known_hosts),
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

    async def _listed(self, client: asyncssh.SFTPClient) -> Listing:
        found = Listing([], [], [])
        with translated(f"{self._where} {self._place.path}"):
            await self._walk(client, self._place.path, "", 0, found)
        return found

    async def _walk(self, client: asyncssh.SFTPClient, folder: str, above: str, depth: int, found: Listing) -> None:
        async with asyncio.timeout(self._place.timeout):
            entries = [entry async for entry in client.scandir(folder)]
        for entry in entries:
            own = str(entry.filename)
            name = f"{above}{shown(own)}"
            if own.startswith("."):
                continue
            if entry.attrs.type != asyncssh.FILEXFER_TYPE_DIRECTORY:
                self._take(entry, Path(f"{folder}/{own}"), name, found)
            elif found.may_enter(name, depth, self._place.depth):
                await self._walk(client, f"{folder}/{own}", f"{name}/", depth + 1, found)
        if len(found.seen) > self._settings.max_packages:
            raise TooLargeError(f"more than max_packages = {self._settings.max_packages} files", where=self._where)

    def _take(self, entry: asyncssh.SFTPName, path: Path, name: str, found: Listing) -> None:
        wanted, kind = {*(one.lower() for one in self._place.suffixes), ARCHIVE}, entry.attrs.type
        if kind == asyncssh.FILEXFER_TYPE_SYMLINK:
            found.links.append(name)
        elif kind == asyncssh.FILEXFER_TYPE_UNKNOWN:
            found.left_out.append(f"{name}: {UNKNOWN}")
        elif suffix(path.name) in wanted and kind == asyncssh.FILEXFER_TYPE_REGULAR:
            found.seen.append(Seen(path, name, f"{entry.attrs.size}-{entry.attrs.mtime}"))
        elif suffix(path.name) in wanted:
            found.left_out.append(f"{name}: {NO_FILE}")

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
        bounds = Bounds(self._settings.max_package_bytes, self._place.max_unpacked_bytes)
        if suffix(name) != ARCHIVE:
            return [self._memory.opened(file.read(), name)]
        try:
            return list(packages_in(file, name, suffixes=self._place.suffixes, memory=self._memory, bounds=bounds))
        except ShapeError as error:
            return [unread(name, error)]
