"""Documents of a small city, in every place that the adapter reads, and readers of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from adapters.edxml import EdxmlDecisions, EdxmlSettings, definition
from adapters.edxml.opening import Caps, open_package
from adapters.edxml.package import Package
from loopback.documents import Book, Form, Paper, book, package
from syncd.records.publication_decision import Decision
from syncd.sides.adapter import Surroundings
from syncd.sides.errors import SideError
from syncd.sides.http import HttpClient, HttpSettings
from syncd.sides.reading import Evidence, Proof, prove
from syncd.sides.registry import settings_for
from tests.adapters.test_national_portal import no_wait, small_catalogue

QUICK = {"requests_per_second": 100_000, "attempts": 2, "breaker_failures": 1000}
CITY = ("000.00.00.H26", "UBND Thành phố Hà Nội")
CENTRE = ("H26.101", "Trung tâm phục vụ hành chính công")
RECEIVER = ("H26.10", "Sở Nội vụ")
SUBJECT = "Về việc công bố danh mục thủ tục hành chính"


class Said(NamedTuple):
    """What one reading said."""

    decisions: tuple[Decision, ...]
    proof: Proof
    left_out: tuple[Decision, ...] = ()

    def one(self, number: str) -> Decision:
        return next(one for one in self.decisions if one.number == number)

    def finding(self, kind: str) -> int:
        return sum(one.count for one in self.proof.findings if one.kind == kind)


@lru_cache(maxsize=1)
def small_book() -> Book:
    return book(small_catalogue())


def paper(**changes: Any) -> Paper:
    """A publication decision as it was sent on 8 September 2026; ``changes`` as `Paper` has them."""
    said = {
        "sender": CITY,
        "at": "2026/09/08 09:00:00",
        "document_id": "000.00.00.H26,2026/09/08,3584/QĐ-UBND",
        "number": "3584",
        "notation": "QĐ-UBND",
        "promulgated": "2026/09/08",
        "subject": SUBJECT,
        "signer": "Nguyễn Minh Hòa",
        "receivers": (RECEIVER,),
    }
    return Paper(**(said | changes))


def read(content: bytes, **caps: Any) -> Package:
    return open_package(content, "1.edxml", Caps(**caps))


def opened(form: Form | None = None, **changes: Any) -> Package:
    """A paper, written and read again."""
    return read(package(paper(**changes), form or Form()))


def around(folder: Path = Path(), secrets: dict[str, str] | None = None) -> Surroundings:
    """What the daemon hands over."""

    def secret(name: str) -> str:
        return (secrets or {})[name]

    def http(side: str, chosen: HttpSettings) -> HttpClient:
        return HttpClient(side, chosen, secret=secret, sleep=no_wait)

    return Surroundings("documents", folder, secret, http)


def settings(**table: Any) -> EdxmlSettings:
    checked = settings_for(definition, {"adapter": "edxml", **table}, "documents")
    assert isinstance(checked, EdxmlSettings)
    return checked


@asynccontextmanager
async def reader(surroundings: Surroundings, **table: Any) -> AsyncIterator[EdxmlDecisions]:
    """A reader, built as the daemon builds it."""
    assert definition.decisions is not None
    made = definition.decisions(settings(**table), surroundings)
    assert isinstance(made, EdxmlDecisions)
    try:
        yield made
    finally:
        await made.close()
        await made.close()


async def listed(made: EdxmlDecisions) -> Said:
    """One reading with its proof; an error is a failure of it."""
    evidence, decisions, failure = Evidence(), list[Decision](), None
    try:
        async for page in made.list_decisions(evidence):
            decisions.extend(page)
    except SideError as error:
        failure = str(error)
    chosen = tuple(one for one in decisions if one.is_publication)
    left_out = tuple(one for one in decisions if not one.is_publication)
    return Said(chosen, prove(evidence, failure=failure), left_out)


async def read_folder(folder: Path, *, place: dict[str, Any] | None = None, **table: Any) -> Said:
    async with reader(around(folder), folder={"path": ".", **(place or {})}, **table) as made:
        return await listed(made)
