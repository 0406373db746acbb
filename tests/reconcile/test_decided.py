"""When an older decision on the portal is a flap, and when it is the portal's word."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from syncd.reconcile.decided import BELIEVED_AFTER, Showing, flapped

START = datetime(2026, 11, 1, tzinfo=UTC)
DAYS = {"10": date(2024, 1, 5), "20": date(2026, 6, 1), "30": date(2026, 9, 1), "62": date(2062, 6, 1)}


def shown(*what: str, published: bool = True) -> list[Showing]:
    """Showings an hour apart: a number, and after a stroke the row in the list where there is one."""
    result = []
    for hour, (number, _, row) in enumerate(one.partition("/") for one in what):
        since, listing = START + timedelta(hours=hour), row.encode() or None
        result.append(Showing(f"{number}/QĐ-BTP", DAYS.get(number), since, published, listing))
    return result


@pytest.mark.parametrize(
    ("what", "newer"),
    [
        pytest.param(["20/a", "10/a"], "20", id="older, and the row in the list is as it was"),
        pytest.param(["20/a", "10/b"], None, id="older, and the list says that the record has changed"),
        pytest.param(["10/a", "20/b", "10/a"], None, id="back in every respect: the list tells of a change"),
        pytest.param(["10", "20", "10"], "20", id="the list alone speaks: back to what was shown before"),
        pytest.param(["20", "10"], None, id="the list alone speaks: never shown before"),
        pytest.param(["10/a", "20/a"], None, id="newer"),
        pytest.param(["20/a"], None, id="the only one"),
        pytest.param(["20/a", "30/a", "10/a"], "30", id="the newest of those before"),
        pytest.param(["62/a", "20/b", "10/b"], "20", id="one mistyped long ago hides no flap"),
        pytest.param(["62", "20/b", "10/b"], "20", id="nor does one whose row in the list is not known"),
        pytest.param(["20/a", "undated/a"], None, id="without a day nothing is older"),
        pytest.param(["20/a", "20/a"], None, id="the same decision"),
    ],
)
def test_an_older_decision_is_a_flap_where_nothing_says_that_the_record_has_changed(
    what: list[str], newer: str | None
) -> None:
    assert flapped(shown(*what), START + timedelta(days=1)) == (newer and f"{newer}/QĐ-BTP")


def test_an_older_decision_that_stands_for_a_week_is_no_flap() -> None:
    """The week begins when the decision is first shown, whatever else of the record changes meanwhile."""
    showings = shown("20/a", "10/a", "10/a")
    assert flapped(showings, showings[1].since + BELIEVED_AFTER - timedelta(seconds=1)) == "20/QĐ-BTP"
    assert flapped(showings, showings[1].since + BELIEVED_AFTER) is None


def test_a_pending_decision_was_never_the_portals_word() -> None:
    """It leaked and is gone again: what is shown now is no step back."""
    pending = shown("20/a", published=False)
    assert flapped([*pending, *shown("x", "10/a")[1:]], START + timedelta(days=1)) is None
