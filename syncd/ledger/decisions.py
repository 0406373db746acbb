"""Publication decisions as each side showed them at each instant: the portal, and the document-management system.

In: whole readings of decisions. Out: what changed, and every decision as of any past instant, those gone as well.
Of attachments there are names, hashes and sizes; no file is kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from hashlib import blake2b
from typing import Any

import msgspec
import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.orm import Session

from syncd.ledger.audit import note
from syncd.ledger.readings import last_whole
from syncd.ledger.rows import insert
from syncd.ledger.spans import Difference, compare, end, held_at, last_change
from syncd.ledger.tables import VERSIONS
from syncd.ledger.tables_decisions import DECISION_READINGS, DECISION_VERSIONS
from syncd.records.decisions import parse_number
from syncd.records.publication_decision import Decision

PORTAL = "portal"
DOCUMENTS = "documents"
DECISION_SIDES = (PORTAL, DOCUMENTS)
LONGEST = 200
"""Characters of a number or key that is indexed: PostgreSQL refuses rows of an index over some 2,700 bytes."""


class Said(Struct, frozen=True, kw_only=True):
    """What a whole reading can say: see `syncd.ledger.tables_decisions.DecisionReadingRow`."""

    carries: frozenset[str]
    since: date | None = None
    unreadable: int = 0
    rests_on: int | None = None


class KnownReading(Struct, frozen=True):
    """The last whole reading of one side with what it can say. ``evidence``: the reading that mismatches rest on."""

    reading_id: int
    ended_at: datetime
    counted: int
    said: Said

    @property
    def evidence(self) -> int:
        return self.said.rests_on or self.reading_id


class SeenDecision(Struct, frozen=True):
    """The newest version of one decision on one side. ``gone_at``: since when the side shows it no more."""

    decision: Decision
    since: datetime
    gone_at: datetime | None = None


def record_decisions(
    session: Session,
    *,
    pair: str,
    side: str,
    decisions: Iterable[Decision],
    said: Said,
    reading_id: int,
    seen_at: datetime,
    actor: str,
) -> Difference:
    """Remember a whole reading of one side; what is no longer there ends. Returns the keys that came, changed, went.

    The reading itself is recorded before. Of two decisions with one key the last counts. An instant before the last
    change of the side counts as that one: a clock set back rewrites nothing.
    """
    of_side = (DECISION_VERSIONS.c.pair == pair, DECISION_VERSIONS.c.side == side)
    still = session.execute(_versions(*of_side, DECISION_VERSIONS.c.valid_to.is_(None)))
    held = {row.key: (row.id, _decision(row)) for row in still}
    given = {_stored_key(one.key): one for one in decisions}
    difference = compare({key: one for key, (_, one) in held.items()}, given)
    last = last_change(session, DECISION_VERSIONS, *of_side)
    at = seen_at if last is None else max(seen_at, last)
    end(session, DECISION_VERSIONS, [held[key][0] for key in (*difference.changed, *difference.gone)], at)
    begun = [given[key] for key in (*difference.new, *difference.changed)]
    shared = {"pair": pair, "side": side, "reading_id": reading_id, "valid_from": at}
    insert(session, DECISION_VERSIONS, [{**shared, **_row(one)} for one in begun])
    insert(session, DECISION_READINGS, [_said_row(reading_id, said)])
    counts: dict[str, Any] = {name: len(keys) for name, keys in difference._asdict().items()}
    note(session, at=seen_at, actor=actor, action="decisions", pair=pair, reading_id=reading_id, side=side, **counts)
    return difference


def known_reading(session: Session, *, pair: str, side: str, at: datetime) -> KnownReading | None:
    """The last whole reading of a side that had ended by ``at``; None where there was none."""
    reading = last_whole(session, pair, side, as_of=at)
    if reading is None:
        return None
    rows = DECISION_READINGS.c
    wanted = sa.select(rows.carries, rows.since, rows.unreadable, rows.rests_on).where(rows.reading_id == reading.id)
    row = session.execute(wanted).first()
    if row is None:
        return None
    since = date.fromisoformat(row.since) if row.since else None
    said = Said(carries=frozenset(row.carries), since=since, unreadable=row.unreadable, rests_on=row.rests_on)
    return KnownReading(reading.id, reading.ended_at, reading.counted, said)


def decisions_as_of(session: Session, *, pair: str, side: str, at: datetime) -> list[SeenDecision]:
    """Every decision that a side had shown by ``at``, as it showed it last; by key."""
    versions = DECISION_VERSIONS.c
    wanted = _versions(versions.pair == pair, versions.side == side, versions.valid_from <= at)
    newest: dict[str, Any] = {
        row.key: row for row in session.execute(wanted.order_by(versions.valid_from, versions.id))
    }
    return [_seen(newest[key], at) for key in sorted(newest)]


def decisions_numbered(
    session: Session, *, pair: str, side: str, number: str, at: datetime
) -> list[tuple[datetime, datetime | None, Decision]]:
    """Every version, oldest first, of the decisions with this number in any form: ``valid_from``, ``valid_to``."""
    versions, wanted = DECISION_VERSIONS.c, parse_number(number).canonical
    stored = versions.number == wanted[:LONGEST]
    which = (versions.pair == pair, versions.side == side, stored, versions.valid_from <= at)
    rows = session.execute(_versions(*which).order_by(versions.valid_from, versions.id))
    every = ((row.valid_from, _ended(row, at), _decision(row)) for row in rows)
    return [one for one in every if parse_number(one[2].number).canonical == wanted]


def last_decision_change(session: Session, *, pair: str) -> datetime | None:
    """When a decision of a course last came, changed or went on either side; None where nothing ever did."""
    return last_change(session, DECISION_VERSIONS, DECISION_VERSIONS.c.pair == pair)


def unreadable_records(session: Session, *, pair: str, side: str, at: datetime) -> dict[str, str]:
    """The codes of the records of a side whose version of that instant could not be read, by key."""
    wanted = sa.select(VERSIONS.c.key, VERSIONS.c.code).where(
        VERSIONS.c.pair == pair,
        VERSIONS.c.side == side,
        VERSIONS.c.canonical.is_(None),
        VERSIONS.c.outline.is_(None),
        held_at(VERSIONS, at),
    )
    return {row.key: row.code for row in session.execute(wanted)}


def _seen(row: Any, at: datetime) -> SeenDecision:
    return SeenDecision(_decision(row), row.valid_from, _ended(row, at))


def _ended(row: Any, at: datetime) -> datetime | None:
    return row.valid_to if row.valid_to is not None and row.valid_to <= at else None


def _versions(*where: sa.ColumnElement[bool]) -> sa.Select[Any]:
    names = ("id", "key", "content", "valid_from", "valid_to")
    return sa.select(*(DECISION_VERSIONS.c[name] for name in names)).where(*where)


def _stored_key(key: str) -> str:
    """A key as it is indexed: a long one is cut short and told apart by its hash."""
    if len(key) <= LONGEST:
        return key
    return f"{key[:LONGEST]}…{blake2b(key.encode('utf-8', 'surrogatepass'), digest_size=16).hexdigest()}"


def _decision(row: Any) -> Decision:
    return msgspec.convert({"key": row.key, **row.content}, Decision)


def _row(decision: Decision) -> dict[str, Any]:
    content, stored = msgspec.to_builtins(decision), _stored_key(decision.key)
    if stored == decision.key:
        del content["key"]
    return {"key": stored, "number": parse_number(decision.number).canonical[:LONGEST], "content": content}


def _said_row(reading_id: int, said: Said) -> dict[str, Any]:
    since = said.since.isoformat() if said.since else None
    return {
        "reading_id": reading_id,
        "carries": sorted(said.carries),
        "since": since,
        "unreadable": said.unreadable,
        "rests_on": said.rests_on,
    }
