"""The chain of the audit trail: each row carries a hash over the row before it and what it says itself.

In: the plain values of a row. Out: its hash. Pure; writing, migrating and verifying agree because they all ask here.
Never change what is hashed: every trail that exists was chained like this.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from syncd.ledger.packing import json_text

ZERO = "0" * 64
"""What the first row is chained to."""

CHAIN_BEGUN = "chain_begun"
"""The row that covers everything that was written before there was a chain."""

HEAD = "audit_chain"
"""The setting that holds how many rows are chained, and the newest hash: ``<rows> <hash>``."""


def canonical(
    *, at: datetime, actor: str, action: str, pair: str, detail: dict[str, Any], mismatch_id: str | None
) -> bytes:
    """What one row says, as the same bytes before it is written and after it was read back."""
    said = [at.astimezone(UTC).isoformat(), actor, action, pair, json.loads(json_text(detail)), mismatch_id]
    return json.dumps(said, sort_keys=True, separators=(",", ":")).encode("ascii")


def link(previous: str, said: bytes) -> str:
    """The hash (SHA-256, hex) of a row that follows ``previous``."""
    return sha256(previous.encode("ascii") + said).hexdigest()


class Coverage:
    """A running hash over the rows of before the chain, in constant memory."""

    def __init__(self) -> None:
        self.rows = 0
        self._hash = sha256()

    def add(self, said: bytes) -> None:
        self.rows += 1
        self._hash.update(len(said).to_bytes(8, "big") + said)

    @property
    def detail(self) -> dict[str, Any]:
        """What the covering row says of them."""
        return {"rows": self.rows, "digest": self._hash.hexdigest()}


def chained(previous: str, said: Iterable[bytes]) -> list[str]:
    """The hashes of rows that follow ``previous`` one after the other."""
    hashes = []
    for one in said:
        previous = link(previous, one)
        hashes.append(previous)
    return hashes


def head_text(rows: int, newest: str) -> str:
    """The setting `HEAD` for so many chained rows."""
    return f"{rows} {newest}"


def parse_head(text: str | None) -> tuple[int, str]:
    """The reverse of `head_text`; nothing chained yet where there is none. A text that is none gives -1 rows."""
    if text is None:
        return 0, ZERO
    rows, _, newest = text.partition(" ")
    return (int(rows) if rows.isascii() and rows.isdigit() else -1), newest
