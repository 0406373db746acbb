"""Which portal records a city must carry, and the few facts that a verdict needs of a record.

In: canonical records and the pair's scope (``applies``). Out: `Facts`: a code, a handful of flags, a link.
Source of the scope: the portal's ``appliedDepartmentIds`` where it is offered, else publisher and level.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntFlag
from typing import Any, NamedTuple, Protocol

from msgspec import Struct
from msgspec.structs import replace

from syncd.records.codes import CODES_APART, Equivalences, resolve
from syncd.records.junk import looks_like_test
from syncd.records.procedure import Kind, Level, Procedure, State


class Scope(Protocol):
    """Says whether a public portal record applies to the city."""

    def covers(self, procedure: Procedure) -> bool: ...
    def can_tell(self, procedure: Procedure) -> bool:
        """Whether the record says what the scope goes by; silence is never taken for "does not apply"."""
        ...


class AgencyScope(Struct, frozen=True):
    """Specific records published by ``agency`` or below it, and standard ones whose levels meet ``levels``."""

    agency: str
    levels: frozenset[Level]

    def covers(self, procedure: Procedure) -> bool:
        if procedure.kind is Kind.SPECIFIC:
            publisher = procedure.publisher_code or ""
            return publisher == self.agency or publisher.startswith(f"{self.agency}.")
        if procedure.kind is Kind.STANDARD:
            return not self.levels.isdisjoint(procedure.levels or ())
        return False

    def can_tell(self, procedure: Procedure) -> bool:
        return procedure.kind is not None


class DepartmentScope(Struct, frozen=True):
    """Records that the portal itself says apply to one of ``departments`` (portal ids)."""

    departments: frozenset[str]

    def covers(self, procedure: Procedure) -> bool:
        return not self.departments.isdisjoint(procedure.applied_departments or ())

    def can_tell(self, procedure: Procedure) -> bool:
        return procedure.applied_departments is not None


def said_of_scope(scope: Scope) -> dict[str, Any]:
    """A scope as plain JSON."""
    if isinstance(scope, AgencyScope):
        return {"agency": scope.agency, "levels": sorted(level.value for level in scope.levels)}
    if isinstance(scope, DepartmentScope):
        return {"departments": sorted(scope.departments)}
    raise TypeError(f"{type(scope).__name__} cannot be remembered")


def scope_said(said: Mapping[str, Any]) -> Scope:
    """The scope that `said_of_scope` was given."""
    if "departments" in said:
        return DepartmentScope(frozenset(said["departments"]))
    return AgencyScope(said["agency"], frozenset(map(Level, said["levels"])))


class Flag(IntFlag):
    """What a verdict needs to know of a record.

    ``UNREAD``: it is there, but what it now says could not be read. ``SCOPE_UNKNOWN``: it does not say whether it
    applies. ``TEST_DECISION``: the decision that it shows is a test, the procedure itself need not be.
    """

    PUBLIC = 1
    WITHDRAWN = 2
    IN_SCOPE = 4
    PENDING_DECISION = 8
    TEST = 16
    INVALID = 32
    UNMAPPED = 64
    AMBIGUOUS = 128
    UNREAD = 256
    SCOPE_UNKNOWN = 512
    TEST_DECISION = 1024


class Facts(NamedTuple):
    """``code``: the portal code that the record stands for; ``link``: the portal id that it claims.

    Several codes are joined by ``CODES_APART``; an unmapped record has its local code: the portal may have just that.
    """

    code: str
    flags: int
    link: str = ""


def portal_facts(procedure: Procedure, scope: Scope, *, publication_known: bool) -> Facts:
    """Facts of a portal record; one that is not public is in no scope.

    ``publication_known``: whether the side says when it made decisions public at all.
    """
    flags = Flag(0)
    if procedure.state is State.PUBLIC:
        flags |= Flag.PUBLIC
        if scope.covers(procedure):
            flags |= Flag.IN_SCOPE
        elif not scope.can_tell(procedure):
            flags |= Flag.SCOPE_UNKNOWN
    elif procedure.state is State.WITHDRAWN:
        flags |= Flag.WITHDRAWN
    if publication_known and procedure.decision_number and procedure.published_at is None:
        flags |= Flag.PENDING_DECISION
    return Facts(procedure.code, int(flags | _test_flag(procedure)))


def _test_flag(procedure: Procedure) -> Flag:
    """A test decision on a sound procedure is one thing, a test procedure another."""
    if not looks_like_test(procedure):
        return Flag(0)
    return Flag.TEST if looks_like_test(replace(procedure, decision_number=None)) else Flag.TEST_DECISION


def city_facts(procedure: Procedure, equivalences: Equivalences) -> Facts:
    """Facts of a city record; a city that says nothing of states offers all that it lists.

    The pair's own equivalence table wins over the city's mapping, and that over the formula.
    """
    flags = Flag.PUBLIC if procedure.state in (None, State.PUBLIC) else Flag.WITHDRAWN
    flags |= _test_flag(procedure)
    local = procedure.local_code or procedure.code
    resolution = resolve(local, equivalences)
    codes = resolution.codes
    is_mapped_by_city = procedure.local_code is not None and procedure.code not in ("", procedure.local_code)
    if is_mapped_by_city and resolution.how != "equivalence":
        codes = tuple(procedure.code.split(CODES_APART))
    if not codes:
        flags |= Flag.UNMAPPED
        codes = (local,)
    elif len(codes) > 1:
        flags |= Flag.AMBIGUOUS
    return Facts(CODES_APART.join(codes), int(flags), procedure.portal_id or "")


def invalid_facts(known: Facts | None) -> Facts:
    """Facts of a record that cannot be read, by what is known of it otherwise: its code, whether it is ours."""
    if known is None:
        return Facts("", int(Flag.INVALID | Flag.IN_SCOPE))
    flags = Flag(known.flags) & (Flag.PUBLIC | Flag.IN_SCOPE | Flag.WITHDRAWN | Flag.AMBIGUOUS) | Flag.INVALID
    if known.flags & Flag.SCOPE_UNKNOWN:
        flags |= Flag.IN_SCOPE
    return Facts("" if known.flags & Flag.UNMAPPED else known.code, int(flags))
