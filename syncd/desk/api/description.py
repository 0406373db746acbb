"""Every operation of the API, and the address at which its document is served.

In: nothing. Out: `OPERATIONS`, `ROUTES`. The document is for everybody: it holds nothing but what the code says.
"""

from __future__ import annotations

from functools import cache
from itertools import chain
from typing import Any

from aiohttp import web

from syncd.desk.api import acts, audit, documents, index, mismatches, procedures, publications, tasks, units
from syncd.desk.api.answering import answered
from syncd.desk.api.describing import document
from syncd.desk.api.operations import BASE, Operation
from syncd.desk.routes import Route
from syncd.records.roles import Capability

PATH = f"{BASE}/openapi.json"
OPERATIONS: tuple[Operation, ...] = tuple(
    chain.from_iterable(
        one.OPERATIONS for one in (units, mismatches, acts, procedures, publications, index, tasks, documents, audit)
    )
)
"""Every operation, in the order of the document."""


@cache
def described() -> dict[str, Any]:
    """The document; the same for everybody."""
    return document(OPERATIONS)


async def description(request: web.Request) -> web.StreamResponse:
    """The document."""
    return await answered(request, described())


ROUTES = (
    Route("GET", PATH, "api_docs", description, Capability.SIGN_IN),
    *(one.route for one in OPERATIONS),
)
