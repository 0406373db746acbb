"""Which unit answers for a publication (đơn vị chịu trách nhiệm), and how that is known.

In: a publication, the directory, the assignment table, the city's code. Out: an `Attribution` that says why it is that
unit. The executing agencies go before the field, the field before the assignment table; a weaker source only ever
chooses among the units that a stronger one names.
"""

from __future__ import annotations

from collections.abc import Iterator

from syncd.publication.assignments import Assignment, Assignments
from syncd.publication.facts import Attribution, Authority, Publication
from syncd.records.directory import Directory
from syncd.records.text import loose

EXECUTING, FIELD, ASSIGNMENT, NONE, MINISTRY = "executing agency", "field", "assignment", "none", "ministry"

UNATTRIBUTED = Attribution("", "", NONE)
OF_A_MINISTRY = Attribution("", "", MINISTRY)
"""The ministry answers for its own decision, and no unit of the city."""


def attribute(publication: Publication, directory: Directory, assignments: Assignments, unit: str) -> Attribution:
    """The unit below the city (``unit``: its code) that answers for a publication.

    Where several units are named and no weaker source chooses one of them, the lead is unknown: no code, and the names
    of all. What no source names is `UNATTRIBUTED`.
    """
    if publication.authority is Authority.MINISTRY:
        return OF_A_MINISTRY
    named = {
        one.code: one
        for text in publication.executing_agencies
        for one in directory.candidates(text, unit)
        if one.code != unit
    }
    if len(named) == 1:
        ((code, agency),) = named.items()
        return Attribution(code, agency.name, EXECUTING)
    for why, assigned in _assigned(publication, assignments):
        if not named or assigned.unit_code in named:
            agency_or_none = directory.by_code(assigned.unit_code)
            name = agency_or_none.name if agency_or_none else assigned.unit_name
            return Attribution(assigned.unit_code, name, why)
    return Attribution("", "; ".join(one.name for one in named.values()), EXECUTING) if named else UNATTRIBUTED


def _assigned(publication: Publication, assignments: Assignments) -> Iterator[tuple[str, Assignment]]:
    """What the table says, the strongest first."""
    sources = (
        (FIELD, assignments.fields, loose(publication.field_code)),
        (FIELD, assignments.fields, loose(publication.field_name)),
        (ASSIGNMENT, assignments.procedures, publication.code),
        (ASSIGNMENT, assignments.decisions, publication.decision),
        (ASSIGNMENT, assignments.publishers, publication.publisher_code),
    )
    for why, table, key in sources:
        if key and (found := table.get(key)) is not None:
            yield why, found
