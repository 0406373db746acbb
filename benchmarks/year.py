"""A ledger with a year of passes, built with bulk inserts.

In: an empty ledger, how much there is. Out: the filled ledger: a whole city's records on both sides, daily changes,
index tables, mismatches. Nothing is copied from a real system.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec
from sqlalchemy.orm import Session

from benchmarks.records import compact, record, words
from syncd.ledger import Ledger
from syncd.ledger.applying import apply_moves
from syncd.ledger.index import record_index
from syncd.ledger.mismatches import Evidence
from syncd.ledger.outlines import encode_outline
from syncd.ledger.packing import pack, pack_struct
from syncd.ledger.rows import chunks, insert
from syncd.ledger.tables import PASSES, READINGS, VERSIONS
from syncd.reconcile.lifecycle import Event, MismatchState, Move, mismatch_id
from syncd.reconcile.mismatches import MismatchKind, Observation
from syncd.records.figures import Figure, Group, IndexTable, IndexUnit, Indicator, UnitLevel
from syncd.records.periods import Period
from syncd.records.procedure import Procedure

SEED = 20260717
START = datetime(2026, 1, 1, tzinfo=UTC)
CITED = 2_500
"""Legal documents that records cite."""
DAY = timedelta(days=1)
PAIR, ROOT = "ha-noi", "H26"
SIDES = ("portal", "city")
PERIOD = Period.parse("2026-06")
ENDPOINTS = ("summary", "progress", "online", "satisfaction")
CODES = tuple(indicator.value for indicator in Indicator)
STAGES: tuple[tuple[int, Event, MismatchState | None, MismatchState], ...] = (
    (0, Event.FOUND, None, MismatchState.SUSPECTED),
    (1, Event.CONFIRMED, MismatchState.SUSPECTED, MismatchState.CONFIRMED),
    (10, Event.AGREED, MismatchState.CONFIRMED, MismatchState.RESOLVED),
)
"""After how many days what happens to a mismatch."""


class Size(NamedTuple):
    """How much there is: records a side, days, the share of records that change each day, units of the index.

    ``is_short``: records as the sweep has them (2.7 KB) instead of as long as real ones (9 KB).
    """

    records: int = 6_000
    days: int = 365
    daily: float = 0.003
    units: int = 127
    is_short: bool = False

    @property
    def changes(self) -> int:
        """Records of one side that change each day."""
        return max(1, round(self.records * self.daily))


def fill(ledger: Ledger, size: Size) -> None:
    """A year of passes."""
    random_ = random.Random(SEED)
    ledger.write_now(_readings, size)
    for number, side in enumerate(SIDES):
        for some in chunks(list(_versions(random_, size, number, side))):
            ledger.write_now(insert, VERSIONS, some)
    ledger.write_now(_index, size, random_)
    ledger.write_now(_mismatches, size)


def _readings(session: Session, size: Size) -> None:
    """Four passes a day; one whole reading of each side in each."""
    passes, readings = [], []
    for number in range(1, 4 * size.days + 1):
        at = START + (number - 1) * DAY / 4
        begun = {"pair": PAIR, "actor": "daemon", "holder": "h", "started_at": at, "heartbeat_at": at, "ended_at": at}
        passes.append({"id": number, **begun, "outcome": "in_sync", "counts": {}, "error": ""})
        of = {"pass_id": number, "pair": PAIR, "started_at": at, "ended_at": at, "verdict": "whole", "reasons": []}
        counts = {"pages": 60, "counted": size.records, "declared_total": size.records, "invalid": 0, "findings": []}
        changes = {"new": 0, "changed": 0, "gone": 0}
        readings += [{**of, **counts, **changes, "side": side} for side in SIDES]
    insert(session, PASSES, passes)
    insert(session, READINGS, readings)


def _versions(random_: random.Random, size: Size, number: int, side: str) -> Iterator[dict[str, Any]]:
    """Every version of every record of one side: all on the first day, then some new ones each day."""
    grow = _as_it_is if size.is_short else _grown
    records = [grow(random_, record(random_, each)) for each in range(size.records)]
    last: dict[int, tuple[datetime, dict[str, Any]]] = {each: (START, one) for each, one in enumerate(records)}
    for day in range(1, size.days):
        at = START + day * DAY
        for each in random_.sample(range(size.records), size.changes):
            since, one = last[each]
            yield _version(one, side, number + 1, since, at)
            last[each] = (at, {**one, "name": words(random_, 12), "decision_number": f"{day}/QĐ-UBND"})
    for since, one in last.values():
        yield _version(one, side, number + 1, since, None)


def _grown(random_: random.Random, one: dict[str, Any]) -> dict[str, Any]:
    """A record as long as real ones are: about 9 KB in canonical form."""
    bases = [_cited(random_.randrange(CITED)) for _ in range(6)]
    steps = [{"text": words(random_, 90)} for _ in range(9)]
    return {**one, "steps": steps, "documents": one["documents"] * 3, "legal_bases": bases}


def _cited(number: int) -> dict[str, str]:
    """A legal document; real records cite each one about ten times (23,561 citations of 2,473)."""
    return {"number": f"{number}/2025/NĐ-CP", "name": words(random.Random(number), 14)}


def _as_it_is(_: random.Random, one: dict[str, Any]) -> dict[str, Any]:
    return one


def _version(one: dict[str, Any], side: str, reading: int, since: datetime, until: datetime | None) -> dict[str, Any]:
    procedure = msgspec.convert(one, Procedure)
    return {
        "pair": PAIR,
        "side": side,
        "key": procedure.code,
        "code": procedure.code,
        "reading_id": reading,
        "valid_from": since,
        "valid_to": until,
        "raw": pack(compact(one).encode()),
        "canonical": pack_struct(procedure),
        "state": "public",
        "decision_number": procedure.decision_number,
        "raw_digest": "",
        "outline": encode_outline(procedure),
    }


def _index(session: Session, size: Size, random_: random.Random) -> None:
    """Every interface once a day about one period, of which a third of the answers say something new."""
    for endpoint in ENDPOINTS:
        figures = [_figure(unit, code) for unit in range(size.units) for code in CODES]
        for day in range(size.days):
            if day % 3 == 0:
                place = random_.randrange(len(figures))
                figures[place] = msgspec.structs.replace(figures[place], numerator=day)
            table = IndexTable(endpoint=endpoint, units=_units(size), figures=tuple(figures))
            record_index(
                session,
                source="national-portal",
                endpoint=endpoint,
                period=PERIOD,
                root=ROOT,
                read_at=START + day * DAY,
                pages=[f"{endpoint} {day}".encode()],
                table=table,
                actor="daemon",
            )


def _units(size: Size) -> tuple[IndexUnit, ...]:
    names = [f"{ROOT}.{number}" for number in range(size.units)]
    return tuple(IndexUnit(id=name, name=name, level=UnitLevel.COMMUNE, code=name) for name in names)


def _figure(unit: int, code: str) -> Figure:
    score = Decimal("12.34")
    return Figure(
        unit=f"{ROOT}.{unit}", group=Group.PROGRESS, code=code, numerator=0, denominator=100, ratio=score, score=score
    )


def _mismatches(session: Session, size: Size) -> None:
    """As many found each day as records change; each is confirmed a day later and ends after ten days."""
    found: dict[int, list[tuple[str, Observation]]] = {}
    for day in range(size.days):
        at = START + day * DAY
        seen = [
            Observation(kind=MismatchKind.FIELD_DIFFERS, code=f"{day}.{number}", field="name", portal_value="A")
            for number in range(size.changes)
        ]
        found[day] = [(mismatch_id(PAIR, one.subject, at), one) for one in seen]
        for after, event, before, state in STAGES:
            moves = [
                (
                    Move(
                        mismatch_id=identity,
                        event=event,
                        from_state=before,
                        to_state=state,
                        observation=one if before is None else None,
                    ),
                    Evidence(),
                )
                for identity, one in found.get(day - after, [])
            ]
            apply_moves(session, pair=PAIR, pass_id=None, moves=moves, at=at, actor="daemon")
