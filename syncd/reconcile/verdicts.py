"""From candidates to verdicts: what is wrong, in words that can be stored, shown and sent.

In: candidates with the canonical records of both sides, the comparison rules, what the ledger knows of the past.
Out: observations. Pure; the same function judges a whole pass, a point read that confirms, and any past instant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from msgspec.structs import replace

from syncd.reconcile.comparison import Rules, differences
from syncd.reconcile.decided import DECISION_FIELDS, Past, decisions_comparable, has_stepped_back, is_superseded
from syncd.reconcile.differences import Difference
from syncd.reconcile.mismatches import MismatchKind, Observation
from syncd.reconcile.screening import Candidate, Suspicion
from syncd.records.directory import Directory
from syncd.records.junk import looks_like_test
from syncd.records.procedure import Procedure


@dataclass(frozen=True, slots=True)
class Seen:
    """One record of a candidate: its key, and its canonical form or why there is none."""

    key: str
    procedure: Procedure | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A candidate with its records loaded."""

    candidate: Candidate
    portal: tuple[Seen, ...]
    city: tuple[Seen, ...]

    @property
    def portal_procedure(self) -> Procedure | None:
        return self.portal[0].procedure if self.portal else None

    @property
    def city_procedure(self) -> Procedure | None:
        return self.city[0].procedure if self.city else None


@dataclass(slots=True)
class Verdicts:
    """What is wrong, and how many differences of each class were met (form-only and mapped ones are only counted)."""

    observations: list[Observation] = field(default_factory=list)
    classes: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Law:
    """What cases are judged by: the comparison rules, the past, and whether the portal side says when it published.

    ``directory`` tells which unit a name means, below ``unit`` (the city's code) before anywhere else.
    """

    rules: Rules
    past: Past = field(default_factory=Past)
    publication_known: bool = True
    directory: Directory = field(default_factory=Directory)
    unit: str = ""


def judge(cases: Iterable[Case], law: Law) -> Verdicts:
    """Every observation that the cases give."""
    verdicts = Verdicts()
    for case in cases:
        found = JUDGES[case.candidate.suspicion](case, law, verdicts.classes)
        verdicts.observations.extend(_with_agency_code(one, law) for one in found)
    return verdicts


def _with_agency_code(observation: Observation, law: Law) -> Observation:
    """The code of the agency, where the record names it without one and the directory knows which unit that is."""
    if observation.agency_code or not observation.agency_name:
        return observation
    agency = law.directory.by_name(observation.agency_name, law.unit)
    return replace(observation, agency_code=agency.code) if agency else observation


Judge = Callable[[Case, Law, dict[str, int]], Iterator[Observation]]


def _simple(kind: MismatchKind) -> Judge:
    """A judge for a suspicion that is a mismatch as it stands."""

    def judge_simply(case: Case, _law: Law, _classes: dict[str, int]) -> Iterator[Observation]:
        yield _observation(case, kind)

    return judge_simply


def _observation(case: Case, kind: MismatchKind, **values: str) -> Observation:
    portal, city = case.portal_procedure, case.city_procedure
    known = portal or city
    return Observation(
        kind=kind,
        code=case.candidate.code,
        local_code=_local_code(case),
        portal_key=case.portal[0].key if case.portal else "",
        city_key=case.city[0].key if case.city else "",
        name=(known.name if known and known.name else "").strip(),
        agency_code=_agency(city, portal)[0],
        agency_name=_agency(city, portal)[1],
        **values,
    )


def _local_code(case: Case) -> str:
    if not case.city:
        return ""
    procedure = case.city_procedure
    return (procedure.local_code or procedure.code) if procedure else case.city[0].key


def _agency(city: Procedure | None, portal: Procedure | None) -> tuple[str, str]:
    """Who is likely to answer for it: who carries it out, else who published it."""
    for procedure in (city, portal):
        if procedure and procedure.executing_agencies:
            return "", procedure.executing_agencies[0].strip()
    for procedure in (portal, city):
        if procedure and (procedure.publisher_code or procedure.publisher_name):
            return procedure.publisher_code or "", (procedure.publisher_name or "").strip()
    return "", ""


def _closed(case: Case, law: Law, _classes: dict[str, int]) -> Iterator[Observation]:
    """Public on the portal, closed in the city: returned after a withdrawal, or a state that differs."""
    if case.candidate.code in law.past.withdrawn:
        yield _observation(case, MismatchKind.REPUBLISHED)
        return
    city = case.city_procedure
    state = city.state.value if city and city.state else ""
    yield _observation(
        case, MismatchKind.FIELD_DIFFERS, field="state", difference="real", portal_value="public", city_value=state
    )


