"""A sweep says of each record what it is to the index, and leaves the index alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.reconcile.scope import Facts
from syncd.reconcile.sweep import Entry, Meeting, SideIndex, Sweep

KEYS = st.text(max_size=6)
HASHES = st.binary(min_size=16, max_size=16)


def entry(raw: bytes, code: str = "1.000001", version: int = 1) -> Entry:
    return Entry(raw, bytes(16), b"e" * 16, Facts(code, 5, "link"), version, 1_790_000_000)


def index_of(content: dict[str, bytes]) -> SideIndex:
    index = SideIndex()
    for key, raw in content.items():
        index.put(key, entry(raw))
    return index


@given(st.dictionaries(KEYS, HASHES), st.lists(st.tuples(KEYS, HASHES)))
def test_a_sweep_agrees_with_a_dictionary(known, listing):
    """Model: plain dictionaries."""
    index = index_of(known)
    sweep = Sweep(index)
    met: set[str] = set()
    for key, raw in listing:
        expected = (
            Meeting.REPEATED
            if key in met
            else Meeting.NEW
            if key not in known
            else Meeting.SEEN
            if known[key] == raw
            else Meeting.CHANGED
        )
        assert sweep.meet(key, raw) is expected
        met.add(key)
    assert sorted(sweep.gone()) == sorted(known.keys() - met)
    assert {key: one.raw for key, one in index.entries()} == known


@given(st.lists(st.tuples(KEYS, st.one_of(st.none(), HASHES))))
def test_an_index_agrees_with_a_dictionary(changes):
    """Putting and dropping in any order, slots reused."""
    index, model = SideIndex(), {}
    for number, (key, raw) in enumerate(changes):
        if raw is None:
            if key in model:
                index.drop(key)
                del model[key]
        else:
            model[key] = entry(raw, code=key, version=number)
            index.put(key, model[key])
    assert dict(index.entries()) == model
    assert {key: (code, flags) for key, code, flags in index.facts()} == {
        key: (one.facts.code, one.facts.flags) for key, one in model.items()
    }
    assert len(index) == len(model)


def test_a_dropped_record_is_new_again():
    """A slot that is used again remembers nothing of the record before."""
    index = index_of({"a": b"1" * 16})
    index.drop("a")
    index.put("b", entry(b"2" * 16)._replace(facts=Facts("", 0)))
    assert index.get("a") is None
    assert index.get("b") == entry(b"2" * 16)._replace(facts=Facts("", 0))
    assert Sweep(index).meet("a", b"1" * 16) is Meeting.NEW


@pytest.mark.parametrize("code", ["1.000001", "1.000001.H26", "", "9.999999", "1.0", "1.000001.H26.x"])
def test_a_code_is_kept_however_it_stands_to_the_key(code):
    index = SideIndex()
    index.put("1.000001.H26", entry(b"1" * 16, code="another"))
    index.put("1.000001.H26", entry(b"1" * 16, code=code))
    index.put("2", entry(b"1" * 16, code="2"))
    assert index.get("1.000001.H26").facts.code == code
    assert [one for _, one, _ in index.facts()] == list(index.columns().codes) == [code, "2"]


def test_a_very_long_code_that_is_its_own_key_is_kept():
    index = SideIndex()
    code = "1" * 70_000
    index.put(code, entry(b"1" * 16, code=code))
    assert index.get(code).facts.code == code
