"""Is everything in sync, and can we tell; each unit with its numbers."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from syncd.answers.changes import ChangeKind
from syncd.answers.overview import overview
from syncd.answers.rates import Rate
from syncd.answers.units import Asked, one_unit, units
from syncd.ledger.dossiers import record_dossiers, record_failed_tallies, record_tallies
from syncd.reconcile.lifecycle import Event
from syncd.records.dossiers import Dossier, Tallies, Tally
from syncd.records.periods import Period
from tests.answers.town import DAY, HOUR, NOW, PAIR, find, happen, seen
from tests.ledger.test_history import change, procedure, read

PERIOD = Period.parse("2026-11")
ASKED = Asked(pairs=(PAIR,), dossiers=("d",), period=PERIOD, now=NOW)


def first_page(ledger, within=None, **options):
    return ledger.read_now(overview, pairs=[PAIR], within=within, now=NOW, since=NOW - DAY, **options)


def read_both(ledger, at=NOW - HOUR):
    for side in ("portal", "city"):
        read(ledger, [change(procedure())], side=side, at=at)


def test_what_was_never_read_is_unknown(ledger):
    """Never in sync."""
    (pair,) = first_page(ledger).pairs
    assert (pair.verdict, pair.reasons) == (
        "unknown",
        ("the portal was never read whole", "the city was never read whole"),
    )


@pytest.mark.parametrize(
    ("event", "verdict"), [(None, "mismatched"), (Event.WAIVED, "in_sync"), (Event.AGREED, "in_sync")]
)
def test_open_mismatches_decide(ledger, event, verdict):
    """Waived ones do not count against a pair, nor those that ended."""
    read_both(ledger)
    (one,) = find(ledger, seen())
    if event:
        happen(ledger, event, one)
    (pair,) = first_page(ledger).pairs
    assert (pair.verdict, pair.portal.age, pair.city.counted) == (verdict, HOUR, 1)


def test_what_was_read_too_long_ago_is_unknown(ledger):
    """By the limit that the caller gives."""
    read_both(ledger)
    (pair,) = first_page(ledger, fresh_for={PAIR: timedelta(minutes=30)}).pairs
    assert pair.verdict == "unknown"
    assert "older than 0:30:00" in pair.reasons[0]


def test_a_pair_of_dossiers_is_known_by_its_tallies(ledger):
    """A failed reading after a whole one makes it unknown, and says why."""
    given = {"pair": PAIR, "read_at": NOW - HOUR, "actor": "test"}
    for side in ("portal", "city"):
        ledger.write_now(record_tallies, side=side, tallies=Tallies(period=PERIOD, tallies=()), **given)
    (pair,) = first_page(ledger).pairs
    assert (pair.verdict, pair.portal.age, pair.city.counted) == ("in_sync", HOUR, None)
    failed = {"period": PERIOD, "reason": "status 503", "read_at": NOW, "actor": "test"}
    ledger.write_now(record_failed_tallies, pair=PAIR, side="city", **failed)
    (pair,) = first_page(ledger).pairs
    assert (pair.verdict, pair.city.age, pair.reasons) == (
        "unknown",
        HOUR,
        ("the newest reading of the city is failed: status 503",),
    )


def test_bars_count_what_is_open(ledger):
    """By unit, kind, severity and state, each with its severities; what changed since yesterday beside them."""
    one, *_ = find(
        ledger, seen("1.000001"), seen("1.000002", kind="missing_in_city"), seen("1.000003", agency_code="H26.9")
    )
    happen(ledger, Event.CONFIRMED, one)
    found = first_page(ledger)
    assert (found.total, found.since(ChangeKind.NEW), found.since(ChangeKind.CONFIRMED)) == (3, 3, 1)
    assert [(bar.value, bar.count, bar.parts) for bar in found.units] == [
        ("H26.17", 2, {"major": 1, "critical": 1}),
        ("H26.9", 1, {"major": 1}),
    ]
    assert {bar.value: bar.count for bar in found.states} == {"suspected": 2, "confirmed": 1}
    assert (found.days[-1].opened, found.publications, found.index, found.points) == (3, None, None, ())
    assert first_page(ledger, within="H26.9").total == 1


def with_dossiers(ledger):
    """Tallies of both sides, and two overdue dossiers."""
    for side, counts in (
        ("portal", {"received": 10}),
        ("city", {"received": 12, "finished": 8, "finished_on_time": 6}),
    ):
        tally = Tally(unit_code="H26.17", unit_name="Công an Thành phố", **counts)
        tallies = Tallies(period=PERIOD, tallies=(tally,))
        ledger.write_now(record_tallies, pair="d", side=side, tallies=tallies, read_at=NOW - HOUR, actor="t")
    listed = [Dossier(number=one, unit_code=unit, due=NOW - DAY) for one, unit in (("A", "H26.17"), ("B", "H26.9"))]
    ledger.write_now(record_dossiers, pair="d", dossiers=listed, seen_at=NOW - HOUR, actor="t")


def test_units_have_their_numbers(ledger):
    """Rates say whose count they are; what is not known is None."""
    with_dossiers(ledger)
    find(ledger, seen("1.000001", kind="missing_in_city"), seen("1.000002"))
    found = {one.code: one for one in ledger.read_now(units, ASKED, within=None)}
    police = found["H26.17"]
    assert (police.open, police.critical, police.overdue_dossiers) == (2, 1, 1)
    assert (police.on_time, police.online, police.score) == (Rate(6, 8, "city"), None, None)
    assert police.on_time.percent == Decimal("75.0")
    assert Rate(0, 0, "city").percent is None
    assert (found["H26.9"].on_time, found["H26.9"].overdue_dossiers) == (None, 1)
    assert [one.code for one in ledger.read_now(units, ASKED, within="H26.9")] == ["H26.9"]


def test_one_unit_has_everything_of_its_own(ledger):
    """And is not there for others; a unit without any trouble has a page as well, for itself."""
    with_dossiers(ledger)
    (one, _) = find(ledger, seen("1.000001"), seen("1.000002", agency_code="H26.17.3"), at=NOW - HOUR)
    happen(ledger, Event.AGREED, one)
    found = ledger.read_now(one_unit, "H26.17", ASKED, within="H26.17")
    assert (found.row.open, found.row.name, len(found.mismatches)) == (1, "Công an Thành phố", 1)
    assert [dossier.number for dossier in found.dossiers] == ["A"]
    assert [row.code for row in found.below] == ["H26.17.3"]
    assert (found.month.mismatches.opened, found.month.mismatches.closed, found.month.on_time) == (
        2,
        1,
        Rate(6, 8, "city"),
    )
    assert (found.last_month.period, found.last_month.on_time) == ("2026-10", None)
    assert ledger.read_now(one_unit, "H26.17", ASKED, within="H26.9") is None
    assert ledger.read_now(one_unit, "H26.77", ASKED, within=None) is None
    assert ledger.read_now(one_unit, "H26.77", ASKED, within="H26.77").row.open == 0
