"""Follows the chain of the audit trail from its first row to its newest.

In: the ledger; a hash that was noted elsewhere, if there is one. Out: a `Verification`. Reads in constant memory.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.orm import Session

from syncd.ledger.audit import AuditEntry, chain_head
from syncd.ledger.audit_chain import CHAIN_BEGUN, ZERO, Coverage, canonical, link, parse_head
from syncd.ledger.rows import STREAMED, columns
from syncd.ledger.tables import AUDIT


class Verification(Struct, frozen=True):
    """What following the chain showed.

    ``rows``: how many were followed, all or until the break. ``newest``: the hash at their end; note it elsewhere.
    ``first_break``: the id of the first row that does not follow, 0 where rows are missing at the end, None where all
    is well. ``words``: what was found, for the operator.
    """

    rows: int
    newest: str
    first_break: int | None
    words: str

    @property
    def is_whole(self) -> bool:
        return self.first_break is None


class _BrokenError(Exception):
    """The chain ends here."""

    def __init__(self, row: int, words: str) -> None:
        super().__init__(words)
        self.row = row
        self.words = words


class _Walk:
    """How far the chain has been followed."""

    def __init__(self, expect: str | None) -> None:
        self.rows = 0
        self.linked = 0
        self.newest = ZERO
        self.is_met = expect is None or expect == ZERO
        self._expect = expect
        self._before = Coverage()
        self._is_covered = False

    def follow(self, entry: AuditEntry) -> None:
        """Follow one row. Raises `_BrokenError` where it does not follow the last one."""
        said = _said(entry)
        if entry.chain is None and not self.linked:
            self._before.add(said)
        else:
            self._link(entry, said)
        self.rows += 1

    def _link(self, entry: AuditEntry, said: bytes) -> None:
        if entry.chain != link(self.newest, said):
            raise _BrokenError(entry.id, f"row {entry.id} does not follow the one before it: changed, moved or removed")
        if not self.linked:
            self.require_covered(entry)
        self.linked += 1
        self.newest = entry.chain
        self.is_met = self.is_met or entry.chain == self._expect

    def require_covered(self, first: AuditEntry | None) -> None:
        """The rows of before the chain are those that its first row covers; without such a row there are none."""
        is_cover = first is not None and first.action == CHAIN_BEGUN
        covered = first.detail if first is not None and is_cover else Coverage().detail
        if covered != self._before.detail:
            words = f"the {self._before.rows} rows of before the chain are not those that it was begun over"
            raise _BrokenError(first.id if first is not None else 0, words)

    def require_end(self, head: str | None) -> None:
        if not self.linked:
            self.require_covered(None)
        if (self.linked, self.newest) != parse_head(head):
            noted = parse_head(head)[0]
            words = (
                f"the chain has {self.linked} rows and should have {noted}: rows are missing at its end, or its head"
            )
            raise _BrokenError(0, words)
        if not self.is_met:
            raise _BrokenError(0, "the hash that was expected is not in the chain: the trail was written anew")


def verify_chain(session: Session, *, expect: str | None = None) -> Verification:
    """Follow the chain: a row that was changed, removed or put in, anywhere, also at the end, breaks it.

    The newest hash and the number of rows are kept in the settings of the same ledger: whoever can rewrite everything
    can rewrite that too. Against them, note the newest hash somewhere else and give it as ``expect``: it must then be
    in the chain, at its end or before.
    """
    walk = _Walk(expect)
    try:
        with session.execute(_in_order(), execution_options={"yield_per": STREAMED}) as rows:
            for row in rows:
                walk.follow(AuditEntry(*row))
        walk.require_end(chain_head(session))
    except _BrokenError as broken:
        return Verification(walk.rows, walk.newest, broken.row, broken.words)
    return Verification(walk.rows, walk.newest, None, "nothing was removed or changed")


def _in_order() -> sa.Select[Any]:
    return sa.select(*columns(AUDIT, AuditEntry)).order_by(AUDIT.c.id)


def _said(entry: AuditEntry) -> bytes:
    return canonical(
        at=entry.at,
        actor=entry.actor,
        action=entry.action,
        pair=entry.pair,
        detail=entry.detail,
        mismatch_id=entry.mismatch_id,
    )
