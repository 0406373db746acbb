"""Passwords are hashed slowly, checked evenly, and outlive a change of parameters."""

from __future__ import annotations

import unicodedata

import pytest

from syncd.records import passwords
from syncd.records.passwords import COST, Checked, Cost, PasswordError, check, generated, hashed
from syncd.records.tokens import digest_of, new_token

CHEAP = Cost(4, 8, 1)
PASSWORD = "mật khẩu rất dài"


def test_the_right_password_is_right_and_another_is_not():
    written = hashed(PASSWORD)
    assert written.startswith("$scrypt$ln=15,r=8,p=3$")
    assert check(PASSWORD, written) == Checked(True, False)
    assert check(PASSWORD + " ", written) == Checked(False, False)


def test_the_same_password_is_never_hashed_the_same():
    assert hashed(PASSWORD, CHEAP) != hashed(PASSWORD, CHEAP)


def test_a_hash_of_other_parameters_is_right_and_should_be_renewed():
    written = hashed(PASSWORD, CHEAP)
    assert check(PASSWORD, written) == Checked(True, True)
    assert check("another password", written) == Checked(False, False)


def test_both_spellings_of_vietnamese_are_one_password():
    """One keyboard sends composed letters, the other a letter and its marks."""
    written = hashed(unicodedata.normalize("NFD", PASSWORD), CHEAP)
    assert check(unicodedata.normalize("NFC", PASSWORD), written).is_right


@pytest.mark.parametrize(
    "unusable",
    [
        None,
        "",
        "plain",
        "$scrypt$ln=15,r=8,p=3$AAAA$BBBB",
        f"$scrypt$ln=30,r=8,p=3${'A' * 22}${'A' * 43}",
        f"$scrypt$ln=0,r=8,p=3${'A' * 22}${'A' * 43}",
    ],
)
def test_nothing_is_right_where_there_is_no_hash_and_it_costs_as_much(unusable, monkeypatch):
    """Whether somebody is known must not be told by how long it takes; and no hash text asks for any cost it likes."""
    costs = []
    derived = passwords._derived

    def watched(password, salt, cost):
        costs.append(cost)
        return derived(password, salt, CHEAP)

    monkeypatch.setattr(passwords, "_derived", watched)
    assert check(PASSWORD, unusable) == Checked(False, False)
    assert costs == [COST]


def test_a_flood_of_letters_is_not_hashed():
    assert check("a" * 1025, hashed("a" * 1024, CHEAP)) == Checked(False, False)


@pytest.mark.parametrize("wrong", ["", "a" * 11, "a" * 1025, "o\u0302" * 11])
def test_a_password_that_is_too_short_or_too_long_is_refused(wrong):
    with pytest.raises(PasswordError, match="12 to 1024"):
        hashed(wrong, CHEAP)


def test_a_lone_surrogate_is_a_letter_like_any_other():
    written = hashed("\ud800" * 12, CHEAP)
    assert check("\ud800" * 12, written).is_right
    assert not check("\ud801" * 12, written).is_right


def test_a_drawn_password_is_long_enough_and_never_the_same():
    drawn = {generated() for _ in range(100)}
    assert len(drawn) == 100
    assert all(len(one) == 23 and set(one) <= set(passwords.LETTERS + "-") for one in drawn)


def test_tokens_differ_and_their_digests_say_nothing_of_them():
    token = new_token()
    assert token != new_token()
    assert digest_of(token) == digest_of(token) != digest_of(token + "a")
    assert token not in digest_of(token)
    assert digest_of("a" * 10_000_000) != digest_of("a" * 256)
