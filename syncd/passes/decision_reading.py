"""Both sources of publication decisions, asked at the same time: what each told, with its proof.

In: readers, or the memory of a pair. Out: a `SourceReading` for each side. Writes nothing; no transaction is open while
this runs. A failure is an outcome, not an exception; a reading that is not whole brings no decision.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from syncd.errors import SyncdError
from syncd.ledger.decisions import Said
from syncd.passes.pair import Clock
from syncd.passes.reading import Progress
from syncd.records.publication_decision import Decision
from syncd.sides.decisions import DecisionReader
from syncd.sides.errors import SideError, TooLargeError
from syncd.sides.reading import Evidence, Finding, Ground, Proof, ReadingVerdict, Shrinkage, prove

log = structlog.get_logger(__name__)

MOST = 500_000
"""Decisions of one source: the portal had some 23,000 in December 2025."""
UNREADABLE = ("unreadable", "invalid")
"""How a finding begins that says that something could not be read."""


@dataclass(frozen=True, slots=True)
class SourceReading:
    """One reading of one source. ``slug``: of the error that ended it, empty where none did."""

    decisions: tuple[Decision, ...]
    said: Said
    proof: Proof
    started_at: datetime
    ended_at: datetime
    slug: str = ""


async def read_source(
    reader: DecisionReader,
    *,
    course: str,
    side: str,
    clock: Clock,
    limit: timedelta,
    last_whole: int | None,
    shrinkage: Shrinkage,
    progress: Progress,
) -> SourceReading:
    """List one source to its end, or to its first failure."""
    started_at, evidence, found = clock(), Evidence(), dict[str, Decision]()
    repeated, slug, failure = 0, "", None
    try:
        async with asyncio.timeout(limit.total_seconds()):
            repeated = await _list(reader, evidence, found, lambda: progress(f"{side} {evidence.listed}"))
    except SideError as error:
        slug, failure = error.slug, error.message
    except SyncdError:
        raise
    except TimeoutError:
        slug, failure = "unreachable", f"the reading took longer than {limit}"
    except Exception as error:
        log.exception("adapter_failed", pair=course, side=side)
        slug, failure = "fault", f"the adapter failed: {type(error).__name__}"
    proof = prove(evidence, duplicates=repeated, failure=failure, last_whole=last_whole, shrinkage=shrinkage)
    said = Said(carries=reader.carries, since=reader.since, unreadable=unreadable(proof.findings))
    return SourceReading(tuple(found.values()), said, proof, started_at, clock(), slug)


async def _list(
    reader: DecisionReader, evidence: Evidence, found: dict[str, Decision], tell: Callable[[], None]
) -> int:
    """Gather every page; returns how many keys came again."""
    listing, repeated = reader.list_decisions(evidence), 0
    try:
        async for page in listing:
            for one in page:
                repeated += one.key in found
                found[one.key] = one
            if len(found) > MOST:
                raise TooLargeError(f"more than {MOST} decisions", action="narrow down what the source lists")
            tell()
            await asyncio.sleep(0)
    finally:
        close = getattr(listing, "aclose", None)
        if close is not None:
            await close()
    return repeated


def unreadable(findings: Iterable[Finding]) -> int:
    """How much could not be read."""
    return sum(one.count for one in findings if one.kind.startswith(UNREADABLE))


def remembered(
    memory: tuple[tuple[Decision, ...], Said, datetime] | str, *, now: datetime, carries: frozenset[str]
) -> SourceReading:
    """The memory of a pair as a reading: whole where the pair's own last reading is, and fresh; else partial."""
    if isinstance(memory, str):
        proof = Proof(ReadingVerdict.PARTIAL, 0, 0, reasons=(memory,), grounds=(Ground.ADAPTER,))
        return SourceReading((), Said(carries=carries), proof, now, now)
    decisions, said, read_at = memory
    return SourceReading(decisions, said, Proof(ReadingVerdict.WHOLE, len(decisions), 1), read_at, read_at)
