"""Archives of packages: a .zip that somebody exported, in a folder or in a drop.

In: a stream that holds an archive. Out: its packages; one that cannot be read comes as an `Unread`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import PurePosixPath
from typing import IO

from adapters.edxml import archives
from adapters.edxml.package import Read
from adapters.edxml.source import Memory, unread
from syncd.sides.errors import ShapeError

ARCHIVE = ".zip"
DIRECTORY = 16 * 1024 * 1024
"""Bytes of the directory of one archive: some 150,000 packages."""

LONGEST_NAME = 200


def suffix(name: str) -> str:
    return PurePosixPath(name).suffix.lower()


def packages_in(
    stream: IO[bytes], name: str, *, suffixes: Collection[str], memory: Memory, most: int
) -> Iterator[Read]:
    """The packages of one archive, each of at most ``most`` bytes. Raises `ShapeError` for a damaged archive."""
    wanted = {one.lower() for one in suffixes}
    with archives.opened(stream, where=name, directory=DIRECTORY) as archive:
        for entry in archives.files(archive):
            if suffix(entry.filename) not in wanted:
                continue
            inner = f"{name}!{entry.filename[:LONGEST_NAME]}"
            try:
                content = b"".join(archives.pieces(archive, entry, where=inner, most=most))
            except ShapeError as error:
                yield unread(inner, error)
            except archives.BROKEN as error:
                yield unread(inner, ShapeError(f"damaged in the archive: {error!s:.200}"))
            else:
                yield memory.opened(content, inner)
