"""The portal's questions: a page of the catalogue, of the citizen list, of its units; one detail.

In: what to ask. Out: decoded pages and raw details, out of an envelope that said OK; else a `SideError`.
"""

from __future__ import annotations

from typing import Any, TypeVar

from adapters.national_portal.wire import CataloguePage, CitizenPage, DepartmentPage, Envelope, Identity
from syncd.sides.errors import PermanentError, ShapeError, StaleError, TransientError
from syncd.sides.http import HttpClient, decode

T = TypeVar("T")

CATALOGUE = "/api/v1/reporting/formalities"
CITIZEN_LIST = "/api/v1/submitting/formality/list-all-public-formality-by-citizen"
DETAIL = "/api/v1/configuring/formality/get-formality-by-citizen"
DEPARTMENTS = "/api/v1/configuring/citizen/department/list-with-location"
LEVEL = "level_1"

SUCCESS = frozenset({200, 201})
OK = "OK"
PASSING_WORDS = ("TIMEOUT", "INTERNAL", "UNAVAILABLE", "BUSY", "TOO_MANY", "OVERLOAD", "MAINTENANCE", "RETRY", "LIMIT")
LARGEST_TOTAL = 1_000_000


class PortalApi:
    """Asks over one client. Every question is safe to repeat although it is a POST: the portal only reads."""

    def __init__(self, http: HttpClient) -> None:
        self._http = http

    async def catalogue(self, page: int, size: int, q: str = "") -> CataloguePage:
        """Raises `StaleError` when another page than the one asked for comes back."""
        found = await self._ask(CATALOGUE, "catalogue", {"q": q, "currentPage": page, "pageSize": size}, CataloguePage)
        pagination = found.pagination
        if pagination.currentPage not in (None, page):
            raise StaleError(f"page {page} was asked for, page {pagination.currentPage} came", where=CATALOGUE)
        _within(pagination.total, CATALOGUE, "$.data.pagination.total")
        _within(pagination.totalPages, CATALOGUE, "$.data.pagination.totalPages")
        return found

    async def citizen(self, last_id: str, limit: int, q: str = "") -> CitizenPage:
        asked = {"limit": limit, "lastId": last_id, "q": q, "categoryId": "", "departmentCode": ""}
        return await self._ask(CITIZEN_LIST, "citizen_list", asked, CitizenPage)

    async def departments(self, kind: str, last_id: str, limit: int) -> DepartmentPage:
        """Units of the first level: ``kind`` is ``MINISTRY`` or ``PROVINCE``."""
        asked = {
            "direction": "DESC",
            "order": "",
            "type": kind,
            "agencyLevel": LEVEL,
            "levels": [LEVEL],
            "lastId": last_id,
            "limit": limit,
        }
        return await self._ask(DEPARTMENTS, "departments", asked, DepartmentPage)

    async def detail(self, key: str, code: str) -> bytes:
        """The detail's own bytes. Raises `StaleError` when another record than the one asked for comes back."""
        body = await self._http.ask(
            "POST", DETAIL, operation="detail", safe=True, json={"id": key}, accept=SUCCESS, parse=_detail_bytes
        )
        seen = decode(body, Identity, where=DETAIL)
        if (seen.id, seen.code) != (key, code):
            raise StaleError(
                f"{code[:40]!r} ({key[:40]}) was asked for, {(seen.code or '')[:40]!r} ({seen.id[:40]}) came",
                where=DETAIL,
                action="the portal mixes records up, or changed meanwhile; read again later",
            )
        return body

    async def close(self) -> None:
        await self._http.close()

    async def _ask(self, path: str, operation: str, asked: dict[str, Any], kind: type[T]) -> T:
        def parse(body: bytes) -> T:
            return decode(opened(body, path).data, kind, where=path)

        return await self._http.ask(
            "POST", path, operation=operation, safe=True, json=asked, accept=SUCCESS, parse=parse
        )


def opened(body: bytes, where: str) -> Envelope:
    """The envelope, if it says OK. Raises `TransientError` or `PermanentError` by its code."""
    envelope = decode(body, Envelope, where=where)
    if envelope.code == OK:
        return envelope
    code = envelope.code.upper()
    kind = TransientError if any(word in code for word in PASSING_WORDS) else PermanentError
    raise kind(f"the portal answers {envelope.code[:60]!r}: {(envelope.message or '')[:120]!r}", where=where)


def _detail_bytes(body: bytes) -> bytes:
    detail = bytes(opened(body, DETAIL).data)
    if detail == b"null":
        raise StaleError("the portal shows no detail of a record that it lists", where=DETAIL)
    return detail


def _within(number: int, where: str, path: str) -> None:
    if not 0 <= number <= LARGEST_TOTAL:
        raise ShapeError(f"outside 0 to {LARGEST_TOTAL}", where=where, path=path)
