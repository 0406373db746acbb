"""What a text is, judged by its looks: JSON, markup, a form, a plain sentence, or nothing that can be looked into.

In: a text. Out: its form. Forms themselves are rewritten here, pair by pair.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import quote_plus, unquote_plus

LONGEST_SENTENCE = 300
_JSON = re.compile(r"[\ufeff\s]*+(?:[{\[]|\"(?:[^\"\\]|\\.)*+(?:\"|\\?\Z)\s*+\Z)", re.DOTALL)
_NO_JSON = re.compile(r"[\ufeff\s]*+(?:[{\[]\s*+[\w.-]++\s*+=|\[[^\"\[\]{}]*+\]\s*+[^\s,\]])")
"""A log line, a printed map: they begin as JSON does."""

_MARKUP = re.compile(r"[\ufeff\s]*+<[A-Za-z_?!/]")
_ELEMENT = re.compile(r"</?[A-Za-z_][^<>]*+>")
_CELLS = re.compile(r"(?i)<(?:td|th|row|cell)\b")
_NAME = re.compile(r"[\w.%+\[\]-]{1,200}")
_SENTENCE = re.compile(r"[^{}\[\]<>|;,=\t\r\n\"]*+\s*+")
_EMBEDDED = re.compile(r"[{\[]\s*+[{\[\"]")


def is_json(text: str) -> bool:
    """Whether it means to be JSON; of texts in quotes only one that stands alone."""
    return _JSON.match(text) is not None


def is_markup(text: str) -> bool:
    return _MARKUP.match(text) is not None


def has_elements(text: str) -> bool:
    return is_markup(text) and _ELEMENT.search(text) is not None


def is_readable(text: str) -> bool:
    """Whether names in it can be told from what stands under them. Not so in CSV, JSONP, tables and what is unknown;
    a short plain sentence has none.
    """
    if is_markup(text):
        return _CELLS.search(text) is None
    is_sentence = len(text) <= LONGEST_SENTENCE and _SENTENCE.fullmatch(text) is not None
    return is_sentence or (is_json(text) and _NO_JSON.match(text) is None) or is_form(text)


def is_form(text: str) -> bool:
    bare = text.strip()
    if "=" not in bare or re.search(r"\s", bare):
        return False
    return all("=" in pair and _NAME.fullmatch(pair.partition("=")[0]) for pair in bare.split("&"))


def rewritten_form(text: str, named: Callable[[str, str], str]) -> str:
    """The form with what stands under each name rewritten."""
    return "&".join(_pair(pair, named) for pair in text.split("&"))


def _pair(pair: str, named: Callable[[str, str], str]) -> str:
    name, sign, written = pair.partition("=")
    read = unquote_plus(written)
    fresh = named(unquote_plus(name), read)
    return pair if fresh == read else f"{name}{sign}{quote_plus(fresh)}"


def embedded_at(text: str) -> int:
    """Where JSON begins inside a text that begins otherwise; -1 where it does not."""
    found = _EMBEDDED.search(text)
    return -1 if found is None else found.start()
