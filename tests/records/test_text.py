"""Vietnamese text: what is the same text, and how two texts that are not may be told apart."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.records.text import display, fold, form, loose, tone_marks_apart, without_tones

VOWELS = "aăâeêioôơuưy"
TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
LETTERS = sorted(
    {
        case
        for vowel in VOWELS
        for tone in TONES
        for letter in (unicodedata.normalize("NFC", vowel + tone),)
        for case in (letter, letter.upper())
        if not letter.isascii()
    }
    | {"đ", "Đ"}
)
TEXT = st.text(
    st.sampled_from("aăđĐòaóàủyẾ \u00a0\t\r\n\u200b\u00ad\u0301\u0303\u0323o.") | st.characters(), max_size=30
)


def test_vietnamese_has_134_letters_beyond_ascii() -> None:
    assert len(LETTERS) == 134


@pytest.mark.parametrize("letter", LETTERS)
def test_every_letter_is_the_same_in_nfc_and_nfd(letter: str) -> None:
    assert form(unicodedata.normalize("NFD", letter)) == form(letter) == letter
    assert loose(unicodedata.normalize("NFD", letter)) == loose(letter) == letter.lower()


@pytest.mark.parametrize("letter", LETTERS)
def test_no_two_letters_fall_together_but_by_case(letter: str) -> None:
    assert [other for other in LETTERS if loose(other) == loose(letter)] == sorted({letter.lower(), letter.upper()})


@pytest.mark.parametrize("letter", LETTERS)
def test_a_lost_mark_is_found_in_either_normal_form(letter: str) -> None:
    plain = fold(letter)
    assert len(plain) == 1
    assert plain.isascii()
    for spelt in (letter, unicodedata.normalize("NFD", letter)):
        assert tone_marks_apart(f"x{spelt}x", f"x{plain}x")


def test_two_marks_on_one_letter_compose_in_any_order_of_theirs() -> None:
    assert form("e\u0302\u0323") == form("e\u0323\u0302") == form("ê\u0323") == form("ẹ\u0302") == "ệ"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("  Đăng ký  ", "Đăng ký"),
        ("Đăng\u00a0ký", "Đăng ký"),
        ("Đăng \u202f ký", "Đăng ký"),
        ("1.\tSáp nhập\r\nxã", "1. Sáp nhập xã"),
        ("\t 1.   Sáp \t\n\n nhập;\t ", "1. Sáp nhập;"),
        ("Đăng\u200b ký\ufeff", "Đăng ký"),
        ("h\u00adộ", "hộ"),
        ("\u200eHộ tịch\x00", "Hộ tịch"),
        ("ho\u200b\u0323", "họ"),
        ("", ""),
        (" \u00a0\n", ""),
        ("\x07plain\x7f", "plain"),
    ],
)
def test_white_space_and_unseen_characters_are_form(typed: str, meant: str) -> None:
    assert form(typed) == display(typed) == meant


def test_a_bullet_of_an_old_font_can_be_seen_and_stays() -> None:
    assert form("\uf0a7 Hồ sơ") == "\uf0a7 Hồ sơ"


@pytest.mark.parametrize(
    ("older", "newer"),
    [("hòa", "hoà"), ("thúy", "thuý"), ("Ủy ban", "Uỷ ban"), ("khỏe", "khoẻ"), ("HÓA", "HOÁ"), ("Thụy", "Thuỵ")],
)
def test_the_two_schools_of_tone_placement_differ_in_form_only(older: str, newer: str) -> None:
    assert form(older) != form(newer)
    assert loose(older) == loose(newer)
    assert not tone_marks_apart(older, newer)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("hỏi", "hõi"),
        ("đa", "da"),
        ("Đ", "D"),
        ("mo", "mơ"),
        ("an", "ăn"),
        ("hoà", "hoá"),
        ("quý", "quỳ"),
        ("tê", "te"),
    ],
)
def test_marks_apart_are_marks_apart(first: str, second: str) -> None:
    assert tone_marks_apart(first, second)


@pytest.mark.parametrize(("first", "second"), [("hộ", "hộ "), ("lý", "lí"), ("xã", "xa x"), ("A", "a"), ("cấp", "cấm")])
def test_what_is_more_or_less_than_marks_is_not_marks_apart(first: str, second: str) -> None:
    assert not tone_marks_apart(first, second)


def test_search_finds_without_marks_and_never_identifies() -> None:
    assert fold("  ĐƯỜNG\u00a0Bộ ") == "duong bo"
    assert fold("má") == fold("mã") == fold("ma")


def test_without_tones_keeps_the_vowels() -> None:
    assert without_tones("Đường bộ, hộ tịch") == "đương bô, hô tich"


@given(TEXT)
def test_the_form_of_a_form_is_itself(text: str) -> None:
    assert form(form(text)) == form(text)
    assert loose(form(text)) == loose(text)


@given(TEXT)
def test_the_form_does_not_depend_on_the_normal_form(text: str) -> None:
    assert form(unicodedata.normalize("NFD", text)) == form(text)


@given(TEXT)
def test_the_quick_way_to_the_form_is_the_careful_one(text: str) -> None:
    """A character that nobody sees, put into it, sends any text the careful way."""
    assert form(text) == form(f"{text}\u200b") == form(f"\x00{text}")


@given(TEXT)
def test_the_form_is_nfc_without_stray_space(text: str) -> None:
    formed = form(text)
    assert unicodedata.is_normalized("NFC", formed)
    assert " ".join(formed.split()) == formed


@given(TEXT)
def test_looser_forms_are_stable_too_and_each_hides_more_than_the_last(text: str) -> None:
    """What form calls one, loose calls one; what loose calls one, fold calls one. Any character may come."""
    assert loose(loose(text)) == loose(text)
    assert fold(loose(text)) == fold(text)
    assert fold(fold(text)) == fold(text)
    assert not tone_marks_apart(text, form(text))


@pytest.mark.parametrize("text", ["\ud800", "a\udfffb", "\U0010ffff", "\x00", "👩\u200d👧", "🇻🇳", "\ue000"], ids=ascii)
def test_what_is_no_letter_is_kept_or_unseen_and_never_an_error(text: str) -> None:
    assert form(text) == "".join(character for character in text if character not in "\x00\u200d")
    assert fold(text) == loose(text) == form(text)


@pytest.mark.parametrize("vowels", ["oa", "oe", "uy"])
@pytest.mark.parametrize("tone", TONES[1:], ids=["huyền", "sắc", "ngã", "hỏi", "nặng"])
def test_every_tone_may_stand_in_either_place_and_stays_that_tone(vowels: str, tone: str) -> None:
    first, second = vowels[0], vowels[1]
    older, newer = (unicodedata.normalize("NFC", text) for text in (first + tone + second, first + second + tone))
    assert loose(f"h{older}") == loose(f"H{newer.upper()}") == f"h{newer}"
    for other in TONES:
        assert (loose(f"h{first}{other}{second}") == loose(f"h{newer}")) is (other == tone)
