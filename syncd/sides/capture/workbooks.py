"""Workbooks in answers: cleaned cell by cell, and kept byte for byte where there was nothing to clean.

In: the bytes of an XLSX, and a function that cleans a text. Out: the bytes of an XLSX; None for what is none.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from html import unescape
from io import BytesIO
from xml.sax.saxutils import escape

from syncd.sides.errors import ShapeError
from syncd.sides.tables.archive import check_archive

_TEXT = re.compile(r">([^<>]+)<")
_SEEN = (".xml", ".rels")


def is_archive(body: bytes) -> bool:
    return body.startswith(b"PK\x03\x04")


def rewritten_workbook(body: bytes, clean: Callable[[str], str]) -> bytes | None:
    """The workbook with clean cells. None where it is no workbook, is damaged, or unpacks beyond all measure."""
    try:
        check_archive(body, where="capture")
        with zipfile.ZipFile(BytesIO(body)) as archive:
            before = {entry: archive.read(entry) for entry in archive.infolist()}
    except (ShapeError, zipfile.BadZipFile, OSError, ValueError):
        return None
    if not all(entry.filename.endswith((*_SEEN, "/")) for entry in before):
        return None
    try:
        after = {entry: _cleaned(content, clean) for entry, content in before.items()}
    except UnicodeDecodeError:
        return None
    return body if before == after else _packed(after)


def _cleaned(content: bytes, clean: Callable[[str], str]) -> bytes:
    def text(found: re.Match[str]) -> str:
        read = unescape(found[1])
        fresh = clean(read)
        return found[0] if fresh == read else f">{escape(fresh)}<"

    return _TEXT.sub(text, content.decode("utf-8")).encode()


def _packed(parts: dict[zipfile.ZipInfo, bytes]) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, content in parts.items():
            archive.writestr(entry.filename, content)
    return packed.getvalue()
