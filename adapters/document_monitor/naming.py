"""From the monitor's units to codes: by the settings' table, by the code itself, else the name stays as it is.

In: what a row says of its unit. Out: a code (or none) and a name. Who has the portal's directory may find more. Pure.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from syncd.records.agencies import Agency
from syncd.records.directory import Directory, is_code
from syncd.records.text import display, loose

LONGEST = 300
MOST_REMEMBERED = 20_000

_TOTAL = re.compile(r"(?:tổng(?: cộng| số)?|cộng|toàn thành phố)[\s.:]*")


class Named(NamedTuple):
    """A unit as a row names it; ``code`` is empty where only a name is known."""

    code: str
    name: str


def is_total(name: str) -> bool:
    """Whether a row's name says that it is the sum of the others (Tổng cộng)."""
    return bool(_TOTAL.fullmatch(loose(name)))


class Naming:
    """The table ``units``: the monitor's names or codes of units, each with the portal's code."""

    def __init__(self, units: Mapping[str, str]) -> None:
        self._units = dict(units)
        self._layers = [Directory(layer) for layer in _layers(units)]
        self._found: dict[tuple[str, str], Named] = {}

    def named(self, code: str, name: str) -> Named:
        """The unit that a row means. Raises `ValueError` where it says neither code nor name, or no name at all."""
        key = (code, name)
        if key not in self._found:
            if len(self._found) >= MOST_REMEMBERED:
                self._found.clear()
            self._found[key] = self._named(display(code), display(name))
        return self._found[key]

    def _named(self, code: str, name: str) -> Named:
        shown = name or code
        if not shown:
            raise ValueError("there is neither a code nor a name of a unit")
        if max(len(code), len(name)) > LONGEST:
            raise ValueError(f"the name of the unit has more than {LONGEST} characters")
        found = next((hit for one in (code, name) if one and (hit := self._by_table(one))), "")
        return Named(found or (code if is_code(code) else ""), shown)

    def _by_table(self, text: str) -> str:
        if text in self._units:
            return self._units[text]
        found = {one.code for layer in self._layers if (one := layer.by_name(text)) is not None}
        return found.pop() if len(found) == 1 else ""


def _layers(units: Mapping[str, str]) -> list[list[Agency]]:
    """The table as directories: one code has one name in each of them, and may have several names in all."""
    layers: defaultdict[int, list[Agency]] = defaultdict(list)
    seen: defaultdict[str, int] = defaultdict(int)
    for name, code in units.items():
        layers[seen[code]].append(Agency(code=code, name=name))
        seen[code] += 1
    return list(layers.values())
