"""Names stand as in a Vietnamese dictionary."""

from __future__ import annotations

import random
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from syncd.answers.collation import in_order, sort_key

DICTIONARY = [
    "ca",
    "ca cao",
    "ca sĩ",
    "cà",
    "cà chua",
    "cả",
    "cã",
    "cá",
    "cá thu",
    "cạ",
    "cai",
    "căn",
    "cân",
    "chuyện",
    "da",
    "đa",
    "đá",
    "e",
    "ê",
    "o",
    "ô",
    "ơ",
    "u",
    "ư",
    "y",
]
UNITS = [
    "Phường Ba Đình",
    "Phường Bạch Mai",
    "Phường Đống Đa",
    "Sở Công Thương",
    "Sở Du lịch",
    "Sở Tài chính",
    "Sở Tư pháp",
    "Sở Y tế",
    "Văn phòng Ủy ban",
]


def test_words_stand_in_the_order_of_the_dictionary():
    """Letters with marks after the plain ones, đ after d; tones ngang, huyền, hỏi, ngã, sắc, nặng."""
    shuffled = random.Random(3).sample(DICTIONARY, len(DICTIONARY))
    assert sorted(shuffled, key=sort_key) == DICTIONARY


def test_names_of_units_stand_in_their_order():
    """Neither case nor punctuation matters; what has no name comes last."""
    shuffled = random.Random(5).sample([*UNITS, ""], len(UNITS) + 1)
    assert in_order(shuffled, str) == [*UNITS, ""]
    assert sort_key("SỞ Y-TẾ.") == sort_key("Sở Y tế")


@given(st.text())
def test_every_text_has_a_key_of_digits(text):
    """So that every collation of a database sorts it alike; the form of the text does not matter."""
    key = sort_key(text)
    assert key == "" or (key.isascii() and key.isdigit())
    assert sort_key(unicodedata.normalize("NFC", text)[:50]) == sort_key(
        unicodedata.normalize("NFC", text)[:50].replace(" ", "\u00a0")
    )
