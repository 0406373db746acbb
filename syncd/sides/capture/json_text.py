"""JSON as text: every leaf may be replaced, and everything else stays as it was written.

In: a text that means to be JSON, be it broken, doubled or cut off. Out: the same text with other leaves. Nothing is
parsed and written anew: spaces, the order of keys, numbers and mistakes are what somebody may want to look for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from syncd.redaction import HIDDEN
from syncd.sides.capture.personal import kind_of

Leaf = str | int
Rewrite = Callable[[str | None, str, Leaf], Leaf]
"""Given the kind of the name under which it stands (or of a name around it), that name and a leaf, the leaf that is
to stand there. Texts come decoded; a number comes as 1, or as 0 where it is zero, and becomes 0 or stays."""

_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)|[{}\[\]:,]|[^\s{}\[\]:,"]+', re.DOTALL)


_ESCAPE = re.compile(r"\\(?P<known>[\"\\/bfnrt]|u[0-9a-fA-F]{4})?")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d*)?(?:[eE][+-]?\d*)?")
WORDS = frozenset({"true", "false", "null"})


@dataclass(slots=True)
class _Place:
    """Where in the text we are: for each open object or array its mark, and the kind of the name around it."""

    open: list[tuple[str, str | None]] = field(default_factory=list)
    kind: str | None = None
    name: str = ""
    is_name: bool = False

    @property
    def around(self) -> str | None:
        return self.open[-1][1] if self.open else None

    def sign(self, mark: str) -> None:
        if mark in "{[":
            self.open.append((mark, self.kind or self.around))
            self.kind, self.is_name = None, mark == "{"
        elif mark in "}]":
            if self.open:
                self.open.pop()
            self.kind, self.is_name = None, False
        else:
            in_object = bool(self.open) and self.open[-1][0] == "{"
            self.is_name = mark == "," and in_object
            self.kind = None if mark == "," else self.kind


def rewritten(text: str, rewrite: Rewrite) -> str:
    """The text with its leaves rewritten."""
    place, parts, done = _Place(), list[str](), 0
    for found in _TOKEN.finditer(text):
        written = found[0]
        if written in "{}[]:,":
            place.sign(written)
            continue
        if place.is_name:
            place.name = _read(written) if written.startswith('"') else written
            place.kind = kind_of(place.name)
            continue
        fresh = _leaf(written, place.kind or place.around, place.name, rewrite)
        if fresh is not written:
            parts += text[done : found.start()], fresh
            done = found.end()
    return "".join((*parts, text[done:])) if parts else text


def _leaf(token: str, kind: str | None, name: str, rewrite: Rewrite) -> str:
    """The token that is to stand there; the very same one where nothing changes."""
    if not token.startswith('"'):
        return _bare(token, kind, name, rewrite)
    read = _read(token)
    fresh = rewrite(kind, name, read)
    if fresh == read:
        return token
    end = '"' if len(token) > 1 and token.endswith('"') else ""
    return json.dumps(fresh, ensure_ascii="\\u" in token)[:-1] + end


def _bare(token: str, kind: str | None, name: str, rewrite: Rewrite) -> str:
    """A number, a word of JSON, or a text whose quotes were forgotten; a private one of those cannot be told apart from
    JSON's own signs if it is marked, and is only hidden.
    """
    if token in WORDS:
        return token
    if _NUMBER.fullmatch(token):
        return "0" if kind is not None and rewrite(kind, name, int(token.strip("-0.eE+") != "")) == 0 else token
    return token if rewrite(kind, name, token) == token else HIDDEN


def _read(token: str) -> str:
    """The text that a token stands for; a backslash that means nothing, or was cut off, stands for itself."""
    bare = token[1:-1] if len(token) > 1 and token.endswith('"') else token[1:]
    if "\\" not in bare:
        return bare
    try:
        return str(json.loads(f'"{_ESCAPE.sub(_sound, bare)}"', strict=False))
    except ValueError:
        return bare


def _sound(found: re.Match[str]) -> str:
    return found[0] if found["known"] else r"\\"
