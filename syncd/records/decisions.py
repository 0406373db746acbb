"""Numbers of publication decisions (quyết định công bố), with the typing noise of real records.

In: a number as somebody typed it (``2193/QĐ-UBND.``, ``SỐ 64/QĐ-NHNN``, ``3098/QĐ_BYT``). Out: its canonical form and,
in words, what was odd. The number alone is no key: eight real ones belong to two agencies.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from syncd.records.text import display

NOT_A_NUMBER = "not a decision number"

_CANONICAL = re.compile(r"\d+(?:\.\d+)?[A-ZĐ]?(?:/\d{4})?/QĐ-[0-9A-ZĐƯ.&-]*[0-9A-ZĐƯ]")


_CLEAN = re.compile(r"[1-9]\d{0,9}/QĐ-[0-9A-ZĐƯ-]{0,60}[0-9A-ZĐƯ]", re.ASCII)


class DecisionNumber(NamedTuple):
    """``canonical`` is what is compared; ``noise`` says what was typed oddly (empty for a clean number).

    Where the text is no decision number at all, ``canonical`` is the text without stray white space.
    """

    canonical: str
    noise: tuple[str, ...] = ()


class _Step(NamedTuple):
    """One kind of noise: what it is called, what it looks like, what is meant."""

    noise: str
    pattern: re.Pattern[str]
    meant: str | Callable[[re.Match[str]], str]


def _upper(found: re.Match[str]) -> str:
    return found.group().upper()


# In this order; each pattern sees what the earlier ones left.
STEPS: tuple[_Step, ...] = (
    _Step("Ð for Đ", re.compile("[Ðð]"), "Đ"),
    _Step("another dash", re.compile("[‐‑‒–—−]"), "-"),
    _Step(
        "a prefix in words",
        re.compile(r"^(?:(?:quyết định|qđ)(?: số)?|số)(?: ?[:.] ?| |(?=\d))(?=\d)", re.IGNORECASE),
        "",
    ),
    _Step("a date after it", re.compile(r",? (?:ký )?ngày \d\d?( ?[/.-] ?)\d\d?\1\d{4}\.?$", re.IGNORECASE), ""),
    _Step("white space inside", re.compile(r" *([/_-]) +| +([/_-])"), lambda found: found[1] or found[2]),
    _Step("a dot beside the slash", re.compile(r"\.+/\.*|/\.+"), "/"),
    _Step("a dot at the end", re.compile(r"[.,;]+$"), ""),
    _Step("lower case", re.compile(r"(?<=/)[^/]*[a-zà-ỹ][^/]*$"), _upper),
    _Step("an underscore", re.compile("_"), "-"),
    _Step("QD for QĐ", re.compile(r"(?<=/)QD(?=-|[A-ZĐ])"), "QĐ"),
    _Step("no hyphen after QĐ", re.compile(r"(?<=/QĐ)(?=[A-ZĐ])"), "-"),
    _Step("leading zeros", re.compile(r"^0+(?=\d)"), ""),
)

# Odd, but part of the number: named, never removed.
_ODDITIES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("a letter in the number", re.compile(r"^[\d.]+[A-ZĐ]")),
    ("a part number", re.compile(r"^\d+\.\d")),
    ("a year in the number", re.compile(r"^[^/]+/\d{4}/")),
    ("dots in the issuer", re.compile(r"/QĐ-.*\.")),
)


def parse_number(text: str) -> DecisionNumber:
    """The canonical number (``2193/QĐ-UBND``) and the noise around it.

    Two texts name the same decision number exactly when their canonical forms are equal. Never raises: a text that is
    no decision number is returned as it is, with `NOT_A_NUMBER`; an empty one is empty and says nothing.
    """
    if _CLEAN.fullmatch(text):
        return DecisionNumber(text)
    shown = display(text)
    if not shown:
        return DecisionNumber("")
    if len(shown) > 100:
        return DecisionNumber(shown, (NOT_A_NUMBER,))
    cleaned, noise = _cleaned(shown)
    found = _capital_letter(cleaned)
    if not _CANONICAL.fullmatch(found):
        return DecisionNumber(shown, (NOT_A_NUMBER,))
    odd = tuple(name for name, pattern in _ODDITIES if pattern.search(found))
    stray = ("stray white space",) if display(text) != text and text.split() != [text] else ()
    return DecisionNumber(found, (*stray, *noise, *odd))


def _cleaned(shown: str) -> tuple[str, tuple[str, ...]]:
    noise: list[str] = []
    for step in STEPS:
        cleaned = step.pattern.sub(step.meant, shown)
        if cleaned != shown:
            noise.append(step.noise)
        shown = cleaned
    return shown, tuple(noise)


def _capital_letter(number: str) -> str:
    """``1061b/…`` and ``1061B/…`` are one number; that its letter is small is no noise."""
    head, slash, rest = number.partition("/")
    return head.upper() + slash + rest
