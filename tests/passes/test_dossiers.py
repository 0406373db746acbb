"""Dossier passes: both sides asked, everything written in one piece, and nothing concluded from what was not said."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from syncd.errors import ConflictError
from syncd.ledger import Ledger
from syncd.ledger.dossiers import dossiers_as_of, last_tallies_reading, tallies_as_of
from syncd.ledger.passes import begin_pass, last_pass, pass_by_id
from syncd.ledger.waivers import waive
from syncd.passes.dossier_pair import current_periods
from syncd.passes.dossier_reading import MOST_AGAIN, Followed, _turn, to_ask_again
from syncd.passes.pass_verdict import PassVerdict
from syncd.records.dossiers import Dossier
from syncd.records.periods import Period, PeriodKind
from syncd.sides.errors import BlockedError, TransientError
from tests.passes.counters import DUE, MONTH, OLD_UNIT, POLICY, START, UNIT, YEAR, Office

BLOCKED = BlockedError("a web page came instead of an answer", where="portal")
BROKEN = TransientError("no answer", where="city")


@pytest.fixture
def office(ledger: Ledger) -> Office:
    made = Office(ledger)
    made.both(received=100)
    return made


async def test_sides_that_agree_are_in_sync_and_remembered(office: Office) -> None:
    outcome = await office.run()

    assert (outcome.verdict, outcome.errors, outcome.counts["compared"]) == (PassVerdict.IN_SYNC, {}, 2)
    for side, unit in (("portal", UNIT), ("city", OLD_UNIT)):
        kept = office.ledger.read_now(tallies_as_of, pair="ho-so", side=side, period=MONTH, at=START)
        assert kept is not None
        assert (kept[0], kept[1].tallies[0].unit_code, kept[1].tallies[0].received) == (START, unit, 100)


async def test_a_difference_is_suspected_then_confirmed_then_resolved(office: Office) -> None:
    office.portal.count(UNIT, received=90)

    assert (await office.run()).verdict is PassVerdict.MISMATCHED
    assert office.states() == {"received": "suspected"}
    await office.run()
    assert office.states() == {"received": "confirmed"}
    office.portal.count(UNIT, received=100)
    assert (await office.run()).verdict is PassVerdict.IN_SYNC
    assert office.ended() == ["resolved"]


async def test_within_the_grace_time_nothing_is_confirmed(office: Office) -> None:
    office.portal.count(UNIT, received=90)
    await office.run(lasts=timedelta(hours=1))
    await office.run()

    assert office.states() == {"received": "suspected"}


async def test_counts_that_move_daily_are_confirmed_all_the_same(office: Office) -> None:
    for day in range(3):
        office.portal.count(UNIT, received=90 + 7 * day)
        office.city.count(OLD_UNIT, received=100 + 8 * day)
        await office.run()

    (one,) = office.known()
    assert (one.state, one.portal_value, one.city_value) == ("confirmed", "90 (2026-10)", "100 (2026-10)")


async def test_a_gap_that_doubles_is_suspected_anew(office: Office) -> None:
    office.portal.count(UNIT, received=90)
    await office.run()
    await office.run()
    office.portal.count(UNIT, received=60)
    await office.run()

    (one,) = office.known()
    assert (one.state, one.portal_value) == ("suspected", "60 (2026-10)")


async def test_a_waiver_holds_while_the_gap_does(office: Office) -> None:
    office.portal.count(UNIT, received=90)
    await office.run()
    (one,) = office.known()
    office.ledger.write_now(
        waive,
        pair="ho-so",
        subject=one.subject,
        values_digest=one.values_digest,
        owner="Văn phòng",
        reason="đang đồng bộ lại",
        expires_at=START + timedelta(days=30),
        now=office.now,
        actor="test",
    )
    office.portal.count(UNIT, received=91)

    assert (await office.run()).verdict is PassVerdict.IN_SYNC
    assert office.states() == {"received": "waived"}


async def test_a_side_that_fails_changes_no_verdict_and_says_why(office: Office) -> None:
    office.portal.count(UNIT, received=90)
    await office.run()
    office.portal.error = BLOCKED
    office.portal.count(UNIT, received=100)

    outcome = await office.run()

    assert outcome.verdict is PassVerdict.UNKNOWN
    assert set(outcome.errors) == {"portal 2026-10", "portal 2026"}
    assert office.states() == {"received": "suspected"}
    failed = office.ledger.read_now(
        last_tallies_reading, pair="ho-so", side="portal", period=MONTH, at=outcome.started_at
    )
    assert failed is not None
    assert failed.verdict == "failed"
    assert "a web page came" in failed.reason
    last = office.ledger.read_now(last_pass, "ho-so")
    assert last is not None
    assert "a web page came" in last.error


async def test_what_the_other_side_said_whole_is_kept(office: Office) -> None:
    office.portal.error = BLOCKED
    await office.run()

    assert office.ledger.read_now(tallies_as_of, pair="ho-so", side="city", period=YEAR, at=START) is not None


async def test_a_period_that_was_left_behind_is_followed_until_it_agrees(office: Office) -> None:
    """In December the newest month that is over is November; October's difference is not forgotten."""
    office.portal.count(UNIT, received=90)
    await office.run(lasts=timedelta(days=10))
    await office.run()
    assert office.states() == {"received": "confirmed"}
    assert "2026-11" in office.portal.asked

    office.portal.count(UNIT, received=100)
    await office.run()

    assert office.states() == {}
    await office.run()
    assert office.portal.asked[-2:] == ["2026-11", "2026"]


