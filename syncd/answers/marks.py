"""What differs between two texts, word by word, so that a page can mark it inside the text.

In: both sides' values. Out: two rows of tokens whose texts, joined, are the values (folded ones aside). Pure.
Differences of tone marks are marked inside the word; such of white space and of Unicode form are made visible.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from enum import StrEnum

from msgspec import Struct

from syncd.records.text import fold, loose


class Mark(StrEnum):
    """How a token stands to the other side. ``folded``: a stretch that both have, left out."""

    SAME = "same"
    DIFFERS = "differs"
    TONE = "tone"
    FORM = "form"
    FOLDED = "folded"


class Token(Struct, frozen=True):
    """A stretch of text with its mark; ``note`` names what cannot be seen in it (``NFD``, ``U+00A0``…)."""

    text: str
    mark: Mark
    note: str = ""


class _Word(Struct, frozen=True):
    """A word and the white space after it."""

    text: str
    gap: str


Tokens = tuple[Token, ...]

LONGEST = 60_000
MOST_WORDS = 3_000
"""More differing words than this are not aligned any more: they differ as a whole."""
CONTEXT = 12
"""Words of what both have that stay beside a difference when the rest is folded."""

_WORDS = re.compile(r"(\S*)(\s*)")
_ORDINARY_SPACE = frozenset({" ", "\n"})


def marked(portal_value: str, city_value: str, *, is_folded: bool = True) -> tuple[Tokens, Tokens]:
    """Both values as tokens. ``is_folded``: whether long stretches that both have are left out.

    Values longer than `LONGEST` characters are cut there; the last token then says so.
    """
    if not portal_value or not city_value:
        return _alone(portal_value), _alone(city_value)
    first, second = _words(portal_value[:LONGEST]), _words(city_value[:LONGEST])
    pieces = list(_pieces(first, second))
    ours = _merged(token for one, _ in pieces for token in one)
    theirs = _merged(token for _, one in pieces for token in one)
    if is_folded:
        ours, theirs = _folded(ours), _folded(theirs)
    return _with_end(ours, portal_value), _with_end(theirs, city_value)


def _alone(text: str) -> Tokens:
    """What the other side does not have at all."""
    return _with_end((Token(text[:LONGEST], Mark.DIFFERS),), text) if text else ()


def _with_end(tokens: Tokens, whole: str) -> Tokens:
    left = len(whole) - LONGEST
    return (*tokens, Token("…", Mark.FOLDED, f"+{left}")) if left > 0 else tokens


def _words(text: str) -> list[_Word]:
    return [_Word(*found.groups()) for found in _WORDS.finditer(text) if found.group()]


Piece = tuple[list[Token], list[Token]]


def _pieces(first: Sequence[_Word], second: Sequence[_Word]) -> Iterator[Piece]:
    """Stretches of both, one beside the other."""
    start = _common(first, second)
    end = _common(first[start:][::-1], second[start:][::-1])
    yield from _pairs(first[:start], second[:start])
    yield from _middle(first[start : len(first) - end], second[start : len(second) - end])
    yield from _pairs(first[len(first) - end :], second[len(second) - end :])


def _common(first: Sequence[_Word], second: Sequence[_Word]) -> int:
    """How many words both begin with, exactly as written."""
    pairs = enumerate(zip(first, second, strict=False))
    return next((at for at, (one, other) in pairs if one != other), min(len(first), len(second)))


def _middle(first: Sequence[_Word], second: Sequence[_Word]) -> Iterator[Piece]:
    if max(len(first), len(second)) > MOST_WORDS:
        yield _differing(first), _differing(second)
        return
    ours, theirs = ([fold(word.text) for word in side] for side in (first, second))
    for tag, start, end, other_start, other_end in SequenceMatcher(None, ours, theirs).get_opcodes():
        if tag == "equal":
            yield from _pairs(first[start:end], second[other_start:other_end])
        else:
            yield _differing(first[start:end]), _differing(second[other_start:other_end])


def _pairs(first: Sequence[_Word], second: Sequence[_Word]) -> Iterator[Piece]:
    for ours, theirs in zip(first, second, strict=True):
        words = _word_tokens(ours.text, theirs.text)
        gaps = _gap_tokens(ours.gap, theirs.gap)
        yield [*words[0], *gaps[0]], [*words[1], *gaps[1]]


def _word_tokens(ours: str, theirs: str) -> Piece:
    if ours == theirs:
        return [Token(ours, Mark.SAME)], [Token(theirs, Mark.SAME)]
    if loose(ours) == loose(theirs):
        return [_form_token(ours)], [_form_token(theirs)]
    return _letters(ours, theirs), _letters(theirs, ours)


def _form_token(text: str) -> Token:
    return Token(text, Mark.FORM, unseen(text))


def _letters(word: str, other: str) -> list[Token]:
    """A word of which only marks differ, letter by letter; as a whole where the letters do not correspond."""
    ours, theirs = (unicodedata.normalize("NFC", one) for one in (word, other))
    if len(ours) != len(theirs) or ours != word:
        return [Token(word, Mark.TONE, unseen(word))]
    return [
        Token(letter, Mark.SAME if letter == facing or loose(letter) == loose(facing) else Mark.TONE)
        for letter, facing in zip(ours, theirs, strict=True)
    ]


def _gap_tokens(ours: str, theirs: str) -> Piece:
    mark = Mark.SAME if ours == theirs else Mark.FORM
    first, second = (Token(gap, mark, unseen(gap) if mark is Mark.FORM else "") for gap in (ours, theirs))
    return [first], [second]


def _differing(words: Iterable[_Word]) -> list[Token]:
    text = "".join(word.text + word.gap for word in words)
    kept = text.rstrip()
    return [Token(kept, Mark.DIFFERS), Token(text[len(kept) :], Mark.SAME)]


def unseen(text: str) -> str:
    """Names of what nobody sees in a text: another Unicode form, unusual spaces, characters without a shape."""
    names = ["NFD"] if unicodedata.normalize("NFC", text) != text else []
    names += [f"U+{ord(one):04X}" for one in text if one not in _ORDINARY_SPACE and not one.isprintable()]
    return " ".join(dict.fromkeys(names))


def _merged(tokens: Iterable[Token]) -> Tokens:
    """Neighbours with one mark and note as one token; nothing empty."""
    found: list[Token] = []
    for one in tokens:
        if not one.text:
            continue
        if found and (found[-1].mark, found[-1].note) == (one.mark, one.note):
            found[-1] = Token(found[-1].text + one.text, one.mark, one.note)
        else:
            found.append(one)
    return tuple(found)


def _folded(tokens: Tokens) -> Tokens:
    """Only some words of what both have stay beside each difference."""
    last = len(tokens) - 1
    return tuple(
        part
        for at, one in enumerate(tokens)
        for part in (_shortened(one, is_first=at == 0, is_last=at == last) if one.mark is Mark.SAME else (one,))
    )


def _shortened(one: Token, *, is_first: bool, is_last: bool) -> Tokens:
    words = _words(one.text)
    before, after = (0 if is_first else CONTEXT), (0 if is_last else CONTEXT)
    if is_first and is_last:
        before = CONTEXT * 4
    left_out = words[before : len(words) - after]
    if len(left_out) <= CONTEXT:
        return (one,)
    ends = [_joined(words[:before]), _joined(words[len(words) - after :] if after else [])]
    middle = Token("…", Mark.FOLDED, str(len(left_out)))
    return tuple(token for token in (Token(ends[0], Mark.SAME), middle, Token(ends[1], Mark.SAME)) if token.text)


def _joined(words: Iterable[_Word]) -> str:
    return "".join(word.text + word.gap for word in words)
