"""From a raw record to what is remembered of it: canonical form, fingerprints, facts; or the problem, in words.

In: one record of one side. Out: a `Translation`. Pure; a record that cannot be read is a value here, not an exception.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

from syncd.passes.pair import Pair, Side
from syncd.reconcile.fingerprints import comparison, exact
from syncd.reconcile.scope import Facts, invalid_facts
from syncd.records.codes import resolve
from syncd.records.procedure import Procedure, State
from syncd.sides.adapter import Record
from syncd.sides.errors import ShapeError

NO_FINGERPRINT = bytes(16)
LONGEST_NAME = 600


@dataclass(frozen=True, slots=True)
class Translation:
    """One record as the core knows it. ``problem`` is why there is no canonical form."""

    key: str
    procedure: Procedure | None
    facts: Facts
    comparison: bytes = NO_FINGERPRINT
    exact: bytes = NO_FINGERPRINT
    problem: str = ""


def translate(pair: Pair, side: Side, record: Record) -> Translation:
    """Translate one record of ``side``."""
    try:
        procedure = side.adapter.canonical(record)
        _refuse_long_names(procedure)
        return of_procedure(pair, side, record.key, procedure)
    except ShapeError as error:
        return invalid(pair, side, record, error)
    except UnicodeEncodeError:
        return invalid(pair, side, record, ShapeError("a text that is not Unicode", action="report it to the side"))


def _refuse_long_names(procedure: Procedure) -> None:
    for name in ("code", "local_code"):
        value = getattr(procedure, name) or ""
        if len(value) > LONGEST_NAME:
            raise ShapeError(f"{len(value)} characters are no code", path=name)


def of_procedure(pair: Pair, side: Side, key: str, procedure: Procedure) -> Translation:
    """What is remembered of a record whose canonical form is known."""
    return Translation(
        key,
        procedure,
        pair.facts(side.name, procedure),
        comparison(procedure, pair.rules),
        exact(procedure, pair.rules),
    )


def invalid(pair: Pair, side: Side, record: Record, error: ShapeError) -> Translation:
    """A record that cannot be read. Whose it is must be known all the same: it is there, and not missing."""
    problem = problem_of(error)
    mark = blake2b(b"\0".join((record.raw, record.detail or b"", problem.encode("utf-8", "replace"))))
    return Translation(
        record.key,
        None,
        invalid_facts(_identity(pair, side, record, error)),
        exact=mark.digest()[: len(NO_FINGERPRINT)],
        problem=problem,
    )


def problem_of(error: ShapeError) -> str:
    """What is wrong, without the place (a file, a row's number): a broken record that moves is the same mismatch."""
    return error.message.removeprefix(f"{error.where}: ") if error.where else error.message


def _identity(pair: Pair, side: Side, record: Record, error: ShapeError) -> Facts | None:
    """What is known of a broken record: from its listing alone, from the error, from before, from its key."""
    if record.detail and (listed := _listed_alone(pair, side, record)) is not None:
        return listed
    if error.code or error.local_code:
        procedure = Procedure(code=error.code, local_code=error.local_code or None, state=State.PUBLIC)
        return pair.facts(side.name, procedure)
    if (known := side.index.get(record.key)) is not None and known.facts.code:
        return known.facts
    if side.name == "city" and resolve(record.key, pair.equivalences).codes:
        return pair.facts("city", Procedure(code="", local_code=record.key))
    return None


def _listed_alone(pair: Pair, side: Side, record: Record) -> Facts | None:
    try:
        return pair.facts(side.name, side.adapter.canonical(record._replace(detail=None)))
    except ShapeError:
        return None
