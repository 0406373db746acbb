"""Compare two canonical records field by field, by rules that are a value with a fingerprint of its own.

In: a portal record, a city record, `Rules`. Out: the comparison form that is hashed, or the differences with classes.
None on either side says "not known here": the field is not compared and gives no difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from types import MappingProxyType
from typing import Any

import msgspec

from syncd.reconcile.classes import classify
from syncd.reconcile.differences import Difference
from syncd.reconcile.entries import lines
from syncd.reconcile.equality import FIELD_RULES, NOT_COMPARED, Rule, take_form
from syncd.records.procedure import Procedure

RULES_VERSION = 1
"""Raise it whenever a rule, a form or the encoding changes: stored comparison fingerprints are then made anew."""

ENCODER = msgspec.json.Encoder()
_NO_TABLE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, eq=False)
class Rules:
    """Which fields are compared, and which portal values count as which city values.

    ``agencies`` and ``field_names``: portal value → city value, both compared in loose form. Raises `ValueError` for a
    field that is not compared at all (see `NOT_COMPARED`). Equal rules have equal fingerprints.
    """

    fields: frozenset[str]
    agencies: Mapping[str, str] = field(default_factory=dict)
    field_names: Mapping[str, str] = field(default_factory=dict)
    secret: int = field(default=0, repr=False)
    table: tuple[tuple[str, Rule, Mapping[str, str]], ...] = field(init=False, repr=False)
    fingerprint: str = field(init=False, repr=False)
    """Changes whenever two records could compare otherwise than before; 32 hexadecimal digits."""
    seed: int = field(init=False, repr=False)

    def __post_init__(self) -> None:
        for name in sorted(self.fields - FIELD_RULES.keys()):
            raise ValueError(f"the field {name!r} is not compared: {NOT_COMPARED.get(name, 'there is no such field')}")
        tables = {
            "": _NO_TABLE,
            "agencies": representatives(self.agencies, FIELD_RULES["publisher_name"]),
            "field_names": representatives(self.field_names, FIELD_RULES["field_name"]),
        }
        table = tuple(
            (name, rule, tables[rule.equivalence]) for name, rule in FIELD_RULES.items() if name in self.fields
        )
        object.__setattr__(self, "table", table)
        object.__setattr__(self, "fingerprint", _digest(table))
        object.__setattr__(self, "seed", int(self.fingerprint[:16], 16) ^ self.secret)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rules) and self.fingerprint == other.fingerprint

    def __hash__(self) -> int:
        return hash(self.fingerprint)


def representatives(equivalent: Mapping[str, str], rule: Rule) -> dict[str, str]:
    """For each value, in loose form, the one that stands for all that are equivalent to it, directly or by a chain."""
    groups: dict[str, set[str]] = {}
    for pair in equivalent.items():
        portal, city = map(rule.loosest, pair)
        group = groups.get(portal, {portal}) | groups.get(city, {city})
        groups.update(dict.fromkeys(group, group))
    return {value: min(group) for value, group in groups.items()}


def _digest(table: Iterable[tuple[str, Rule, Mapping[str, str]]]) -> str:
    said = [RULES_VERSION, [(name, rule.semantics, sorted(equivalent.items())) for name, rule, equivalent in table]]
    return blake2b(ENCODER.encode(said), digest_size=16).hexdigest()


def comparable(portal_carries: Iterable[str], city_carries: Iterable[str]) -> frozenset[str]:
    """The fields that both sides carry and that are compared field by field."""
    return frozenset(FIELD_RULES).intersection(portal_carries, city_carries)


def comparison_form(procedure: Procedure, rules: Rules) -> bytes:
    """What the comparison fingerprint is taken of: the plain, slow definition.

    A JSON array with one member for each compared field, in the table's order; ``null`` where the record is silent.
    Equal bytes: nothing alarming can differ. Unequal bytes say only that `differences` must look: a silence on one
    side alone makes bytes unequal and yet no difference.
    """
    return ENCODER.encode([_form(getattr(procedure, name), rule, equivalent) for name, rule, equivalent in rules.table])


def _form(value: Any, rule: Rule, equivalent: Mapping[str, str]) -> Any:
    return None if value is None else take_form(rule, value, equivalent)


def differences(portal: Procedure, city: Procedure, rules: Rules) -> list[Difference]:
    """Every difference between two records, with its class; form-only and mapped ones included."""
    found = []
    for name, rule, equivalent in rules.table:
        theirs, ours = getattr(portal, name), getattr(city, name)
        if theirs is None or ours is None or theirs == ours:
            continue
        difference = classify(rule, theirs, ours, equivalent)
        if difference is not None:
            shown = lines(rule.entries(theirs)), lines(rule.entries(ours))
            found.append(Difference(name, *shown, difference))
    return found
