"""The attachments that one package holds, against those that its manifest names.

In: a package while it is read. Out: what was opened, the codes of all texts together, and what is odd about both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from adapters.edxml.attachments import Base64Sink, Opened, open_attachment, short_name
from adapters.edxml.package import Oddity
from adapters.edxml.tree import Hooks, Node
from syncd.records.publication_decision import Attachment
from syncd.sides.errors import TooLargeError

CONTENT = "ContentTransferEncoded"


class Held(NamedTuple):
    """Attachments that were opened, and how many the manifest names."""

    held: list[Opened]
    named: int

    @property
    def oddities(self) -> Iterator[Oddity]:
        yield from (Oddity("attachment_unread", one.trouble) for one in self.held if one.trouble)
        if self.named > len(self.held):
            yield Oddity("attachment_missing", f"{len(self.held)} of {self.named} that the manifest names are held")

    def codes(self, *, partial: bool) -> tuple[str, ...] | None:
        """What is missing is like what cannot be read."""
        missing = [Opened(None)] * (self.named - len(self.held))
        return codes_listed([*self.held, *missing], partial=partial)


class Attachments:
    """The attachments of one package while it is read: opened as soon as each is whole, whatever comes first in it."""

    def __init__(self, where: str, *, most: int, count: int) -> None:
        self._where, self._most, self._count = where, most, count
        self._sinks: list[Base64Sink] = []
        self._opened: list[tuple[str, Opened]] = []
        self.hooks = Hooks(streamed=(CONTENT,), opened=self._begin, closed=self._end)

    def _begin(self) -> Base64Sink:
        if len(self._sinks) >= self._count:
            raise TooLargeError(f"it has more than {self._count} attachments", where=self._where)
        self._sinks.append(Base64Sink(self._most))
        return self._sinks[-1]

    def _end(self, node: Node) -> None:
        name, content_id = node.text("AttachmentName"), _content_id(node.text("ContentId"))
        for child in node.children:
            if isinstance(child.sink, Base64Sink):
                found = open_attachment(child.sink, name, most=self._most, where=self._where)
                self._opened.append((content_id, found))

    def found(self, names: dict[str, str]) -> list[Opened]:
        """What was opened; one without a name has that of the manifest."""
        return [_named(one, names.get(content_id, "")) for content_id, one in self._opened]

    def close(self) -> None:
        for sink in self._sinks:
            sink.close()


def _named(opened: Opened, name: str) -> Opened:
    one = opened.attachment
    if one is None or one.name:
        return opened
    return opened._replace(attachment=Attachment(short_name(name) or opened.inner, one.sha256, one.size))


def _content_id(text: str) -> str:
    """With and without ``cid:``."""
    return text.strip().removeprefix("cid:").strip("<>")


def manifest(tree: Node) -> Iterator[tuple[str, str]]:
    """Each attachment that is named: its id and its name. A signature has references too, which have neither."""
    for reference in tree.deep("Reference"):
        content_id, name = _content_id(reference.text("ContentId")), reference.text("AttachmentName")
        if content_id or name:
            yield content_id, name


def codes_listed(opened: Iterable[Opened], *, partial: bool) -> tuple[str, ...] | None:
    """The codes of all texts together; None where one has no text (but for ``partial``), or none lists any."""
    several = [one.codes for one in opened]
    if None in several and not partial:
        return None
    return tuple(dict.fromkeys(code for codes in several for code in codes or ())) or None
