"""Publication decisions of the older gateway: their list, and what one of them publishes, amends and rescinds.

In: the API. Out: decisions and their contents. The rows of a decision carry no code: it is looked up by the procedure's
number among those that the last listing showed.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import aclosing
from datetime import date
from functools import partial

from msgspec import Raw, Struct

from adapters.national_gateway.api import (
    AMENDED,
    DECISIONS,
    FIELDS_OF_DECISION,
    NEW,
    RESCINDED,
    GatewayApi,
)
from adapters.national_gateway.paging import pages, whole
from adapters.national_gateway.wire import DecidedRow, DecisionRow, FieldRow
from syncd.records.dates import parse_date
from syncd.sides.errors import ShapeError, SideError
from syncd.sides.http import decode
from syncd.sides.reading import Evidence, Finding, prove


class KeptDecision(Struct, frozen=True):
    """What a procedure's record keeps of its decision, as sent."""

    number: str | None
    date: str | None


class PublishedDecision(Struct, frozen=True):
    """One publication decision. ``number`` and ``dated`` are verbatim; ``signed`` is None for a date that is none."""

    id: str
    number: str
    title: str
    dated: str
    signed: date | None
    agency_id: str
    agency_name: str


class DecidedProcedure(Struct, frozen=True):
    """One procedure of a decision; ``code`` None where the last listing did not show its number."""

    id: str
    name: str
    publisher_name: str
    code: str | None = None


class DecisionContents(Struct, frozen=True):
    """What one decision does, and the fields of work that it is about."""

    new: tuple[DecidedProcedure, ...]
    amended: tuple[DecidedProcedure, ...]
    rescinded: tuple[DecidedProcedure, ...]
    fields: tuple[str, ...]


def published(row: Raw) -> PublishedDecision:
    """One row. Raises `ShapeError` for one of another shape; an impossible date is kept as it was written."""
    seen = decode(row, DecisionRow, where=DECISIONS)
    dated = seen.publishing_date or ""
    return PublishedDecision(
        id=str(seen.id),
        number=seen.code or "",
        title=seen.name or "",
        dated=dated,
        signed=_date(dated),
        agency_id="" if seen.agency_id is None else str(seen.agency_id),
        agency_name=seen.agency_name or "",
    )


def signed_on(written: str | None, *, where: str, path: str) -> date | None:
    """A date with hyphens (``09-12-2025``). Raises `ShapeError`."""
    if not written or not written.strip():
        return None
    try:
        return parse_date(written)
    except ValueError as error:
        raise ShapeError(f"{error!s:.200}", where=where, path=path) from None


def _date(written: str) -> date | None:
    try:
        return signed_on(written, where=DECISIONS, path="$.PUBLISHING_DATE")
    except ShapeError:
        return None


async def kept_decisions(api: GatewayApi, size: int, evidence: Evidence) -> dict[str, KeptDecision]:
    """Every decision by its number in the gateway; what makes the list less than whole is a doubt of ``evidence``."""
    own, found, failure, broken, doubled = Evidence(), dict[str, KeptDecision](), None, 0, 0
    try:
        async with aclosing(pages(api.decisions, size, own, where=DECISIONS)) as listing:
            async for rows in listing:
                kept = [one for row in rows if (one := _kept(row)) is not None]
                broken += len(rows) - len(kept)
                doubled += len(kept) - len({number for number, _ in kept} - found.keys())
                found.update(kept)
    except SideError as error:
        failure = error.message
    for reason in prove(own, duplicates=doubled, failure=failure).reasons:
        evidence.doubt(f"the list of decisions: {reason}")
    if broken:
        evidence.note(Finding("unreadable_decisions", broken))
    return found


def _kept(row: Raw) -> tuple[str, KeptDecision] | None:
    try:
        seen = decode(row, DecisionRow, where=DECISIONS)
    except ShapeError:
        return None
    return str(seen.id), KeptDecision(seen.code, seen.publishing_date)


async def read_decisions(api: GatewayApi, size: int) -> tuple[PublishedDecision, ...]:
    """Every publication decision, newest first. Raises `StaleError` for a list that is not whole."""
    return tuple([published(row) for row in await whole(api.decisions, size, where=DECISIONS)])


async def read_contents(api: GatewayApi, size: int, decision: str, codes: Mapping[str, str]) -> DecisionContents:
    """What a decision does. Raises `StaleError` where one of its lists is not whole, `ShapeError` for no number."""
    if not (decision.isascii() and decision.isdigit() and len(decision) <= 18):
        raise ShapeError(f"not the number of a decision: {decision[:40]!r}", where=NEW, path="id")
    new, amended, rescinded = [
        await _procedures(api, size, service, int(decision), codes) for service in (NEW, AMENDED, RESCINDED)
    ]
    return DecisionContents(new, amended, rescinded, await _fields(api, int(decision)))


async def _procedures(
    api: GatewayApi, size: int, service: str, decision: int, codes: Mapping[str, str]
) -> tuple[DecidedProcedure, ...]:
    async def ask(page: int, size: int) -> list[Raw]:
        return await api.rows(service, id=decision, recordPerPage=size, pageIndex=page)

    return tuple(map(partial(_decided, codes, service), await whole(ask, size, where=service)))


def _decided(codes: Mapping[str, str], service: str, row: Raw) -> DecidedProcedure:
    seen = decode(row, DecidedRow, where=service)
    number = str(seen.id)
    return DecidedProcedure(number, seen.procedure_name or "", seen.published_agency or "", codes.get(number))


async def _fields(api: GatewayApi, decision: int) -> tuple[str, ...]:
    rows = await api.rows(FIELDS_OF_DECISION, id=decision)
    seen = (decode(row, FieldRow, where=FIELDS_OF_DECISION) for row in rows)
    return tuple(row.name or row.field_name or "" for row in seen)
