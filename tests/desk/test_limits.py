"""Limits on guessing and where visitors are: bounded, exact, and not to be talked out of."""

from __future__ import annotations

from datetime import timedelta

import pytest

from syncd.desk.security.limits import Buckets, SignInLimits
from syncd.desk.security.places import network_of, places_of, visitor_address
from tests.desk.conftest import START


def test_a_full_table_of_limits_forgets_nobody() -> None:
    """An attacker who fills it with other names does not get more tries at one."""
    buckets = Buckets(size=2, seconds=10, most=100)
    for _ in range(2):
        buckets.take("admin", 0.0)
    for number in range(1_000):
        buckets.take(f"stranger {number}", 0.0)
    assert buckets.wait("admin", 0.0) == 10.0
    assert len(buckets) <= 101


def test_a_full_table_of_limits_takes_new_names_again_once_old_buckets_are_full() -> None:
    buckets = Buckets(size=2, seconds=10, most=10)
    for number in range(30):
        buckets.take(f"stranger {number}", 0.0)
    later = 1_000.0
    assert [buckets.wait(f"new {number}", later) for number in range(5)] == [0.0] * 5
    buckets.take("new 1", later)
    assert buckets.wait("new 1", later) == 0.0


def test_a_right_try_costs_nothing_and_another_name_gains_nothing_by_it() -> None:
    limits = SignInLimits()
    for _ in range(100):
        assert limits.take("lan", "192.0.2.1", START) == 0
        limits.give_back("lan", "192.0.2.1", START)
    for _ in range(10):
        assert limits.take("minh", "192.0.2.2", START) == 0
    limits.give_back("lan", "192.0.2.2", START)
    assert limits.take("minh", "192.0.2.2", START) == 30
    assert limits.take("minh", "192.0.2.2", START + timedelta(seconds=30)) == 0


@pytest.mark.parametrize(
    ("forwarded", "trusted", "expected"),
    [
        ([], 0, "192.0.2.9"),
        (["198.51.100.1"], 0, "192.0.2.9"),
        (["198.51.100.1"], 1, "198.51.100.1"),
        (["10.9.9.9, 198.51.100.1"], 1, "198.51.100.1"),
        (["10.9.9.9", "198.51.100.1"], 1, "198.51.100.1"),
        (["203.0.113.5, 198.51.100.1"], 2, "203.0.113.5"),
        ([], 2, "192.0.2.9"),
        (["<script>"], 1, "192.0.2.9"),
        (["2001:db8::1"], 1, "2001:db8::1"),
    ],
)
def test_the_address_is_what_the_outermost_trusted_proxy_saw(forwarded: list[str], trusted: int, expected: str) -> None:
    assert visitor_address("192.0.2.9", forwarded, trusted) == expected


def test_an_ipv6_household_is_one_address() -> None:
    assert network_of("2001:db8:1:2:3::4") == network_of("2001:db8:1:2:ffff::1") == "2001:db8:1:2::/64"
    assert network_of("::ffff:192.0.2.1") == "192.0.2.1"
    assert network_of("unknown") == "unknown"


def test_a_desk_that_listens_everywhere_answers_to_addresses_but_to_no_strange_name() -> None:
    places = places_of("http://0.0.0.0:9615", "0.0.0.0", 9615)  # noqa: S104
    assert places.is_own_host("192.168.1.5:9615")
    assert places.is_own_host("localhost:9615")
    assert not places.is_own_host("rebound.evil.example:9615")
    assert not places.is_own_host("192.168.1.5:80")
