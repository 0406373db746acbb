"""Procedure codes out of the text of an attachment, where there is text.

In: the bytes of a file, and its name. Out: the portal's codes in the order of the text; None where the kind of file
has no text that can be read here (PDF, scans, old Word files). Nothing is guessed from pictures or file names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import IO

from adapters.edxml.archives import files, opened, pieces
from adapters.edxml.tree import Bounds, Hooks, Node, read_tree
from syncd.records.codes import root
from syncd.sides.errors import ShapeError

MOST_TEXT = 32 * 1024 * 1024
"""Bytes of text of one attachment, unpacked."""

DIRECTORY = 1024 * 1024
BOUNDS = Bounds(depth=200, elements=1_000_000, attributes=128, text=MOST_TEXT)
WORD_TEXT = "word/document.xml"

_CODE = re.compile(r"(?<![\w.])\d\.\d{6,}(?:\.(?:\d+|[HG]\d+))*(?![\w])", re.ASCII)

Codes = tuple[str, ...]


def codes_in(stream: IO[bytes], name: str, *, where: str) -> Codes | None:
    """The codes that a file lists; None where its text cannot be read. Raises `ShapeError` for a damaged file."""
    read = READERS.get(PurePosixPath(name.replace("\\", "/")).suffix.lower())
    if read is None:
        return None
    stream.seek(0)
    return codes_of(read(stream, where))


def codes_of(text: str) -> Codes:
    """The portal's codes in a text, each once, in its order: ``1.014820.H26.103`` is the city's word for 1.014820."""
    found = (root(written) for written in _CODE.findall(text))
    return tuple(dict.fromkeys(code for code in found if code is not None))


def _word(stream: IO[bytes], where: str) -> str:
    """A .docx: the paragraphs of its body, tables included; what was deleted while tracking changes is no text."""
    with opened(stream, where=where, directory=DIRECTORY) as archive:
        entry = next((one for one in files(archive) if one.filename == WORD_TEXT), None)
        if entry is None:
            raise ShapeError(f"a .docx without {WORD_TEXT}", where=where)
        content = b"".join(pieces(archive, entry, where=where, most=MOST_TEXT))
    paragraphs: list[str] = []
    hooks = Hooks(gather="p", gathered=lambda paragraph: paragraphs.append("".join(_runs(paragraph))))
    read_tree(content, where=where, bounds=BOUNDS, hooks=hooks)
    return "\n".join(paragraphs)


def _runs(paragraph: Node) -> Iterator[str]:
    """A code may be cut into several runs; a tab or a line break parts two words."""
    for node in _below(paragraph):
        if node.name == "t":
            yield "".join(node.parts)
        elif node.name in ("tab", "br", "cr"):
            yield " "


def _below(paragraph: Node) -> Iterator[Node]:
    waiting = list(reversed(paragraph.children))
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(child for child in reversed(node.children) if child.name != "p")


def _plain(stream: IO[bytes], where: str) -> str:
    """UTF-8 or, by its mark, UTF-16; codes are ASCII and so survive every other encoding."""
    content = _whole(stream, where)
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    return content.decode(encoding, "replace")


def _markup(stream: IO[bytes], where: str) -> str:
    tree = read_tree(_whole(stream, where), where=where)
    return "\n".join("".join(node.parts) for node in [tree, *_below(tree)])


def _whole(stream: IO[bytes], where: str) -> bytes:
    content = stream.read(MOST_TEXT + 1)
    if len(content) > MOST_TEXT:
        raise ShapeError(f"the text is longer than {MOST_TEXT} bytes", where=where)
    return content


READERS: dict[str, Callable[[IO[bytes], str], str]] = {".docx": _word, ".txt": _plain, ".xml": _markup}
"""What is read of each kind of file."""
