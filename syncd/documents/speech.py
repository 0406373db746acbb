"""How figures, days and periods are said in official Vietnamese.

In: values. Out: words. What is not known is said to be so, and is never zero. Points have a dot before their decimals,
as Hà Nội's own letters print them; so whole numbers are grouped by a space, which no reader takes for a decimal sign.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from syncd.records.dates import HO_CHI_MINH, local_date
from syncd.records.periods import Period, PeriodKind

UNKNOWN = "chưa có số liệu"
DASH = "–"
LEGEND = f"Dấu ({DASH}): chưa có số liệu."
HARD_SPACE = "\u00a0"
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")


def clock(at: datetime) -> str:
    """``9h00’ ngày 06/01/2025``, as Hà Nội's letters say it."""
    moment = at.astimezone(HO_CHI_MINH)
    return f"{moment.hour}h{moment:%M}’ ngày {moment:%d/%m/%Y}"


def as_of_words(at: datetime) -> str:
    """The sentence that stands below every figure."""
    return f"Số liệu được tính tại thời điểm {clock(at)}; số liệu này có thể thay đổi theo thời gian."


def place_and_date(place: str, day: date | None, at: datetime) -> str:
    """Decree 30/2020, annex I: days below 10 and months below 3 get a zero; without a day the clerk writes it."""
    if day is None:
        return f"{place}, ngày ..... tháng ..... năm {local_date(at).year}"
    return f"{place}, ngày {day.day:02d} tháng {_month(day.month)} năm {day.year}"


def _month(month: int) -> str:
    return f"{month:02d}" if month <= 2 else str(month)


def day_words(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day is not None else UNKNOWN


def period_words(period: Period) -> str:
    """``tháng 01/2026``, ``quý III/2026``, ``năm 2026``."""
    if period.kind is PeriodKind.MONTH:
        return f"tháng {_month(period.number)}/{period.year}"
    if period.kind is PeriodKind.QUARTER:
        return f"quý {ROMAN[period.number - 1]}/{period.year}"
    return f"năm {period.year}"


def whole(number: int | None) -> str:
    """``1 065 150``."""
    return UNKNOWN if number is None else f"{number:,}".replace(",", HARD_SPACE)


def counted(number: int | None, what: str) -> str:
    """``1 065 hồ sơ``, or that nothing is known of them."""
    return f"{UNKNOWN} về {what}" if number is None else f"{whole(number)}{HARD_SPACE}{what}"


def points(score: Decimal | None) -> str:
    """``62.28``."""
    return UNKNOWN if score is None else f"{score:.2f}"


def points_of(score: Decimal | None, maximum: Decimal) -> str:
    """``62.28/100 điểm``."""
    return UNKNOWN if score is None else f"{score:.2f}/{maximum.normalize():f} điểm"


def change_words(now: Decimal | None, before: Decimal | None, period: Period) -> str:
    """``tăng 1.29 điểm so với tháng 11/2024``; empty where there is nothing to say at all."""
    since = period_words(period)
    if now is None:
        return ""
    if before is None:
        return f"{UNKNOWN} để so sánh với {since}"
    return f"{moved_words(now, before)} so với {since}"


def moved_words(now: Decimal | None, before: Decimal | None) -> str:
    """``tăng 1.29 điểm``, where the period compared with is said already; empty where either is unknown."""
    if now is None or before is None:
        return ""
    if now == before:
        return "không thay đổi"
    return f"{'tăng' if now > before else 'giảm'} {abs(now - before):.2f} điểm"


def change(now: Decimal | None, before: Decimal | None) -> Decimal | None:
    """How much more; None where either is unknown."""
    return None if now is None or before is None else now - before
