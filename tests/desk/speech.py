"""Finds English words on Vietnamese pages: walks a desk from link to link and reads what people see and hear.

In: a browser of somebody who reads Vietnamese. Out: by word the addresses where it stands. English words are those of
the desk's own English texts and of the core's vocabularies, but for those that Vietnamese texts of the desk use too.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

from syncd.desk.locale.catalogues import source, vietnamese
from syncd.desk.pages.audit_words import ACTIONS
from syncd.documents.kinds import KINDS
from syncd.publication.facts import Status
from syncd.reconcile.differences import DifferenceClass
from syncd.reconcile.lifecycle import Event, MismatchState
from syncd.reconcile.mismatches import MismatchKind, Severity
from syncd.records.procedure import State
from syncd.records.roles import Capability, Role
from tests.desk.conftest import Browser

HEARD = ("title", "aria-label", "placeholder", "alt", "data-label", "data-stale", "data-failed", "data-close")
UNREAD = frozenset({"script", "style", "code", "kbd"})
VOID = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "wbr", "use", "path", "circle", "line"})
EVERYWHERE = frozenset({"excel", "docx", "xlsx", "csv", "utf", "api", "syncd", "english", "html", "decree", "svg"})
"""Words that stand on Vietnamese pages as well: names of formats and of languages."""
OF_RECORDS = frozenset({"test", "example"})
"""Who acts in tests, and what stands in their records."""
FAMILIES = (
    MismatchKind,
    MismatchState,
    Severity,
    State,
    Event,
    Role,
    Capability,
    DifferenceClass,
    Status,
    KINDS,
    ACTIONS,
)
"""Vocabularies of the core, which have words for people."""
EACH_SHAPE = 2
"""Pages that are read of each shape of an address."""
_WORD = re.compile(r"[^\W\d_]+(?:[-_.:][^\W\d_]+)*")
IN_BOTH = "/causes"
"""The one page that shows words of the other language: the Office writes them there."""
_BLANK = re.compile(r"%\(\w+\)[a-z]")
_LEFT_ALONE = ("/static/", "/live", "/api/")


class Text(HTMLParser):
    """What a page says, but for code, and where ``both`` languages belong for what is marked as English."""

    def __init__(self, both: bool) -> None:
        super().__init__()
        self.both = both
        self.said: list[str] = []
        self.links: list[str] = []
        self._open: list[tuple[str, bool]] = []

    @property
    def _is_unread(self) -> bool:
        return any(unread for _tag, unread in self._open)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.links += [given[name] for name in ("href", "hx-get") if given.get(name)]
        if tag not in VOID:
            is_hidden = tag == "span" and "hidden" in given
            self._open.append((tag, tag in UNREAD or is_hidden or (self.both and given.get("lang") == "en")))
        if not self._is_unread:
            self.said += [given[name] for name in HEARD if name in given]
            if tag == "input" and given.get("type") == "submit":
                self.said.append(given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not self._is_unread:
            self.said.append(data)


def words_of(text: str) -> Iterator[str]:
    """Words of a text, small; a name of several parts (``field_differs``, ``tone-mark``) is one."""
    return (found.lower() for found in _WORD.findall(text))


@cache
def english() -> frozenset[str]:
    """Words that nobody should see on a Vietnamese page."""
    strings = source()
    ours = {word for message in strings for word in words_of(" ".join(_several(message.id)))}
    theirs = {word for message in vietnamese(strings)[0] for word in words_of(" ".join(_several(message.string)))}
    named = {str(value) for family in FAMILIES for value in family}
    return frozenset(word for word in ours | named if len(word) > 2) - theirs - EVERYWHERE - OF_RECORDS


def _several(text: object) -> Iterable[str]:
    """A string with its plural, without the blanks in it."""
    parts = [text] if isinstance(text, str) else [one for one in text if isinstance(one, str)]  # type: ignore[attr-defined]
    return [_BLANK.sub(" ", one) for one in parts]


@dataclass(slots=True)
class Walk:
    """One walk. ``found``: addresses by English word; ``seen``: every address; ``broken``: those that failed."""

    browser: Browser
    found: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    seen: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    _known: set[str] = field(default_factory=set)
    _shapes: Counter[object] = field(default_factory=Counter)

    async def from_(self, *ways: str) -> Mapping[str, set[str]]:
        """Read these pages and all that can be reached from them."""
        ahead = list(ways)
        while ahead:
            way = ahead.pop(0)
            if self._is_new(way):
                ahead += await self._read(way)
        return self.found

    async def _read(self, way: str) -> list[str]:
        answer = await self.browser.get(way)
        self.seen.append(way)
        if answer.status >= 500:
            self.broken.append(way)
        if not answer.headers.get("Content-Type", "").startswith("text/html"):
            return [answer.location] if answer.location else []
        return [urldefrag(urljoin(way, link)).url for link in self.listen(way, answer.text)]

    def listen(self, way: str, html: str) -> list[str]:
        """Note the English words of a page; its links."""
        text = Text(both=way.startswith(IN_BOTH))
        text.feed(html)
        for word in set(words_of(" ".join(text.said))) & english():
            self.found[word].add(way)
        return text.links

    def _is_new(self, way: str) -> bool:
        parts = urlsplit(way)
        if parts.netloc or not parts.path.startswith("/") or parts.path.startswith(_LEFT_ALONE) or way in self._known:
            return False
        self._known.add(way)
        path = "/".join(one if one.isalpha() and one.islower() else "#" for one in re.split(r"[/-]", parts.path))
        asked = frozenset(dict(parse_qsl(parts.query)))
        if len(asked) > 1 and self._shapes[path]:
            return False
        self._shapes[path, asked] += 1
        self._shapes[path] += 1
        return self._shapes[path, asked] <= EACH_SHAPE


def told(found: Mapping[str, set[str]]) -> str:
    """What was found, to be read."""
    return "\n".join(f"{word}: {', '.join(sorted(ways)[:3])}" for word, ways in sorted(found.items()))
