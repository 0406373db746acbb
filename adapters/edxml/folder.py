"""A folder of packages, and of archives of packages: exported by the document system, or filled by somebody.

In: a path. Out: packages in batches; the folder's look before and after, so that a change in mid-reading is seen.
Links are not followed; files that are hidden or have another suffix (``.part``) are none of ours.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Generator, Iterable, Iterator
from itertools import islice
from pathlib import Path

from adapters.edxml.listing import NO_FILE, Listing, Seen, look_of
from adapters.edxml.package import Read
from adapters.edxml.packed import ARCHIVE, Bounds, packages_in
from adapters.edxml.settings import EdxmlSettings, FolderPlace
from adapters.edxml.source import BATCH, Memory, report, shown, unread
from syncd.sides.errors import ShapeError, SideError, TooLargeError, UnreachableError
from syncd.sides.reading import Evidence
from syncd.sides.tables.snapshot import read_snapshot


class FolderSource:
    """Reads one folder; nothing stays open between readings."""

    selective = False
    recalls = True
    answers = True

    def __init__(self, place: FolderPlace, settings: EdxmlSettings, base: Path) -> None:
        self._place, self._root = place, base / place.path
        self._memory = Memory(settings.caps)
        self._most_bytes, self._most = settings.max_package_bytes, settings.max_packages
        self._bounds = Bounds(settings.max_package_bytes, place.max_unpacked_bytes)

    async def read(self, evidence: Evidence) -> AsyncGenerator[list[Read], None]:
        """Every package; one that cannot be read comes as an `Unread`. Raises `UnreachableError` for the folder."""
        found = await asyncio.to_thread(self._listed)
        seen = found.files()
        evidence.snapshot(look_of(seen))
        found.tell(evidence)
        self._memory.begin()
        packages = self._packages(seen)
        try:
            while batch := await _taken(packages):
                report(evidence, batch)
                yield batch
        finally:
            packages.close()
        after = await asyncio.to_thread(self._listed)
        evidence.snapshot(look_of(after.files()))
        evidence.close()

    async def check(self) -> str:
        seen = (await asyncio.to_thread(self._listed)).files()
        archives = sum(one.path.suffix.lower() == ARCHIVE for one in seen)
        return f"{self._root}: {len(seen) - archives} packages and {archives} archives"

    async def close(self) -> None:
        """Nothing stays open."""

    def _listed(self) -> Listing:
        found = Listing([], [], [])
        try:
            self._walk(self._root, "", 0, found)
        except OSError as error:
            raise UnreachableError(
                f"the folder cannot be read: {error.strerror or error}",
                where=str(self._root),
                action="check the path, and that the account of the daemon may list the folder and those inside it",
            ) from None
        return found

    def _walk(self, folder: Path, above: str, depth: int, found: Listing) -> None:
        wanted = {*(suffix.lower() for suffix in self._place.suffixes), ARCHIVE}
        with os.scandir(folder) as entries:
            for entry in entries:
                name = f"{above}{shown(entry.name)}"
                if entry.name.startswith("."):
                    continue
                if entry.is_symlink():
                    found.links.append(name)
                elif entry.is_dir():
                    if found.may_enter(name, depth, self._place.depth):
                        self._walk(Path(entry.path), f"{name}/", depth + 1, found)
                elif Path(entry.name).suffix.lower() in wanted:
                    self._take(entry, name, found)

    def _take(self, entry: os.DirEntry[str], name: str, found: Listing) -> None:
        if not entry.is_file():
            found.left_out.append(f"{name}: {NO_FILE}")
            return
        status = entry.stat(follow_symlinks=False)
        found.seen.append(Seen(Path(entry.path), name, f"{status.st_size}-{status.st_mtime_ns}"))
        self._require_bounded(len(found.seen))

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
                    stream, one.name, suffixes=self._place.suffixes, memory=self._memory, bounds=self._bounds
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
