"""One reading of the subject, and what it is worth against the truth.

In: an adapter. Out: a `Run`: its proof, its records, its error; and the verdict whether it has lied. A reading may end
whole with the true records, or as partial or refused with a reason; nothing else.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import cast
from unicodedata import normalize

import msgspec

from loopback.conformance.words import BrokenPromiseError
from syncd.records.procedure import Procedure
from syncd.sides.adapter import Answer, Listed, ReadingAdapter, Record, Wanted
from syncd.sides.errors import ShapeError, SideError
from syncd.sides.reading import Evidence, Proof, prove

LONGEST = 30.0
LEAST_REASON = 12
SAMPLE = 4
SHOWN = 200
NOBODY = "9.999999"
NOTHING: Mapping[str, bytes] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Run:
    """One listing. ``error``: what ended it early."""

    proof: Proof
    listed: tuple[Listed, ...]
    error: SideError | None = None

    @property
    def by_key(self) -> dict[str, bytes]:
        return {one.key: one.raw for one in self.listed}


@dataclass(frozen=True, slots=True)
class Truth:
    """What the clean reading showed: every record, a sample in full, and what single questions were answered."""

    run: Run
    records: Mapping[str, bytes] = field(default_factory=dict)
    sample: tuple[Record, ...] = ()
    wanted: tuple[Wanted, ...] = ()
    answers: tuple[Answer, ...] = ()

    @property
    def sample_listed(self) -> list[Listed]:
        """The sample as the listing shows it."""
        return [Listed(one.key, one.raw) for one in self.sample]


Translate = Callable[[Record], Procedure]


async def listing(adapter: ReadingAdapter, last_whole: int | None = None, known: Mapping[str, bytes] = NOTHING) -> Run:
    """List everything. Raises `BrokenPromiseError` for a foreign error, and for a listing without end."""
    evidence, found, error = Evidence(), list[Listed](), None
    try:
        async with asyncio.timeout(LONGEST):
            pages = cast("AsyncGenerator[list[Listed], None]", adapter.list_records(evidence))
            async with aclosing(pages):
                async for page in pages:
                    found += (_held(one, known) for one in page)
    except SideError as failed:
        error = failed
    except TimeoutError:
        raise BrokenPromiseError(f"the listing did not end within {LONGEST:.0f} seconds") from None
    except Exception as fault:
        raise BrokenPromiseError(f"a foreign error came out: {type(fault).__name__}: {str(fault)[:SHOWN]}") from fault
    keys = [one.key for one in found]
    failure = None if error is None else error.message
    proof = prove(evidence, duplicates=len(keys) - len(set(keys)), failure=failure, last_whole=last_whole)
    return Run(proof, tuple(found), error)


def _held(one: Listed, known: Mapping[str, bytes]) -> Listed:
    """The same record; bytes that are known already are held once."""
    return Listed(one.key, known[one.key]) if known.get(one.key) == one.raw else one


async def full(adapter: ReadingAdapter, listed: Sequence[Listed]) -> tuple[Record, ...]:
    """These records with their details. Raises `SideError`."""
    if not adapter.capabilities.details:
        return tuple(Record(*one) for one in listed)
    return tuple([Record(one.key, one.raw, await adapter.fetch_detail(one)) for one in listed])


def sampled(listed: Sequence[Listed]) -> list[Listed]:
    """A few records, spread over the listing."""
    step = max(1, len(listed) // SAMPLE)
    return list(listed[::step])[:SAMPLE]


def questions(adapter: ReadingAdapter, sample: Sequence[Record]) -> tuple[Wanted, ...]:
    """Point reads: records that are there, one of them twice and once by its code, and two that nobody has."""
    known = [Wanted(one.key, _code(adapter, one)) for one in sample]
    by_code = [Wanted(None, one.code) for one in known[:1]]
    return (*known, *known[:1], *by_code, Wanted(None, NOBODY))


def _code(adapter: ReadingAdapter, record: Record) -> str:
    try:
        found = adapter.canonical(record)
    except ShapeError:
        return record.key
    return found.code or found.local_code or record.key


def translated(translate: Translate, record: Record) -> Procedure | str:
    """The canonical record, or the word that it is invalid."""
    try:
        return translate(record)
    except ShapeError:
        return "invalid"


def judge(run: Run, truth: Truth, translate: Translate, what: str) -> str:
    """What the reading came to. Raises `BrokenPromiseError` where it lies: whole, but not with the true records."""
    if not run.proof.whole:
        return _reasoned(run, what)
    lost = truth.records.keys() - run.by_key.keys()
    strange = run.by_key.keys() - truth.records.keys()
    invalid = [key for key in strange if translated(translate, Record(key, run.by_key[key])) == "invalid"]
    if len(invalid) < len(strange) or len(lost) > len(strange):
        raise BrokenPromiseError(
            f"{what}: whole, but {len(lost)} records are lost and {len(strange)} were never there,"
            f" e.g. {sorted(lost | strange)[:2]}"
        )
    for key in run.by_key.keys() & truth.records.keys():
        _same(key, run.by_key[key], truth, translate, what)
    return f"{what}: whole, with the true records"


def _same(key: str, raw: bytes, truth: Truth, translate: Translate, what: str) -> None:
    if raw == truth.records[key]:
        return
    told, true = (composed(translated(translate, Record(key, one))) for one in (raw, truth.records[key]))
    if told not in (true, "invalid"):
        raise BrokenPromiseError(f"{what}: whole, but the record {key!r} is another: {difference(true, told)}")


def composed(record: Procedure | str) -> Procedure | str:
    """The record as the core compares it: whether a text is composed (NFC) or not makes no other record."""
    if isinstance(record, str):
        return record
    document = normalize("NFC", msgspec.json.encode(record).decode())
    return msgspec.json.decode(document, type=Procedure)


def difference(true: Procedure | str, told: Procedure | str) -> str:
    """The first field that differs."""
    if isinstance(true, str) or isinstance(told, str):
        return f"{true!r:.80} became {told!r:.80}"
    for name in true.__struct_fields__:
        one, other = getattr(true, name), getattr(told, name)
        if one != other:
            return f"{name} {one!r:.80} became {other!r:.80}"
    return "nothing differs"


def _reasoned(run: Run, what: str) -> str:
    reasons = "; ".join(run.proof.reasons)
    if len(reasons) < LEAST_REASON or "Traceback" in reasons:
        raise BrokenPromiseError(f"{what}: {run.proof.verdict.value}, with no reason that helps: {reasons!r}")
    return f"{what}: {run.proof.verdict.value}: {reasons[:SHOWN]}"
