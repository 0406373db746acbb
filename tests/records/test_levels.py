"""The words for levels of government: every one is known in any spelling, the ended district level is not."""

from __future__ import annotations

import unicodedata

import pytest

from syncd.records.levels import LEVEL_WORDS, parse_level
from syncd.records.procedure import Level
from syncd.records.text import fold


@pytest.mark.parametrize(("word", "level"), LEVEL_WORDS.items(), ids=list(LEVEL_WORDS))
def test_every_word_is_known_in_capitals_without_accents_and_decomposed(word: str, level: Level) -> None:
    for spelling in (word, word.upper(), fold(word), unicodedata.normalize("NFD", word), f"\u00a0{word} "):
        assert parse_level(spelling) is level


def test_every_level_has_the_word_of_the_portal_s_page() -> None:
    """Real pages say "Cấp tỉnh, Cơ quan khác"; the adapter parts them at the comma."""
    on_the_page = ("Cấp bộ", "Cấp tỉnh", "Cấp xã", "Cơ quan khác")
    assert [parse_level(word) for word in on_the_page] == list(Level)


@pytest.mark.parametrize("word", ["Cấp huyện", "Quận, huyện", "Huyện", "cap huyen"])
def test_the_district_level_that_ended_in_2025_is_refused(word: str) -> None:
    with pytest.raises(ValueError, match="is no known level of government"):
        parse_level(word)


@pytest.mark.parametrize("word", ["Cấp tỉnh, Cấp xã", "Cấp tỉnh; Cấp xã", "cấp", "Không", "1", ""])
def test_several_levels_at_once_or_none_are_no_level(word: str) -> None:
    with pytest.raises(ValueError, match="is no known level of government"):
        parse_level(word)
