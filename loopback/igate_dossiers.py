"""Dossiers and statistics of the loopback iGate, as its services answer.

In: the dossiers of `IgateState`. Out: handlers. Rows carry the applicant, as real ones do; instants are written in UTC
with ``+0000``. Statistics show a unit only to who names the site's own ids of its levels.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from aiohttp import web

from loopback.catalogue import Json
from loopback.catalogue.index_figures import HANOI
from loopback.igate_state import ROOT_ID, STATE, IgateState, as_json, object_id, paged, spoken, spring_error
from loopback.opencps_book import PAUSED, Entry
from syncd.records.dates import HO_CHI_MINH

DOSSIERS: Final = "/pa/dossier/search"
STATISTICS: Final = "/pa/dossier-statistic/--statistic-agency-kgg"
STATES: Final = {"running": 2, "paused": 6, "ended": 12}
"""Numbers of states; no legend of them is public."""
AGENCY_LEVELS: Final = ("5f6b17984e1bd312a6f3ae4b", "5f7dade4b80e603d5300dcc4", "5f6b177a4e1bd312a6f3ae4a")
PROCEDURE_LEVELS: Final = ("62b52a0224023d508ef38fc1", "62b529c424023d508ef38fbd", "62b529f524023d508ef38fc0")
LEVEL_QUERY: Final = {
    **{f"agencyLevel{place}": one for place, one in enumerate(AGENCY_LEVELS)},
    **{f"procedureLevel{place}": one for place, one in enumerate(PROCEDURE_LEVELS, 2)},
}
"""What a question about statistics must say at this site."""


def add_dossiers(app: web.Application) -> None:
    """Let the application answer about dossiers as well."""
    app.router.add_get(DOSSIERS, _search)
    app.router.add_get(STATISTICS, _statistics)


async def _search(request: web.Request) -> web.Response:
    state = request.app[STATE]
    below = request.query.get("ancestor-agency-id", ROOT_ID) == ROOT_ID
    entries = sorted(state.dossiers.entries.values(), key=lambda one: one.id)
    found = [entry for entry in entries if below and _finds(request, entry)]
    return paged(request, found, row)


def _finds(request: web.Request, entry: Entry) -> bool:
    """Whether every condition of the query holds; a number finds all that contain it."""
    query = request.query
    due, released = _asked(query, "appointment-to"), entry.released
    since, until = _asked(query, "result-returned-from"), _asked(query, "result-returned-to")
    conditions = (
        query.get("code", "") in entry.number,
        not query.get("dossier-status") or str(state_of(entry)) in query["dossier-status"].split(","),
        due is None or (entry.due is not None and entry.due <= due),
        since is None or (released is not None and released >= since),
        until is None or (released is not None and released <= until),
    )
    return all(conditions)


def _asked(query: Mapping[str, str], name: str) -> datetime | None:
    """An instant of the query, as the local time in which the book is kept."""
    text = query.get(name, "")
    return datetime.fromisoformat(text).astimezone(HO_CHI_MINH).replace(tzinfo=None) if text else None


def state_of(entry: Entry) -> int:
    kind = "ended" if entry.released else "paused" if entry.lock in PAUSED else "running"
    return STATES[kind]


def row(entry: Entry) -> Json:
    """A dossier as the search shows it: more of the applicant than of the dossier."""
    applicant = entry.applicant
    return {
        "id": object_id(entry.id),
        "code": entry.number,
        "nationCode": f"QG-{entry.id}",
        "applicant": {
            "data": {
                "fullname": applicant.name.upper(),
                "identityNumber": applicant.id_number,
                "phoneNumber": applicant.telephone,
                "email": applicant.email,
                "address": applicant.address,
            }
        },
        "procedure": {
            "id": object_id(entry.id + 50_000),
            "code": entry.service_code,
            "translate": spoken(f"Thủ tục {entry.service_code}", entry.id),
        },
        "agency": {"id": object_id(_place(entry)), "code": entry.unit_code, "name": spoken(entry.unit_name, entry.id)},
        "statusCurrentTask": f"Đang chờ {applicant.name} bổ sung",
        "dossierStatus": {"id": state_of(entry), "name": spoken("Đang xử lý")},
        "appliedDate": written(entry.received),
        "appointmentDate": written(entry.due),
        "completedDate": written(entry.released),
    }


def _place(entry: Entry) -> int:
    return 1_000 + entry.id // 1_000


def written(local: datetime | None) -> str | None:
    """``2026-10-01T01:30:00.000+0000``."""
    return f"{local.replace(tzinfo=HO_CHI_MINH).astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000+0000" if local else None


async def _statistics(request: web.Request) -> web.Response:
    """A row for the site and for each of its units; none where the ids of the levels are another site's."""
    state, query = request.app[STATE], request.query
    if "from-date" not in query or "to-date" not in query:
        return spring_error(request, 400, "Bad Request")
    known = query.get("agency-id") == ROOT_ID and all(query.get(name) == one for name, one in LEVEL_QUERY.items())
    first, last = query["from-date"][:10], query["to-date"][:10]
    entries = [one for one in state.dossiers.entries.values() if first <= f"{one.received:%Y-%m-%d}" <= last]
    hides = query.get("hide-agency-no-dossier") == "true"
    rows = [one for one in _rows(state, entries) if one["received"] or not hides] if known else []
    return as_json(rows)


def _rows(state: IgateState, entries: Sequence[Entry]) -> Iterable[Json]:
    yield statistic(ROOT_ID, HANOI, "UBND Thành phố Hà Nội", entries)
    units = {one.unit_code: (one.unit_name, _place(one)) for one in state.dossiers.entries.values()}
    for code, (name, place) in sorted(units.items()):
        yield statistic(object_id(place), code, name, [one for one in entries if one.unit_code == code])


def statistic(identity: str, code: str, name: str, entries: Sequence[Entry]) -> Json:
    """One row: dossiers received in the period, by where they stand now."""

    def count(holds: Callable[[Entry], bool]) -> int:
        return sum(holds(entry) for entry in entries)

    online = count(lambda one: one.online)
    return {
        "agency": {"id": identity, "code": code, "name": spoken(name)},
        "received": len(entries),
        "receivedOnline": online,
        "receivedDirect": len(entries) - online,
        "resolved": count(lambda one: one.released is not None),
        "resolvedOverdue": count(lambda one: bool(one.released and one.due and one.released > one.due)),
    }
