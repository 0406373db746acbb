"""How values are written for people: days, instants, numbers, codes, and characters that cannot be seen.

In: plain values and a language. Out: text; HTML only where the name says so. Time is giờ Hà Nội.
"""

from __future__ import annotations

import unicodedata
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from gettext import NullTranslations
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from syncd.desk.languages import N_, P_

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NOTHING = "–"
NEVER = N_("never")
NOW = N_("just now")
_SEPARATORS = {"vi": (".", ","), "en": (",", ".")}
_KEPT = frozenset("\n\t")
_HIDDEN = frozenset({"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"})


def day(value: date | datetime | None) -> str:
    """``25/11/2026``."""
    return NOTHING if value is None else f"{_local(value):%d/%m/%Y}"


def instant(value: datetime | None) -> str:
    """``25/11/2026 14:05``, giờ Hà Nội."""
    return NOTHING if value is None else f"{value.astimezone(HANOI):%d/%m/%Y %H:%M}"


def number(value: float | Decimal | None, language: str, places: int = 0) -> str:
    """``1.234,5`` in Vietnamese, ``1,234.5`` in English; halves are rounded up, as people do."""
    if value is None:
        return NOTHING
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    thousands, decimal = _SEPARATORS[language]
    return f"{rounded:,f}".replace(",", " ").replace(".", decimal).replace(" ", thousands).replace("-", "−")


def ago(value: datetime | None, now: datetime, words: NullTranslations) -> str:
    """How long ago, in the largest whole unit; what is less than a minute away is now."""
    if value is None:
        return words.gettext(NEVER)
    seconds = int((now - value).total_seconds())
    if abs(seconds) < 60:
        return words.gettext(NOW)
    size, past, ahead = next(span for span in _SPANS if abs(seconds) >= span[0])
    count = abs(seconds) // size
    return words.ngettext(*(past if seconds > 0 else ahead), count) % {"num": count}


def visible(text: str) -> Markup:
    """HTML of a text from outside in which characters that cannot be seen, or turn text around, are shown by name."""
    if text.isprintable():
        return escape(text)
    return Markup(text.translate({ord(char): str(_shown(char)) for char in set(text)}))  # noqa: S704 - each is escaped


def _shown(char: str) -> Markup:
    if char in _KEPT or unicodedata.category(char) not in _HIDDEN:
        return escape(char)
    code = f"U+{ord(char):04X}"
    title = unicodedata.name(char, code)
    return Markup('<span class="unseen" title="{title}">{code}</span>').format(title=title, code=code)


def _local(value: date | datetime) -> date:
    return value.astimezone(HANOI).date() if isinstance(value, datetime) else value


_SPANS = (
    (86_400, P_("%(num)d day ago", "%(num)d days ago"), P_("in %(num)d day", "in %(num)d days")),
    (3_600, P_("%(num)d hour ago", "%(num)d hours ago"), P_("in %(num)d hour", "in %(num)d hours")),
    (60, P_("%(num)d minute ago", "%(num)d minutes ago"), P_("in %(num)d minute", "in %(num)d minutes")),
)
