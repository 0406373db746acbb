"""How fresh a reading is: a bar that fills as it grows old, with a mark where it is too old to know anything.

In: an age (None: never read), the age from which on nothing is known (None: there is no such age). Out: SVG.
"""

from __future__ import annotations

from datetime import timedelta

from markupsafe import Markup

from syncd.desk.charts.bars import HEIGHT
from syncd.desk.charts.elements import drawing, element, percent
from syncd.desk.charts.patterns import fill

DAY = timedelta(days=1)
BEYOND = 4 / 3
"""How far the bar reaches past the mark."""


def freshness(age: timedelta | None, fresh_for: timedelta | None, title: str) -> Markup:
    """The bar. Without a limit it reaches over a day, and takes no side."""
    whole = (fresh_for * BEYOND if fresh_for else DAY).total_seconds()
    ground = element("rect", x="0%", width="100%", y=0, height=HEIGHT, class_="trough")
    if age is None:
        shapes = [element("rect", x="0%", width="100%", y=0, height=HEIGHT, fill=fill("unknown"), class_="part")]
    else:
        tone = "info" if fresh_for is None else "good" if age <= fresh_for else "unknown"
        width = percent(max(age.total_seconds(), whole / 100), whole)
        shapes = [element("rect", x="0%", width=width, y=0, height=HEIGHT, fill=fill(tone), class_="part")]
    if fresh_for:
        at = percent(fresh_for.total_seconds(), whole)
        shapes.append(element("line", x1=at, x2=at, y1=0, y2=HEIGHT, class_="limit"))
    return drawing([ground, *shapes], height=HEIGHT, title=title, class_="chart bar-row")
