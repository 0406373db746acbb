"""Files that must be whole or not there: written beside their place, made durable, then moved into it.

In: a place. Out: durable bytes, digests, space. All of it is readable by this user alone.
"""

from __future__ import annotations

import gzip
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

from syncd.care.errors import CareError, UnsoundError

CHUNK = 1 << 20
LEVEL = 6
SPARE = 16 << 20
"""Bytes that must stay free beside what is written."""


def sweep(folder: Path) -> None:
    """Remove what programs that were killed have left half made."""
    for part in folder.glob(".*.part*"):
        number = part.name.partition(".part")[0].rpartition(".")[2]
        if number.isdecimal() and not Path(f"/proc/{number}").exists():
            part.unlink(missing_ok=True)


@contextmanager
def beside(target: Path) -> Iterator[Path]:
    """A place for a file that is being made in the folder of ``target``; whatever is left there is removed."""
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    with suppress(FileNotFoundError):
        part.unlink()
    try:
        yield part
    finally:
        for left in (part, part.with_name(part.name + "-journal")):
            with suppress(FileNotFoundError):
                left.unlink()


def private_folder(folder: Path) -> Path:
    """Make a folder that only this user can look into. Raises `CareError`."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise CareError(f"{folder}: {error.strerror}", action="give a folder that this user may write to") from None
    return folder


def private_file(path: Path) -> None:
    """Make an empty file that only this user can read. Raises `CareError` where the folder cannot be written."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise CareError(f"{path}: {error.strerror}", action="give a folder that this user may write to") from None


def settle(part: Path, target: Path, *, replace: bool = False) -> None:
    """Make ``part`` durable and put it at ``target``. Raises `CareError` where there is something already."""
    durable(part)
    try:
        if replace:
            part.replace(target)
        else:
            os.link(part, target)
            part.unlink()
    except FileExistsError:
        raise CareError(f"{target} is there already", action="give another name, or move it away") from None
    durable(target.parent)


def durable(path: Path) -> None:
    """See that a file or folder is on the disk."""
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def require_space(folder: Path, wanted: int) -> None:
    """Raises `CareError` where a folder's disk has no room for so many bytes."""
    free = shutil.disk_usage(folder).free
    if free < wanted + SPARE:
        action = "free some space, or give a folder on another disk"
        raise CareError(f"{folder} has {free >> 20} MiB free, {(wanted + SPARE) >> 20} MiB are needed", action=action)


def digest_of(path: Path) -> str:
    """SHA-256 of a file, hex."""
    seen = sha256()
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            seen.update(piece)
    return seen.hexdigest()


def compress(source: Path, target: Path) -> str:
    """Gzip a file; returns the SHA-256 of what it held. The same content gives the same bytes."""
    seen = sha256()
    with source.open("rb") as read, target.open("wb") as raw, gzip.GzipFile("", "wb", LEVEL, raw, mtime=0) as packed:
        while piece := read.read(CHUNK):
            seen.update(piece)
            packed.write(piece)
    return seen.hexdigest()


def expand(source: Path, target: Path) -> str:
    """The reverse of `compress`. Raises `UnsoundError` for a file that is cut off or not gzip."""
    seen = sha256()
    try:
        with gzip.open(source, "rb") as packed, target.open("wb") as file:
            while piece := packed.read(CHUNK):
                seen.update(piece)
                file.write(piece)
    except (EOFError, gzip.BadGzipFile, ValueError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise UnsoundError(f"{source} is damaged: {error}", action="take another backup") from None
    return seen.hexdigest()
