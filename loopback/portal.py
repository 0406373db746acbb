"""The national portal's JSON API of 2026, as it answers on a loopback address.

In: a catalogue. Out: an aiohttp application: POST only, success is HTTP 201 with ``{"code":"OK","data":…}``; a GET gets
the firewall's page. `PortalState` holds the records and can be changed while it runs.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from aiohttp import web

from loopback.catalogue import Catalogue, Event, Json, PortalRecord
from loopback.catalogue.agencies import MINISTRIES, PROVINCES
from loopback.evaluation import HANDLERS as EVALUATION_HANDLERS
from loopback.evaluation_state import EvaluationState
from loopback.faults import FaultPlan, faults_middleware

BASE: Final = "/api/v1"
FORMALITIES: Final = f"{BASE}/reporting/formalities"
PUBLIC_LIST: Final = f"{BASE}/submitting/formality/list-all-public-formality-by-citizen"
DETAIL: Final = f"{BASE}/configuring/formality/get-formality-by-citizen"
DEPARTMENTS: Final = f"{BASE}/configuring/citizen/department/list-with-location"

LARGEST_PAGE: Final = 200
LARGEST_BODY: Final = 64 * 1024
REJECTED: Final = (
    "<html><head><title>Request Rejected</title></head><body>The requested URL was rejected. Please consult with your"
    " administrator.<br><br>Your support ID is: 4242424242424242424<br><br>"
    "<a href='javascript:history.back();'>[Go Back]</a></body></html>"
)


class Refusal(Exception):  # noqa: N818 - a word of this room: the portal refuses a question
    """The portal refuses a question: the HTTP status, and the code and message of its envelope."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


class PortalState:
    """What the portal knows now; ``evaluation``: its Service Index. ``requests`` counts answered questions by path."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.records: dict[str, PortalRecord] = {record.id: record for record in catalogue.portal}
        self.requests: dict[str, int] = {}
        self.evaluation = EvaluationState(catalogue.seed)
        self._events = {event.name: event for event in catalogue.events}
        self._newest_first: list[PortalRecord] | None = None

    def advance(self, event: Event | str) -> Event:
        """Let a scheduled change happen, given by itself or by its name. Raises `KeyError` for an unknown name."""
        happening = self._events[event] if isinstance(event, str) else event
        self.put(happening.record)
        return happening

    def put(self, record: PortalRecord) -> None:
        """Show this record from now on, in place of the one with its id."""
        self.records[record.id] = record
        self._newest_first = None

    def remove(self, portal_id: str) -> None:
        """Show this record no more, in no interface. Raises `KeyError`."""
        del self.records[portal_id]
        self._newest_first = None

    def newest_first(self) -> list[PortalRecord]:
        """Every record, in the portal's order."""
        if self._newest_first is None:
            self._newest_first = sorted(
                self.records.values(), key=lambda record: (-int(record.detail["createdAt"]), record.id)
            )
        return self._newest_first


STATE: Final = web.AppKey("state", PortalState)


def portal_app(state: PortalState, faults: FaultPlan | None = None) -> web.Application:
    """The application; ``faults`` decides which answers go wrong."""
    app = web.Application(middlewares=[faults_middleware(faults or FaultPlan())], client_max_size=LARGEST_BODY)
    app[STATE] = state
    app.router.add_route("*", "/{path:.*}", _answer)
    return app


async def _answer(request: web.Request) -> web.Response:
    if request.method != "POST":
        return web.Response(text=REJECTED, content_type="text/html")
    state = request.app[STATE]
    state.requests[request.path] = state.requests.get(request.path, 0) + 1
    try:
        handler = _HANDLERS.get(request.path, _nowhere)
        return envelope(handler(state, _asked(await request.read())))
    except Refusal as refusal:
        return envelope(None, status=refusal.status, code=refusal.code, message=refusal.message)


def envelope(data: object, *, status: int = 201, code: str = "OK", message: str = "OK") -> web.Response:
    """An answer as the portal wraps it."""
    body = json.dumps({"code": code, "data": data, "message": message}, ensure_ascii=False, separators=(",", ":"))
    return web.Response(
        status=status, body=body.encode("utf-8", "surrogatepass"), content_type="application/json", charset="utf-8"
    )


def _asked(body: bytes) -> Json:
    try:
        asked = json.loads(body)
    except ValueError:
        asked = None
    if not isinstance(asked, dict):
        raise Refusal(400, "BAD_REQUEST", "the body must be one JSON object")
    return asked


