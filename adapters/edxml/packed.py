"""Archives of packages: a .zip that somebody exported, in a folder or in a drop.

In: a stream that holds an archive. Out: its packages; one that cannot be read comes as an `Unread`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import PurePosixPath
from typing import IO, NamedTuple
from zipfile import ZipInfo

from adapters.edxml import archives
from adapters.edxml.package import Read
from adapters.edxml.source import Memory, shown, unread
from syncd.sides.errors import ShapeError, TooLargeError

ARCHIVE = ".zip"
DIRECTORY = 16 * 1024 * 1024
"""Bytes of the directory of one archive: some 150,000 packages."""

ENTRIES = 200_000
LONGEST_NAME = 200


class Bounds(NamedTuple):
    """Bytes of one package, and of all packages of one archive, once they are unpacked."""

    package: int
    archive: int


def suffix(name: str) -> str:
    return PurePosixPath(name).suffix.lower()


def packages_in(
    stream: IO[bytes], name: str, *, suffixes: Collection[str], memory: Memory, bounds: Bounds
) -> Iterator[Read]:
    """The packages of one archive; an archive within it is one that cannot be read. Raises `ShapeError` for a damaged
    archive, `TooLargeError` for one that becomes more than ``bounds`` allow.
    """
    wanted = {one.lower() for one in suffixes}
    with archives.opened(stream, where=name, directory=DIRECTORY) as archive:
        entries = [one for one in archives.files(archive) if suffix(one.filename) in wanted | {ARCHIVE}]
        _require_bounded(len(archive.infolist()), entries, bounds.archive, name)
        for entry in entries:
            inner = f"{name}!{shown(entry.filename[:LONGEST_NAME])}"
            if suffix(entry.filename) == ARCHIVE:
                yield unread(inner, ShapeError("an archive within an archive is not opened; unpack the outer one"))
                continue
            try:
                content = b"".join(archives.pieces(archive, entry, where=inner, most=bounds.package))
            except ShapeError as error:
                yield unread(inner, error)
            except archives.BROKEN as error:
                yield unread(inner, ShapeError(f"damaged in the archive: {error!s:.200}"))
            else:
                yield memory.opened(content, inner)


def _require_bounded(count: int, entries: Collection[ZipInfo], most: int, name: str) -> None:
    """By the sizes that the directory tells: an entry that is longer is cut there."""
    if count > ENTRIES:
        raise TooLargeError(f"it has {count} entries, over the cap of {ENTRIES}", where=name)
    unpacked = sum(one.file_size for one in entries)
    if unpacked > most:
        raise TooLargeError(f"its packages unpack to {unpacked} bytes, over the cap of {most}", where=name)
