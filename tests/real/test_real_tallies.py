"""The portal's own tallies of Phú Thọ, August 2026, read in place: what "overdue" is there, and that units add up."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from adapters.national_portal.dossiers import OnlineTree, Tree, _tally
from adapters.national_portal.evaluation_wire import Answer
from syncd.reconcile.remainders import decompose
from syncd.reconcile.tolerances import Tolerance
from syncd.records.dossiers import Tally
from syncd.sides.http import decode

ROOT = Path(__file__).resolve().parents[2]
INDEX = Path(os.environ.get("SYNCD_SHARED", ROOT.parent / "shared")) / "data" / "index-2026-10"
PROGRESS = INDEX / "phu-tho-2026-08.dvc-progress-tree.json"
ONLINE = INDEX / "phu-tho-2026-08.provide-online-tree.json"

pytestmark = pytest.mark.skipif(not PROGRESS.exists(), reason=f"the captured answers are absent: {PROGRESS}")


@pytest.fixture(scope="module")
def tallies() -> list[Tally]:
    """The province first, then its 163 units."""
    tree = decode(PROGRESS.read_bytes(), Answer[Tree], where="progress").data
    online = decode(ONLINE.read_bytes(), Answer[OnlineTree], where="online").data.parent
    return [_tally(unit, online, None) for unit in (tree.parent, *tree.children)]


def test_overdue_is_received_less_on_time_in_every_unit(tallies: list[Tally]) -> None:
    """The finding on which the decomposition rests: a remainder, never a count of its own."""
    assert len(tallies) == 164
    for one in tallies:
        assert one.received is not None
        assert one.finished_on_time is not None
        assert one.not_on_time == one.received - one.finished_on_time


def test_the_units_of_the_tree_add_up_to_the_province(tallies: list[Tally]) -> None:
    whole, *units = tallies

    assert whole.received == sum(one.received or 0 for one in units) == 184_513
    assert whole.finished_on_time == sum(one.finished_on_time or 0 for one in units) == 144_625


def test_the_province_has_39_888_overdue_of_which_3_140_ended(tallies: list[Tally]) -> None:
    whole = tallies[0]

    assert (whole.finished, whole.not_on_time, whole.online) == (147_765, 39_888, 150_956)
    assert (whole.finished or 0) - (whole.finished_on_time or 0) == 3_140


def test_a_city_that_knew_all_ends_would_show_how_many_never_arrived(tallies: list[Tally]) -> None:
    """With an invented city of the same size the remainder falls into its parts exactly."""
    city = Tally(
        unit_code="H44",
        received=184_513,
        finished_on_time=170_000,
        finished_late=3_140,
        running_late=1_373,
        running_in_time=10_000,
    )

    remainder = decompose(tallies[0], city, Tolerance(absolute=0, share=0))

    assert remainder.undelivered == 170_000 - 144_625
    assert remainder.not_on_time == remainder.explained + remainder.undelivered
