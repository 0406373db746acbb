"""The older gateway's questions: one form field ``params`` that holds JSON, and a workbook by GET.

In: a service and its parameters. Out: raw rows, or the bytes of a workbook; else a `SideError`. An error page comes
with status 200, and is no answer.
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Raw

from adapters.national_gateway.settings import REST, GatewaySettings
from adapters.national_gateway.wire import rows_of
from syncd.sides.errors import ShapeError
from syncd.sides.http import HttpClient

EXPORT = "/jsp/tthc/export/export_exel_list_tthc.jsp"
PROVIDER = "dvcquocgia"
EVERY = "-1"
LARGEST_EXPORT = 128 * 1024 * 1024

PROCEDURES = "procedure_advanced_search_service_v2"
DECISIONS = "decision_publishment_advanced_search_service_v2"
AGENCIES = "get_list_agency_service_v2"
FIELDS = "procedure_get_list_field_service_v2"
FIELDS_OF_DECISION = "get_fields_by_dp_id_services_v2"
NEW = "get_procedures_by_dp_id_service_v2"
AMENDED = "get_modified_procedures_by_dp_id_service_v2"
RESCINDED = "get_rescinded_procedures_by_dp_id_service_v2"

OPERATIONS = {
    PROCEDURES: "procedures",
    DECISIONS: "decisions",
    AGENCIES: "agencies",
    FIELDS: "fields",
    FIELDS_OF_DECISION: "decision_fields",
    NEW: "decision_new",
    AMENDED: "decision_amended",
    RESCINDED: "decision_rescinded",
}
"""Bounded labels of metrics."""


class GatewayApi:
    """Asks over one client. Every question is safe to repeat although it is a POST: the gateway only reads."""

    def __init__(self, settings: GatewaySettings, http: HttpClient) -> None:
        self._agency = settings.agency_id
        self._http = http
        origin = settings.base_url
        self._headers = {"X-Requested-With": "XMLHttpRequest", "Origin": origin, "Referer": f"{origin}/p/home/"}

    async def rows(self, service: str, **asked: Any) -> list[Raw]:
        """The rows of one answer. Raises `BlockedError` for the error page."""
        params = msgspec.json.encode({"type": "ref", "service": service, "provider": PROVIDER, **asked}).decode()
        return await self._http.ask(
            "POST",
            REST,
            operation=OPERATIONS[service],
            safe=True,
            form={"params": params},
            headers=self._headers,
            parse=lambda body: rows_of(body, where=service),
        )

    async def procedures(self, page: int, size: int, keyword: str = "") -> list[Raw]:
        """One page of the search; the keyword is fuzzy."""
        return await self.rows(
            PROCEDURES, **_narrowed(self._agency), keyword=keyword, recordPerPage=size, pageIndex=page
        )

    async def decisions(self, page: int, size: int, keyword: str = "") -> list[Raw]:
        """One page of the publication decisions, newest first."""
        narrowed = {"agency_id": EVERY, "field_id": EVERY, "publishing_date": ""}
        return await self.rows(DECISIONS, **narrowed, keyword=keyword, recordPerPage=size, pageIndex=page)

    async def export(self, keyword: str = "") -> bytes:
        """The list, or what a search finds, as a workbook.

        Raises `BlockedError` for a page in its place, `ShapeError` for anything else.
        """
        params = {key: str(value) for key, value in {**_narrowed(self._agency), "keyword": keyword}.items()}
        answer = await self._http.request(
            "GET", EXPORT, operation="export", safe=True, params=params, max_bytes=LARGEST_EXPORT
        )
        if answer.body.startswith(b"PK"):
            return answer.body
        where = f"GET {EXPORT}"
        self._http.json_of(answer, where)
        raise ShapeError("expected a workbook, got JSON", where=where, path="$")

    async def close(self) -> None:
        await self._http.close()


def _narrowed(agency: str) -> dict[str, Any]:
    """The filters of search and workbook: one agency or every one, and nothing else."""
    return {
        "is_connected": 0,
        "agency_type": "0",
        "impl_agency_id": agency,
        "object_id": EVERY,
        "field_id": EVERY,
        "impl_level_id": EVERY,
    }
