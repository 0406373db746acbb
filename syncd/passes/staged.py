"""What one reading of one side found, while it is not yet proven: words that reading and recording share.

In: nothing. Out: `Staged`, `StagedEntry`, `Unread`, `SideReading`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from syncd.passes.pair import Side
from syncd.passes.translate import Translation
from syncd.reconcile.scope import Facts
from syncd.sides.adapter import Record
from syncd.sides.reading import Proof


@dataclass(frozen=True, slots=True)
class Staged:
    """One new or changed record on its way into the ledger.

    ``is_version``: its content changed; else only its listing bytes did, or its detail was read again and is the same.
    """

    record: Record
    translation: Translation
    raw_hash: bytes
    detail_read: int
    is_version: bool


@dataclass(frozen=True, slots=True)
class StagedEntry:
    """What of a staged record stays in memory until the reading is proven."""

    raw: bytes
    comparison: bytes
    exact: bytes
    facts: Facts
    detail_read: int
    is_version: bool


@dataclass(frozen=True, slots=True)
class Unread:
    """A record that the listing shows and whose detail could not be read, with what the listing alone says of it.

    ``tried``: when, in whole seconds since the epoch.
    """

    key: str
    facts: Facts
    is_listing_changed: bool
    tried: int


@dataclass(slots=True)
class SideReading:
    """One reading of one side, with everything that it would change."""

    side: Side
    started_at: datetime
    ended_at: datetime
    proof: Proof
    staged: dict[str, StagedEntry] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    new: int = 0
    changed: int = 0
    invalid: int = 0
    unread: list[Unread] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    failure: str | None = None
