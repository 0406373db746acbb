"""From the portal's record to the canonical one; pure.

In: an `Entry`, and the detail's bytes where there are any. Out: a `Procedure` whose texts are verbatim; `ShapeError`
with a path for everything that the protocol does not have. Folding for comparison is not done here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import TypeVar

from adapters.national_portal.entry import Entry, read_entry
from adapters.national_portal.wire import Coded, Detail, FeeLine, MethodLine, Named, Proposal
from syncd.records.dates import from_epoch_ms, local_date
from syncd.records.durations import duration_of
from syncd.records.money import LARGEST
from syncd.records.procedure import (
    FIELDS,
    Channel,
    Document,
    Duration,
    Fee,
    Kind,
    LegalBasis,
    Level,
    Method,
    Procedure,
    State,
    Step,
    Unit,
)
from syncd.records.text import display
from syncd.sides.adapter import Record
from syncd.sides.errors import ShapeError
from syncd.sides.http import decode

T = TypeVar("T")

LISTING = "portal listing"
DETAIL = "portal detail"
CARRIES = frozenset(FIELDS) - {"local_code", "applied_departments"}
SCOPE = frozenset({"applied_departments"})

KINDS = {"STANDARD": Kind.STANDARD, "SPECIFIC": Kind.SPECIFIC, "STANDARD_INTERNAL": Kind.INTERNAL}
DONG = frozenset({"", "Việt Nam Đồng", "VND", "VNĐ"})
MOST_PAPERS = 1_000_000

TRANSLATION = "1"
"""The version of the translation; raised when a release translates any record differently."""


def canonical(record: Record) -> Procedure:
    """Translate one record; without its detail, what only the detail says is None.

    Raises `ShapeError` with the code, wherever the listing or else the detail still says it.
    """
    try:
        return _canonical(record)
    except ShapeError as error:
        error.code = error.code or _code(record.raw) or _code(record.detail or b"")
        raise


def _code(content: bytes) -> str:
    try:
        return decode(content, Coded, where="").code or ""
    except ShapeError:
        return ""


def _canonical(record: Record) -> Procedure:
    entry = read_entry(record.raw, where=LISTING)
    if not record.detail:
        return _of_entry(entry)
    detail = decode(record.detail, Detail, where=DETAIL)
    if (detail.id, detail.code) != (entry.id, entry.code):
        raise ShapeError(
            f"the detail of {detail.code[:40]!r} came for {entry.code[:40]!r}", where=DETAIL, path="$.id, $.code"
        )
    return _of_detail(entry, detail)


def _of_entry(entry: Entry) -> Procedure:
    return Procedure(
        code=entry.code,
        portal_id=entry.id,
        name=entry.name,
        state=_state(entry.state),
        applied_departments=entry.applied,
    )


def _of_detail(entry: Entry, detail: Detail) -> Procedure:
    field = detail.categories_details[0] if detail.categories_details else None
    proposal = detail.procedure_proposal or Proposal()
    return Procedure(
        code=entry.code,
        portal_id=entry.id,
        name=detail.name,
        kind=KINDS[detail.type],
        state=_state(entry.state, detail.state),
        field_code=field.code if field else None,
        field_name=field.name if field else None,
        publisher_code=detail.department_promulgate_code,
        publisher_name=detail.department_promulgate_name,
        levels=_levels(detail),
        executing_agencies=_executing(detail),
        decision_number=proposal.proposal_number,
        decision_date=_decision_date(proposal),
        published_at=_published_at(proposal),
        steps=tuple(Step(step.description, case=step.name) for step in detail.execution_steps),
        methods=tuple(_method(line, f"$.executionMethods[{n}]") for n, line in enumerate(detail.execution_methods)),
        documents=_documents(detail),
        subjects=_names(detail.subject_types_details),
        results=_names(detail.results_details),
        legal_bases=_legal_bases(detail.legal_basises_details),
        requirements=detail.requirements_and_conditions,
        online_level="full" if detail.is_full_process else None,
        applied_departments=entry.applied,
    )


def _state(*states: str) -> State:
    """Withdrawn as soon as one of listing and detail says INACTIVE (no longer in force)."""
    return State.WITHDRAWN if "INACTIVE" in states else State.PUBLIC


def _levels(detail: Detail) -> tuple[Level, ...]:
    marks = (
        (detail.is_ministry, Level.MINISTRY),
        (detail.is_province, Level.PROVINCE),
        (detail.is_ward, Level.COMMUNE),
        (detail.is_other_agency, Level.OTHER),
    )
    return tuple(level for is_marked, level in marks if is_marked)


def _executing(detail: Detail) -> tuple[str, ...]:
    """Named departments, else the portal's free text, else groups of units (which may hold scalars: skipped)."""
    if detail.departments_executing:
        return _names(detail.departments_executing)
    if detail.executing_agencies:
        return (detail.executing_agencies,)
    return _names(group for group in detail.unit_groups_executing if isinstance(group, Named))


