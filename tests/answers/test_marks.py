"""What differs is marked inside the text, and nothing of the text is lost."""

from __future__ import annotations

import time
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from syncd.answers.marks import LONGEST, Mark, Token, marked

TEXTS = st.text(alphabet="aáàAb đd\n\u00a0\u0301ươ", max_size=40) | st.text(max_size=40)


def shown(tokens) -> str:
    """Tokens as a person could write them down."""
    marks = {"same": "{}", "differs": "[{}]", "tone": "<{}>", "form": "({})", "folded": "{{{}}}"}
    return "".join(marks[one.mark].format(one.text) for one in tokens)


def test_words_that_differ_are_marked():
    """And only those."""
    ours, theirs = marked("Cấp giấy phép lao động", "Cấp lại giấy phép xây dựng")
    assert (shown(ours), shown(theirs)) == ("Cấp giấy phép [lao động]", "Cấp [lại] giấy phép [xây dựng]")


def test_a_tone_mark_is_marked_inside_its_word():
    """The letter that carries it."""
    ours, theirs = marked("Đăng ký thường trú", "Đăng kí thường trũ")
    assert (shown(ours), shown(theirs)) == ("Đăng [ký] thường tr<ú>", "Đăng [kí] thường tr<ũ>")


def test_form_is_visible():
    """Case, decomposed letters, spaces that look alike."""
    ours, theirs = marked("Sở  Y\u00a0tế", f"SỞ Y {unicodedata.normalize('NFD', 'tế')}")
    assert shown(ours) == "(Sở  )Y(\u00a0)(tế)"
    assert {one.note for one in ours} >= {"U+00A0"}
    assert {one.note for one in theirs} >= {"NFD"}
    assert {one.mark for one in (*ours, *theirs)} == {Mark.SAME, Mark.FORM}


def test_what_only_one_side_has_differs_as_a_whole():
    """An empty value has no token."""
    assert marked("Có", "") == ((Token("Có", Mark.DIFFERS),), ())
    assert marked("", "") == ((), ())


def test_what_both_have_is_folded_around_the_change():
    """How many words were left out is said."""
    long = " ".join(f"từ{number}" for number in range(500))
    ours, _ = marked(f"{long} cũ {long}", f"{long} mới {long}")
    assert [one.mark for one in ours] == ["folded", "same", "differs", "same", "folded"]
    assert (ours[0].note, ours[-1].note) == ("488", "489")
    whole, _ = marked(f"{long} cũ {long}", f"{long} mới {long}", is_folded=False)
    assert "".join(one.text for one in whole) == f"{long} cũ {long}"


def test_hostile_lengths_end_soon():
    """Cut, and said to be cut; words that repeat do not take forever."""
    begun = time.process_time()
    ours, theirs = marked("a b " * 100_000, "b a " * 100_000)
    marked("a b c " * 900, "c b a b " * 700)
    assert time.process_time() - begun < 5
    assert ours[-1] == Token("…", Mark.FOLDED, f"+{400_000 - LONGEST}")
    assert len(theirs) < 10


@given(TEXTS, TEXTS)
def test_tokens_joined_are_the_texts(first, second):
    """Whatever stands in them; equal texts are the same throughout."""
    ours, theirs = marked(first, second, is_folded=False)
    assert "".join(one.text for one in ours) == first
    assert "".join(one.text for one in theirs) == second
    assert (first == second) == all(one.mark is Mark.SAME for one in (*ours, *theirs))
