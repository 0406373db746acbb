"""What opened and what ended, day by day: bars up and bars down from one line.

In: a day's label and two counts each, oldest first. Out: SVG with every number written at its bar.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from markupsafe import Markup

from syncd.desk.charts.elements import drawing, element, pixels
from syncd.desk.charts.patterns import fill

TALL = 64
ROOM = 16
FOOT = 22
HEIGHT = 2 * (TALL + ROOM) + FOOT
_ZERO = ROOM + TALL


class Day(NamedTuple):
    """One day. ``number`` and ``other``: the counts as they are written."""

    label: str
    opened: int
    closed: int
    number: str
    other: str


def days(several: Sequence[Day], *, title: str, desc: str, name: str) -> Markup:
    """Bars up: opened; bars down: ended. Labels that are too many for a narrow screen carry the class ``thin``."""
    most = max((count for day in several for count in (day.opened, day.closed)), default=0) or 1
    shapes = [shape for place, day in enumerate(several) for shape in _day(day, place, len(several), most)]
    line = element("line", x1="0%", x2="100%", y1=_ZERO, y2=_ZERO, class_="axis")
    return drawing([*shapes, line], height=HEIGHT, title=title, desc=desc, name=name)


def _day(day: Day, place: int, of: int, most: int) -> Iterator[Markup]:
    step = 100 / of
    left, middle = step * place, f"{step * (place + 0.5):.2f}%"
    across = {"x": f"{left + step * 0.14:.2f}%", "width": f"{step * 0.72:.2f}%"}
    thin = "thin" if (of - 1 - place) % 2 else ""
    up, down = TALL * day.opened / most, TALL * day.closed / most
    if day.opened:
        yield element("rect", **across, y=pixels(_ZERO - up), height=pixels(up), fill=fill("warn"), class_="part")
        yield _text(day.number, middle, _ZERO - up - 4, thin)
    if day.closed:
        yield element("rect", **across, y=_ZERO, height=pixels(down), fill=fill("good"), class_="part")
        yield _text(day.other, middle, _ZERO + down + 12, thin)
    yield _text(day.label, middle, HEIGHT - 5, f"label {thin}".strip())


def _text(text: str, x: str, y: float, class_: str) -> Markup:
    return element("text", text, x=x, y=pixels(y), text_anchor="middle", class_=class_)
