"""The older gateway as a source of publication decisions: every one that was entered on the portal, newest first.

In: settings and surroundings. Out: what `DecisionReader` promises. Which procedures a decision is about takes three
questions for each of some 23,000, and is not asked; the date with hyphens is the day of signing.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from datetime import date

from msgspec import Raw

from adapters.national_gateway.agencies import agencies, codes_by_name
from adapters.national_gateway.api import AGENCIES, DECISIONS, GatewayApi
from adapters.national_gateway.decisions import published
from adapters.national_gateway.paging import pages
from adapters.national_gateway.records import folded
from adapters.national_gateway.settings import GatewaySettings
from adapters.national_gateway.wire import amount_of
from syncd.records.publication_decision import Decision
from syncd.sides.adapter import Surroundings
from syncd.sides.errors import ShapeError
from syncd.sides.reading import Evidence, Finding

CARRIES = frozenset({"number", "signed", "issuer_code", "issuer_name", "abstract"})
UNREADABLE = "unreadable_decisions"


class GatewayDecisions:
    """Lists the gateway's decisions. Built by the entry point; never writes."""

    def __init__(self, settings: GatewaySettings, surroundings: Surroundings) -> None:
        self._size = settings.page_size
        self._own = {folded(name): code for name, code in settings.agency_codes.items()}
        self._api = GatewayApi(settings, surroundings.http(surroundings.side, settings))

    @property
    def carries(self) -> frozenset[str]:
        return CARRIES

    @property
    def since(self) -> date | None:
        """The gateway shows every decision that was ever entered."""
        return None

    async def list_decisions(self, evidence: Evidence) -> AsyncIterator[list[Decision]]:
        """Page by page; a row that cannot be read is counted, and a code stands for an agency that the list knows."""
        codes = codes_by_name(agencies(await self._api.rows(AGENCIES))) | self._own
        broken = 0
        async with aclosing(pages(self._api.decisions, self._size, evidence, where=DECISIONS)) as listing:
            async for rows in listing:
                found = [one for row in rows if (one := decision(row, codes)) is not None]
                broken += len(rows) - len(found)
                yield found
        if broken:
            evidence.note(Finding(UNREADABLE, broken))

    async def check(self) -> str:
        """Ask for one row, and say how many decisions there are."""
        amount = amount_of(await self._api.decisions(1, 1), where=DECISIONS)
        return f"the older gateway answers: it declares {amount or 0} publication decisions"

    async def close(self) -> None:
        await self._api.close()


def decision(row: Raw, codes: Mapping[str, str]) -> Decision | None:
    """One row; None for one of another shape."""
    try:
        seen = published(row)
    except ShapeError:
        return None
    return Decision(
        key=seen.id,
        number=seen.number,
        signed=seen.signed,
        issuer_code=codes.get(folded(seen.agency_name)) or None,
        issuer_name=seen.agency_name or None,
        abstract=seen.title or None,
    )
