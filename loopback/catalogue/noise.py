"""Typing noise: the same text as other hands would have written it.

In: clean text. Out: the text in another form that means the same; nothing here changes a word or a number.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from random import Random
from typing import Final

Noise = Callable[[str], str]


def decomposed(text: str) -> str:
    """The text in NFD: every mark a character of its own."""
    return unicodedata.normalize("NFD", text)


def double_spaced(text: str) -> str:
    """The first space doubled."""
    return text.replace(" ", "  ", 1)


def hard_spaced(text: str) -> str:
    """The first space a no-break space."""
    return text.replace(" ", "\u00a0", 1)


def tabbed(text: str) -> str:
    """The first space a tab and the last one a line break."""
    head, _, tail = text.replace(" ", "\t", 1).rpartition(" ")
    return f"{head}\n{tail}" if head else tail


NAME_NOISE: Final[tuple[Noise, ...]] = (
    decomposed,
    lambda text: f" {text}",
    lambda text: f"{text} ",
    double_spaced,
    hard_spaced,
    tabbed,
)

DECISION_NOISE: Final[tuple[Noise, ...]] = (
    lambda number: number.replace("/", " /", 1),
    lambda number: f"{number}.",
    lambda number: f"Quyết định số {number}",
    lambda number: f"Số:{number}",
    lambda number: f"SỐ {number}",
    str.lower,
    lambda number: f" {number}\n",
    decomposed,
)

JUNK_DECISIONS: Final[tuple[Noise, ...]] = (
    lambda number: number.replace("/QĐ", "/.QĐ"),
    lambda number: number.replace("QĐ-", "QD-"),
    lambda number: number.replace("QĐ-", "QĐ_"),
    lambda number: number.replace("/QĐ-UBND", "/TTr-SNNMT.2"),
    lambda number: f"{number}-2026-SXDdacthu",
    lambda number: number.split("/")[0],
    lambda _number: "290601",
    lambda _number: "",
)
"""Decision numbers that no folding makes clean; used on records outside the city's scope only."""


def roughened(text: str, table: tuple[Noise, ...], random: Random, share: float) -> str:
    """``text``, in the given share of cases put through one noise of ``table``."""
    return random.choice(table)(text) if random.random() < share else text
