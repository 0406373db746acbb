"""Numbers of legal documents (số, ký hiệu văn bản) inside the text in which a system or a person wrote them.

In: ``Nghị định số 106/2024/NĐ-CP``, ``35 /2025/NQ-HĐND``, ``TT43/2023/TT-BTC``. Out: the canonical number, or nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from syncd.records.text import display, fold

LONGEST = 1000

_LETTER = "A-Za-zĐđƯư"
_NUMBER = re.compile(
    rf"(?<![\d./])(\d{{1,5}})((?:\.\d{{1,3}})?[A-Za-zĐđ]?)/(?:((?:19|20)\d\d)/)?"
    rf"([{_LETTER}][{_LETTER}0-9]{{0,19}}(?:[-/&][{_LETTER}0-9]{{1,20}}){{0,6}})(?!\w)"
)
_DECREE = re.compile(r"\bnghị định (?:số )?(\d{1,4})/((?:19|20)\d\d)(?![/\d])", re.IGNORECASE)
"""A decree without its symbol: the Government alone issues them, so that it can only be NĐ-CP."""
_OF_ASSEMBLY = re.compile(r"(?:QH|UBTVQH|HĐNN)\d{1,2}")

# Words after which a number is that of another document: what this one amends, repeals, corrects or guides.
_OF_ANOTHER = re.compile(r"\b(?:sua doi|bo sung|thay the|bai bo|dinh chinh|huong dan|quy dinh|thi hanh|can cu|theo)\b")

_Meant = str | Callable[[re.Match[str]], str]
_STEPS: tuple[tuple[re.Pattern[str], _Meant], ...] = (
    (re.compile("[Ðð]"), "Đ"),
    (re.compile("[‐‑‒–—−_]"), "-"),
    (re.compile(r"\s*/\s*"), "/"),
    (re.compile(r"(?<=/)(NĐ|ND|QĐ|QD|TTLT|TT|NQ|CT)\s*-\s*", re.IGNORECASE), lambda found: f"{found[1]}-"),
)
_SYMBOLS = re.compile(r"(?<![0-9A-ZĐƯ])(ND|QD|HDND|HDNN)(?=$|[-\d])")
_WORD = re.compile("-[A-ZĐ][a-zđ]{2,}.*")
"""A word of the name, written right behind the number ("17/2014/TT-BYT-Quy định …")."""
_MEANT = {"ND": "NĐ", "QD": "QĐ", "HDND": "HĐND", "HDNN": "HĐNN"}


def legal_number(text: str) -> str:
    """The number of the document that this code or name is of: ``106/2024/NĐ-CP``, in capitals; empty for none.

    The first number in the text, and only where no word before it says that it is another document's ("sửa đổi, bổ
    sung một số điều của Nghị định số …"). A number below ten has its zero (``06/2024/NĐ-CP``). Never raises.
    """
    shown = display(text[:LONGEST])
    for pattern, meant in _STEPS:
        shown = pattern.sub(meant, shown)
    for found in _NUMBER.finditer(shown):
        if number := _canonical(found):
            return "" if _OF_ANOTHER.search(fold(shown[: found.start()])) else number
    decree = _DECREE.search(shown)
    if decree is None or _OF_ANOTHER.search(fold(shown[: decree.start()])):
        return ""
    return f"{int(decree[1]):02d}/{decree[2]}/NĐ-CP"


def _canonical(found: re.Match[str]) -> str:
    number, part, year, symbol = found.groups()
    symbol = _SYMBOLS.sub(lambda one: _MEANT[one[1]], _WORD.sub("", symbol).upper())
    if "-" not in symbol and not _OF_ASSEMBLY.fullmatch(symbol):
        return ""
    return "/".join(filter(None, (f"{int(number):02d}{part.upper()}", year, symbol)))
