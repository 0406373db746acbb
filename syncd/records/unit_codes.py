"""Codes of units in their two generations: 13 characters of old, and those of Decision 20/2020/QĐ-TTg.

In: a code as a system writes it. Out: the code as the portal writes it. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_OLD_FORM = re.compile(r"000\.00\.(\d\d)\.([A-Z]\d\d)", re.ASCII)


def unit_code(code: str, units: Mapping[str, str]) -> str:
    """The code as the portal writes it (Decision 20/2020/QĐ-TTg): by the table, else ``000.00.17.H26`` is ``H26.17``.

    Codes of deeper levels were numbered anew and are not guessed.
    """
    plain = code.strip()
    if plain in units:
        return units[plain]
    old = _OLD_FORM.fullmatch(plain)
    if old is None:
        return plain
    number, province = old.groups()
    return province if number == "00" else f"{province}.{int(number)}"
