"""One bar of a table of bars: as long as its count, divided into its parts.

In: counts by part, the longest bar's count. Out: SVG of one bar; its name and its number stand beside it in the table.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from markupsafe import Markup

from syncd.desk.charts.elements import Number, drawing, element, percent
from syncd.desk.charts.patterns import fill

HEIGHT = 14


class Part(NamedTuple):
    """One part of a bar: how much, in which tone, and what is said of it."""

    size: Number
    tone: str
    text: str = ""


def bar(parts: Iterable[Part], longest: Number, title: str, *, height: int = HEIGHT) -> Markup:
    """A bar; ``longest``: what fills the whole width. ``title``: what it says, numbers included."""
    shapes, begin = [], Decimal(0)
    for part in parts:
        if part.size <= 0:
            continue
        told = element("title", part.text) if part.text else Markup("")
        place = {"x": percent(begin, longest), "width": percent(part.size, longest)}
        shapes.append(element("rect", told, **place, y=0, height=height, fill=fill(part.tone), class_="part"))
        begin += part.size
    return drawing(shapes, height=height, title=title, class_="chart bar-row")
