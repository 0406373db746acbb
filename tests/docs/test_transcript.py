"""What a page shows is compared with what comes, and dots stand for what varies."""

from __future__ import annotations

import pytest

from tests.docs.transcript import missing


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        (["1 pair"], "1 pair\n"),
        (["pair   verdict"], "pair verdict"),
        (["...", "last"], "first\nsecond\nlast"),
        (["first", "..."], "first\nsecond\nlast"),
        (["M-... waived"], "M-7K waived"),
        (["..."], ""),
        (["first", "...", "last"], "first\nlast"),
    ],
)
def test_what_is_shown_was_said(shown: list[str], said: str) -> None:
    assert missing(shown, said) == ""


@pytest.mark.parametrize(
    ("shown", "said", "lacks"),
    [
        (["1 pair"], "2 pairs", "1 pair"),
        (["1 pair"], "1 pair\nand more", "(no more lines) but there is: and more"),
        (["second"], "first\nsecond", "second"),
        (["...", "third"], "first\nsecond", "third"),
        (["M-... waived"], "M-7K is waived by nobody", "M-... waived"),
        (["second", "...", "first"], "first\nsecond", "second"),
    ],
)
def test_what_was_not_said_is_named(shown: list[str], said: str, lacks: str) -> None:
    assert missing(shown, said) == lacks
