"""What opened and what ended, day by day: bars up and bars down from one line.

In: a day's label and two counts each, oldest first. Out: SVG with every number written at its bar.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from markupsafe import Markup

from syncd.desk.charts.elements import drawing, element, pixels
from syncd.desk.charts.patterns import fill

TALL = 72
ROOM = 16
FOOT = 20


class Day(NamedTuple):
    """One day. ``number`` and ``other``: the counts as they are written."""

    label: str
    opened: int
    closed: int
    number: str
    other: str


class _Scale(NamedTuple):
    """Where the line stands and how high a count of one is, so that up and down are of one measure."""

    zero: float
    each: float
    height: float


def days(several: Sequence[Day], *, title: str, desc: str, name: str) -> Markup:
    """Bars up: opened; bars down: ended. Labels that are too many for a narrow screen carry the class ``thin``."""
    scale = _scale(several)
    shapes = [shape for place, day in enumerate(several) for shape in _day(day, place, len(several), scale)]
    y = pixels(scale.zero)
    line = element("line", x1="0%", x2="100%", y1=y, y2=y, class_="axis")
    return drawing([*shapes, line], height=round(scale.height), title=title, desc=desc, name=name)


def _scale(several: Sequence[Day]) -> _Scale:
    up, down = (max((counts[at] for counts in ((d.opened, d.closed) for d in several)), default=0) for at in (0, 1))
    each = TALL / (max(up, down) or 1)
    zero = ROOM + each * up
    return _Scale(zero, each, zero + each * down + ROOM + FOOT)


def _day(day: Day, place: int, of: int, scale: _Scale) -> Iterator[Markup]:
    step = 100 / of
    middle = f"{step * (place + 0.5):.2f}%"
    across = {"x": f"{step * (place + 0.14):.2f}%", "width": f"{step * 0.72:.2f}%"}
    thin = "thin" if (of - 1 - place) % 2 else ""
    up, down = scale.each * day.opened, scale.each * day.closed
    if day.opened:
        top = {"y": pixels(scale.zero - up), "height": pixels(up)}
        yield element("rect", **across, **top, fill=fill("warn"), class_="part")
        yield _text(day.number, middle, scale.zero - up - 4, thin)
    if day.closed:
        yield element("rect", **across, y=pixels(scale.zero), height=pixels(down), fill=fill("good"), class_="part")
        yield _text(day.other, middle, scale.zero + down + 12, thin)
    yield _text(day.label, middle, scale.height - 4, f"label {thin}".strip())


def _text(text: str, x: str, y: float, class_: str) -> Markup:
    return element("text", text, x=x, y=pixels(y), text_anchor="middle", class_=class_)
