"""The directory of units: asked of the sides once a day, remembered in the ledger, read from there for verdicts.

In: a pair whose sides were just read. Out: the register ``agencies``, and the `Directory` as it stood at an instant.
A unit that was once named stays known: details name few at a time, and a pair knows not what another one saw.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from sqlalchemy.orm import Session

from syncd.ledger.database import Ledger
from syncd.ledger.registers import record_register, register_as_of
from syncd.passes.pair import SIDES, Pair, Side
from syncd.records.agencies import Agency
from syncd.records.directory import Directory
from syncd.sides.adapter import AgencyReader
from syncd.sides.errors import SideError

log = structlog.get_logger(__name__)

REGISTER = "agencies"
ASKED_EVERY = timedelta(days=1)
LONGEST_READING = timedelta(minutes=2)
NOW = datetime(9999, 1, 1, tzinfo=UTC)
"""Later than any change: what holds then holds now."""

FIELDS = ("name", "portal_id", "parent_code")


async def learn_agencies(pair: Pair, ledger: Ledger, *, now: datetime, actor: str) -> None:
    """Ask each side that can for its units, at most once a day. A failure is logged and changes nothing."""
    if pair.agencies_asked is not None and timedelta(0) <= now - pair.agencies_asked < ASKED_EVERY:
        return
    pair.agencies_asked = now
    for name in SIDES:
        if found := await _asked(pair, pair.side(name)):
            await ledger.write(remember_agencies, agencies=found, now=now, actor=actor)


async def _asked(pair: Pair, side: Side) -> tuple[Agency, ...]:
    if not side.adapter.capabilities.agencies or not isinstance(side.adapter, AgencyReader):
        return ()
    try:
        async with asyncio.timeout(LONGEST_READING.total_seconds()):
            return await side.adapter.list_agencies()
    except (SideError, TimeoutError) as error:
        said = str(error) or f"no end within {LONGEST_READING}"
        log.warning("agencies_unread", pair=pair.name, side=side.name, error=said)
    except Exception:
        log.exception("adapter_failed", pair=pair.name, side=side.name)
    return ()


def remember_agencies(session: Session, *, agencies: Iterable[Agency], now: datetime, actor: str) -> None:
    """Add these units to those that the ledger knows; of a unit that it knows what it is called now counts."""
    known = register_as_of(session, REGISTER, NOW) or {}
    given = {one.code: {name: getattr(one, name) for name in FIELDS} for one in agencies}
    record_register(session, register=REGISTER, rows=known | given, now=now, actor=actor)


def directory_as_of(session: Session, at: datetime | None = None) -> Directory:
    """The directory as the ledger knew it at an instant (None: now)."""
    rows = register_as_of(session, REGISTER, at or NOW) or {}
    return Directory(_agency(code, content) for code, content in rows.items())


def _agency(code: str, content: Mapping[str, Any]) -> Agency:
    return Agency(code=code, **{name: str(content.get(name, "")) for name in FIELDS})
