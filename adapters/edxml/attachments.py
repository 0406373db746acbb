"""Attachments: base64, then perhaps a ZIP with one entry; decoded as a stream, hashed, searched for codes, let go.

In: the text of ``ContentTransferEncoded`` piece by piece. Out: an `Opened`: name, size and SHA-256 of the original
file, and the codes that its text lists. Large ones wait in an unnamed temporary file, gone as soon as it is closed.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from contextlib import ExitStack
from hashlib import sha256
from pathlib import PurePosixPath
from tempfile import SpooledTemporaryFile
from typing import IO, NamedTuple
from zipfile import ZipInfo

from adapters.edxml.archives import CHUNK, MAGIC, files, opened, pieces
from adapters.edxml.texts import Codes, codes_in
from syncd.records.publication_decision import Attachment
from syncd.records.text import display
from syncd.sides.errors import ShapeError, TooLargeError

IN_MEMORY = 256 * 1024
DIRECTORY = 1024 * 1024
LONGEST_NAME = 250

_SPACE = re.compile(r"\s+")


class Opened(NamedTuple):
    """One attachment: ``codes`` is None where its text cannot be read; ``trouble``: why it could not be opened.

    ``inner``: its name inside the ZIP that packed it.
    """

    attachment: Attachment | None
    codes: Codes | None = None
    trouble: str = ""
    inner: str = ""


class Base64Sink:
    """Decodes base64 piece by piece into a temporary file. ``most``: bytes that it may become; trouble is kept, for
    the rest of the package is sound."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._rest = ""
        self._size = 0
        self._ended = False
        self.trouble = ""
        self.file: IO[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed by `close`

    def feed(self, text: str) -> None:
        if self.trouble:
            return
        sent = self._rest + _SPACE.sub("", text)
        whole = len(sent) - len(sent) % 4
        self._rest = sent[whole:]
        if whole:
            self._decode(sent[:whole])

    def _decode(self, sent: str) -> None:
        if self._ended:
            self.trouble = "base64 that goes on after its end"
            return
        try:
            decoded = binascii.a2b_base64(sent, strict_mode=True)
        except (binascii.Error, ValueError):
            self.trouble = "it is no base64"
            return
        self._ended = sent.endswith("=")
        self._size += len(decoded)
        if self._size > self._most:
            self.trouble = f"it is larger than the cap of {self._most} bytes"
            return
        self.file.write(decoded)

    def end(self) -> None:
        """No more comes."""
        if self._rest and not self.trouble:
            self.trouble = "its base64 is cut"
        self.file.seek(0)

    def close(self) -> None:
        self.file.close()


def base64_of(text: str, most: int) -> Base64Sink:
    """A whole text, decoded."""
    sink = Base64Sink(most)
    for start in range(0, len(text), CHUNK):
        sink.feed(text[start : start + CHUNK])
    return sink


def open_attachment(sink: Base64Sink, name: str, *, most: int, where: str) -> Opened:
    """Open what a sink holds, and close it. Never raises for what is inside: that is a trouble of this attachment."""
    sink.end()
    shown = short_name(name)
    try:
        if sink.trouble:
            return Opened(None, trouble=f"{shown}: {sink.trouble}")
        return _opened(sink.file, name, most=most, where=where)
    except ShapeError as error:
        return Opened(None, trouble=f"{shown}: {_words(error, where)}")
    finally:
        sink.close()


def _opened(file: IO[bytes], name: str, *, most: int, where: str) -> Opened:
    if file.read(len(MAGIC)) != MAGIC:
        file.seek(0)
        return _hashed(iter(lambda: file.read(CHUNK), b""), file, name, where)
    with opened(file, where=where, directory=DIRECTORY) as archive:
        entry = _wrapped(files(archive), name)
        if entry is not None:
            return _unwrapped(pieces(archive, entry, where=where, most=most), entry, name, where)
    file.seek(0)
    return _hashed(iter(lambda: file.read(CHUNK), b""), file, name, where)


def _wrapped(entries: list[ZipInfo], name: str) -> ZipInfo | None:
    """The one entry of a ZIP that only packs; None where the archive is itself what was attached."""
    if len(entries) != 1:
        return None
    return None if _suffix(name) == ".zip" != _suffix(entries[0].filename) else entries[0]


def _unwrapped(packed: Iterator[bytes], entry: ZipInfo, name: str, where: str) -> Opened:
    suffix = _suffix(entry.filename)
    real = name if _suffix(name) == suffix else f"{PurePosixPath(name).stem or 'attachment'}{suffix}"
    with ExitStack() as stack:
        file = stack.enter_context(SpooledTemporaryFile(max_size=IN_MEMORY))
        return _hashed(_copied(packed, file), file, name, where, real)._replace(inner=short_name(entry.filename))


def _copied(packed: Iterator[bytes], file: IO[bytes]) -> Iterator[bytes]:
    for piece in packed:
        file.write(piece)
        yield piece


def _hashed(content: Iterator[bytes], file: IO[bytes], name: str, where: str, real: str = "") -> Opened:
    """``real``: the name by which the kind of file is told, where the attachment's own hides it."""
    digest, size = sha256(), 0
    for piece in content:
        digest.update(piece)
        size += len(piece)
    attachment = Attachment(short_name(name), digest.hexdigest(), size)
    try:
        return Opened(attachment, codes_in(file, real or name, where=where))
    except TooLargeError as error:
        return Opened(None, trouble=f"{attachment.name}: {_words(error, where)}")
    except ShapeError as error:
        return Opened(attachment, trouble=f"{attachment.name}: its text cannot be read: {_words(error, where)}")


def _words(error: ShapeError, where: str) -> str:
    """What an error says, without the package, which is named elsewhere."""
    return error.message.removeprefix(f"{where}: ")


def _suffix(name: str) -> str:
    return PurePosixPath(name.replace("\\", "/")).suffix.lower()


def short_name(name: str) -> str:
    """The last part of a name, as people see it: never a path."""
    return display(name).replace("\\", "/").rpartition("/")[2][:LONGEST_NAME]
