"""Tables of words: found without case or accents, refused with the nearest known word, never guessed."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.records.text import fold
from syncd.records.words import LONGEST_WORD, Words

COLOURS: Words[int] = Words("colour", {"Đỏ": 1, "Xanh lá": 2, "Xanh dương": 3, "red": 1})


@pytest.mark.parametrize(
    "spelling",
    ["Xanh lá", "XANH LÁ", "xanh la", " Xanh\u00a0 lá\n", unicodedata.normalize("NFD", "Xanh lá"), "Xa\u200bnh lá"],
    ids=ascii,
)
def test_a_word_is_found_however_it_is_spelt(spelling: str) -> None:
    assert COLOURS.read(spelling) == 2


def test_several_words_may_mean_one_thing() -> None:
    assert COLOURS.read("do") == COLOURS.read("RED") == 1
    assert Words("sign", {"hòa": 1, "hoà": 1, "HOA": 1}).read("hoa") == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Xanh dươg", "'Xanh dươg' is no known colour; the nearest known word is 'Xanh dương'"),
        ("tím", "'tím' is no known colour; no known word is near"),
        ("", "'' is no known colour; no known word is near"),
        ("Xanh lá cây", "'Xanh lá cây' is no known colour; the nearest known word is 'Xanh lá'"),
        ("x" * (LONGEST_WORD + 1), f"{'x' * 40!r}… is too long for a colour"),
    ],
)
def test_an_unknown_word_is_refused_with_the_nearest_known_one(text: str, message: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011
        COLOURS.read(text)
    assert str(refused.value) == message


def test_words_that_only_accents_tell_apart_are_refused_when_the_table_is_made() -> None:
    with pytest.raises(ValueError, match="grain: 'gao' and 'gạo' cannot be told apart without accents"):
        Words("grain", {"gạo": 1, "gao": 2})


@given(st.text(max_size=LONGEST_WORD + 5))
def test_any_text_whatever_is_known_or_refused(text: str) -> None:
    known = {fold(word) for word in ("Đỏ", "Xanh lá", "Xanh dương", "red")}
    if fold(text) in known and len(text) <= LONGEST_WORD:
        assert COLOURS.read(text) in (1, 2, 3)
    else:
        with pytest.raises(ValueError, match="colour"):
            COLOURS.read(text)
