"""What tests of the desk's part of the ledger begin with: mismatches that are known, and people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from syncd.ledger import Ledger
from syncd.ledger.accounts import add_user
from syncd.ledger.applying import apply_moves
from syncd.ledger.mismatches import Evidence, Mismatch, mismatches_by_id
from syncd.reconcile.lifecycle import Event, MismatchState, Move, mismatch_id, move
from syncd.reconcile.mismatches import MismatchKind, Observation

NOW = datetime(2026, 11, 25, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ACTOR = "user:hoa"


def mismatches(ledger: Ledger, *codes: str, pair: str = "ha-noi") -> list[str]:
    """Confirmed mismatches of these codes; their ids."""
    found = [_found(code, pair) for code in codes]
    moves(ledger, *found, pair=pair)
    known = ledger.read_now(mismatches_by_id, [one.mismatch_id for one in found])
    moves(ledger, *(move(one, Event.CONFIRMED) for one in known.values()), pair=pair)
    return [one.mismatch_id for one in found]


def moves(ledger: Ledger, *made: Move, pair: str = "ha-noi", at: datetime = NOW) -> None:
    written = [(one, Evidence()) for one in made]
    ledger.write_now(apply_moves, pair=pair, pass_id=None, moves=written, at=at, actor="test")


def one(ledger: Ledger, identity: str) -> Mismatch:
    return ledger.read_now(mismatches_by_id, [identity])[identity]


def person(ledger: Ledger, login: str = "hoa", role: str = "reviewer", unit: str = "") -> int:
    return ledger.write_now(
        add_user, login=login, name="Nguyễn Thị Hòa", role=role, unit=unit, password_hash="hash", now=NOW, actor="test"
    )


def _found(code: str, pair: str) -> Move:
    observation = Observation(
        kind=MismatchKind.FIELD_DIFFERS, code=code, field="name", portal_value="A", city_value="B", difference="real"
    )
    return Move(
        mismatch_id=mismatch_id(pair, observation.subject, NOW),
        event=Event.FOUND,
        from_state=None,
        to_state=MismatchState.SUSPECTED,
        observation=observation,
    )
