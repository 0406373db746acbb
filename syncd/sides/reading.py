"""A reading of one side, and what it proves.

In: what an adapter reports while it lists (`Evidence`): pages, cursors, declared totals, snapshots.
Out: a `Proof`: whole, partial or refused, with every reason in words. Pure but for the recorder; no I/O, no clock.
Absence from a reading that is not whole means *unknown*, never *missing*.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from syncd.sides.errors import StaleError

CYCLES = "the listing cycles; read again later"


class ReadingVerdict(StrEnum):
    """Whole: every record is there. Partial: some may be missing. Refused: nothing may be believed."""

    WHOLE = "whole"
    PARTIAL = "partial"
    REFUSED = "refused"


class Ground(StrEnum):
    """Why a reading is not whole, as a bounded word beside each reason. ``adapter``: a doubt that the adapter has."""

    DUPLICATES = "duplicates"
    SHRINKAGE = "shrinkage"
    ADAPTER = "adapter"
    FAILURE = "failure"
    OPEN_END = "open_end"
    TOTAL_CHANGED = "total_changed"
    TOTAL_DIFFERS = "total_differs"
    SIDE_CHANGED = "side_changed"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something worth knowing that is no error, e.g. a record that only one of two inventories lists."""

    kind: str
    count: int
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proof:
    """What one reading of one side proves. ``reasons`` is empty exactly when the verdict is whole.

    ``grounds``: the bounded word of each reason, in the same order; a proof from the ledger has none.
    """

    verdict: ReadingVerdict
    counted: int
    pages: int
    declared_total: int | None = None
    reasons: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    grounds: tuple[Ground, ...] = field(default=(), compare=False)

    @property
    def whole(self) -> bool:
        return self.verdict is ReadingVerdict.WHOLE


@dataclass(frozen=True, slots=True)
class Shrinkage:
    """How far a whole reading may fall below the last whole one: both limits must be passed to refuse it.

    ``records`` is an absolute number of records, ``share`` a share of the last whole count (0.1 = a tenth).
    """

    records: int = 20
    share: float = 0.1


@dataclass(slots=True)
class Evidence:
    """What an adapter reports while it lists. One per chain of pages (a system with two inventories has two chains).

    Raises `StaleError` at once when a cursor or a page comes twice, so that a cycle cannot run for ever.
    """

    pages: int = 0
    listed: int = 0
    closed: bool = False
    totals: list[int] = field(default_factory=list)
    snapshots: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    _cursors: set[str] = field(default_factory=set)
    _pages_seen: set[bytes] = field(default_factory=set)

    def page(
        self, *, records: int, digest: bytes, cursor: str | None = None, declared_total: int | None = None
    ) -> None:
        """Report one page: how many records it had, a digest of its bytes, the cursor that it hands on, its total."""
        self.pages += 1
        self.listed += records
        if declared_total is not None:
            self.totals.append(declared_total)
        if records and digest in self._pages_seen:
            raise StaleError(
                f"page {self.pages} repeats an earlier page", action="the listing cycles; read again later"
            )
        self._pages_seen.add(digest)
        if cursor is not None:
            if cursor in self._cursors:
                raise StaleError(f"cursor {cursor[:80]!r} came twice", action=CYCLES)
            self._cursors.add(cursor)

    def close(self) -> None:
        """Report that the system itself said that the chain is at its end."""
        self.closed = True

    def snapshot(self, token: str) -> None:
        """Report the side's own version mark (ETag, file digest…), once at the start and once at the end."""
        self.snapshots.append(token)

    def note(self, finding: Finding) -> None:
        """Report something worth knowing that is no error."""
        self.findings.append(finding)

    def doubt(self, reason: str) -> None:
        """Report a reason, known to the adapter alone, why this listing may not be whole."""
        self.doubts.append(reason)


def prove(
    evidence: Evidence,
    *,
    duplicates: int = 0,
    failure: str | None = None,
    last_whole: int | None = None,
    shrinkage: Shrinkage | None = None,
    may_be_empty: bool = False,
) -> Proof:
    """Judge one reading.

    ``duplicates``: keys that came more than once. ``failure``: the error that ended the listing, if one did.
    ``last_whole``: how many records the last whole reading had. ``may_be_empty``: a search may find nothing, a side
    never has nothing. A reading with contradictions inside (duplicate keys, a wild shrinkage) is refused; one that
    merely did not reach its end is partial.
    """
    limits = shrinkage or Shrinkage()
    partial = [(Ground.ADAPTER, doubt) for doubt in evidence.doubts]
    refused: list[tuple[Ground, str]] = []
    if failure is not None:
        partial.append((Ground.FAILURE, failure))
    elif not evidence.closed:
        partial.append((Ground.OPEN_END, "the side never said that the listing was at its end"))
    total = evidence.totals[-1] if evidence.totals else None
    if len(set(evidence.totals)) > 1:
        changed = f"the declared total changed while reading: {min(evidence.totals)} to {max(evidence.totals)}"
        partial.append((Ground.TOTAL_CHANGED, changed))
    if total is not None and failure is None and total != evidence.listed:
        differs = f"{evidence.listed} records were listed, the side declared {total}"
        partial.append((Ground.TOTAL_DIFFERS, differs))
    if len(set(evidence.snapshots)) > 1:
        partial.append((Ground.SIDE_CHANGED, "the side changed while it was read"))
    if not evidence.listed and failure is None and not may_be_empty:
        partial.append((Ground.EMPTY, "nothing at all was listed: an empty side is not believed"))
    if duplicates:
        refused.append((Ground.DUPLICATES, f"{duplicates} keys were listed more than once"))
    if last_whole and failure is None:
        lost = last_whole - evidence.listed
        if lost > limits.records and lost > last_whole * limits.share:
            shrunk = (
                f"{evidence.listed} records where the last whole reading had {last_whole}: {lost} fewer is over the"
                f" limits of {limits.records} records and {limits.share:.0%}; if they are gone for good, raise"
                " shrinkage.records or shrinkage.share of the pair until one reading is whole"
            )
            refused.append((Ground.SHRINKAGE, shrunk))
    against = (*refused, *partial)
    verdict = ReadingVerdict.REFUSED if refused else ReadingVerdict.PARTIAL if partial else ReadingVerdict.WHOLE
    return Proof(
        verdict=verdict,
        counted=evidence.listed,
        pages=evidence.pages,
        declared_total=total,
        reasons=tuple(reason for _, reason in against),
        findings=tuple(evidence.findings),
        grounds=tuple(ground for ground, _ in against),
    )
