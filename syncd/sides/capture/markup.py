"""XML and HTML as text: what stands in an element or an attribute may be replaced, everything else stays.

In: a text of tags, be it broken or cut off. Out: the same text with other contents. Nothing is parsed and written anew.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape, unescape

from syncd.sides.capture.personal import kind_of

Rewrite = Callable[[str | None, str, str], str]
"""Given the kind of the name under which it stands (or of a name around it), that name and a text, the text to be."""

_INSIDE = r"""(?:"[^"<]*+"|'[^'<]*+'|[^<>"'])*+"""
_TAG = re.compile(rf"<(?P<end>/?)(?P<name>[A-Za-z_][\w.:-]*+)(?P<more>{_INSIDE})>")
_ATTRIBUTE = re.compile(r"""(?<![\w.:-])(?P<name>[\w.:-]++)\s*+=\s*+(?P<text>"[^"]*+"|'[^']*+'|[^\s"'>]++)""")
NAMING = frozenset({"name", "key", "field", "id"})
"""Attributes that say what an element holds."""

FARTHEST = 64
"""How far out the beginning of an element is looked for; elements that are never closed are common in HTML."""


def rewritten_markup(text: str, rewrite: Rewrite) -> str:
    """The text with its contents rewritten."""
    parts, done = list[str](), 0
    around = _Around()
    for tag in _TAG.finditer(text):
        parts.append(_content(text[done : tag.start()], around.kind, around.name, rewrite))
        parts.append(_tag(tag, around, rewrite))
        done = tag.end()
    return "".join((*parts, _content(text[done:], around.kind, around.name, rewrite)))


class _Around:
    """The elements that are open, each with the kind that it or one around it has."""

    def __init__(self) -> None:
        self._open: list[tuple[str, str | None]] = []

    @property
    def kind(self) -> str | None:
        return self._open[-1][1] if self._open else None

    @property
    def name(self) -> str:
        return self._open[-1][0] if self._open else ""

    def begin(self, name: str, kind: str | None) -> None:
        self._open.append((name, kind))

    def end(self, name: str) -> None:
        for back in range(1, min(FARTHEST, len(self._open)) + 1):
            if self._open[-back][0] == name:
                del self._open[-back:]
                return


def _tag(tag: re.Match[str], around: _Around, rewrite: Rewrite) -> str:
    if tag["end"]:
        around.end(tag["name"])
        return tag[0]
    more = tag["more"]
    own = kind_of(tag["name"]) or _named_kind(more)
    kind = own or around.kind
    if not more.endswith("/"):
        around.begin(tag["name"], kind)
    fresh = _attributes(more, kind, rewrite)
    return tag[0] if fresh == more else f"<{tag['name']}{fresh}>"


def _named_kind(more: str) -> str | None:
    named = (_bare(found["text"]) for found in _ATTRIBUTE.finditer(more) if found["name"].lower() in NAMING)
    return next((kind for one in named if (kind := kind_of(one)) is not None), None)


def _attributes(more: str, kind: str | None, rewrite: Rewrite) -> str:
    def attribute(found: re.Match[str]) -> str:
        name, written = found["name"], found["text"]
        own = kind_of(name) or (None if name.lower() in NAMING else kind)
        read = unescape(_bare(written))
        fresh = rewrite(own, name, read)
        begin = found[0][: found.start("text") - found.start()]
        return found[0] if fresh == read else f'{begin}"{escape(fresh)}"'

    return _ATTRIBUTE.sub(attribute, more)


def _bare(written: str) -> str:
    return written[1:-1] if written[:1] in ("'", '"') else written


def _content(written: str, kind: str | None, name: str, rewrite: Rewrite) -> str:
    if not written.strip():
        return written
    read = unescape(written)
    fresh = rewrite(kind, name, read)
    return written if fresh == read else escape(fresh, quote=False)
