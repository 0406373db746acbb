"""One consistent look at a file: its bytes, read once, with its version mark before and after.

In: a path. Out: bytes and two marks, which differ when the file changed while it was read; or `UnreachableError`.
A file that is replaced in one step (rename) is safe: the bytes are one version or the other.
"""

from __future__ import annotations

import os
import stat
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from syncd.sides.errors import TooLargeError, UnreachableError

CHUNK = 1024 * 1024


class Snapshot(NamedTuple):
    """The bytes of a file, and its mark (size, time of change, digest) before and after they were read."""

    content: bytes
    before: str
    after: str


def read_snapshot(path: Path, max_bytes: int) -> Snapshot:
    """Read a whole file into memory.

    Raises `UnreachableError` where there is no regular file that can be read, `TooLargeError` over ``max_bytes``.
    """
    try:
        return _read(path, max_bytes)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UnreachableError(
            f"the file cannot be read: {reason}",
            where=str(path),
            action="check the path, and that the account of the daemon may read the file",
        ) from error


def _read(path: Path, max_bytes: int) -> Snapshot:
    if not stat.S_ISREG(path.stat().st_mode):
        raise ValueError("it is a folder or a device, not a file")
    with path.open("rb", buffering=0) as stream:
        before = os.fstat(stream.fileno())
        content = _capped(stream.fileno(), max_bytes, path)
        after = os.fstat(stream.fileno())
    digest = blake2b(content, digest_size=16).hexdigest()
    return Snapshot(content, _mark(before, digest), _mark(after, digest))


def _capped(handle: int, max_bytes: int, path: Path) -> bytes:
    parts: list[bytes] = []
    size = 0
    while part := os.read(handle, CHUNK):
        parts.append(part)
        size += len(part)
        if size > max_bytes:
            raise TooLargeError(
                f"the file is larger than max_bytes = {max_bytes}",
                where=str(path),
                action="check that it is the right file; else raise max_bytes",
            )
    return b"".join(parts)


def _mark(status: os.stat_result, digest: str) -> str:
    return f"{status.st_size}-{status.st_mtime_ns}-{digest}"
