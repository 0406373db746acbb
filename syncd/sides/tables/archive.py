"""The zip archive of an XLSX workbook: proven harmless and whole before anything parses it.

In: the bytes of a file. Out: nothing, or `ShapeError`. Every part is unpacked once, in chunks, so that checksums prove
the archive whole; a sheet whose cells lie too far apart is refused: its parser would reserve all that lies between, and
the daemon would be gone.
"""

from __future__ import annotations

import zipfile
import zlib
from io import BytesIO

from syncd.sides.errors import ShapeError, TooLargeError
from syncd.sides.tables.reach import Reach

ENTRIES = 10_000
UNPACKED = 1024 * 1024 * 1024
RATIO = 300
SMALL = 16 * 1024 * 1024
AREA = 20_000_000
CHUNK = 1024 * 1024
SHOWN = 80
BOUNDED = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""Methods that are unpacked chunk by chunk; of the others the library unpacks all that it is given, without limit."""

WRONG_MAGIC: tuple[tuple[bytes, str, str], ...] = (
    (
        b"\xd0\xcf\x11\xe0",
        "the file is an old (.xls) or a password-protected workbook",
        "save it as .xlsx without a password",
    ),
    (b"<", "the file is a web page or XML text, perhaps an error page of the exporting system", "export it again"),
)


def check_archive(content: bytes, *, where: str) -> None:
    """Check an XLSX file's archive. Raises `ShapeError` (`TooLargeError` for a bomb) with what is wrong."""
    if not content.startswith(b"PK"):
        raise _no_archive(content, where)
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            _check_directory(archive.infolist(), where)
            for entry in archive.infolist():
                _check_entry(archive, entry, where)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise ShapeError(f"the workbook is damaged or cut: {error}", where=where, action="export it again") from error


def _no_archive(content: bytes, where: str) -> ShapeError:
    for magic, said, action in WRONG_MAGIC:
        if content.lstrip()[:4].startswith(magic):
            return ShapeError(said, where=where, action=action)
    return ShapeError("the file is no XLSX workbook", where=where, action="save it as .xlsx, or set format")


def _check_directory(entries: list[zipfile.ZipInfo], where: str) -> None:
    if len(entries) > ENTRIES:
        raise TooLargeError(f"the workbook has {len(entries)} parts, over the limit of {ENTRIES}", where=where)
    for entry in entries:
        if entry.compress_type not in BOUNDED:
            raise ShapeError(
                f"the part {entry.filename[:SHOWN]} is packed by method {entry.compress_type}, not by deflate",
                where=where,
                action="open it and save it as .xlsx again",
            )
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if unpacked > UNPACKED or (unpacked > SMALL and unpacked > packed * RATIO):
        raise TooLargeError(
            f"the workbook unpacks from {packed} to {unpacked} bytes, over the limit of {UNPACKED} bytes or {RATIO}:1",
            where=where,
            action="delete empty formatted rows from the sheet, or export it again",
        )


def _check_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, where: str) -> None:
    """Unpack one part, which verifies its checksum, and measure how far a sheet's cells reach."""
    with archive.open(entry) as stream:
        reach = Reach(stream.read(CHUNK))
        while chunk := stream.read(CHUNK):
            reach.feed(chunk)
    if reach.area > AREA:
        raise TooLargeError(
            f"{entry.filename}: cells reach to row {reach.rows} and column {reach.columns}, over {AREA} cells in all",
            where=where,
            action="delete stray cells far below or to the right of the table",
        )
