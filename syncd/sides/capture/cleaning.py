"""Takes secrets and personal data out of whatever a side was asked and answered, and counts what it took.

In: texts, queries, bodies. Out: the same, byte for byte but for the private parts. A body that cannot be looked into is
left out whole. Cleaning twice changes nothing, so that a question is found again by its clean form.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from urllib.parse import parse_qsl, quote, urlencode

from syncd.redaction import HIDDEN, redact_text
from syncd.sides.capture.json_text import Leaf, rewritten
from syncd.sides.capture.personal import ACCOUNT, SECRET, STAND_IN, is_identity, kind_of, without_personal
from syncd.sides.capture.workbooks import is_archive, rewritten_workbook

LEFT_OUT = "body left out"
SHORTEST_SECRET = 6
SHORTEST_PRIVATE = 5
"""Nothing shorter is a secret that is remembered, or has a shape of its own."""

MOST_SECRETS = 1000
DEEPEST = 4
"""JSON inside a text of JSON inside a text…"""

JSON_STARTS = ("{", "[", '"')


class Cleaner:
    """One for a whole capture: the same private text has the same stand-in on both sides.

    ``key`` makes the stand-ins: 16 random bytes that are kept nowhere. ``removed`` counts by kind.
    """

    def __init__(self, key: bytes = b"") -> None:
        self._key = key
        self._secrets: dict[str, None] = {}
        self.removed: Counter[str] = Counter()

    def remember(self, secrets: Iterable[str]) -> None:
        """From now on hide these texts wherever they stand, also percent-encoded or in Base64."""
        for text in secrets:
            if len(text) >= SHORTEST_SECRET and len(self._secrets) < MOST_SECRETS:
                content = text.encode("utf-8", "surrogatepass")
                forms = text, quote(content, safe=""), b64encode(content).decode(), json.dumps(text)[1:-1]
                self._secrets.update(dict.fromkeys(forms))

    def text(self, text: str) -> str:
        """A text that stands under no name: known secrets, and what has the shape of a secret or of personal data."""
        if len(text) < SHORTEST_PRIVATE:
            return text
        hidden = text
        for secret in self._secrets:
            if secret in hidden:
                hidden = hidden.replace(secret, HIDDEN)
        hidden = redact_text(hidden)
        self.removed[SECRET] += hidden != text
        return without_personal(hidden, self._stand_in)

    def named(self, name: str, text: str) -> str:
        """A text that stands under a name."""
        kind = kind_of(name)
        if kind is not None:
            return self._hidden(kind, text)
        return text if is_identity(name) and text.isdigit() else self._inside(text, 0)

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
        if content_type == "application/x-www-form-urlencoded":
            written = urlencode(self.pairs(parse_qsl(written, keep_blank_values=True)))
        else:
            written = self._inside(written, 0)
        return written.encode("utf-8", "backslashreplace").decode()

    def body(self, body: bytes) -> bytes | None:
        """The body of an answer; None where nobody can look into it."""
        if is_archive(body):
            cleaned = rewritten_workbook(body, self.text)
        elif b"\0" in body[:4096]:
            cleaned = None
        else:
            text = body.decode("utf-8", "surrogateescape")
            cleaned = self._inside(text, 0).encode("utf-8", "surrogateescape")
        self.removed[LEFT_OUT] += cleaned is None
        return cleaned

    def _inside(self, text: str, depth: int) -> str:
        start = text[:64].lstrip("\ufeff \t\r\n")
        if start.startswith(JSON_STARTS) and depth < DEEPEST:
            return self._json(text, depth)
        return self.text(text)

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
        self.remember((text,) if kind == SECRET else ())
        self.removed[kind] += 1
        return HIDDEN

    def _stand_in(self, kind: str, text: str) -> str:
        if STAND_IN.fullmatch(text):
            return text
        self.removed[kind] += 1
        mark = blake2b(text.encode("utf-8", "surrogatepass"), key=self._key, digest_size=3)
        return f"[{kind} {mark.hexdigest()}]"
