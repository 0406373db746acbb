"""How the parts of a chart are told apart without colour: each tone has a pattern of its own.

In: nothing. Out: definitions that stand once in a page, and the name of each fill.
"""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from syncd.desk.charts.elements import element

PATTERNS: Final[dict[str, tuple[Markup, ...]]] = {
    "bad": (),
    "warn": (element("path", d="M-2 2l4-4M0 8l8-8M6 10l4-4", class_="stroke"),),
    "quiet": (element("circle", cx=2, cy=2, r=1.1, class_="dot"), element("circle", cx=6, cy=6, r=1.1, class_="dot")),
    "info": (element("path", d="M0 2h8M0 6h8", class_="stroke"),),
    "good": (element("path", d="M2 0v8M6 0v8", class_="stroke"),),
    "unknown": (element("path", d="M0 0l8 8M8 0l-8 8", class_="stroke"),),
}
"""What is drawn on the ground of each tone: nothing, stripes, dots, lines, a net."""
TONE_OF: Final = {"critical": "bad", "major": "warn", "minor": "quiet"}


def fill(tone: str) -> str:
    """The ``fill`` of a shape in this tone."""
    return f"url(#tone-{tone})"


def definitions() -> Markup:
    """The patterns; once in each page that has charts, before them."""
    several = [
        element(
            "pattern",
            element("rect", width=8, height=8, class_=f"ground-{tone}"),
            *marks,
            id=f"tone-{tone}",
            width=8,
            height=8,
            patternUnits="userSpaceOnUse",
        )
        for tone, marks in PATTERNS.items()
    ]
    return element(
        "svg",
        element("defs", *several),
        class_="chart-patterns",
        width=0,
        height=0,
        aria_hidden="true",
        focusable="false",
    )
