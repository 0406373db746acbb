"""The file of a capture: a zip of a manifest, one file of entries for each side, and a word to its reader.

In: what was recorded. Out: one new file, whole or not there at all; and back: a manifest and the entries of one side,
refused where anything is damaged, cut, changed, or larger than a capture can be.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from hashlib import blake2b
from pathlib import Path
from typing import IO, Any, BinaryIO

import msgspec
from msgspec import Struct

from syncd.sides.errors import ShapeError, TooLargeError

FORMAT = "syncd capture"
VERSION = 1
MANIFEST = "manifest.json"
README = "READ-ME.txt"
CONFIGURATION = "syncd.toml"
SUFFIX = ".zip"

LARGEST_FILE = 256 * 1024 * 1024
LARGEST_MANIFEST = 4 * 1024 * 1024
LARGEST_SIDE = 1024 * 1024 * 1024
LARGEST_DIRECTORY = 16 * 1024
SMALL = 16 * 1024 * 1024
RATIO = 300
PARTS = 16
CHUNK = 1024 * 1024
BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError, ValueError)
AGAIN = "ask for the capture again"

PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Only these are unpacked piece by piece: of any other the library unpacks all that a piece of input holds at once."""

_END, _END_64 = b"PK\x05\x06", b"PK\x06\x07"
_END_OF_DIRECTORY = struct.Struct("<4s4H2LH")
_LOCATOR = 20
_LONGEST_END = 64 * 1024 + _END_OF_DIRECTORY.size + _LOCATOR


class ProofTold(Struct, frozen=True, forbid_unknown_fields=True):
    """How the reading was judged when it was recorded."""

    verdict: str
    counted: int
    pages: int
    declared_total: int | None
    reasons: tuple[str, ...]


class SideTold(Struct, frozen=True, forbid_unknown_fields=True):
    """One side of a capture. ``digest``: BLAKE2b-256 of its entries, unpacked, in hex; ``translation``: see
    `Capabilities`."""

    adapter: str
    distribution: str
    level: str
    settings: dict[str, Any]
    carries: tuple[str, ...]
    translation: str
    proof: ProofTold
    entries: int
    bytes: int
    digest: str


class Manifest(Struct, frozen=True, forbid_unknown_fields=True):
    """What a capture is. ``at``: when it was begun, ISO 8601 in UTC; ``observed``: what the pass found that was
    recorded; ``removed``: how much was taken out, by kind; ``pair``: the pair's own settings."""

    format: str
    version: int
    made_by: str
    python: str
    at: str
    name: str
    pair: dict[str, Any]
    sides: dict[str, SideTold]
    observed: dict[str, Any]
    removed: dict[str, int]


def write_capture(file: Path, manifest: Manifest, parts: Mapping[str, Path], texts: Mapping[str, str]) -> None:
    """Write a new file. ``parts``: the entries of each side; ``texts``: further files by name.

    Raises `FileExistsError` where there is a file of that name; nothing is ever written over.
    """
    with file.open("xb") as opened:
        try:
            _pack(opened, manifest, parts, texts)
        except BaseException:
            with suppress(OSError):
                file.unlink()
            raise


def _pack(opened: BinaryIO, manifest: Manifest, parts: Mapping[str, Path], texts: Mapping[str, str]) -> None:
    with zipfile.ZipFile(opened, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, text in texts.items():
            archive.writestr(name, text)
        archive.writestr(MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=2))
        for side, part in parts.items():
            archive.write(part, entries_of(side))


def entries_of(side: str) -> str:
    return f"{side}.jsonl"


def found(path: Path) -> Path:
    """The file that is meant: the one named, or the only capture in the folder. Raises `ShapeError`."""
    if not path.is_dir():
        return path
    captures = sorted(path.glob(f"*{SUFFIX}"))
    if len(captures) == 1:
        return captures[0]
    names = ", ".join(one.name for one in captures[:5])
    said = f"there are {len(captures)} captures in it: {names}" if captures else "there is no capture in it"
    raise ShapeError(said, where=str(path), action="name one file")


def read_manifest(path: Path) -> Manifest:
    """The manifest alone. Raises `ShapeError`."""
    with _opened(path) as archive:
        return _manifest(archive, path)


