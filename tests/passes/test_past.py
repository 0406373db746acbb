"""The past as the ledger remembers it: what was observed then is what `then` says now, whatever has happened since."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from syncd.ledger.tables_configurations import CONFIGURATIONS
from syncd.passes.outcome import PassOutcome
from syncd.passes.pass_verdict import PassVerdict
from syncd.passes.past import then
from syncd.reconcile.comparison import Rules
from syncd.reconcile.mismatches import Observation
from syncd.reconcile.scope import AgencyScope
from syncd.records.codes import Equivalences
from syncd.records.procedure import State
from tests.passes.towns import NAME, OTHER_NAME, START, Town, city_record, fresh_ledger
from tests.stores import Lie
from tests.worlds import make_pair

CODES = ("1.000001", "1.000002", "1.000003")
Said = tuple[bool, set[tuple[str, str]], dict[str, int]]
"""Whether it was known, what was wrong (subject and values), and the counts."""

STEPS = st.one_of(
    st.tuples(st.just("publish"), st.sampled_from(CODES), st.sampled_from((NAME, OTHER_NAME))),
    st.tuples(st.just("withdraw"), st.sampled_from(CODES), st.just(NAME)),
    st.tuples(st.just("enter"), st.sampled_from(CODES), st.sampled_from((NAME, OTHER_NAME))),
    st.tuples(st.just("remove"), st.sampled_from(CODES), st.just("")),
    st.tuples(st.just("lie"), st.just(""), st.just("")),
)


def take(town: Town, step: tuple[str, str, str]) -> None:
    act, code, name = step
    if act == "publish":
        town.publish(code, name)
    elif act == "withdraw":
        town.publish(code, name, State.WITHDRAWN)
    elif act == "enter":
        town.enter(code, name)
    elif act == "remove":
        town.city.records.pop(f"{code}.H26", None)
    else:
        town.city.lie = Lie.DEAD


def seen(observations: list[Observation]) -> set[tuple[str, str]]:
    return {(one.subject, one.values) for one in observations}


def judged(town: Town, at: datetime) -> Said:
    """Whether it was known then, what was wrong, and the counts, as a fresh program finds them in the ledger."""
    town.restart()
    past = asyncio.run(then(town.pair, town.ledger, at))
    if past.world is None:
        return past.is_known, set(), {}
    return past.is_known, seen(past.world.observations), past.world.counts


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rounds=st.lists(st.lists(STEPS, max_size=4), min_size=1, max_size=5))
def test_every_pass_can_be_asked_again_as_it_was(rounds: list[list[tuple[str, str, str]]]) -> None:
    """After each pass, and at any instant until the next one, a restarted program says the same of then."""
    with tempfile.TemporaryDirectory() as folder, fresh_ledger(Path(folder)) as ledger:
        town = Town(ledger)
        town.both("1.000009")
        noted = []
        for steps in rounds:
            town.city.lie = None
            for step in steps:
                take(town, step)
            at = town.now
            said = as_said(town.run(), town)
            noted.append((at, said))
            assert same(judged(town, at), said)
        ends = [*(at for at, _ in noted[1:]), town.now]
        for (at, said), end in zip(noted, ends, strict=True):
            assert same(judged(town, at), said)
            assert same(judged(town, end - timedelta(microseconds=1)), said)
        assert judged(town, START - timedelta(microseconds=1)) == (False, set(), {})


def as_said(outcome: PassOutcome, town: Town) -> Said:
    """What a pass said when it ended: from its outcome and from the mismatches that it left open."""
    known = outcome.verdict is not PassVerdict.UNKNOWN
    return known, {(one.subject, one.values_digest) for one in town.known()}, outcome.counts


def same(found: Said, said: Said) -> bool:
    """Whether the past says what was said then; where it was unknown, only that it was."""
    if not said[0]:
        return not found[0]
    return found[:2] == said[:2] and all(said[2][name] == number for name, number in found[2].items())


def test_the_past_says_what_the_pass_of_then_recorded(town: Town) -> None:
    """The mismatches that a pass made are those that its instant shows, and the present is another matter."""
    town.both("1.000001", "1.000003")
    town.publish("1.000002")
    first = town.now
    outcome = town.run()
    town.enter("1.000002")
    town.publish("1.000001", OTHER_NAME)
    second = town.now
    town.run()
    known, wrong, counts = judged(town, first)
    assert known
    assert {subject.split("\x1f")[:2] == ["missing_in_city", "1.000002"] for subject, _ in wrong} == {True}
    assert {name: outcome.counts[name] for name in counts} == counts
    assert {subject.split("\x1f")[0] for subject, _ in judged(town, second)[1]} == {"field_differs"}


def test_asking_about_the_past_changes_nothing(town: Town) -> None:
    town.both("1.000001")
    town.publish("1.000002")
    town.run()
    before = town.known()
    index = dict(town.pair.city.index.entries())
    asyncio.run(then(town.pair, town.ledger, START))
    assert town.known() == before
    assert dict(town.pair.city.index.entries()) == index


def test_a_reading_that_was_not_whole_is_unknown_then_as_well(town: Town) -> None:
    town.both("1.000001")
    town.run()
    town.city.lie = Lie.DEAD
    at = town.now
    town.run()
    past = asyncio.run(then(town.pair, town.ledger, at))
    assert not past.is_known
    assert past.latest["city"] is not None
    assert past.latest["city"].verdict != "whole"
    assert past.whole["city"] is not None
    assert past.world is not None


def configured(town: Town, **options: Any) -> None:
    """A program with another configuration on the same ledger."""
    town.pair = replace(make_pair(town.portal, town.city), **options)


CHANGED: dict[str, dict[str, Any]] = {
    "scope": {"scope": AgencyScope("H26", frozenset())},
    "equivalences": {"equivalences": Equivalences({"HN-1.H26": "1.000002"})},
    "rules": {"rules": Rules(fields=frozenset())},
}


@pytest.mark.parametrize("what", CHANGED)
def test_the_past_is_judged_by_the_configuration_of_then(town: Town, what: str) -> None:
    """Scope, equivalences and rules change, and with them what is wrong now; what was wrong then stays so."""
    town.both("1.000001", "1.000009")
    town.enter("1.000001", OTHER_NAME)
    town.publish("1.000002")
    town.city.put("HN-1.H26", city_record("HN-1", local_code="HN-1.H26"))
    before, before_said = town.now, as_said(town.run(), town)
    configured(town, **CHANGED[what])
    after, after_said = town.now, as_said(town.run(), town)
    assert before_said[1] != after_said[1], "the change is none"

    town.restart()
    assert judged(town, before)[1] == before_said[1]
    assert judged(town, after - timedelta(microseconds=1))[1] == before_said[1]
    assert judged(town, after)[1] == after_said[1], "although the program was started with the first configuration"


def forget_configurations(session: Session) -> None:
    """As it was before they were remembered."""
    session.execute(sa.delete(CONFIGURATIONS))


def test_an_older_ledger_says_that_it_does_not_remember_its_configuration(town: Town) -> None:
    """It is judged by the configuration of today, and the answer says so."""
    town.both("1.000001")
    at = town.now
    town.run()
    assert asyncio.run(then(town.pair, town.ledger, at)).remark == ""
    town.ledger.write_now(forget_configurations)
    past = asyncio.run(then(town.pair, town.ledger, at))
    assert "is not remembered" in past.remark
    assert past.world is not None