def _names(lines: Iterable[Named]) -> tuple[str, ...]:
    return tuple(line.name for line in lines)


def _decision_date(proposal: Proposal) -> date | None:
    instant = _instant(proposal.decision_date, "$.procedureProposal.decisionDate")
    return None if instant is None else local_date(instant)


def _published_at(proposal: Proposal) -> datetime | None:
    return _instant(proposal.publication_date, "$.procedureProposal.publicationDate")


def _instant(milliseconds: int | None, path: str) -> datetime | None:
    return None if milliseconds is None else _at(path, lambda: from_epoch_ms(milliseconds))


def _method(line: MethodLine, path: str) -> Method:
    return Method(
        channel=Channel(line.submission_method.lower()),
        duration=_duration(line, path),
        fees=tuple(_fee(fee, f"{path}.fees[{n}]") for n, fee in enumerate(line.fees)),
        note=line.description or "",
    )


def _duration(line: MethodLine, path: str) -> Duration | None:
    number, unit = line.processing_time, Unit(line.processing_time_unit.lower())
    return None if number is None else _at(f"{path}.processingTime", lambda: duration_of(number, unit))


def _fee(line: FeeLine, path: str) -> Fee:
    """An amount in another currency is not one in đồng: it stays in the note, in its own words ("25 USD")."""
    if line.value is not None and not 0 <= line.value <= LARGEST:
        raise ShapeError(f"not an amount: outside 0 to {LARGEST}", where=DETAIL, path=f"{path}.value")
    note = line.description or ""
    if line.value is None or display(line.currency_name or "") in DONG:
        return Fee(line.type, line.value, note)
    amount = f"{line.value} {line.currency_name}"
    return Fee(line.type, None, f"{amount}: {note}" if note else amount)


def _documents(detail: Detail) -> tuple[Document, ...]:
    return tuple(
        Document(
            name=paper.name,
            code=paper.code,
            case=case.name,
            originals=_count(paper.original_qty, f"$.executionCases[{n}].profileComponents[{m}].originalQty"),
            copies=_count(paper.copy_qty, f"$.executionCases[{n}].profileComponents[{m}].copyQty"),
        )
        for n, case in enumerate(detail.execution_cases)
        for m, paper in enumerate(case.profile_components)
    )


def _count(number: int, path: str) -> int:
    if not 0 <= number <= MOST_PAPERS:
        raise ShapeError(f"not a number of papers: outside 0 to {MOST_PAPERS}", where=DETAIL, path=path)
    return number


def _legal_bases(lines: Iterable[Named]) -> tuple[LegalBasis, ...]:
    """In the portal's order, each once: it repeats some."""
    return tuple(dict.fromkeys(LegalBasis(line.code, line.name) for line in lines))


def _at(path: str, read: Callable[[], T]) -> T:
    try:
        return read()
    except (ValueError, OverflowError) as error:
        raise ShapeError(f"{error!s:.200}", where=DETAIL, path=path) from None
