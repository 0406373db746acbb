"""Whether a program said what a page shows.

In: the lines shown, where `...` stands for anything, and what was said. Out: nothing, or what is missing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

ANYTHING = "..."
MARK_OF_UTF8 = "\ufeff"
SPACES = re.compile(r"\s+")


def missing(shown: Sequence[str], said: str) -> str:
    """Empty where the lines were said in this order. A line `...` lets lines pass, `...` within a line words."""
    lines = [_plain(line) for line in said.splitlines() if line.strip()]
    wanted = [_plain(line) for line in shown if line.strip()]
    at, may_pass = 0, False
    for line in wanted:
        if line == ANYTHING:
            may_pass = True
            continue
        found = next((n for n in range(at, len(lines)) if _like(line).fullmatch(lines[n])), None)
        if found is None or (found != at and not may_pass):
            return line
        at, may_pass = found + 1, False
    return "" if at == len(lines) or may_pass or not wanted else f"(no more lines) but there is: {lines[at]}"


def _plain(line: str) -> str:
    return SPACES.sub(" ", line.removeprefix(MARK_OF_UTF8)).strip()


def _like(line: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part) for part in line.split(ANYTHING)))
