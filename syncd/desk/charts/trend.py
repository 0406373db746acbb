"""A trend: points in the order of time, joined where both are known, each with its value.

In: labels and values (None: not known). Out: SVG; a gap stays a gap, and the place of an unknown value says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from markupsafe import Markup

from syncd.desk.charts.elements import drawing, element, pixels

TOP, TALL, FOOT = 26, 96, 26
HEIGHT = TOP + TALL + FOOT
UNKNOWN = "?"


class Point(NamedTuple):
    """One point. ``text``: its value as it is written; ``note``: a second line below its label."""

    label: str
    value: Decimal | None
    text: str = UNKNOWN
    note: str = ""


def trend(points: Sequence[Point], *, title: str, desc: str, name: str) -> Markup:
    """The line. It is drawn between the lowest and the highest value: steps are shown large, numbers say how large."""
    places = list(_places(points))
    lines = [
        element("line", x1=one.x, y1=one.y, x2=other.x, y2=other.y, class_="line")
        for one, other in pairwise(places)
        if one.y is not None and other.y is not None
    ]
    marks = [shape for place, point in zip(places, points, strict=True) for shape in _mark(point, place)]
    ground = element("line", x1="0%", x2="100%", y1=TOP + TALL + 6, y2=TOP + TALL + 6, class_="axis")
    return drawing([ground, *lines, *marks], height=HEIGHT, title=title, desc=desc, name=name)


class _Place(NamedTuple):
    x: str
    y: str | None
    is_thin: bool


def _places(points: Sequence[Point]) -> Iterator[_Place]:
    known = [point.value for point in points if point.value is not None]
    lowest, highest = min(known, default=Decimal(0)), max(known, default=Decimal(0))
    span = float(highest - lowest) or 1.0
    step = 100 / max(len(points), 1)
    for number, point in enumerate(points):
        share = 0.5 if highest == lowest else float((point.value or lowest) - lowest) / span
        y = None if point.value is None else pixels(TOP + TALL * (1 - share))
        yield _Place(f"{step * (number + 0.5):.2f}%", y, bool((len(points) - 1 - number) % 2))


def _mark(point: Point, place: _Place) -> Iterator[Markup]:
    thin = "thin" if place.is_thin else ""
    yield element("text", point.label, x=place.x, y=HEIGHT - 4, text_anchor="middle", class_=f"label {thin}".strip())
    if place.y is None:
        yield element("text", UNKNOWN, x=place.x, y=TOP + TALL // 2, text_anchor="middle", class_="unknown")
        return
    yield element("circle", cx=place.x, cy=place.y, r=4, class_="point")
    above = pixels(float(place.y) - 10)
    yield element("text", point.text, x=place.x, y=above, text_anchor="middle", class_=f"value {thin}".strip())
