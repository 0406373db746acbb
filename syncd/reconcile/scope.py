"""Which portal records a city must carry, and the few facts that a verdict needs of a record.

In: canonical records and the pair's scope (``applies``). Out: `Facts`: a code, a handful of flags, a link.
Source of the scope: the portal's ``appliedDepartmentIds`` where it is offered, else publisher and level.
"""

from __future__ import annotations

from enum import IntFlag
from typing import NamedTuple, Protocol

from msgspec import Struct

from syncd.records.codes import Equivalences, resolve
from syncd.records.junk import looks_like_test
from syncd.records.procedure import Kind, Level, Procedure, State

CODES_APART = "\x1f"


class Scope(Protocol):
    """Says whether a public portal record applies to the city."""

    def covers(self, procedure: Procedure) -> bool: ...


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


class DepartmentScope(Struct, frozen=True):
    """Records that the portal itself says apply to one of ``departments`` (portal ids)."""

    departments: frozenset[str]

    def covers(self, procedure: Procedure) -> bool:
        return not self.departments.isdisjoint(procedure.applied_departments or ())


class Flag(IntFlag):
    """What a verdict needs to know of a record. ``UNREAD``: it is there, but what it now says could not be read."""

    PUBLIC = 1
    WITHDRAWN = 2
    IN_SCOPE = 4
    PENDING_DECISION = 8
    TEST = 16
    INVALID = 32
    UNMAPPED = 64
    AMBIGUOUS = 128
    UNREAD = 256


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
    elif procedure.state is State.WITHDRAWN:
        flags |= Flag.WITHDRAWN
    if publication_known and procedure.decision_number and procedure.published_at is None:
        flags |= Flag.PENDING_DECISION
    if looks_like_test(procedure):
        flags |= Flag.TEST
    return Facts(procedure.code, int(flags))


def city_facts(procedure: Procedure, equivalences: Equivalences) -> Facts:
    """Facts of a city record; a city that says nothing of states offers all that it lists.

    The pair's own equivalence table wins over the city's mapping, and that over the formula.
    """
    flags = Flag.PUBLIC if procedure.state in (None, State.PUBLIC) else Flag.WITHDRAWN
    if looks_like_test(procedure):
        flags |= Flag.TEST
    local = procedure.local_code or procedure.code
    resolution = resolve(local, equivalences)
    codes = resolution.codes
    is_mapped_by_city = procedure.local_code is not None and procedure.code not in ("", procedure.local_code)
    if is_mapped_by_city and resolution.how != "equivalence":
        codes = (procedure.code,)
    if not codes:
        flags |= Flag.UNMAPPED
        codes = (local,)
    elif len(codes) > 1:
        flags |= Flag.AMBIGUOUS
    return Facts(CODES_APART.join(codes), int(flags), procedure.portal_id or "")


def invalid_facts(code: str, *, in_scope: bool) -> Facts:
    """Facts of a record that cannot be read; its code is known only where the listing or an older version says it."""
    flags = Flag.INVALID | (Flag.IN_SCOPE if in_scope else Flag(0))
    return Facts(code, int(flags))
