"""Amounts of money in whole đồng.

In: what people and systems write ("50.000", "1.000.000 đồng", "45 VNĐ", "Miễn phí"). Out: đồng, None, or `ValueError`.
A dot, a comma or a space between groups of three digits separates thousands; nothing is ever rounded.
"""

from __future__ import annotations

import re

from syncd.records.text import display

LARGEST = 10**15

FREE = frozenset({"không", "không có", "không thu", "không thu phí", "không mất phí", "miễn phí", "không phí", "free"})
NO_NUMBER = frozenset(
    {
        "",
        "-",
        "--",
        "không có thông tin",
        "chưa có thông tin",
        "không quy định",
        "chưa quy định",
        "theo quy định",
        "theo mô tả",
        "xem mô tả",
        "xem phần mô tả",
    }
)

# Groups of three, with decimals behind the other mark ("50.000,00"); or one run of digits, with decimals where they
# cannot be a group that lost a digit ("50000.00", but not "50.00"). Decimals may only be zeros.
_AMOUNT = re.compile(
    r"(?P<whole>\d{1,3}(?P<gap>[., ])\d{3}(?:(?P=gap)\d{3})*(?:(?!(?P=gap))[.,]00?)?"
    r"|(?:0|\d{4,})(?:[.,]00?)?|\d{1,3})"
    r"\s*(?:vnđ|vnd|đồng|đ|₫|việt nam đồng|đồng việt nam|đồng chẵn)?\.?",
    re.ASCII,
)
_DECIMALS = re.compile(r"[.,]0{1,2}$")


def parse_amount(text: str) -> int | None:
    """Read an amount in đồng: 0 where the text says that there is no charge, None where it gives no number at all.

    Raises `ValueError` for anything else: an amount is never guessed from a sentence.
    """
    words = display(text).lower()
    if words in NO_NUMBER:
        return None
    if words.rstrip(".") in FREE:
        return 0
    found = _AMOUNT.fullmatch(words) if len(words) <= 60 else None
    if found is None:
        raise ValueError(f"not an amount in đồng: {text[:60]!r}")
    amount = int(re.sub(r"\D", "", _DECIMALS.sub("", found["whole"])))
    if amount > LARGEST:
        raise ValueError(f"not an amount in đồng: {text[:60]!r} is over {LARGEST}")
    return amount
