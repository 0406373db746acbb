"""A small town of mismatches for the tests of questions: written by the life-cycle's own functions.

In: a ledger. Out: ids of mismatches in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from syncd.ledger import Ledger
from syncd.ledger.applying import apply_moves
from syncd.ledger.mismatches import Evidence, select
from syncd.reconcile.lifecycle import Event, MismatchState, Move, mismatch_id, move
from syncd.reconcile.mismatches import MismatchKind, Observation

PAIR = "ha-noi"
NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def seen(code: str = "1.004222", **values: str) -> Observation:
    """A procedure whose name differs, unless said otherwise."""
    given = {
        "local_code": f"{code}.000.00.00.H26",
        "field": "name",
        "name": "Đăng ký thường trú",
        "portal_value": "Đăng ký thường trú",
        "city_value": "Đăng ký thường trũ",
        "difference": "tone-mark",
        "agency_code": "H26.17",
        "agency_name": "Công an Thành phố",
    }
    kind = MismatchKind(values.pop("kind", "field_differs"))
    return Observation(kind=kind, code=code, **(given | values))


def find(ledger: Ledger, *observations: Observation, at: datetime = NOW, pair: str = PAIR) -> list[str]:
    """Found at an instant; their ids, in the order given."""
    moves = [
        Move(
            mismatch_id=mismatch_id(pair, one.subject, at),
            event=Event.FOUND,
            from_state=None,
            to_state=MismatchState.SUSPECTED,
            observation=one,
        )
        for one in observations
    ]
    write(ledger, moves, at, pair)
    return [one.mismatch_id for one in moves]


def happen(ledger: Ledger, event: Event, *ids: str, at: datetime = NOW, pair: str = PAIR) -> None:
    """The same happens to each of these."""
    every = ("suspected", "confirmed", "waived", "resolved", "vanished")
    known = {one.id: one for one in ledger.read_now(select, states=every)}
    write(ledger, [move(known[one], event) for one in ids], at, pair)


def write(ledger: Ledger, moves: Iterable[Move], at: datetime, pair: str = PAIR) -> None:
    pairs = [(one, Evidence()) for one in moves]
    ledger.write_now(apply_moves, pair=pair, pass_id=None, moves=pairs, at=at, actor="test")
