"""From a raw record to what is remembered of it: canonical form, fingerprints, facts; or the problem, in words.

In: one record of one side. Out: a `Translation`. Pure; a record that cannot be read is a value here, not an exception.
"""

from __future__ import annotations

from dataclasses import dataclass

from syncd.passes.pair import Pair, Side
from syncd.reconcile.fingerprints import comparison, exact
from syncd.reconcile.scope import Facts, Flag, invalid_facts
from syncd.records.procedure import Procedure
from syncd.sides.adapter import Record
from syncd.sides.errors import ShapeError, SideError

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
    except ShapeError as error:
        return invalid(pair, side, record, error)
    return of_procedure(pair, side, record.key, procedure)


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


def invalid(pair: Pair, side: Side, record: Record, error: SideError) -> Translation:
    """A record that cannot be read: what its listing alone says still tells whose it is."""
    facts = invalid_facts("", in_scope=True)
    try:
        procedure = side.adapter.canonical(record._replace(detail=None)) if record.detail else None
    except ShapeError:
        procedure = None
    if procedure is not None:
        known = pair.facts(side.name, procedure)
        facts = known._replace(flags=(known.flags & ~Flag.TEST) | Flag.INVALID)
    elif (code := getattr(error, "code", "")) or side.name == "city":
        facts = invalid_facts(code, in_scope=True)
    return Translation(record.key, None, facts, problem=problem_of(error))


def problem_of(error: SideError) -> str:
    """What is wrong, without the place (a row's number, a file's name): a record that moves is the same mismatch."""
    return error.message.removeprefix(f"{error.where}: ") if error.where else error.message