def _formalities(state: PortalState, asked: Json) -> Json:
    """Catalogue with states and scope: pages with a declared total."""
    page, size = _number(asked, "currentPage", 1, 1_000_000), _number(asked, "pageSize", 10, LARGEST_PAGE)
    found = [record for record in state.newest_first() if _speaks_of(record, _text(asked, "q"))]
    pagination = {
        "total": len(found),
        "currentPage": page,
        "pageSize": size,
        "totalPages": -(-len(found) // size),
    }
    shown = found[(page - 1) * size : page * size]
    return {"items": [_formality(record) for record in shown], "pagination": pagination}


def _formality(record: PortalRecord) -> Json:
    detail = record.detail
    return {
        **{key: detail[key] for key in ("id", "code", "name", "state")},
        "departmentId": detail["departmentPromulgateId"],
        "publishingDepartmentIds": [detail["departmentPromulgateId"]],
        "appliedDepartmentIds": list(record.applied),
    }


def _public_list(state: PortalState, asked: Json) -> Json:
    """The citizens' list: public ones only, newest first, with a cursor; its end is an empty page."""
    limit, department = _number(asked, "limit", 20, LARGEST_PAGE), _text(asked, "departmentCode")
    found = [
        record
        for record in state.newest_first()
        if record.public
        and _speaks_of(record, _text(asked, "q"))
        and department in ("", record.detail["departmentPromulgateCode"])
    ]
    last = _text(asked, "lastId")
    shown = after(found, last, key=lambda record: record.id)[:limit]
    return {
        "items": [_public_row(record) for record in shown],
        "lastId": shown[-1].id if shown else last,
        "total": len(found),
    }


def _public_row(record: PortalRecord) -> Json:
    detail = record.detail
    executing = detail["departmentsExecuting"] or [group for group in detail["unitGroupsExecuting"] if group]
    return {
        **{key: detail[key] for key in ("id", "name", "code", "codeNotation", "categoryIds", "state", "type")},
        "categories": [category["name"] for category in detail["categoriesDetails"]],
        "departments": [agency["name"] for agency in executing],
        "departmentPromulgate": detail["departmentPromulgateName"],
        "departmentPromulgateId": detail["departmentPromulgateId"],
        "formalityTargetType": [subject["name"] for subject in detail["subjectTypesDetails"]],
    }


def _detail(state: PortalState, asked: Json) -> Json:
    record = state.records.get(_text(asked, "id"))
    if record is None:
        raise Refusal(404, "NOT_FOUND", "Không tìm thấy thủ tục hành chính")
    return record.detail


def _evaluated(path: str) -> Callable[[PortalState, Json], Json]:
    def answer(state: PortalState, asked: Json) -> Json:
        try:
            return EVALUATION_HANDLERS[path](state.evaluation, asked)
        except LookupError as error:
            raise Refusal(404, "NOT_FOUND", str(error)) from None
        except ValueError as error:
            raise Refusal(400, "BAD_REQUEST", str(error)) from None

    return answer


def _nowhere(_state: PortalState, _asked: Json) -> Json:
    raise Refusal(404, "NOT_FOUND", "Cannot POST to this path")


def _departments(_state: PortalState, asked: Json) -> Json:
    """Units of the first level, of one type; its end is an empty page, or a cursor that does not move."""
    kind = _text(asked, "type")
    if kind not in ("MINISTRY", "PROVINCE"):
        raise Refusal(400, "BAD_REQUEST", "type must be one of the following values: MINISTRY, PROVINCE")
    limit, last = _number(asked, "limit", 20, LARGEST_PAGE), _text(asked, "lastId")
    agencies = list((PROVINCES if kind == "PROVINCE" else MINISTRIES).values())
    shown = after(agencies, last, key=lambda agency: agency.id)[:limit]
    rows = [
        {"id": agency.id, "name": agency.name, "code": agency.code, "level": "level_1", "hasChild": True}
        for agency in shown
    ]
    return {"rows": rows, "lastId": shown[-1].id if shown else last}


def after(records: list[Any], last: str, *, key: Callable[[Any], str]) -> list[Any]:
    """What follows the record ``last``; everything for "", nothing for one that is not there."""
    if not last:
        return records
    at = next((at for at, record in enumerate(records) if key(record) == last), len(records))
    return records[at + 1 :]


def _speaks_of(record: PortalRecord, words: str) -> bool:
    """Whether a search finds the record: by part of its code, or of its name regardless of case."""
    return not words or words in record.code or words.casefold() in str(record.detail["name"]).casefold()


def _text(asked: Json, key: str) -> str:
    value = asked.get(key, "")
    if not isinstance(value, str):
        raise Refusal(400, "BAD_REQUEST", f"{key} must be a string")
    return value


def _number(asked: Json, key: str, default: int, largest: int) -> int:
    value = asked.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= largest:
        raise Refusal(400, "BAD_REQUEST", f"{key} must not be less than 1 nor greater than {largest}")
    return value


_HANDLERS: Final[dict[str, Callable[[PortalState, Json], Json]]] = {
    FORMALITIES: _formalities,
    PUBLIC_LIST: _public_list,
    DETAIL: _detail,
    DEPARTMENTS: _departments,
    **{path: _evaluated(path) for path in EVALUATION_HANDLERS},
}
