"""Foreign XML read without trust: no DTD, so no entity and no expansion; everything that can grow has a cap.

In: the bytes of one document, junk before its declaration allowed. Out: a small tree of local names, or `ShapeError`.
The text of elements named in ``streamed`` never enters the tree: it goes to a sink, piece by piece.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol
from xml.parsers import expat

from syncd.records.text import display
from syncd.sides.errors import ShapeError, TooLargeError

CHUNK = 64 * 1024
JUNK = 4096
"""How far before the declaration a real export may write other characters."""

NOTHING = frozenset({"", "null", "NULL", "Null"})
DECLARED = re.compile(rb"<\?xml[\s?]")
ACTION = "the package is not read; ask its sender for a sound one"


class Bounds(NamedTuple):
    """What one document may hold. ``token``: bytes of one tag, comment or instruction; ``text``: of all texts kept."""

    depth: int = 40
    elements: int = 100_000
    attributes: int = 32
    token: int = 256 * 1024
    text: int = 4 * 1024 * 1024


class Sink(Protocol):
    """Takes the text of one streamed element."""

    def feed(self, text: str) -> None: ...


class NoSink:
    """Lets a text fall."""

    def feed(self, text: str) -> None:
        """Keep nothing."""


@dataclass(slots=True, repr=False)
class Node:
    """One element: its local name, its own text, its children; ``sink`` where its text was streamed."""

    name: str
    children: list[Node] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    sink: Sink | None = None

    def __repr__(self) -> str:
        return f"<Node {self.name[:40]}>"

    def all(self, name: str) -> Iterator[Node]:
        """The children of this name, whatever their namespace."""
        return (one for one in self.children if one.name == name)

    def find(self, *path: str) -> Node | None:
        """The first element at the end of a path of names."""
        found: Node | None = self
        for name in path:
            found = next(found.all(name), None) if found is not None else None
        return found

    def text(self, *path: str) -> str:
        """The text of the first element at the path, in its form for people; "" for what is absent, empty or "null"."""
        found = self.find(*path)
        said = display("".join(found.parts)) if found is not None else ""
        return "" if said in NOTHING else said

    def deep(self, name: str) -> Iterator[Node]:
        """Every element of this name below this one, at whatever depth."""
        for one in self.children:
            if one.name == name:
                yield one
            else:
                yield from one.deep(name)


@dataclass(slots=True)
class Hooks:
    """What a reader does while it reads. ``opened`` makes the sink of a streamed element; ``closed`` hears of the
    parent of one as soon as it is whole. Where elements named ``gather`` are gathered, ``gathered`` hears of each, and
    no tree is kept."""

    streamed: Collection[str] = ()
    opened: Callable[[], Sink] = NoSink
    closed: Callable[[Node], None] = lambda _node: None
    gather: str = ""
    gathered: Callable[[Node], None] = lambda _node: None


def read_tree(content: bytes, *, where: str, bounds: Bounds | None = None, hooks: Hooks | None = None) -> Node:
    """Read one document. Raises `ShapeError` for what is no XML, has a DTD or passes a bound (`TooLargeError`)."""
    reader = _Reader(where, bounds or Bounds(), hooks or Hooks())
    return reader.read(without_junk(content))


def without_junk(content: bytes) -> bytes:
    """The document from its declaration on, else from its first ``<``; a byte-order mark of UTF-16 stays."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content
    found = DECLARED.search(content, 0, JUNK)
    start = found.start() if found else content.find(b"<", 0, JUNK)
    return content[max(start, 0) :]


class _Reader:
    """One pass of expat over one document."""

    def __init__(self, where: str, bounds: Bounds, hooks: Hooks) -> None:
        self._where, self._bounds, self._hooks = where, bounds, hooks
        self._root = Node("")
        self._open = [self._root]
        self._elements = 0
        self._kept = 0
        self._inside = 0
        self._parser = expat.ParserCreate(namespace_separator="\n")
        self._parser.buffer_text = True
        self._parser.buffer_size = CHUNK
        self._parser.ordered_attributes = True
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters

    def read(self, content: bytes) -> Node:
        try:
            for start in range(0, len(content), CHUNK):
                self._feed(content[start : start + CHUNK], start)
            self._parser.Parse(b"", True)
        except (expat.ExpatError, ValueError, LookupError) as error:
            raise ShapeError(
                f"no well-formed XML: {error!s:.200}", where=self._where, path=self._path(), action=ACTION
            ) from None
        finally:
            self._forget()
        return self._root.children[0] if self._root.children else self._root

    def _feed(self, chunk: bytes, start: int) -> None:
        self._parser.Parse(chunk, False)
        if start + len(chunk) - max(self._parser.CurrentByteIndex, 0) > self._bounds.token:
            raise self._too_large(f"a tag or comment of more than {self._bounds.token} bytes")

    def _forget(self) -> None:
        """The handlers are methods of this object: without them nothing is a circle."""
        for name in ("StartDoctypeDeclHandler", "StartElementHandler", "EndElementHandler", "CharacterDataHandler"):
            setattr(self._parser, name, None)

    def _doctype(self, *_declared: object) -> None:
        raise ShapeError(
            "it declares a document type (DTD), which packages never have", where=self._where, action=ACTION
        )

    def _start(self, qualified: str, attributes: list[str]) -> None:
        self._elements += 1
        if self._elements > self._bounds.elements:
            raise self._too_large(f"more than {self._bounds.elements} elements")
        if len(attributes) > 2 * self._bounds.attributes:
            raise self._too_large(f"more than {self._bounds.attributes} attributes of one element")
        if len(self._open) > self._bounds.depth:
            raise self._too_large(f"elements nested deeper than {self._bounds.depth}")
        name = qualified.rpartition("\n")[2]
        node = Node(name, sink=self._hooks.opened() if name in self._hooks.streamed else None)
        self._open[-1].children.append(node)
        self._open.append(node)
        self._inside += name == self._hooks.gather

    def _end(self, _qualified: str) -> None:
        node = self._open.pop()
        if any(child.sink is not None for child in node.children):
            self._hooks.closed(node)
        if self._hooks.gather:
            self._let_go(node)

    def _let_go(self, node: Node) -> None:
        if node.name == self._hooks.gather:
            self._inside -= 1
            self._hooks.gathered(node)
        if not self._inside:
            self._open[-1].children.pop()

    def _characters(self, text: str) -> None:
        node = self._open[-1]
        if node.sink is not None:
            node.sink.feed(text)
            return
        self._kept += len(text)
        if self._kept > self._bounds.text:
            raise self._too_large(f"more than {self._bounds.text} characters of text outside of attachments")
        node.parts.append(text)

    def _too_large(self, said: str) -> TooLargeError:
        return TooLargeError(f"it has {said}", where=self._where, path=self._path(), action=ACTION)

    def _path(self) -> str:
        return "/".join(node.name[:40] for node in self._open[1:8])
