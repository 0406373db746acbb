"""End dates that were moved back: told by what was seen before, never by today's state alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from syncd.reconcile.end_dates import Sighting, rewriting
from syncd.records.dossiers import Dossier

DUE = datetime(2026, 11, 10, 10, tzinfo=UTC)
DAY = timedelta(days=1)
NUMBER = "000.00.17.H26-261101-0001"


def seen(at: datetime, finished: datetime | None = None, due: datetime | None = DUE) -> Sighting:
    return Sighting(
        at, Dossier(number=NUMBER, procedure_code="1.000123.H26", unit_code="H26.17", due=due, finished=finished)
    )


def test_an_end_before_the_moment_at_which_it_still_ran_was_moved_back() -> None:
    found = rewriting([seen(DUE + DAY), seen(DUE + 2 * DAY, finished=DUE)])

    assert found is not None
    assert (found.kind, found.code, found.local_code) == ("end_date_rewritten", "1.000123.H26", NUMBER)
    assert found.portal_value == "trước: 2026-11-11T17:00+07:00 chưa kết thúc"
    assert found.city_value == "sau: kết thúc 2026-11-10T17:00+07:00"


def test_an_end_that_was_seen_and_moved_back_is_told_with_both() -> None:
    found = rewriting([seen(DUE + 2 * DAY, finished=DUE + DAY), seen(DUE + 3 * DAY, finished=DUE)])

    assert found is not None
    assert found.portal_value == "trước: kết thúc 2026-11-11T17:00+07:00"


def test_each_dossier_is_a_subject_of_its_own() -> None:
    first = rewriting([seen(DUE + DAY), seen(DUE + 2 * DAY, finished=DUE)])
    other = Dossier(number="other", procedure_code="1.000123.H26", due=DUE, finished=DUE)
    running = Dossier(number="other", procedure_code="1.000123.H26", due=DUE)
    second = rewriting([Sighting(DUE + DAY, running), Sighting(DUE + 2 * DAY, other)])

    assert first is not None
    assert second is not None
    assert first.subject != second.subject


def test_an_honest_late_end_is_none() -> None:
    assert rewriting([seen(DUE + DAY), seen(DUE + 2 * DAY, finished=DUE + DAY + timedelta(hours=3))]) is None


def test_an_end_that_was_typed_in_a_little_later_is_none() -> None:
    """It ended half an hour before we saw it running: the clerk typed it in afterwards."""
    now = DUE + DAY

    assert rewriting([seen(now), seen(now + DAY, finished=now - timedelta(minutes=30))]) is None
    assert rewriting([seen(now), seen(now + DAY, finished=now - timedelta(minutes=30))], timedelta(0)) is not None


def test_what_was_never_seen_late_cannot_have_been_moved_back() -> None:
    in_time = DUE - DAY

    assert rewriting([seen(in_time), seen(DUE + DAY, finished=in_time - DAY)]) is None
    assert rewriting([seen(DUE + DAY, due=None), seen(DUE + 2 * DAY, due=None, finished=DUE)]) is None
    assert rewriting([seen(DUE + DAY, finished=DUE)]) is None
    assert rewriting([]) is None


def test_a_dossier_that_runs_again_is_none() -> None:
    assert rewriting([seen(DUE + DAY, finished=DUE + DAY), seen(DUE + 2 * DAY)]) is None


def test_the_finding_stays_the_same_while_nothing_more_changes() -> None:
    """Else it would be suspected anew in every pass."""
    history = [seen(DUE + DAY), seen(DUE + 2 * DAY, finished=DUE)]
    first, again = rewriting(history), rewriting([*history, seen(DUE + 3 * DAY, finished=DUE)])

    assert first is not None
    assert again is not None
    assert first.values == again.values


@given(hours=st.integers(2, 10_000))
def test_moving_an_end_to_its_due_date_never_goes_unseen(hours: int) -> None:
    """Whoever was seen late at all (more than the time to type it in) is told."""
    at = DUE + timedelta(hours=hours)

    assert rewriting([seen(at), seen(at + DAY, finished=DUE)]) is not None
