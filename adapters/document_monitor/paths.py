"""Paths into a JSON answer: ``data.units``, ``data[0]``, ``[code=TONG_SO_NHIEM_VU].value``.

In: a path of the settings, a decoded answer. Out: the one value there, or `MISSING`. A path selects, it never computes:
that is all that a mapping needs, and all that a hostile answer can make it do. Pure.
"""

from __future__ import annotations

import re
from typing import Any, Final

_STEP = re.compile(
    r"(?P<key>[^.\[\]]{1,200})|\[(?:(?P<at>\d{1,6})|(?P<name>[^.\[\]=]{1,200})=(?P<is>[^\[\]]{1,200}))\]"
)
MOST_STEPS = 20


class Missing:
    """Nothing stands at the path."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = Missing()
Step = tuple[str | int | tuple[str, str], ...]


def parse_path(text: str) -> Step:
    """The steps of a path; an empty one, or ``$``, is the whole answer. Raises `ValueError` that says where it ends."""
    steps: list[str | int | tuple[str, str]] = []
    rest = text.removeprefix("$").removeprefix(".")
    at = 0
    while at < len(rest):
        found = _STEP.match(rest, at)
        if found is None or (steps and found["key"] and rest[at - 1] != "."):
            raise ValueError(
                f"{text[:100]!r} is no path from {rest[at : at + 20]!r} on; write data.rows or [code=X].value"
            )
        steps.append(found["key"] or (int(found["at"]) if found["at"] else (found["name"], found["is"])))
        at = found.end() + (rest[found.end() : found.end() + 1] == "." and found.end() + 1 < len(rest))
    if len(steps) > MOST_STEPS:
        raise ValueError(f"{text[:100]!r} has more than {MOST_STEPS} steps")
    return tuple(steps)


def found_at(path: Step, answer: Any) -> Any:
    """The value at a path, `MISSING` where there is none. Raises `ValueError` where a selection finds several."""
    value = answer
    for step in path:
        value = _stepped(step, value)
        if value is MISSING:
            return MISSING
    return value


def _stepped(step: str | int | tuple[str, str], value: Any) -> Any:
    if isinstance(step, str):
        return value.get(step, MISSING) if isinstance(value, dict) else MISSING
    if not isinstance(value, list):
        return MISSING
    if isinstance(step, int):
        return value[step] if step < len(value) else MISSING
    name, wanted = step
    chosen = [one for one in value if isinstance(one, dict) and as_word(one.get(name)) == wanted]
    if len(chosen) > 1:
        raise ValueError(f"{len(chosen)} entries have {name} = {wanted}")
    return chosen[0] if chosen else MISSING


def as_word(value: Any) -> str:
    """A value as it stands in JSON, text without its quotation marks; empty for lists and objects."""
    if isinstance(value, bool):
        return str(value).lower()
    if value is None:
        return "null"
    return str(value) if isinstance(value, str | int | float) else ""