async def test_a_unit_that_neither_side_has_any_more_is_gone_not_agreed(office: Office) -> None:
    office.portal.count(UNIT, received=90)
    await office.run()
    del office.portal.tallies[MONTH][UNIT]
    await office.run()
    assert office.states() == {"received": "suspected"}
    del office.city.tallies[MONTH][OLD_UNIT]
    await office.run()

    assert office.ended() == ["vanished"]


async def test_an_end_that_was_moved_back_is_found_and_confirmed(office: Office) -> None:
    """A comparison of today's states sees two sides that agree."""
    office.put()
    await office.run()
    assert office.states() == {}
    office.put(finished=DUE)
    await office.run()
    assert office.states() == {"HS-1": "suspected"}
    await office.run()

    (one,) = office.known()
    assert (one.kind, one.state, one.local_code) == ("end_date_rewritten", "confirmed", "HS-1")
    assert one.severity == "critical"
    assert "chưa kết thúc" in one.portal_value


async def test_a_late_end_that_is_moved_back_later_is_found(office: Office) -> None:
    office.put(finished=DUE + timedelta(days=1))
    await office.run()
    office.put(finished=DUE)
    await office.run()

    assert office.states() == {"HS-1": "suspected"}


async def test_a_dossier_that_ended_late_for_good_is_not_accused(office: Office) -> None:
    office.put()
    await office.run()
    office.put(finished=office.now - timedelta(hours=2))
    await office.run()
    await office.run()

    assert office.states() == {}


async def test_an_end_that_is_put_right_resolves_its_mismatch(office: Office) -> None:
    office.put()
    await office.run()
    office.put(finished=DUE)
    await office.run()
    office.put(finished=START + timedelta(hours=5))
    await office.run()

    assert office.ended() == ["resolved"]


async def test_a_suspected_dossier_that_is_deleted_is_gone_not_agreed(office: Office) -> None:
    office.put()
    office.put("HS-2")
    await office.run()
    office.put(finished=DUE)
    await office.run()
    del office.city.dossiers["HS-1"]
    await office.run()

    assert office.ended() == ["vanished"]


async def test_an_index_under_construction_concludes_nothing(office: Office) -> None:
    """All dossiers gone at once, one by one as well: the city is not believed."""
    office.put()
    await office.run()
    office.put(finished=DUE)
    await office.run()
    office.city.dossiers.clear()

    outcome = await office.run()

    assert (outcome.verdict, set(outcome.errors)) == (PassVerdict.UNKNOWN, {"city overdue"})
    assert office.states() == {"HS-1": "suspected"}


async def test_a_list_that_fails_leaves_dossiers_and_judges_tallies(office: Office) -> None:
    office.put()
    await office.run()
    office.put(finished=DUE)
    await office.run()
    office.city.list_error = BROKEN
    office.portal.count(UNIT, received=90)
    await office.run()

    assert office.states() == {"HS-1": "suspected", "received": "suspected"}


async def test_a_portal_that_fails_does_not_hide_what_the_city_alone_shows(office: Office) -> None:
    office.put()
    await office.run()
    office.put(finished=DUE)
    office.portal.error = BLOCKED
    await office.run()

    assert office.states() == {"HS-1": "suspected"}


async def test_a_change_seen_while_nothing_could_be_judged_is_not_lost(office: Office) -> None:
    office.put()
    await office.run()
    office.put(finished=DUE)
    office.city.list_error = BROKEN
    await office.run()
    office.city.list_error = None
    await office.run()

    assert office.states() == {"HS-1": "suspected"}


async def test_only_dossiers_that_left_the_list_are_asked_one_by_one(office: Office) -> None:
    office.put()
    office.put("HS-2")
    await office.run()
    office.put("HS-2", finished=DUE)
    await office.run()

    assert [asked for asked in office.city.asked if asked.startswith("again")] == ["again HS-2"]


async def test_overdue_now_is_kept_by_unit_whatever_the_period(office: Office) -> None:
    office.put()
    await office.run()

    kept = office.ledger.read_now(tallies_as_of, pair="ho-so", side="city", period=MONTH, at=START)
    assert kept is not None
    assert kept[1].tallies[0].overdue_ever == 1
    assert [one.number for one in office.ledger.read_now(dossiers_as_of, pair="ho-so", at=START)] == ["HS-1"]


