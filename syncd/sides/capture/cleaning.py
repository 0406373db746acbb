"""Takes secrets and personal data out of whatever a side was asked and answered, and counts what it took.

In: texts, queries, bodies. Out: the same, byte for byte but for the private parts. A body that cannot be looked into is
left out whole. Cleaning twice changes nothing, so that a question is found again by its clean form.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import partial
from hashlib import blake2b
from urllib.parse import parse_qsl, quote, urlencode

from syncd.redaction import HIDDEN, redact_text
from syncd.sides.capture.forms import embedded_at, has_elements, is_form, is_json, is_readable, rewritten_form
from syncd.sides.capture.json_text import Leaf, rewritten
from syncd.sides.capture.markup import rewritten_markup
from syncd.sides.capture.personal import ACCOUNT, SECRET, STAND_IN, is_identity, kind_of, without_personal
from syncd.sides.capture.workbooks import is_archive, rewritten_workbook

LEFT_OUT = "body left out"
SHORTEST_SECRET = 6
SHORTEST_PRIVATE = 5
"""Nothing shorter is a secret that is remembered, or has a shape of its own."""

SHORTEST_RANDOM = 12
FEWEST_MARKS = 8
FEWEST_LETTERS = 3
"""A foreign secret is looked for elsewhere only if it looks random: ``123456`` stands in many a code."""

MOST_SECRETS = 1000
"""Foreign ones; the oldest is forgotten for the newest."""

DEEPEST = 4
"""JSON inside a text of JSON inside a text… What lies deeper is left out."""


class Cleaner:
    """One for a whole capture: the same private text has the same stand-in on both sides.

    ``key`` makes the stand-ins: 16 random bytes that are kept nowhere. ``removed`` counts by kind.
    """

    def __init__(self, key: bytes = b"") -> None:
        self._key = key
        self._own: dict[str, None] = {}
        self._foreign: dict[str, tuple[str, ...]] = {}
        self._longest_first: list[str] | None = None
        self._learned = 0
        self.removed: Counter[str] = Counter()

    def remember(self, secrets: Iterable[str]) -> None:
        """From now on hide these texts wherever they stand, also percent-encoded or in Base64."""
        for text in secrets:
            if len(text) >= SHORTEST_SECRET and text not in self._own:
                self._own.update(dict.fromkeys(_forms(text)))
                self._longest_first = None

    def _learn(self, text: str) -> None:
        """A secret that a system told."""
        if text in self._foreign or not _looks_random(text):
            return
        if len(self._foreign) >= MOST_SECRETS:
            del self._foreign[next(iter(self._foreign))]
        self._foreign[text] = _forms(text)
        self._longest_first = None
        self._learned += 1

    def _known(self) -> list[str]:
        """A secret that holds another comes before it."""
        if self._longest_first is None:
            every = {*self._own, *(form for forms in self._foreign.values() for form in forms)}
            self._longest_first = sorted(every, key=len, reverse=True)
        return self._longest_first

    def text(self, text: str) -> str:
        """A text that stands under no name: known secrets, and what has the shape of a secret or of personal data."""
        if len(text) < SHORTEST_PRIVATE:
            return text
        hidden = text
        for secret in self._known():
            if secret in hidden:
                hidden = hidden.replace(secret, HIDDEN)
        hidden = redact_text(hidden)
        self.removed[SECRET] += hidden != text
        return without_personal(hidden, self._stand_in)

    def named(self, name: str, text: str) -> str:
        """A text that stands under a name."""
        return self._named(0, name, text)

    def _named(self, depth: int, name: str, text: str) -> str:
        kind = kind_of(name)
        if kind is not None:
            return self._hidden(kind, text)
        return text if is_identity(name) and text.isdigit() else self._inside(text, depth)

    def json(self, text: str) -> str:
        """JSON, also if it is broken or cut off."""
        return self._json(text, 0)

    def pairs(self, pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """A query or a form, sorted."""
        return sorted((name, self.named(name, text)) for name, text in pairs)

    def query(self, params: Mapping[str, str] | None) -> list[tuple[str, str]]:
        return self.pairs((name, str(text)) for name, text in (params or {}).items())

    def question(self, content: bytes | None, content_type: str | None) -> str:
        """The body of a question; a form with its names sorted."""
        if not content:
            return ""
        written = content.decode("utf-8", "surrogateescape")
        if not is_readable(written):
            return LEFT_OUT
        if content_type == "application/x-www-form-urlencoded":
            written = urlencode(self.pairs(parse_qsl(written, keep_blank_values=True)))
        else:
            written = self._inside(written, 0)
        return written.encode("utf-8", "backslashreplace").decode()

    def body(self, body: bytes) -> bytes | None:
        """The body of an answer; None where nobody can look into it. What it tells as a secret at its end is hidden at
        its beginning as well.
        """
        before = self._learned
        cleaned = self._body(body)
        if cleaned is not None and self._learned != before:
            cleaned = self._body(cleaned)
        self.removed[LEFT_OUT] += cleaned is None
        return cleaned

    def _body(self, body: bytes) -> bytes | None:
        if is_archive(body):
            return rewritten_workbook(body, self.text)
        text = body.decode("utf-8", "surrogateescape")
        if b"\0" in body[:4096] or not is_readable(text):
            return None
        return self._inside(text, 0).encode("utf-8", "surrogateescape")

    def _inside(self, text: str, depth: int) -> str:
        """A text by what it looks like; beyond the deepest, one that may hold names is left out."""
        if is_json(text) and STAND_IN.match(text) is None:
            return self._json(text, depth) if depth < DEEPEST else self._too_deep(text)
        if has_elements(text):
            return self._markup(text, depth) if depth < DEEPEST else self._too_deep(text)
        if is_form(text):
            return self._form(text, depth) if depth < DEEPEST else self._too_deep(text)
        begin = embedded_at(text)
        if begin < 0:
            return self.text(text)
        inner = text[begin:]
        return self.text(text[:begin]) + (self._json(inner, depth) if depth < DEEPEST else self._too_deep(inner))

    def _form(self, text: str, depth: int) -> str:
        return rewritten_form(self.text(text), partial(self._named, depth + 1))

    def _too_deep(self, _text: str) -> str:
        self.removed[LEFT_OUT] += 1
        return HIDDEN

    def _markup(self, text: str, depth: int) -> str:
        def content(kind: str | None, name: str, found: str) -> str:
            if kind is not None:
                return self._hidden(kind, found)
            return found if found.isdigit() and is_identity(name) else self._inside(found, depth + 1)

        return rewritten_markup(text, content)

    def _json(self, text: str, depth: int) -> str:
        def leaf(kind: str | None, name: str, found: Leaf) -> Leaf:
            if kind is None:
                is_known = isinstance(found, int) or (found.isdigit() and is_identity(name))
                return found if is_known else self._inside(str(found), depth + 1)
            if isinstance(found, int):
                self.removed[kind] += found != 0
                return 0
            return self._hidden(kind, found)

        return rewritten(text, leaf)

    def _hidden(self, kind: str, text: str) -> str:
        if not text.strip() or text == HIDDEN:
            return text
        if kind not in (SECRET, ACCOUNT):
            return self._stand_in(kind, text)
        if kind == SECRET:
            self._learn(text)
        self.removed[kind] += 1
        return HIDDEN

    def _stand_in(self, kind: str, text: str) -> str:
        if STAND_IN.fullmatch(text):
            return text
        self.removed[kind] += 1
        mark = blake2b(text.encode("utf-8", "surrogatepass"), key=self._key, digest_size=3)
        return f"[{kind} {mark.hexdigest()}]"


def _forms(text: str) -> tuple[str, ...]:
    """How a secret may stand somewhere."""
    content = text.encode("utf-8", "surrogatepass")
    return text, quote(content, safe=""), b64encode(content).decode(), json.dumps(text)[1:-1]


def _looks_random(text: str) -> bool:
    """Whether a text is hardly found anywhere by chance: long, of many marks, no words, no number, no date."""
    if len(text) < SHORTEST_RANDOM or not text.isascii() or any(mark.isspace() for mark in text):
        return False
    kinds = any(map(str.isdigit, text)) + any(map(str.islower, text)) + any(map(str.isupper, text))
    return kinds > 1 and len(set(text)) >= FEWEST_MARKS and sum(map(str.isalpha, text)) >= FEWEST_LETTERS
