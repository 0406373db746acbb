"""Plays one side of a capture: finds what was answered to a question when it was asked before.

In: a capture. Out: entries by what they answer, each time the next one; the last one again when there are no more. Its
memory holds places in a file without a name, never the answers.
"""

from __future__ import annotations

import tempfile
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, cast

import msgspec

from syncd.sides.capture.archive import AGAIN, entries_of, unpack_side
from syncd.sides.capture.cleaning import Cleaner
from syncd.sides.capture.entries import LONGEST_LINE, End, Entry, Exchange, Failure, Page, name_of, read_line
from syncd.sides.capture.errors import NotCapturedError, raised
from syncd.sides.capture.recording import question_of
from syncd.sides.capture.settings import STAND_IN
from syncd.sides.errors import ShapeError, TooLargeError
from syncd.sides.http import Answer
from syncd.sides.http.words import Call, Send

LISTING = b"listing"
MOST_ENTRIES = 500_000
"""Of one side: some 200 bytes of memory for each that answers a question of its own."""


@dataclass(slots=True)
class Entries:
    """The entries of one side: where each stands in ``file``, by what it answers, and which of them comes next."""

    file: BinaryIO
    where: str
    places: dict[bytes, array[int]] = field(default_factory=dict)
    next: dict[bytes, int] = field(default_factory=dict)

    def rewind(self) -> None:
        """Begin again with the first answer to each question."""
        self.next.clear()

    def answer(self, name: bytes) -> Entry | None:
        """The next entry that answers this; None where nothing does."""
        places = self.places.get(name)
        if places is None:
            return None
        at = self.next.get(name, 0)
        self.next[name] = min(at + 1, len(places) - 1)
        return self._at(places[at])

    def listing(self) -> Iterator[Page | End]:
        """The pages of the first listing, and its end."""
        for place in self.places.get(LISTING, ()):
            entry = self._at(place)
            if isinstance(entry, Page | End):
                yield entry
            if isinstance(entry, End):
                return

    def _at(self, place: int) -> Entry:
        self.file.seek(place)
        return _read(self.file.readline(LONGEST_LINE), self.where, place)

    def close(self) -> None:
        self.file.close()


def open_entries(path: Path, side: str) -> Entries:
    """Unpack, verify and index one side. Raises `ShapeError` (`TooLargeError`) for what is not a capture of ours."""
    file = cast("BinaryIO", tempfile.TemporaryFile())  # noqa: SIM115 - it lives as long as its entries
    entries = Entries(file, f"{path}, {entries_of(side)}")
    try:
        unpack_side(path, side, file)
        _index(entries)
    except BaseException:
        file.close()
        raise
    return entries


def _index(entries: Entries) -> None:
    place, file = 0, entries.file
    file.seek(0)
    count = 0
    while content := file.readline(LONGEST_LINE):
        count += 1
        if count > MOST_ENTRIES:
            raise TooLargeError(f"it has more than {MOST_ENTRIES} entries", where=entries.where, action=AGAIN)
        name = name_of(_read(content, entries.where, place))
        entries.places.setdefault(name, array("q")).append(place)
        place += len(content)


def _read(content: bytes, where: str, place: int) -> Entry:
    try:
        return read_line(content)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise ShapeError(f"the entry at byte {place} is none: {error!s:.200}", where=where, action=AGAIN) from None


class Player:
    """Answers HTTP questions from the entries of one side; see `HttpClient.through`."""

    def __init__(self, entries: Entries) -> None:
        self._entries = entries
        self._cleaner = Cleaner()
        self._cleaner.remember((STAND_IN,))

    async def carry(self, number: int, call: Call, _send: Send) -> Answer:
        """The answer that was captured. Raises what was raised then, and `NotCapturedError` for anything else."""
        entry = self._entries.answer(question_of(call, number, self._cleaner).key)
        if isinstance(entry, Failure):
            raise raised(entry.error)
        if not isinstance(entry, Exchange) or entry.body is None:
            raise NotCapturedError("this question", where=call.where)
        return Answer(entry.status, Headers(entry.headers), _content(entry, self._entries.where))


def _content(entry: Exchange, where: str) -> bytes:
    try:
        return entry.body.content() if entry.body is not None else b""
    except ValueError as error:
        raise ShapeError(f"an answer is not Base64: {error!s:.100}", where=where, action=AGAIN) from None


class Headers(dict[str, str]):
    """Headers that are found whatever their case."""

    def __init__(self, headers: dict[str, str]) -> None:
        super().__init__({name.lower(): text for name, text in headers.items()})

    def __getitem__(self, name: str) -> str:
        return super().__getitem__(name.lower())

    def get(self, name: str, default: str = "") -> str:  # type: ignore[override]
        return super().get(name.lower(), default)
