"""What one clean reading asked, and what it was answered; kept on disk, so that a large system costs no memory.

In: questions and replies, in order. Out: the same replies again, by question, as often as they are wanted.
"""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO, NamedTuple

MOST_BYTES = 8 * 1024**3
PASSED_ON = ("Content-Type", "Date", "Retry-After", "Set-Cookie", "ETag", "Last-Modified", "Content-Disposition")


AT = "@"


class Question(NamedTuple):
    """What identifies a question: its method, its path with the query, its body. Headers do not count.

    Below another address than ``base_url`` the path begins with ``@`` and the key of that address.
    """

    method: str
    path: str
    body: bytes = b""

    @property
    def bare(self) -> str:
        """The path without the query."""
        return self.path.partition("?")[0]

    @property
    def key(self) -> str:
        """The key of the address; "" for the base."""
        return self.path.partition("/")[0].removeprefix(AT) if self.path.startswith(AT) else ""

    @property
    def below(self) -> str:
        """The path below its address."""
        return self.path.removeprefix(f"{AT}{self.key}") if self.key else self.path


class Reply(NamedTuple):
    """One answer: status, the headers that matter, and the unpacked body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Kept(NamedTuple):
    """A reply whose body lies on disk."""

    status: int
    headers: Mapping[str, str]
    at: int
    size: int


class Exchange(NamedTuple):
    """One question of the recorded reading, and the phase in which it was asked."""

    phase: str
    question: Question


@dataclass(slots=True)
class Recording:
    """Every exchange of a clean reading. `again` starts the replies from the beginning."""

    exchanges: list[Exchange] = field(default_factory=list)
    _kept: dict[Question, list[Kept]] = field(default_factory=dict)
    _told: Counter[Question] = field(default_factory=Counter)
    _file: IO[bytes] = field(default_factory=tempfile.TemporaryFile)
    _size: int = 0

    def keep(self, phase: str, question: Question, reply: Reply) -> None:
        """Remember an exchange. Raises `OSError` where more came than is kept."""
        if self._size + len(reply.body) > MOST_BYTES:
            raise OSError(f"the system's answers are larger than {MOST_BYTES} bytes")
        os.pwrite(self._file.fileno(), reply.body, self._size)
        kept = Kept(reply.status, reply.headers, self._size, len(reply.body))
        self._size += len(reply.body)
        self._kept.setdefault(question, []).append(kept)
        self.exchanges.append(Exchange(phase, question))

    def again(self) -> None:
        """Begin anew: each question gets its first reply next."""
        self._told.clear()

    def reply(self, question: Question) -> Reply | None:
        """The next reply to a question, the last one for ever; None for a question that was never asked."""
        kept = self._kept.get(question)
        if kept is None:
            return None
        at = min(self._told[question], len(kept) - 1)
        self._told[question] += 1
        return self._read(kept[at])

    def first(self, question: Question) -> Reply:
        """The first reply to a recorded question."""
        return self._read(self._kept[question][0])

    def asked(self, phase: str) -> list[Question]:
        """The questions of a phase in order, each once."""
        return list(dict.fromkeys(one.question for one in self.exchanges if one.phase == phase))

    def _read(self, kept: Kept) -> Reply:
        return Reply(kept.status, kept.headers, os.pread(self._file.fileno(), kept.size, kept.at))

    def close(self) -> None:
        self._file.close()