async def test_both_sides_are_asked_at_the_same_time(office: Office) -> None:
    """Each waits for the other's first question: asked one after the other they would wait for ever."""
    met = {"portal": asyncio.Event(), "city": asyncio.Event()}

    async def meet(own: str, other: str) -> None:
        met[own].set()
        async with asyncio.timeout(10):
            await met[other].wait()

    for own, other, side in (("portal", "city", office.portal), ("city", "portal", office.city)):
        read = side.read_tallies

        async def waiting(period: Period, root: str, own: str = own, other: str = other, read=read):  # type: ignore[no-untyped-def]
            await meet(own, other)
            return await read(period, root)

        side.read_tallies = waiting  # type: ignore[method-assign]

    assert (await office.run()).verdict is PassVerdict.IN_SYNC


async def test_no_transaction_is_open_while_a_side_is_asked(office: Office) -> None:
    """The ledger can be written to from within every answer."""
    written: list[int] = []

    def write() -> None:
        other = f"other-{len(written)}"
        written.append(
            office.ledger.write_now(
                begin_pass, pair=other, holder="x", now=START, actor="test", stale_after=timedelta(minutes=1)
            )
        )

    office.portal.before = office.city.before = write
    office.put()

    assert (await office.run()).verdict is PassVerdict.IN_SYNC
    assert len(written) == 5


async def test_two_holders_do_not_run_one_pair_at_once(office: Office) -> None:
    office.ledger.write_now(
        begin_pass, pair="ho-so", holder="another", now=START, actor="test", stale_after=timedelta(minutes=2)
    )

    with pytest.raises(ConflictError):
        await office.run()


async def test_a_cancelled_pass_is_interrupted_and_nothing_moves(office: Office) -> None:
    office.portal.count(UNIT, received=90)
    asked = asyncio.Event()
    office.portal.before = asked.set
    task = asyncio.create_task(office.run())
    await asked.wait()
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    last = office.ledger.read_now(last_pass, "ho-so")
    assert last is not None
    assert last.outcome == "interrupted"
    assert office.states() == {}


async def test_an_error_of_our_own_fails_the_pass_and_is_not_swallowed(office: Office) -> None:
    def stumble() -> None:
        raise ZeroDivisionError

    office.city.before = stumble
    with pytest.raises(ExceptionGroup):
        await office.run()

    last = office.ledger.read_now(last_pass, "ho-so")
    assert last is not None
    assert last.outcome == "failed"


async def test_a_pass_says_what_it_counted(office: Office) -> None:
    office.portal.count("H26.99", received=1)
    office.put()
    outcome = await office.run()
    kept = office.ledger.read_now(pass_by_id, outcome.pass_id)

    assert kept is not None
    assert kept.counts == dict(outcome.counts)
    assert {name: outcome.counts[name] for name in ("units_portal_only", "overdue", "moves", "unread")} == {
        "units_portal_only": 1,
        "overdue": 1,
        "moves": 0,
        "unread": 0,
    }


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-25T02:00Z", ["2026-10", "2026-Q4", "2026"]),
        ("2026-11-30T16:59Z", ["2026-10", "2026-Q4", "2026"]),
        ("2026-11-30T17:00Z", ["2026-11", "2026-Q4", "2026"]),
        ("2026-12-31T17:00Z", ["2026-12", "2026-Q4", "2026"]),
        ("2027-01-01T17:00Z", ["2026-12", "2027-Q1", "2027"]),
    ],
)
def test_a_month_is_asked_once_it_is_over_and_a_year_while_it_runs(now: str, expected: list[str]) -> None:
    """Days begin at 17:00 UTC; on the first of January nothing of the new year is there to be asked about."""
    kinds = (PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.YEAR)

    assert [str(period) for period in current_periods(datetime.fromisoformat(now), kinds)] == expected


def test_late_dossiers_are_followed_for_a_while_and_suspects_always() -> None:
    at = datetime(2026, 11, 25, tzinfo=UTC)
    running = Dossier(number="running", due=DUE)
    fresh = Dossier(number="fresh", due=DUE, finished=at - timedelta(days=2))
    old = Dossier(number="old", due=DUE - timedelta(days=60), finished=at - timedelta(days=40))
    in_time = Dossier(number="in-time", due=DUE, finished=DUE)
    followed = Followed([running, fresh, old, in_time], frozenset({"in-time", "unknown"}))

    assert set(to_ask_again(followed, {}, POLICY, at)) == {"running", "fresh", "in-time", "unknown"}
    assert set(to_ask_again(followed, {"running": running}, POLICY, at)) == {"fresh", "in-time", "unknown"}


def test_with_too_many_to_ask_each_has_its_turn() -> None:
    numbers = [str(number) for number in range(2 * MOST_AGAIN + 10)]
    asked = [_turn(numbers, turn) for turn in range(3)]

    assert all(len(one) == MOST_AGAIN for one in asked)
    assert set().union(*asked) == set(numbers)
