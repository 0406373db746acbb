"""A side in memory that can be changed, can lag, and can lie: for tests of what stands on adapters.

In: canonical records and a lie. Out: an adapter like any other, through the same protocol.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import blake2b

import msgspec

from syncd.records.procedure import FIELDS, Procedure
from syncd.sides.adapter import Answer, Capabilities, Listed, Record, Wanted
from syncd.sides.errors import ShapeError, SideError, TransientError, UnreachableError
from syncd.sides.reading import Evidence


class Lie(StrEnum):
    """How the next listing misleads. Each must end as partial or refused, never as whole."""

    TRUNCATED = "truncated"
    EMPTY = "empty"
    LOST_PAGE = "lost_page"
    CYCLE = "cycle"
    SHRINKING_TOTAL = "shrinking_total"
    DUPLICATE = "duplicate"
    FAILS = "fails"
    DEAD = "dead"


DECODER = msgspec.json.Decoder(Procedure)
POISON = b'{"code": 12}'


@dataclass
class Store:
    """One side in memory. ``details``: records are listed by key and stamp only, and completed by detail reads."""

    carries: frozenset[str] = frozenset(FIELDS)
    details: bool = False
    page_size: int = 3
    records: dict[str, bytes] = field(default_factory=dict)
    lie: Lie | None = None
    unreadable: set[str] = field(default_factory=set)
    asked: int = 0
    closed: bool = False

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(carries=self.carries, details=self.details)

    def put(self, key: str, procedure: Procedure) -> None:
        self.records[key] = msgspec.json.encode(procedure)

    def procedure(self, key: str) -> Procedure:
        return DECODER.decode(self.records[key])

    async def list_records(self, evidence: Evidence) -> AsyncIterator[list[Listed]]:
        self.asked += 1
        lie, keys = self.lie, sorted(self.records)
        if lie is Lie.DEAD:
            raise UnreachableError("no answer", where="store")
        shown = [] if lie is Lie.EMPTY else keys
        pages = [shown[start : start + self.page_size] for start in range(0, len(shown), self.page_size)]
        if lie is Lie.LOST_PAGE and pages:
            pages.pop(len(pages) // 2)
        if lie is Lie.DUPLICATE and pages:
            pages.append([pages[0][0]])
        if lie is Lie.CYCLE and pages:
            pages.append(pages[0])
        for number, page in enumerate(pages):
            if lie is Lie.TRUNCATED and number == len(pages) // 2:
                return
            if lie is Lie.FAILS and number == len(pages) // 2:
                raise TransientError("cut off", where="store")
            total = len(keys) - (number if lie is Lie.SHRINKING_TOTAL else 0)
            listed = [Listed(key, self._listing(key)) for key in page]
            digest = blake2b(repr(page).encode()).digest()
            evidence.page(records=len(listed), digest=digest, declared_total=total)
            yield listed
        if lie is Lie.SHRINKING_TOTAL:
            evidence.doubt("the total shrank")
        if lie is Lie.EMPTY and keys:
            evidence.totals.append(0)
        evidence.close()

    def _listing(self, key: str) -> bytes:
        raw = self.records[key]
        return blake2b(raw, digest_size=8).hexdigest().encode() if self.details else raw

    async def fetch_detail(self, listed: Listed) -> bytes:
        self.asked += 1
        if listed.key in self.unreadable:
            raise TransientError("no detail", where=listed.key)
        return self.records[listed.key]

    async def read_again(self, wanted: Sequence[Wanted]) -> list[Answer]:
        self.asked += 1
        return [self._answer(one) for one in wanted]

    def _answer(self, wanted: Wanted) -> Answer:
        if self.lie is Lie.DEAD or wanted.key in self.unreadable:
            return Answer(wanted, error=UnreachableError("no answer", where="store"))
        keys = [wanted.key] if wanted.key is not None else self._having(wanted.code)
        found = [key for key in keys if key in self.records]
        if self.unreadable.intersection(found):
            return Answer(wanted, error=UnreachableError("no answer", where="store"))
        return Answer(wanted, tuple(self._record(key) for key in found))

    def _having(self, code: str) -> list[str]:
        return [key for key in self.records if code in self._codes(key)]

    def _codes(self, key: str) -> set[str]:
        try:
            procedure = self.procedure(key)
        except msgspec.ValidationError:
            return {key}
        return {procedure.code, procedure.local_code or procedure.code}

    def _record(self, key: str) -> Record:
        return Record(key, self._listing(key), self.records[key] if self.details else None)

    def canonical(self, record: Record) -> Procedure:
        raw = record.detail if self.details else record.raw
        if raw is None:
            raise ShapeError("only a stamp is listed")
        try:
            return DECODER.decode(raw)
        except (msgspec.ValidationError, msgspec.DecodeError) as error:
            raise ShapeError(str(error)) from None

    async def check(self) -> str:
        if self.lie is Lie.DEAD:
            raise SideError("no answer", where="store")
        return f"{len(self.records)} records"

    async def close(self) -> None:
        self.closed = True
