"""A folder of packages, and of archives of packages: exported by the document system, or filled by somebody.

In: a path. Out: packages in batches; the folder's look before and after, so that a change in mid-reading is seen.
Links are not followed; files that are hidden or have another suffix (``.part``) are none of ours.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Generator, Iterable, Iterator
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from adapters.edxml.package import Read
from adapters.edxml.packed import ARCHIVE, packages_in
from adapters.edxml.settings import EdxmlSettings, FolderPlace
from adapters.edxml.source import BATCH, Memory, report, unread
from syncd.sides.errors import ShapeError, SideError, TooLargeError, UnreachableError
from syncd.sides.reading import Evidence, Finding
from syncd.sides.tables.snapshot import read_snapshot


class Seen(NamedTuple):
    """One file as the folder shows it. ``look`` changes with the file."""

    path: Path
    name: str
    look: str


class FolderSource:
    """Reads one folder; nothing stays open between readings."""

    selective = False
    recalls = True
    answers = True

    def __init__(self, place: FolderPlace, settings: EdxmlSettings, base: Path) -> None:
        self._place, self._root = place, base / place.path
        self._memory = Memory(settings.caps)
        self._most_bytes, self._most = settings.max_package_bytes, settings.max_packages

    async def read(self, evidence: Evidence) -> AsyncIterator[list[Read]]:
        """Every package; one that cannot be read comes as an `Unread`. Raises `UnreachableError` for the folder."""
        seen, links = await asyncio.to_thread(self._listed)
        evidence.snapshot(look_of(seen))
        if links:
            evidence.note(Finding("links_left_out", len(links), tuple(links[:5])))
        self._memory.begin()
        packages = self._packages(seen)
        try:
            while batch := await _taken(packages):
                report(evidence, batch)
                yield batch
        finally:
            packages.close()
        after, _ = await asyncio.to_thread(self._listed)
        evidence.snapshot(look_of(after))
        evidence.close()

    async def check(self) -> str:
        seen, _ = await asyncio.to_thread(self._listed)
        archives = sum(one.path.suffix.lower() == ARCHIVE for one in seen)
        return f"{self._root}: {len(seen) - archives} packages and {archives} archives"

    async def close(self) -> None:
        """Nothing stays open."""

    def _listed(self) -> tuple[list[Seen], list[str]]:
        """Files in the order of their names, and links, which are left out."""
        seen: list[Seen] = []
        links: list[str] = []
        try:
            self._walk(self._root, "", 0, seen, links)
        except OSError as error:
            raise UnreachableError(
                f"the folder cannot be read: {error.strerror or error}",
                where=str(self._root),
                action="check the path, and that the account of the daemon may list the folder and those inside it",
            ) from None
        return sorted(seen, key=lambda one: one.name), sorted(links)

    def _walk(self, folder: Path, above: str, depth: int, seen: list[Seen], links: list[str]) -> None:
        wanted = {*(suffix.lower() for suffix in self._place.suffixes), ARCHIVE}
        with os.scandir(folder) as entries:
            for entry in entries:
                name = f"{above}{entry.name}"
                if entry.name.startswith("."):
                    continue
                if entry.is_symlink():
                    links.append(name)
                elif entry.is_dir() and depth < self._place.depth:
                    self._walk(Path(entry.path), f"{name}/", depth + 1, seen, links)
                elif entry.is_file() and Path(entry.name).suffix.lower() in wanted:
                    status = entry.stat(follow_symlinks=False)
                    seen.append(Seen(Path(entry.path), name, f"{status.st_size}-{status.st_mtime_ns}"))
                    self._require_bounded(len(seen))

    def _require_bounded(self, count: int) -> None:
        if count > self._most:
            raise TooLargeError(
                f"the folder has more than max_packages = {self._most} files",
                where=str(self._root),
                action="move old packages away and set since, or raise max_packages",
            )

    def _packages(self, seen: Iterable[Seen]) -> Generator[Read, None, None]:
        for one in seen:
            if one.path.suffix.lower() == ARCHIVE:
                yield from self._archived(one)
            else:
                yield self._single(one)

    def _single(self, one: Seen) -> Read:
        try:
            content = read_snapshot(one.path, self._most_bytes).content
        except SideError as error:
            return unread(one.name, error)
        return self._memory.opened(content, one.name)

    def _archived(self, one: Seen) -> Iterator[Read]:
        """The packages of one archive; where it breaks off, that is one more that cannot be read."""
        try:
            with one.path.open("rb") as stream:
                if one.path.stat().st_size > self._place.max_archive_bytes:
                    raise TooLargeError(f"larger than max_archive_bytes = {self._place.max_archive_bytes}")
                yield from packages_in(
                    stream, one.name, suffixes=self._place.suffixes, memory=self._memory, most=self._most_bytes
                )
        except (ShapeError, OSError) as error:
            yield unread(one.name, error)


async def _taken(packages: Iterator[Read]) -> list[Read]:
    """The next batch, read in a thread. Whoever cancels waits for the thread: it holds an archive open."""
    taking = asyncio.ensure_future(asyncio.to_thread(lambda: list(islice(packages, BATCH))))
    try:
        return await asyncio.shield(taking)
    except asyncio.CancelledError:
        await asyncio.wait([taking])
        raise


def look_of(seen: Iterable[Seen]) -> str:
    """What a folder looks like: names, sizes and times of change."""
    digest = blake2b(digest_size=16)
    for one in seen:
        digest.update(f"{one.name}\0{one.look}\0".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()
