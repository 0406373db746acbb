"""Pruning forgets what a plan says, nothing else, in short transactions; no answer inside the kept days changes."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import to_builtins
from sqlalchemy.orm import Session

from syncd.answers.one_mismatch import one_mismatch
from syncd.answers.overview import pair_state
from syncd.care.proving import prove
from syncd.care.prune_plan import Plan, Retention, plan
from syncd.care.pruning import Pace, Pruned, prune
from syncd.cli.explaining import explanation
from syncd.ledger import Ledger
from syncd.ledger.accounts import add_user
from syncd.ledger.audit import trail
from syncd.ledger.mismatches import select
from syncd.ledger.notices import notice_sent, put_notice
from syncd.ledger.sign_ins import open_session
from syncd.ledger.tables import READINGS, VERSIONS
from syncd.ledger.tables_desk import NOTICES, SESSIONS
from tests.passes.towns import NAME, OTHER_NAME, Town, fresh_ledger
from tests.stores import Lie

DAY = timedelta(days=1)
CODES = ("1.000001", "1.000002", "1.000003")
STATES = ("suspected", "confirmed", "waived", "resolved", "vanished")
SHORT = Retention(details=62, evidence=62, sessions=90, notices=90)


def made(ledger: Ledger, retention: Retention, now: datetime) -> Plan:
    return ledger.read_now(plan, retention, now)


def carried_out(ledger: Ledger, wanted: Plan) -> Pruned:
    return asyncio.run(prune(ledger, wanted, actor="test", rest=lambda _: asyncio.sleep(0)))


def keys(wanted: Plan) -> dict[str, tuple[int | str, ...]]:
    return {step.what: step.keys for step in wanted.steps}


def told(town: Town, at: datetime) -> list[Any]:
    """What is answered of an instant: mismatches with their evidence, explanations, states of sides and of the pair."""
    town.restart()
    known = town.ledger.read_now(select, states=STATES, as_of=at)
    explained = [asyncio.run(explanation(town.pair, town.ledger, code, at)) for code in CODES]
    pages = [
        to_builtins(town.ledger.read_now(one_mismatch, one.id, within=None, now=at), enc_hook=str) for one in known
    ]
    state = to_builtins(town.ledger.read_now(pair_state, town.pair.name, (), now=at, fresh_for=None), enc_hook=str)
    return [to_builtins(known, enc_hook=str), explained, pages, state]


STEP = st.one_of(
    st.tuples(st.just("publish"), st.sampled_from(CODES), st.sampled_from((NAME, OTHER_NAME))),
    st.tuples(st.just("enter"), st.sampled_from(CODES), st.sampled_from((NAME, OTHER_NAME))),
    st.tuples(st.just("remove"), st.sampled_from(CODES), st.just("")),
    st.tuples(st.just("unreadable"), st.sampled_from(CODES), st.just("")),
    st.tuples(st.just("dead"), st.just(""), st.just("")),
)


def take(town: Town, step: tuple[str, str, str]) -> None:
    act, code, name = step
    town.city.lie, town.city.unreadable = None, set()
    if act == "publish":
        town.publish(code, name)
    elif act == "enter":
        town.enter(code, name)
    elif act == "remove":
        town.city.records.pop(f"{code}.H26", None)
    elif act == "unreadable":
        town.enter(code, f"Tên {town.now:%d/%m/%Y}")
        town.city.unreadable = {f"{code}.H26"}
    else:
        town.city.lie = Lie.DEAD


@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
@given(steps=st.lists(st.tuples(STEP, st.integers(1, 40)), min_size=4, max_size=14))
def test_answers_inside_the_kept_days_are_the_same_before_and_after(
    steps: Sequence[tuple[tuple[str, str, str], int]],
) -> None:
    """Whatever has happened, each with days between: every instant from the first kept one on is answered as before."""
    with tempfile.TemporaryDirectory() as folder, fresh_ledger(Path(folder)) as ledger:
        town = Town(ledger)
        town.city.details = True
        town.publish(CODES[0])
        town.enter(CODES[0], OTHER_NAME)
        for step, days in steps:
            take(town, step)
            town.run()
            town.now += days * DAY
        horizon = town.now - SHORT.details * DAY
        instants = [horizon, *(horizon + number * DAY * 12 for number in range(1, 6)), town.now]
        before = [told(town, at) for at in instants]
        wanted = made(ledger, SHORT, town.now)
        done = carried_out(ledger, wanted)
        assert [told(town, at) for at in instants] == before
        assert done.rows == {step.what: len(step.keys) for step in wanted.steps}
        assert made(ledger, SHORT, town.now).is_empty, "nothing is left for a second time"
        prove(ledger.where).require()


@pytest.fixture
def old(town: Town) -> Town:
    """A town whose side has changed every week for half a year, with a reading of it that could not read a record."""
    town.city.details = True
    for week in range(26):
        town.city.unreadable = {"1.000002.H26"} if week % 2 else set()
        town.enter("1.000002", f"Tên {week}")
        town.publish("1.000001", f"Tên {week}")
        town.enter("1.000001", f"Tên {week}")
        town.run()
        town.now += 7 * DAY
    return town


def test_a_plan_is_what_the_real_run_removes(old: Town) -> None:
    """The dry run and the real one have one plan; what it names is gone afterwards and nothing else has changed."""
    wanted = made(old.ledger, SHORT, old.now)
    named = keys(wanted)
    assert len(named["reading details"]) > 5
    assert len(named["pass details"]) > 10
    assert len(named["evidence"]) > 20
    before = {table: _rows(old.ledger, table) for table in (READINGS, VERSIONS)}
    carried_out(old.ledger, wanted)
    for table, what in ((READINGS, "reading details"), (VERSIONS, "evidence")):
        after = _rows(old.ledger, table)
        assert {key for key in after if after[key] != before[table][key]} == set(named[what])
        assert after.keys() == before[table].keys(), "no row goes"


def _rows(ledger: Ledger, table: sa.Table) -> dict[int, Any]:
    return ledger.read_now(lambda session: {row.id: tuple(row) for row in session.execute(sa.select(table))})


def test_a_dry_run_changes_nothing(old: Town) -> None:
    before = _rows(old.ledger, READINGS), _rows(old.ledger, VERSIONS)
    made(old.ledger, SHORT, old.now)
    assert (_rows(old.ledger, READINGS), _rows(old.ledger, VERSIONS)) == before


def test_evidence_is_kept_for_ever_unless_somebody_has_decided_otherwise(old: Town) -> None:
    assert keys(made(old.ledger, Retention(), old.now + 4000 * DAY))["evidence"] == ()


def test_the_bytes_that_a_mismatch_rests_on_stay(town: Town) -> None:
    """A mismatch was found and has ended; years later its evidence is still there, while that of others went."""
    (one,) = [each for each in town.known() if each.code == "1.000001"]
    assert one.portal_version_id is not None
    assert one.city_version_id is not None
    town.both("1.000001", "1.000003")
    town.run()
    for name in (OTHER_NAME, NAME):
        town.publish("1.000003", name)
        town.enter("1.000003", name)
        town.run()
    town.now += 2000 * DAY
    gone = keys(made(town.ledger, SHORT, town.now))["evidence"]
    assert gone
    assert not {one.portal_version_id, one.city_version_id} & set(gone)


def test_no_transaction_is_long_and_each_leaves_its_word_in_the_trail(old: Town) -> None:
    """After each one the ledger is left alone as long as it took; what the trail says adds up to the whole."""
    clock = iter(number / 10 for number in range(10_000))
    wanted = made(old.ledger, SHORT, old.now)
    rests: list[float] = []

    async def rest(seconds: float) -> None:
        rests.append(seconds)

    done = asyncio.run(prune(old.ledger, wanted, actor="test", clock=lambda: next(clock), rest=rest))
    entries = [one for one in old.ledger.read_now(trail, limit=10_000) if one.action == "pruned"]
    assert len(entries) == done.transactions
    assert rests == pytest.approx([0.1] * done.transactions)
    assert sum(one.detail["number"] for one in entries) == sum(done.rows.values())
    assert done.longest == pytest.approx(0.1)


def test_slow_transactions_become_smaller_down_to_single_rows_and_quick_ones_larger() -> None:
    pace = Pace()
    sizes = []
    for seconds in (0.03,) * 7 + (0.01,) + (0.001,) * 12:
        sizes.append(pace.size)
        pace.took(seconds)
    assert sizes == [50, 25, 12, 6, 3, 1, 1, 1, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1000, 1000]


def test_sign_ins_and_digests_that_are_over_go_and_others_stay(town: Town) -> None:
    now = town.now

    def furnish(session: Session) -> None:
        of = {"name": "Hòa", "role": "auditor", "unit": "", "password_hash": None, "now": now, "actor": "t"}
        user = add_user(session, login="hoa", **of)
        for number, days in enumerate((-200, -10, 10)):
            ends = now + days * DAY
            open_session(
                session, user_id=user, digest=f"d{number}", csrf="c", expires_at=ends, address="::1", now=now, actor="t"
            )
        at = {"kind": "digest", "target": "mail:a@b.vn", "subject": "s", "content": {"k": "v"}}
        for number in range(3):
            put_notice(session, key=f"k{number}", due_at=now - 200 * DAY, **at)
        notice_sent(session, notice_id=1, now=now - 199 * DAY)
        notice_sent(session, notice_id=2, now=now - 1 * DAY)

    town.ledger.write_now(furnish)
    wanted = made(town.ledger, SHORT, now)
    assert (keys(wanted)["sessions"], keys(wanted)["notices"]) == (("d0",), (1,))
    carried_out(town.ledger, wanted)
    left = town.ledger.read_now(
        lambda session: [sorted(session.scalars(sa.select(one))) for one in (SESSIONS.c.digest, NOTICES.c.id)]
    )
    assert left == [["d1", "d2"], [2, 3]]


def test_a_kill_in_the_middle_leaves_the_rest_for_the_next_time(old: Town) -> None:
    wanted = made(old.ledger, SHORT, old.now)

    async def killed(_: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        asyncio.run(prune(old.ledger, wanted, actor="test", rest=killed))
    rest = made(old.ledger, SHORT, old.now)
    assert 0 < sum(map(len, keys(rest).values())) < sum(map(len, keys(wanted).values()))
    carried_out(old.ledger, rest)
    assert made(old.ledger, SHORT, old.now).is_empty
