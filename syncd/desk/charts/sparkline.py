"""A sparkline: a small line of how something moved, its last value marked.

In: values, oldest first (None: not known). Out: SVG as small as a word; the numbers stand elsewhere on the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from markupsafe import Markup

from syncd.desk.charts.elements import element, pixels

WIDTH, HEIGHT, EDGE = 88, 24, 4


def sparkline(values: Sequence[Decimal | int | None], title: str) -> Markup:
    """Joined where two neighbours are known; nothing where fewer than two values are."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return Markup("")
    lowest, span = min(known), (max(known) - min(known)) or 1
    step = (WIDTH - 2 * EDGE) / (len(values) - 1)
    places = [
        None
        if value is None
        else (
            pixels(EDGE + step * number),
            pixels(HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * float((value - lowest) / span)),
        )
        for number, value in enumerate(values)
    ]
    lines = [
        element("line", x1=one[0], y1=one[1], x2=other[0], y2=other[1], class_="line")
        for one, other in pairwise(places)
        if one and other
    ]
    last = [element("circle", cx=places[-1][0], cy=places[-1][1], r=3, class_="point")] if places[-1] else []
    inner = (element("title", title), *lines, *last)
    return element("svg", *inner, class_="chart sparkline", width=WIDTH, height=HEIGHT, role="img")
