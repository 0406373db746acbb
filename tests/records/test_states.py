"""The words for states and kinds: "không công khai" is not "công khai", and nothing is guessed."""

from __future__ import annotations

import unicodedata

import pytest

from syncd.records.kinds import KIND_WORDS, parse_kind
from syncd.records.procedure import Kind, State
from syncd.records.states import STATE_WORDS, parse_state
from syncd.records.text import fold


@pytest.mark.parametrize(("word", "state"), STATE_WORDS.items(), ids=list(STATE_WORDS))
def test_every_word_is_known_in_capitals_without_accents_and_decomposed(word: str, state: State) -> None:
    for spelling in (word, word.upper(), fold(word), unicodedata.normalize("NFD", word), f"\t{word} "):
        assert parse_state(spelling) is state


def test_every_state_and_kind_has_words_of_its_own() -> None:
    assert set(STATE_WORDS.values()) == set(State)
    assert set(KIND_WORDS.values()) == set(Kind)


@pytest.mark.parametrize(
    ("denied", "affirmed"),
    [
        ("Không công khai", "Công khai"),
        ("Chưa công khai", "Đã công khai"),
        ("Ngừng áp dụng", "Đang áp dụng"),
        ("Chưa có hiệu lực", "Có hiệu lực"),
        ("Hết hiệu lực", "Còn hiệu lực"),
        ("inactive", "active"),
        ("unpublished", "public"),
        ("0", "1"),
    ],
)
def test_what_is_denied_is_never_public(denied: str, affirmed: str) -> None:
    assert parse_state(affirmed) is State.PUBLIC
    assert parse_state(denied) is not State.PUBLIC


@pytest.mark.parametrize("word", ["hiệu lực", "Mới", "2", "01", "yes", "Sửa đổi", "UPDATED", ""])
def test_an_unknown_state_is_refused(word: str) -> None:
    """The portal's own UPDATED is its adapter's business: it means something there and nothing elsewhere."""
    with pytest.raises(ValueError, match="is no known state of publication"):
        parse_state(word)


@pytest.mark.parametrize(("word", "kind"), KIND_WORDS.items(), ids=list(KIND_WORDS))
def test_every_kind_is_known_in_any_spelling(word: str, kind: Kind) -> None:
    for spelling in (word, word.upper(), fold(word), unicodedata.normalize("NFD", word)):
        assert parse_kind(spelling) is kind


@pytest.mark.parametrize("word", ["TTHC được luật giao quy định chi tiết", "TTHC không được luật giao", "ASSIGNED"])
def test_whether_a_law_assigned_it_is_another_question_than_its_kind(word: str) -> None:
    with pytest.raises(ValueError, match="is no known kind of procedure"):
        parse_kind(word)
