"""Dossiers and statistics of the loopback OpenCPS, as its REST interface answers.

In: a `DossierBook`. Out: handlers. Rows carry the applicant, as real ones do; lists write ``dd/MM/yyyy HH:mm:ss``. The
``total`` of statistics only counts the rows sent, and without ``agency`` a user sees the unit of his own alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from aiohttp import web

from loopback.catalogue import Json
from loopback.opencps_book import PAUSED, DossierBook, Entry

DOSSIERS: Final = "/o/rest/v2/dossiers"
STATISTICS: Final = "/o/rest/statistics"
FIRST_YEAR: Final = 2017
BOOK: Final = web.AppKey("book", DossierBook)

_WRITTEN: Final = "%d/%m/%Y %H:%M:%S"


def add_dossiers(app: web.Application, book: DossierBook) -> None:
    """Let the application answer about dossiers as well."""
    app[BOOK] = book
    app.router.add_get(DOSSIERS, _search)
    app.router.add_get(STATISTICS, _statistics)


def _json(document: Json, status: int = 200) -> web.Response:
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    return web.Response(status=status, body=body, content_type="application/json", charset="utf-8")


def _fault(message: str) -> web.Response:
    """A refusal, in the words and with the status of the statistics service."""
    return _json({"faultCode": "400", "faultMessage": message}, 406)


def _number(request: web.Request, name: str) -> int:
    text = request.query.get(name, "")
    return int(text) if text.removeprefix("-").isdecimal() and text.isascii() and len(text) < 10 else 0


async def _search(request: web.Request) -> web.Response:
    book = request.app[BOOK]
    found = [entry for entry in sorted(book.entries.values(), key=lambda one: one.id) if _finds(request, book, entry)]
    start, end = _number(request, "start"), _number(request, "end")
    return _json({"total": len(found), "data": [row(entry, book.now) for entry in found[start : end or None]]})


def _finds(request: web.Request, book: DossierBook, entry: Entry) -> bool:
    """Whether every condition of the query holds; a number finds all that contain it."""
    query = request.query
    released = entry.released
    conditions = (
        query.get("top") != "overdue" or entry.is_overdue(book.now),
        query.get("dossierNo", "") in entry.number,
        "fromReleaseDate" not in query or (released is not None and released >= _day(query["fromReleaseDate"])),
        "toReleaseDate" not in query
        or (released is not None and released.date() <= _day(query["toReleaseDate"]).date()),
    )
    return all(conditions)


def _day(text: str) -> datetime:
    return datetime.strptime(text, "%d/%m/%Y")  # noqa: DTZ007 - local


def row(entry: Entry, now: datetime) -> Json:
    """A dossier as the search shows it: more of the applicant than of the dossier."""
    applicant = entry.applicant
    return {
        "dossierId": entry.id,
        "dossierIdCTN": f"CTN{entry.id}",
        "groupId": 35166,
        "createDate": entry.received.strftime(_WRITTEN),
        "modifiedDate": (entry.released or entry.received).strftime(_WRITTEN),
        "serviceCode": entry.service_code,
        "serviceName": f"Thủ tục {entry.service_code}",
        "govAgencyCode": entry.unit_code,
        "govAgencyName": entry.unit_name,
        "applicantName": applicant.name.upper(),
        "applicantIdType": "citizen",
        "applicantIdNo": applicant.id_number,
        "applicantIdDate": "01/01/2020 00:00:00",
        "address": applicant.address,
        "contactName": applicant.name,
        "contactTelNo": applicant.telephone,
        "contactEmail": applicant.email,
        "delegateName": applicant.name,
        "delegateIdNo": applicant.id_number,
        "delegateTelNo": applicant.telephone,
        "dossierName": f"Hồ sơ của {applicant.name}",
        "dossierNote": f"Liên hệ {applicant.telephone}",
        "dossierNo": entry.number,
        "submitDate": entry.received.strftime(_WRITTEN),
        "receiveDate": entry.received.strftime(_WRITTEN),
        "dueDate": _time(entry.due),
        "extendDate": "",
        "finishDate": _time(entry.released),
        "releaseDate": _time(entry.released),
        "dossierOverdue": "Quá hạn" if entry.is_overdue(now) else "",
        "dossierStatus": entry.status,
        "dossierStatusText": "Đang xử lý" if entry.released is None else "Đã trả kết quả",
        "lockState": entry.lock,
        "domainCode": entry.field_code,
        "online": str(entry.online).lower(),
    }


def _time(instant: datetime | None) -> str:
    return instant.strftime(_WRITTEN) if instant else ""


async def _statistics(request: web.Request) -> web.Response:
    """Rows by unit and field, and totals: of each unit, of each field, of all. ``month`` 0 or absent is the year."""
    book = request.app[BOOK]
    month, year = _number(request, "month"), _number(request, "year")
    if not FIRST_YEAR <= year <= book.now.year:
        return _fault("Invalid year")
    if not 0 <= month <= 12:
        return _fault("Invalid month")
    agency = request.query.get("agency", min(entry.unit_code for entry in book.entries.values()))
    rows = book.reports(month, year) if book.reports else _counted(book, month, year)
    data = [one for one in rows if agency in ("all", one["govAgencyCode"])]
    return _json({"total": len(data), "agency": agency, "data": data})


def _counted(book: DossierBook, month: int, year: int) -> Iterable[Json]:
    return _rows([entry for entry in book.entries.values() if _is_of(entry, year, month)], month, year, book.now)


def _is_of(entry: Entry, year: int, month: int) -> bool:
    return entry.received.year == year and month in (0, entry.received.month)


def _rows(entries: Sequence[Entry], month: int, year: int, now: datetime) -> Iterable[Json]:
    units = {entry.unit_code: entry.unit_name for entry in entries}
    fields = sorted({entry.field_code for entry in entries})
    yield statistic(entries, month, year, now)
    for code, name in sorted(units.items()):
        own = [entry for entry in entries if entry.unit_code == code]
        yield statistic(own, month, year, now, unit=(code, name))
        for field in fields:
            yield statistic([one for one in own if one.field_code == field], month, year, now, (code, name), field)
    for field in fields:
        yield statistic([one for one in entries if one.field_code == field], month, year, now, field=field)


def statistic(
    entries: Sequence[Entry], month: int, year: int, now: datetime, unit: tuple[str, str] = ("", ""), field: str = ""
) -> Json:
    """One row: dossiers received in the period, by where they stand now. Early by more than an hour is "betimes"."""

    def count(holds: Callable[[Entry], bool]) -> int:
        return sum(holds(entry) for entry in entries)

    released = count(lambda one: one.released is not None)
    late = count(lambda one: bool(one.released and one.due and one.released > one.due))
    standing = Standing(
        received=len(entries),
        online=count(lambda one: one.online),
        early=count(lambda one: bool(one.released and one.due and (one.due - one.released).total_seconds() > 3_600)),
        on_time=released - late,
        late=late,
        overdue=count(lambda one: one.released is None and bool(one.due) and one.due < now),  # type: ignore[operator]
        paused=count(lambda one: one.lock in PAUSED),
    )
    return statistic_row(standing, month, year, unit, field)


class Standing(NamedTuple):
    """Dossiers by where they stand: ``early`` ones are among those ``on_time``; the rest of ``received`` still runs."""

    received: int
    online: int
    early: int
    on_time: int
    late: int
    overdue: int
    paused: int = 0


def statistic_row(standing: Standing, month: int, year: int, unit: tuple[str, str] = ("", ""), field: str = "") -> Json:
    """The row of a unit (code, name; none: the whole site) and a field (none: all)."""
    received, released = standing.received, standing.on_time + standing.late
    return {
        "month": month,
        "year": year,
        "totalCount": received,
        "deniedCount": 0,
        "cancelledCount": 0,
        "processCount": received,
        "remainingCount": 0,
        "receivedCount": received,
        "onlineCount": standing.online,
        "releaseCount": released,
        "betimesCount": standing.early,
        "ontimeCount": standing.on_time - standing.early,
        "overtimeCount": standing.late,
        "doneCount": released,
        "processingCount": received - released,
        "undueCount": received - released - standing.overdue,
        "overdueCount": standing.overdue,
        "pausingCount": standing.paused,
        "ontimePercentage": 100 * standing.on_time // released if released else 0,
        "govAgencyCode": unit[0],
        "govAgencyName": unit[1],
        "domainCode": field,
        "domainName": f"Lĩnh vực {field}" if field else "",
        "reporting": False,
    }
