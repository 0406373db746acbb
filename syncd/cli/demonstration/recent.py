"""What is recent in the demo's catalogue: decisions of this week, so that publications are due and not only late.

In: the invented catalogue, the timeline. Out: the catalogue with events that are dated when they happen, and registers
that know of the newest documents and decisions.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Final, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from loopback.catalogue import Catalogue, Change, Event, Json, PortalRecord
from loopback.catalogue.agencies import HANOI
from loopback.catalogue.drafts import SPECIFIC, STANDARD
from loopback.catalogue.portal_side import day_ms
from syncd.cli.demonstration.timeline import Timeline

LENGTH_OF_CODE: Final = len("1.000000")
EFFECTIVE_IN: Final = (9, 13, 20)
"""Days from today until the circulars of the new decisions are in force."""
DOCUMENTS, DECISIONS = "legal-documents.csv", "decisions.csv"

Row = Sequence[str]


class Circular(NamedTuple):
    """The document that makes a new decision necessary, with the decision of the ministry."""

    number: str
    title: str
    ministry: str
    decision: str
    signed: date
    effective: date


def with_recent(catalogue: Catalogue, timeline: Timeline) -> Catalogue:
    """The catalogue with what belongs to this week."""
    circulars = dict(_circulars(catalogue.events, timeline))
    events = tuple(_dated(event, circulars.get(event.name), timeline) for event in catalogue.events)
    codes = {event.name: event.record.code for event in events}
    rows = [*(_of_ministry(one, codes[name]) for name, one in circulars.items()), *_own(catalogue, timeline)]
    more = {DOCUMENTS: [document for document, _ in rows], DECISIONS: [decision for _, decision in rows]}
    registers = {name: content + _csv(more.get(name, [])) for name, content in catalogue.registers.items()}
    return replace(catalogue, events=events, registers=registers)


def write_registers(home: Path, registers: Mapping[str, bytes]) -> None:
    """Write the Office's registers."""
    for name, content in registers.items():
        (home / name).write_bytes(content)


def _circulars(events: Iterable[Event], timeline: Timeline) -> Iterator[tuple[str, Circular]]:
    """By the name of the event; signed by the ministry when the week begins, in force soon."""
    decided = (one for one in events if one.change is Change.NEW_DECISION and one.record.detail["type"] == STANDARD)
    for event, days in zip(decided, EFFECTIVE_IN, strict=False):
        proposal = event.record.detail["procedureProposal"]
        ministry, decision = str(proposal["issuingAgency"]["name"]), str(proposal["proposalNumber"])
        signed = timeline.today - timedelta(days=9)
        number = f"{90 + days}/{signed.year}/TT-{decision.rpartition('-')[2]}"
        title = f"Thông tư của {ministry} sửa đổi, bổ sung một số quy định về thủ tục hành chính"
        yield event.name, Circular(number, title, ministry, decision, signed, timeline.today + timedelta(days=days))


def _dated(event: Event, circular: Circular | None, timeline: Timeline) -> Event:
    """The event with the day of its decision and the document that it rests on; any other event as it is."""
    if circular is None:
        return event
    detail = event.record.detail
    basis = {"id": str(uuid5(NAMESPACE_URL, circular.number)), "name": circular.title}
    changed: Json = {
        "procedureProposal": detail["procedureProposal"]
        | {
            "decisionDate": day_ms(circular.signed, midnight_utc=False),
            "publicationDate": _milliseconds(timeline.on(1, "14:00")),
        },
        "legalBasisIds": [basis["id"]],
        "legalBasisesDetails": [basis | {"code": circular.number}],
    }
    return replace(event, record=PortalRecord(detail | changed, event.record.applied))


def _milliseconds(instant: datetime) -> int:
    return int(instant.timestamp()) * 1_000


def _of_ministry(one: Circular, code: str) -> tuple[Row, Row]:
    """The circular and the ministry's decision; the city's own list decision is not signed yet."""
    promulgated = one.signed - timedelta(days=12)
    return (
        (one.number, one.title, _day(promulgated), _day(one.effective), "không"),
        (one.decision, _day(one.signed), one.ministry, "bộ", code, "sửa đổi, bổ sung", one.number, ""),
    )


def _own(catalogue: Catalogue, timeline: Timeline) -> Iterator[tuple[Row, Row]]:
    """Decisions that the city signed this week, and that the portal does not show yet."""
    days = [timeline.on(number, "16:00").date() for number in (2, 4, 5)]
    for number, (record, signed) in enumerate(zip(_specific(catalogue), days, strict=False), start=1):
        document = f"{80 + number}/{signed.year}/QĐ-UBND"
        title = "Quyết định của Ủy ban nhân dân Thành phố sửa đổi quy định trên địa bàn"
        is_citys = record.detail["departmentPromulgateCode"] == HANOI.code
        decision = f"{6210 + number}/QĐ-{'UBND' if is_citys else 'TTPVHCC'}"
        issuer, authority = str(record.detail["departmentPromulgateName"]), "tỉnh" if is_citys else "được giao"
        yield (
            (document, title, _day(signed - timedelta(days=15)), _day(signed + timedelta(days=12)), "không"),
            (decision, _day(signed), issuer, authority, record.code, "sửa đổi, bổ sung", document, ""),
        )


def _specific(catalogue: Catalogue) -> Iterator[PortalRecord]:
    """The city's own procedures in which nothing is planted."""
    spoiled = {planted.code for planted in catalogue.planted} | {event.record.code for event in catalogue.events}
    for record in catalogue.portal:
        is_own = record.detail["type"] == SPECIFIC and str(record.detail["departmentPromulgateCode"]).startswith(
            HANOI.code
        )
        if is_own and record.public and record.code not in spoiled and len(record.code) == LENGTH_OF_CODE:
            yield record


def _day(day: date) -> str:
    return day.strftime("%d/%m/%Y")


def _csv(rows: Iterable[Row]) -> bytes:
    text = StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()