def _manifest(archive: zipfile.ZipFile, path: Path) -> Manifest:
    content = b"".join(_unpacked(archive, MANIFEST, LARGEST_MANIFEST, path))
    try:
        kind = msgspec.json.decode(content, type=_Kind)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise ShapeError(f"its manifest cannot be read: {error!s:.200}", where=str(path), action=AGAIN) from None
    if (kind.format, kind.version) != (FORMAT, VERSION):
        raise ShapeError(
            f"it is {kind.format[:40]!r} of version {kind.version}; this syncd reads {FORMAT!r} of version {VERSION}",
            where=str(path),
            action="use the syncd that made it, or make the capture again",
        )
    try:
        return msgspec.json.decode(content, type=Manifest)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise ShapeError(f"its manifest cannot be read: {error!s:.200}", where=str(path), action=AGAIN) from None


class _Kind(Struct):
    format: str
    version: int


def unpack_side(path: Path, side: str, into: BinaryIO) -> None:
    """Write the entries of one side to a file, verified. Raises `ShapeError` for what is not as it was made."""
    with _opened(path) as archive:
        told = _manifest(archive, path).sides[side]
        digest, size = blake2b(digest_size=32), 0
        for chunk in _unpacked(archive, entries_of(side), LARGEST_SIDE, path):
            digest.update(chunk)
            size += len(chunk)
            into.write(chunk)
    if (size, digest.hexdigest()) != (told.bytes, told.digest):
        raise ShapeError(
            f"{entries_of(side)} is not what was captured: it has {size} bytes, the manifest says {told.bytes}, and the"
            " digests differ",
            where=str(path),
            action=AGAIN,
        )


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """The archive, its directory checked. What is wrong with it, whenever it shows, is one `ShapeError`."""
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise TooLargeError(f"{size} bytes are no capture; the limit is {LARGEST_FILE}", where=str(path))
        with path.open("rb") as file:
            _require_small_directory(file, path)
            with zipfile.ZipFile(file) as archive:
                _check_directory(archive, path)
                yield archive
    except BROKEN as error:
        raise ShapeError(f"the capture is damaged or cut: {error!s:.200}", where=str(path), action=AGAIN) from error
    except OSError as error:
        said = error.strerror or type(error).__name__
        raise ShapeError(f"the capture cannot be read: {said}", where=str(path), action="check path") from error


def _require_small_directory(file: BinaryIO, path: Path) -> None:
    """Whoever opens an archive reads its directory whole: what the end of the file says of it is heard before."""
    size = file.seek(0, 2)
    file.seek(max(size - _LONGEST_END, 0))
    tail = file.read(_LONGEST_END)
    at = tail.rfind(_END)
    if at < 0:
        raise zipfile.BadZipFile("it has no end")
    directory = _END_OF_DIRECTORY.unpack_from(tail, at)[5]
    if directory > LARGEST_DIRECTORY or _END_64 in tail[max(at - _LOCATOR, 0) : at]:
        raise TooLargeError(
            f"its directory has more than {LARGEST_DIRECTORY} bytes, with too many parts for a capture",
            where=str(path),
            action=AGAIN,
        )
    file.seek(0)


def _check_directory(archive: zipfile.ZipFile, path: Path) -> None:
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if len(names) > PARTS or len(set(names)) != len(names):
        raise ShapeError(f"{len(names)} parts, some twice or too many: no capture", where=str(path), action=AGAIN)
    for entry in entries:
        if entry.compress_type not in PACKINGS:
            raise ShapeError(
                f"{entry.filename[:80]} is packed in a way ({entry.compress_type}) that no capture uses",
                where=str(path),
                action=AGAIN,
            )
        is_wild = entry.file_size > SMALL and entry.file_size > entry.compress_size * RATIO
        if is_wild or entry.file_size > LARGEST_SIDE:
            raise TooLargeError(
                f"{entry.filename[:80]} unpacks from {entry.compress_size} to {entry.file_size} bytes, over the limit"
                f" of {LARGEST_SIDE} bytes or {RATIO}:1",
                where=str(path),
                action="this is no capture of ours; do not open it elsewhere either",
            )


def _unpacked(archive: zipfile.ZipFile, name: str, limit: int, path: Path) -> Iterator[bytes]:
    """The content of one part in chunks; never more than its directory entry said, and never more than ``limit``."""
    try:
        entry = archive.getinfo(name)
    except KeyError:
        raise ShapeError(f"{name} is missing in it", where=str(path), action=AGAIN) from None
    if entry.file_size > limit:
        raise TooLargeError(f"{name} has {entry.file_size} bytes, over the limit of {limit}", where=str(path))
    with archive.open(entry) as stream:
        yield from _chunks(stream)


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    read: Callable[[], bytes] = lambda: stream.read(CHUNK)  # noqa: E731
    return iter(read, b"")
