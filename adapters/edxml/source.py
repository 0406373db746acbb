"""What every place of packages offers, and how the bytes of one package become a `Package` or an `Unread`.

In: a place. Out: packages in batches, in any order, each perhaps several times. Reading never changes the place.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable
from hashlib import blake2b
from typing import Protocol

from msgspec import structs

from adapters.edxml.opening import Caps, mark_of, open_package
from adapters.edxml.package import Package, Read, Unread
from syncd.sides.errors import ShapeError
from syncd.sides.reading import Evidence

BATCH = 25
REMEMBERED = 20_000
"""Packages of some 2 kB."""

LONGEST_REASON = 300


class Source(Protocol):
    """A place. ``selective``: it opens only what looks like a publication decision, so that most documents that others
    speak of are not seen. ``recalls``: it shows what became of a document.
    ``answers``: it shows what receivers said of a document.
    """

    @property
    def selective(self) -> bool: ...

    @property
    def recalls(self) -> bool: ...

    @property
    def answers(self) -> bool: ...

    def read(self, evidence: Evidence) -> AsyncGenerator[list[Read], None]:
        """Everything that there is; pages, snapshots and doubts go to ``evidence``, which is closed at the end."""
        ...

    async def check(self) -> str: ...

    async def close(self) -> None: ...


def opened(content: bytes, name: str, caps: Caps) -> Read:
    """One package, or why it cannot be read."""
    try:
        return open_package(content, name, caps)
    except ShapeError as error:
        return unread(name, error)


class Memory:
    """Packages of the last reading, by the digest of their bytes: what has not changed is not parsed again.

    At most ``most`` are kept, the first that come. One reading at a time.
    """

    def __init__(self, caps: Caps, most: int = REMEMBERED) -> None:
        self._caps, self._most = caps, most
        self._before: dict[str, Package] = {}
        self._now: dict[str, Package] = {}

    def begin(self) -> None:
        """A new reading begins: what the last one did not bring is forgotten."""
        self._before, self._now = self._now, {}

    def opened(self, content: bytes, name: str) -> Read:
        """One package, or why it cannot be read."""
        mark = mark_of(content)
        known = self._now.get(mark) or self._before.get(mark)
        found = opened(content, name, self._caps) if known is None else structs.replace(known, name=name)
        if isinstance(found, Package) and len(self._now) < self._most:
            self._now[mark] = found
        return found


def shown(name: str) -> str:
    """The name of a file as it can be written: bytes that are no UTF-8 are shown as such."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def unread(name: str, error: Exception) -> Unread:
    """A package that could not be read."""
    said = str(getattr(error, "message", error)).removeprefix(f"{name}: ")
    return Unread(name, said[:LONGEST_REASON])


def report(evidence: Evidence, batch: Iterable[Read]) -> None:
    """Report a batch as a page. A copy under another name is no page that came twice."""
    digest, count = blake2b(digest_size=16), 0
    for one in batch:
        said = f"{one.name}\0{one.mark if isinstance(one, Package) else one.reason}\0"
        digest.update(said.encode("utf-8", "backslashreplace"))
        count += 1
    evidence.page(records=count, digest=digest.digest())
