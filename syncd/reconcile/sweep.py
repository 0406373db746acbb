"""What is remembered of one side while the daemon lives, and one pass over it: bytes and ids only.

In: keys and raw hashes, as a listing shows them. Out: for each whether it is seen, changed, new or repeated, and in the
end which are gone. Nothing changes in the index until a reading has proved itself; a record costs about a quarter of
a kilobyte, and an unchanged one no parse.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import NamedTuple

from syncd.reconcile.scope import Facts

WIDTH = 16
_LONGEST_BEGINNING = 0xFFFF


class Entry(NamedTuple):
    """One record as the index remembers it.

    ``raw``, ``comparison`` and ``exact`` are 128-bit fingerprints; ``version`` is the ledger's version id;
    ``detail_read`` is when its detail was last read, in whole seconds since the epoch (0 = never).
    """

    raw: bytes
    comparison: bytes
    exact: bytes
    facts: Facts
    version: int
    detail_read: int = 0


class Meeting(Enum):
    """What a listing's next record is to the index."""

    SEEN = "seen"
    CHANGED = "changed"
    NEW = "new"
    REPEATED = "repeated"


class Columns(NamedTuple):
    """The columns of a `SideIndex`. ``slots``: slot by key; all others by slot, fingerprints ``WIDTH`` bytes each."""

    slots: dict[str, int]
    keys: list[str]
    codes: Sequence[str]
    flags: array[int]
    raw: bytearray
    comparison: bytearray
    exact: bytearray
    links: dict[int, str]


class SideIndex:
    """Every record now present on one side, by key."""

    def __init__(self) -> None:
        self._slots: dict[str, int] = {}
        self._keys: list[str] = []
        self._codes: list[str | None] = []
        self._code_ends = array("H")
        self._flags = array("H")
        self._raw = bytearray()
        self._comparison = bytearray()
        self._exact = bytearray()
        self._versions = array("q")
        self._detail_read = array("I")
        self._links: dict[int, str] = {}
        self._free: list[int] = []

    def __len__(self) -> int:
        return len(self._slots)

    def __contains__(self, key: object) -> bool:
        return key in self._slots

    def keys(self) -> Iterator[str]:
        return iter(self._slots)

    def get(self, key: str) -> Entry | None:
        slot = self._slots.get(key)
        return None if slot is None else self._entry(slot)

    def entries(self) -> Iterator[tuple[str, Entry]]:
        for key, slot in self._slots.items():
            yield key, self._entry(slot)

    def facts(self) -> Iterator[tuple[str, str, int]]:
        """Key, code and flags of every record: what screening walks over."""
        flags = self._flags
        for key, slot in self._slots.items():
            yield key, self._code(slot), flags[slot]

    def put(self, key: str, entry: Entry) -> None:
        slot = self._slots.get(key)
        if slot is None and not self._free:
            slot = self._append(key, entry)
        else:
            if slot is None:
                slot = self._slots[key] = self._free.pop()
                self._keys[slot] = key
            self._fill(slot, key, entry)
        if entry.facts.link:
            self._links[slot] = entry.facts.link
        elif self._links:
            self._links.pop(slot, None)

    def drop(self, key: str) -> None:
        slot = self._slots.pop(key)
        self._links.pop(slot, None)
        self._free.append(slot)

    def columns(self) -> Columns:
        """The index as arrays, for loops that cannot afford a call for each record. To be read, and not kept."""
        return Columns(
            self._slots,
            self._keys,
            [self._code(slot) for slot in range(len(self._keys))],
            self._flags,
            self._raw,
            self._comparison,
            self._exact,
            self._links,
        )

    def passing(self) -> tuple[dict[str, int], bytearray]:
        """Slot by key, and the raw fingerprints by slot: what a pass looks at. To be read only."""
        return self._slots, self._raw

    def _code(self, slot: int) -> str:
        code = self._codes[slot]
        return self._keys[slot][: self._code_ends[slot]] if code is None else code

    def _append(self, key: str, entry: Entry) -> int:
        raw, comparison, exact, facts, version, detail_read = entry
        slot = self._slots[key] = len(self._keys)
        self._keys.append(key)
        code, end = _beside(key, facts.code)
        self._codes.append(code)
        self._code_ends.append(end)
        self._flags.append(facts.flags)
        self._raw += raw
        self._comparison += comparison
        self._exact += exact
        self._versions.append(version)
        self._detail_read.append(detail_read)
        return slot

    def _fill(self, slot: int, key: str, entry: Entry) -> None:
        at = slot * WIDTH
        self._codes[slot], self._code_ends[slot] = _beside(key, entry.facts.code)
        self._raw[at : at + WIDTH] = entry.raw
        self._comparison[at : at + WIDTH] = entry.comparison
        self._exact[at : at + WIDTH] = entry.exact
        self._flags[slot] = entry.facts.flags
        self._versions[slot] = entry.version
        self._detail_read[slot] = entry.detail_read

    def _entry(self, slot: int) -> Entry:
        at = slot * WIDTH
        return Entry(
            bytes(self._raw[at : at + WIDTH]),
            bytes(self._comparison[at : at + WIDTH]),
            bytes(self._exact[at : at + WIDTH]),
            Facts(self._code(slot), self._flags[slot], self._links.get(slot, "")),
            self._versions[slot],
            self._detail_read[slot],
        )


def _beside(key: str, code: str) -> tuple[str | None, int]:
    """How a code is kept beside its key: not at all where the key begins with it, as a city's local codes do."""
    if len(code) <= _LONGEST_BEGINNING and key.startswith(code):
        return None, len(code)
    return code, 0


class Sweep:
    """One pass over one side's listing. Leaves the index as it is: that follows only a whole reading."""

    def __init__(self, index: SideIndex) -> None:
        self._slots, self._raw = index.passing()
        self._seen = bytearray(len(self._raw) // WIDTH)
        self._new: set[str] = set()
        self.seen = 0
        self.changed = 0
        self.repeated = 0

    @property
    def new(self) -> int:
        return len(self._new)

    def meet(self, key: str, raw: bytes) -> Meeting:
        """Meet the next listed record: ``raw`` is the 16-byte fingerprint of its listing bytes."""
        slot = self._slots.get(key)
        if slot is None:
            if key in self._new:
                self.repeated += 1
                return Meeting.REPEATED
            self._new.add(key)
            return Meeting.NEW
        if self._seen[slot]:
            self.repeated += 1
            return Meeting.REPEATED
        self._seen[slot] = 1
        at = slot * WIDTH
        if self._raw[at : at + WIDTH] == raw:
            self.seen += 1
            return Meeting.SEEN
        self.changed += 1
        return Meeting.CHANGED

    def gone(self) -> list[str]:
        """Keys of the index that the listing did not show: believe this only of a whole reading."""
        seen = self._seen
        return [key for key, slot in self._slots.items() if not seen[slot]]
