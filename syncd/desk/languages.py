"""The two languages: catalogues, and which one a page is written in.

In: compiled gettext catalogues beside this module, what the browser asks for. Out: translations. Source strings are
English; both catalogues are complete (a test compares), so that a page never mixes languages.
"""

from __future__ import annotations

import re
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from syncd.desk.visitor import LANGUAGES

LOCALE = Path(__file__).parent / "locale"
DEFAULT = "vi"
NAMES = {"vi": "Tiếng Việt", "en": "English"}
_ASKED = re.compile(r"\s*([A-Za-z]{2})(?:-[\w-]*)?\s*(?:;\s*q=([01](?:\.\d{0,3})?)\s*)?")


def N_(text: str) -> str:  # noqa: N802 - the customary mark for gettext's extraction
    """Marks a string of a table for translation; it is translated where it is shown."""
    return text


def P_(one: str, many: str) -> tuple[str, str]:  # noqa: N802 - as `N_`, for what has a plural
    """Marks a string and its plural; ``words.ngettext(*pair, count)`` translates it."""
    return one, many


@cache
def words(language: str) -> NullTranslations:
    """The translations into a language of `LANGUAGES`."""
    with (LOCALE / language / "LC_MESSAGES" / "desk.mo").open("rb") as file:
        return GNUTranslations(file)


def chosen(wish: str, accepted: str) -> str:
    """``wish`` if it is one of `LANGUAGES`, else the best of an ``Accept-Language``, else Vietnamese."""
    if wish in LANGUAGES:
        return wish
    asked = [found.groups() for part in accepted[:500].split(",") if (found := _ASKED.fullmatch(part))]
    known = [(float(weight or 1), code.lower()) for code, weight in asked if code and code.lower() in LANGUAGES]
    best = max(known, key=lambda one: one[0], default=(0.0, DEFAULT))
    return best[1] if best[0] > 0 else DEFAULT
