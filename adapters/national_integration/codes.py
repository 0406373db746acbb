"""The list of procedures (``LayDanhSachTTHC``) as it came: codes and names, and what is odd about it; pure.

In: rows as sent. Out: a `CodeList`, whose digest is equal where the same rows came in whatever order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

import msgspec
from msgspec import Raw

from adapters.national_integration.wire import ListRow, text
from syncd.sides.adapter import Listed
from syncd.sides.errors import ShapeError
from syncd.sides.http import decode

LONGEST_CODE = 200


@dataclass(slots=True)
class CodeList:
    """One list as it came: raw rows by code, how many repeat another, how many could not be read."""

    rows: dict[str, bytes] = field(default_factory=dict)
    repeats: int = 0
    contradictions: list[tuple[str, bytes]] = field(default_factory=list)
    unreadable: int = 0

    @property
    def digest(self) -> str:
        """Equal where the same rows came, in whatever order."""
        hashed = blake2b(digest_size=16)
        for code in sorted(self.rows):
            hashed.update(self.rows[code])
        for _code, raw in sorted(self.contradictions):
            hashed.update(raw)
        return f"{hashed.hexdigest()} {self.unreadable}"

    def listed(self) -> list[Listed]:
        return [Listed(*row) for row in (*self.rows.items(), *self.contradictions)]


def code_list(sent: Sequence[Raw]) -> CodeList:
    """The rows of one list. A row that comes twice the same is one; one that contradicts another stays beside it."""
    found = CodeList()
    for raw in sent:
        row = _row(raw)
        if row is None:
            found.unreadable += 1
            continue
        kept = kept_row(row.matthc, text(row.tentthc))
        if found.rows.setdefault(row.matthc, kept) == kept:
            continue
        found.contradictions.append((row.matthc, kept))
    found.repeats = len(sent) - found.unreadable - len(found.rows) - len(found.contradictions)
    return found


def _row(raw: Raw) -> ListRow | None:
    try:
        row = decode(raw, ListRow, where="")
    except ShapeError:
        return None
    return row if row.matthc.strip() and len(row.matthc) <= LONGEST_CODE else None


def kept_row(code: str, name: str) -> bytes:
    """The listing bytes of one procedure."""
    return msgspec.json.encode({"MATTHC": code, "TENTTHC": name})
