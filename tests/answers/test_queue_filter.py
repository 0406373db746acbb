"""The queue's filter and its address say the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.answers.queue_filter import MOST_DAYS, OPEN_STATES, ORDERS, PARAMETERS, Filter
from syncd.reconcile.differences import DifferenceClass
from syncd.reconcile.mismatches import MismatchKind, Severity

WORDS = st.text(max_size=30)
QUERIES = st.fixed_dictionaries(
    {},
    optional={
        "pair": st.lists(WORDS, max_size=3),
        "unit": st.lists(WORDS, max_size=3) | WORDS,
        "kind": st.lists(st.sampled_from([one.value for one in MismatchKind]), max_size=3),
        "field": st.lists(WORDS, max_size=3),
        "severity": st.lists(st.sampled_from([one.value for one in Severity]), max_size=4),
        "state": st.lists(
            st.sampled_from(["suspected", "confirmed", "waived", "resolved", "vanished", "all"]), max_size=7
        ),
        "class": st.lists(st.sampled_from([one.value for one in DifferenceClass]), max_size=4),
        "assignee": WORDS,
        "cause": WORDS,
        "reported": st.sampled_from(["", "yes", "no"]),
        "older": st.integers(0, 100).map(str),
        "younger": st.integers(100, MOST_DAYS).map(str),
        "q": WORDS,
        "order": st.sampled_from(ORDERS),
        "cursor": WORDS,
    },
)


@given(QUERIES)
def test_an_address_made_of_a_filter_is_read_back_to_it(query):
    """Round trip; what is not the filter's is left out."""
    found = Filter.parse(query)
    assert Filter.parse(found.query()) == found
    assert found.query().keys() <= {one.name for one in PARAMETERS}


def test_an_empty_address_asks_for_what_is_open():
    """As a form with nothing filled in does; and it is written as nothing."""
    assert Filter.parse({}) == Filter.parse({"q": " ", "kind": ["", ""], "state": ""}) == Filter()
    assert Filter().states == OPEN_STATES
    assert Filter().query() == {}


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"kind": "wrong"}, "kind: 'wrong' is none of missing_in_city"),
        ({"state": ["open"]}, "state: 'open' is none of"),
        ({"order": "age"}, "order: 'age' is none of severity"),
        ({"older": "-1"}, "older: '-1' is no number of days from 0 to 36500"),
        ({"older": "²"}, "is no number of days"),
        ({"older": "9" * 5000}, "older: '99999999999999999999'… is too long"),
        ({"older": "5", "younger": "4"}, "leave nothing"),
        ({"reported": "maybe"}, "reported: 'maybe' is neither yes nor no"),
        ({"q": ["a", "b"]}, "q: give one value, not 2"),
        ({"unit": [str(one) for one in range(51)]}, "unit: 51 values are too many"),
    ],
)
def test_a_wrong_address_is_refused_in_words(query, words):
    """Which parameter, and what would be right."""
    with pytest.raises(ValueError, match=words):
        Filter.parse(query)
