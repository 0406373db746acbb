"""Zip archives of others: judged before they are opened, unpacked piece by piece under a cap.

In: a file-like object that holds an archive. Out: its entries, and their bytes in pieces; or `ShapeError`. Nothing is
ever written under a name that an archive gives.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from syncd.sides.errors import ShapeError, TooLargeError

CHUNK = 64 * 1024
MAGIC = b"PK\x03\x04"

BOUNDED = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""Methods that the library unpacks piece by piece; of the others it unpacks all that it was given, without a limit."""

_END = b"PK\x05\x06"
_END_64 = b"PK\x06\x07"
_TAIL = 64 * 1024 + 22 + 20
_END_OF_DIRECTORY = struct.Struct("<4s4H2LH")
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
    ValueError,
    struct.error,
)


@contextmanager
def opened(stream: IO[bytes], *, where: str, directory: int) -> Iterator[zipfile.ZipFile]:
    """An archive whose directory has at most ``directory`` bytes. Raises `ShapeError`, inside the context as well."""
    try:
        _require_small_directory(stream, where, directory)
        with zipfile.ZipFile(stream) as archive:
            yield archive
    except ShapeError:
        raise
    except BROKEN as error:
        raise ShapeError(f"the archive is damaged or cut: {error!s:.200}", where=where) from None


def _require_small_directory(stream: IO[bytes], where: str, most: int) -> None:
    """The directory is read as a whole by whoever opens an archive: what it says of its size is heard before."""
    size = stream.seek(0, 2)
    stream.seek(max(size - _TAIL, 0))
    tail = stream.read(_TAIL)
    at = tail.rfind(_END)
    if at < 0:
        raise ShapeError("the archive has no end; it was cut", where=where)
    told = _END_OF_DIRECTORY.unpack_from(tail, at)
    if told[5] > most or _END_64 in tail[max(at - 20, 0) : at]:
        raise TooLargeError(f"the directory of the archive is larger than {most} bytes", where=where)
    stream.seek(0)


def pieces(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, *, where: str, most: int) -> Iterator[bytes]:
    """The bytes of one entry, at most ``most``. An entry that is longer than its directory says is cut there by the
    library, and its checksum is then wrong.
    """
    if entry.flag_bits & 0x1:
        raise ShapeError("the archive is protected by a password", where=where)
    if entry.compress_type not in BOUNDED:
        raise ShapeError(f"the archive is packed by method {entry.compress_type}, not by deflate", where=where)
    if entry.file_size > most:
        raise TooLargeError(f"the archive unpacks to {entry.file_size} bytes, over the cap of {most}", where=where)
    with archive.open(entry) as stream:
        while piece := stream.read(CHUNK):
            yield piece


def files(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The entries that are files."""
    return [entry for entry in archive.infolist() if not entry.is_dir()]
