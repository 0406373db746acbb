"""The mismatch log: one JSON line for each change of a mismatch's state, written exactly once.

In: entries with an event id, taken from the ledger's outbox. Out: lines in a file, or on standard output.
After a crash between the write and the ledger's mark the same entries come again; their ids are found at the end of the
file and they are not written twice. Synchronous; call it from a worker thread.
"""

from __future__ import annotations

import json
import os
import sys
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TextIO

import structlog

from syncd.log.setup import json_line
from syncd.redaction import redact_named

EVENT_ID = "event_id"
TAIL = 4 * 1024 * 1024
REMEMBERED = 20_000
MODE = 0o640

log = structlog.get_logger(__name__)
EventId = str | int
Entry = Mapping[str, object]


class MismatchLog:
    """Writes entries in the order given. ``file`` None writes to ``stream`` (default: standard output).

    A pipe cannot be read back: on standard output an entry can come twice after a crash, with the same event id.
    """

    def __init__(self, file: Path | None, *, stream: TextIO | None = None) -> None:
        self._file = file
        self._stream = stream
        self._descriptor: int | None = None
        self._size = 0
        self._order: deque[EventId] = deque()
        self._written: set[EventId] = set()
        if file is not None:
            for place in (file.with_name(file.name + ".1"), file):
                self._remember(_ids(_tail(place)))
            self._open(file)

    @property
    def last_event_id(self) -> EventId | None:
        """The id of the last line, or None where there is none."""
        return self._order[-1] if self._order else None

    def write(self, entries: Sequence[Entry]) -> int:
        """Write those that are not yet there, and wait until the disk has them. Returns how many were written.

        Every entry needs an ``event_id`` (text or number), unique for ever in this file. Raises `OSError` when the file
        cannot take them; nothing is then remembered as written, and the same entries may be given again.
        """
        self._learn()
        fresh = [entry for entry in entries if entry[EVENT_ID] not in self._written]
        if fresh:
            self._put("".join(json_line(_redacted(entry)) + "\n" for entry in fresh).encode())
            self._remember(_id(entry[EVENT_ID]) for entry in fresh)
        return len(fresh)

    def reopen(self) -> None:
        """Let go of the file and open the name again (after logrotate has moved it)."""
        if self._file is not None:
            self.close()
            self._open(self._file)

    def close(self) -> None:
        """May be called twice."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _open(self, file: Path) -> None:
        self._descriptor = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, MODE)
        self._cut_torn_line(file, self._descriptor)
        self._size = os.fstat(self._descriptor).st_size

    def _cut_torn_line(self, file: Path, descriptor: int) -> None:
        """A crash, or a full disk, in the middle of a write leaves a line without its end."""
        size = os.fstat(descriptor).st_size
        tail = os.pread(descriptor, TAIL, max(0, size - TAIL))
        if tail and not tail.endswith(b"\n"):
            log.warning("mismatch_log_repaired", file=str(file))
            os.ftruncate(descriptor, size - len(tail) + tail.rfind(b"\n") + 1)

    def _learn(self) -> None:
        """Remember what another program (a command beside the daemon) has written since; it may have died right after.

        Writers come one at a time: whoever writes holds the ledger's writing transaction.
        """
        if self._descriptor is None or self._file is None:
            return
        if os.fstat(self._descriptor).st_size != self._size:
            self._cut_torn_line(self._file, self._descriptor)
            self._remember(_ids(_tail(self._file)))
            self._size = os.fstat(self._descriptor).st_size

    def _put(self, lines: bytes) -> None:
        if self._descriptor is None:
            stream = self._stream or sys.stdout
            stream.write(lines.decode())
            stream.flush()
            return
        before = os.fstat(self._descriptor).st_size
        try:
            _write_all(self._descriptor, lines)
            os.fsync(self._descriptor)
            self._size = before + len(lines)
        except OSError:
            os.ftruncate(self._descriptor, before)
            raise

    def _remember(self, ids: Iterable[EventId]) -> None:
        for one in ids:
            if one not in self._written:
                self._written.add(one)
                self._order.append(one)
        while len(self._order) > REMEMBERED:
            self._written.discard(self._order.popleft())


def _redacted(entry: Entry) -> dict[str, object]:
    return {key: redact_named(key, value) for key, value in entry.items()}


def _write_all(descriptor: int, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _tail(file: Path) -> list[bytes]:
    """The last whole lines of a file, as far as ``TAIL`` reaches; none where there is no file."""
    try:
        with file.open("rb") as opened:
            start = max(0, opened.seek(0, os.SEEK_END) - TAIL)
            opened.seek(start)
            lines = opened.read(TAIL).split(b"\n")[:-1]
    except FileNotFoundError:
        return []
    return lines[1:] if start else lines


def _ids(lines: Iterable[bytes]) -> Iterable[EventId]:
    for line in lines:
        try:
            yield _id(json.loads(line)[EVENT_ID])
        except (ValueError, KeyError, TypeError):
            continue


def _id(value: object) -> EventId:
    return value if isinstance(value, int) else str(value)
