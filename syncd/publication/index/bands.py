"""Bands of the index (xếp loại): what a total is called.

In: a total out of 100. Out: its band in both languages. No source at hand states the whole scale: "90-100 excellent"
and "less than 50 weak" were published, 90.96 was called xuất sắc, 83.61 tốt, 61.5 trung bình, 43 yếu, and "từ mức khá
trở lên" shows that khá exists. The exact bounds 80 and 70 are **unverified**.
"""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct


class Band(Struct, frozen=True):
    """One band: totals from ``lowest`` up to the next band's. ``is_verified``: a source states ``lowest``."""

    name: str
    english: str
    lowest: Decimal
    is_verified: bool


BANDS: tuple[Band, ...] = (
    Band("Xuất sắc", "excellent", Decimal(90), is_verified=True),
    Band("Tốt", "good", Decimal(80), is_verified=False),
    Band("Khá", "fair", Decimal(70), is_verified=False),
    Band("Trung bình", "average", Decimal(50), is_verified=True),
    Band("Yếu", "weak", Decimal(0), is_verified=True),
)


def band(total: Decimal) -> Band:
    """The band of a total. Raises `ValueError` outside 0 to 100: that is no total of the index."""
    if not 0 <= total <= 100:
        raise ValueError(f"not a total of the index: {total}; it lies between 0 and 100")
    return next(one for one in BANDS if total >= one.lowest)
