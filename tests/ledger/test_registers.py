"""A register is remembered row by row: any past instant shows it as it was given then."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from syncd.ledger import Ledger
from syncd.ledger.audit import trail
from syncd.ledger.registers import RegisterChange, record_register, register_as_of, register_changed_at

START = datetime(2026, 11, 25, tzinfo=UTC)
HOUR = timedelta(hours=1)
FIRST = {"54/2026/TT-BTP": {"effective": "2026-09-01"}, "55/2026/NĐ-CP": {"effective": None}}


def record(ledger: Ledger, rows, at=START, register="legal_documents") -> RegisterChange:
    return ledger.write_now(record_register, register=register, rows=rows, now=at, actor="test")


def as_of(ledger: Ledger, at=START, register="legal_documents"):
    return ledger.read_now(register_as_of, register, at)


def test_only_differences_are_written(ledger):
    """What came, what is another now, what went; the past stays as it was."""
    assert record(ledger, FIRST) == RegisterChange(new=("54/2026/TT-BTP", "55/2026/NĐ-CP"))
    second = {"55/2026/NĐ-CP": {"effective": "2026-10-01"}, "56": {}}
    change = record(ledger, second, START + HOUR)
    assert change == RegisterChange(new=("56",), changed=("55/2026/NĐ-CP",), gone=("54/2026/TT-BTP",))
    assert as_of(ledger) == FIRST
    assert as_of(ledger, START + HOUR) == second


def test_a_register_that_did_not_change_leaves_no_trace(ledger):
    """Neither rows nor an audit row nor a new instant of change."""
    assert record(ledger, FIRST)
    assert not record(ledger, dict(reversed(FIRST.items())), START + HOUR)
    assert ledger.read_now(register_changed_at, "legal_documents", START + 2 * HOUR) == START
    (entry,) = ledger.read_now(trail)
    assert (entry.actor, entry.action, entry.detail["register"], entry.detail["new"]) == (
        "test",
        "register",
        "legal_documents",
        2,
    )


def test_an_empty_register_is_not_one_that_was_never_read(ledger):
    """None for never, nothing for empty."""
    assert as_of(ledger) is None
    assert not record(ledger, {})
    assert as_of(ledger) == {}
    assert as_of(ledger, START - HOUR) is None
    assert ledger.read_now(register_changed_at, "legal_documents", START) == START
    assert ledger.read_now(register_changed_at, "legal_documents", START - HOUR) is None
    assert [entry.action for entry in ledger.read_now(trail)] == ["register"]


def test_registers_do_not_touch_one_another(ledger):
    """The same keys in two of them."""
    record(ledger, FIRST)
    record(ledger, {"54/2026/TT-BTP": {"signed": "2026-08-01"}}, START + HOUR, "decisions")
    assert as_of(ledger, START + HOUR) == FIRST
    assert as_of(ledger, START + HOUR, "decisions") == {"54/2026/TT-BTP": {"signed": "2026-08-01"}}


def test_the_last_change_is_also_one_that_only_took_rows_away(ledger):
    """And never one that came later than asked."""
    record(ledger, FIRST)
    record(ledger, {}, START + HOUR)
    assert ledger.read_now(register_changed_at, "legal_documents", START + 2 * HOUR) == START + HOUR
    assert ledger.read_now(register_changed_at, "legal_documents", START + HOUR / 2) == START


def test_contents_come_back_as_json_has_them(ledger):
    """Days and decimals as text, what is no number as nothing; true is not one; odd letters stay."""
    odd = {"day": date(2026, 9, 1), "points": Decimal("1.50"), "nan": float("nan"), "is": 1, "text": "a\x00\ud800"}
    assert record(ledger, {"k\x00": odd})
    assert not record(ledger, {"k\x00": odd}, START + HOUR)
    expected = {"day": "2026-09-01", "points": "1.50", "nan": None, "is": 1, "text": "a\x00\ud800"}
    assert as_of(ledger) == {"k\x00": expected}
    assert record(ledger, {"k\x00": odd | {"is": True}}, START + HOUR).changed == ("k\x00",)


def test_a_clock_that_was_set_back_does_not_rewrite_what_was_given(ledger):
    """The change counts from the last one on."""
    record(ledger, {"a": {"n": 1}})
    record(ledger, {"a": {"n": 2}}, START + HOUR)
    record(ledger, {"a": {"n": 3}}, START + HOUR / 2)
    assert as_of(ledger, START + HOUR / 2) == {"a": {"n": 1}}
    assert as_of(ledger, START + HOUR) == {"a": {"n": 3}}


def test_a_change_needs_an_actor(ledger):
    """And without one nothing is written."""
    with pytest.raises(ValueError, match="actor"):
        ledger.write_now(record_register, register="decisions", rows=FIRST, now=START, actor=" ")
    assert as_of(ledger, register="decisions") is None


EXAMPLES = count()
REGISTERS = st.dictionaries(
    st.sampled_from("abcd"), st.fixed_dictionaries({"n": st.one_of(st.none(), st.integers(0, 2), st.booleans())})
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.sampled_from(["first", "second"]), REGISTERS), min_size=1, max_size=8))
def test_any_past_instant_shows_the_register_of_then(ledger, steps):
    """Model: a dictionary for each instant. Each example has registers of its own."""
    example = next(EXAMPLES)
    model: dict[str, dict] = {}
    then = []
    for number, (register, rows) in enumerate(steps):
        at = START + number * HOUR
        record(ledger, rows, at, f"{register} {example}")
        model = model | {register: rows}
        then.append((at, model))
    for at, expected in then:
        for register in ("first", "second"):
            found = as_of(ledger, at + HOUR / 2, f"{register} {example}")
            assert repr(found) == repr(_sorted(expected.get(register)))


def _sorted(rows):
    return None if rows is None else dict(sorted(rows.items()))
