"""The heart of a difference in one line: some words around the first place where two values part.

In: both values. Out: two short rows of tokens. Pure.
"""

from __future__ import annotations

from msgspec import structs

from syncd.answers.marks import Mark, Token, Tokens, marked

BEFORE, AFTER = 3, 2
"""Words of what both have that stay before and after."""
LONGEST = 72
"""Characters of a differing stretch that are shown."""


def excerpts(portal_value: str, city_value: str) -> tuple[Tokens, Tokens]:
    """Both values, each cut to where they part; empty where a side says nothing."""
    ours, theirs = marked(portal_value, city_value, is_folded=False)
    return _excerpt(ours), _excerpt(theirs)


def _excerpt(tokens: Tokens) -> Tokens:
    first = next((at for at, one in enumerate(tokens) if one.mark is not Mark.SAME), None)
    if first is None:
        return tuple(_head(one, 2 * BEFORE + AFTER) for one in tokens[:1])
    found: list[Token] = [_tail(one, BEFORE) for one in tokens[max(0, first - 1) : first]]
    room = LONGEST
    for one in tokens[first:]:
        if one.mark is Mark.SAME and len(one.text.split()) > 2 * AFTER:
            found.append(_head(one, AFTER))
            break
        found.append(structs.replace(one, text=_cut(one.text, room)))
        room -= len(one.text)
        if room <= 0:
            break
    return tuple(one for one in found if one.text)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most].rstrip()}…"


def _head(one: Token, most: int) -> Token:
    words = one.text.split()
    space = " " if one.text[:1].isspace() else ""
    return one if len(words) <= most else Token(f"{space}{_cut(' '.join(words[:most]), LONGEST)}…", Mark.SAME)


def _tail(one: Token, most: int) -> Token:
    words = one.text.split()
    space = " " if one.text[-1:].isspace() else ""
    return one if len(words) <= most else Token(f"…{' '.join(words[-most:])}{space}", Mark.SAME)
