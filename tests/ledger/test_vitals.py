"""Single numbers about the ledger: when a pair was last verified, what flaps, how large the database is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from syncd.ledger.passes import begin_pass, end_pass
from syncd.ledger.vitals import LIVES, database_bytes, flapping, last_verified
from syncd.reconcile.mismatches import MismatchKind, Observation
from tests.ledger.test_mismatches import SEEN, found, write

NOW = datetime(2026, 11, 25, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(hours=24)
OTHER = Observation(kind=MismatchKind.MISSING_IN_CITY, code="1.000002")


def ran(ledger: Any, at: datetime, outcome: str, counts: dict[str, int], pair: str = "ha-noi") -> None:
    pass_id = ledger.write_now(begin_pass, pair=pair, holder="a", now=at, actor="test", stale_after=HOUR)
    ledger.write_now(end_pass, pass_id=pass_id, outcome=outcome, now=at + HOUR / 6, counts=counts)


def test_a_pair_was_verified_when_the_last_pass_began_that_left_nothing_unread(ledger: Any) -> None:
    """Neither a pass that was not whole, nor one with a record unread, nor another pair's."""
    assert ledger.read_now(last_verified, "ha-noi") is None
    ran(ledger, NOW - HOUR, "in_sync", {"unread": 0})
    ran(ledger, NOW, "mismatched", {"unread": 0})
    ran(ledger, NOW + HOUR, "mismatched", {"unread": 1})
    ran(ledger, NOW + 2 * HOUR, "unknown", {"unread": 0})
    ran(ledger, NOW + 3 * HOUR, "in_sync", {"unread": 0}, "another")
    assert ledger.read_now(last_verified, "ha-noi") == NOW


def test_a_subject_flaps_when_its_mismatches_begin_again_and_again(ledger: Any) -> None:
    """Two lives are chance, three are a pattern; what began before does not count, nor does another subject."""
    begun = [NOW - DAY - HOUR, *(NOW - number * HOUR for number in range(LIVES - 1))]
    for at in begun:
        write(ledger, found(SEEN, at), at=at)
    write(ledger, found(OTHER, NOW), at=NOW)
    assert ledger.read_now(flapping, "ha-noi", NOW - DAY) == 0
    write(ledger, found(SEEN, NOW - 9 * HOUR), at=NOW - 9 * HOUR)
    assert ledger.read_now(flapping, "ha-noi", NOW - DAY) == 1
    assert ledger.read_now(flapping, "another", NOW - DAY) == 0


def test_the_database_has_a_size(ledger: Any) -> None:
    assert ledger.read_now(database_bytes) > 50_000