def _ambiguous(case: Case, _law: Law, _classes: dict[str, int]) -> Iterator[Observation]:
    yield _observation(
        case,
        MismatchKind.AMBIGUOUS_CODE,
        portal_value="\n".join(sorted(_code_of(seen) for seen in case.portal)),
        city_value="\n".join(sorted(_code_of(seen) for seen in case.city)),
    )


def _code_of(seen: Seen) -> str:
    if seen.procedure is None:
        return seen.key
    return seen.procedure.local_code or seen.procedure.code


def _wrong_link(case: Case, _law: Law, _classes: dict[str, int]) -> Iterator[Observation]:
    city = case.city_procedure
    yield _observation(
        case,
        MismatchKind.WRONG_PORTAL_ID,
        field="portal_id",
        portal_value=case.portal[0].key,
        city_value=(city.portal_id or "") if city else "",
    )


def _invalid(case: Case, _law: Law, _classes: dict[str, int]) -> Iterator[Observation]:
    """Which side's record cannot be read stands in ``field``; why, in that side's value."""
    if case.city:
        seen = case.city[0]
        yield _observation(case, MismatchKind.INVALID_RECORD, field="city", city_value=seen.problem)
    else:
        seen = case.portal[0]
        yield _observation(case, MismatchKind.INVALID_RECORD, field="portal", portal_value=seen.problem)


def _test(case: Case, _law: Law, _classes: dict[str, int]) -> Iterator[Observation]:
    side, procedure = ("city", case.city_procedure) if case.city else ("portal", case.portal_procedure)
    reason = looks_like_test(procedure) if procedure else ""
    values = {"city_value": reason} if side == "city" else {"portal_value": reason}
    yield _observation(case, MismatchKind.TEST_RECORD, field=side, **values)


def _pending(case: Case, _law: Law, _classes: dict[str, int]) -> Iterator[Observation]:
    portal = case.portal_procedure
    yield _observation(
        case,
        MismatchKind.UNPUBLISHED_DECISION,
        field="published_at",
        portal_value=(portal.decision_number or "") if portal else "",
    )


def _unequal(case: Case, law: Law, classes: dict[str, int]) -> Iterator[Observation]:
    """Compare field by field; only real, tone-mark and order differences alarm."""
    portal, city = case.portal_procedure, case.city_procedure
    if portal is None or city is None:
        return
    found = differences(portal, city, law.rules)
    for difference in found:
        classes[difference.difference] = classes.get(difference.difference, 0) + 1
    alarming = [difference for difference in found if difference.difference.alarming]
    if not _is_decision_compared(portal, city, law):
        alarming = [difference for difference in alarming if difference.field not in DECISION_FIELDS]
    superseded = is_superseded(portal, city, law.past) and any(one.field == "decision_number" for one in alarming)
    for difference in alarming:
        if superseded and difference.field == "decision_date":
            continue
        yield _field_observation(case, difference, superseded=superseded)


def _is_decision_compared(portal: Procedure, city: Procedure, law: Law) -> bool:
    """Not where the two speak of two acts, nor while the portal shows an older decision than it has shown before."""
    if portal.code in law.past.flapping or has_stepped_back(portal, city, law.past):
        return False
    return decisions_comparable(portal, city, publication_known=law.publication_known)


def _field_observation(case: Case, difference: Difference, *, superseded: bool) -> Observation:
    is_decision = superseded and difference.field == "decision_number"
    return _observation(
        case,
        MismatchKind.DECISION_SUPERSEDED if is_decision else MismatchKind.FIELD_DIFFERS,
        field=difference.field,
        difference=difference.difference.value,
        portal_value=difference.portal_value,
        city_value=difference.city_value,
    )


JUDGES: dict[Suspicion, Judge] = {
    Suspicion.MISSING_IN_CITY: _simple(MismatchKind.MISSING_IN_CITY),
    Suspicion.MISSING_ON_PORTAL: _simple(MismatchKind.MISSING_ON_PORTAL),
    Suspicion.WITHDRAWN: _simple(MismatchKind.WITHDRAWN_ON_PORTAL),
    Suspicion.CLOSED: _closed,
    Suspicion.UNEQUAL: _unequal,
    Suspicion.PENDING: _pending,
    Suspicion.UNMAPPED: _simple(MismatchKind.UNMAPPED_CODE),
    Suspicion.AMBIGUOUS: _ambiguous,
    Suspicion.WRONG_LINK: _wrong_link,
    Suspicion.INVALID: _invalid,
    Suspicion.TEST: _test,
}
