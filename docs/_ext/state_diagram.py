"""State diagrams drawn when the site is built: no script of another host, no program beside Python.

In: a fence `mermaid` with a `stateDiagram-v2`, as the forge shows it too. Out: an SVG in the page's own colours.
"""

from __future__ import annotations

import re
from collections import defaultdict
from html import escape
from typing import NamedTuple

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

EDGE = re.compile(r"^\s*(\[\*\]|\w+) --> (\[\*\]|\w+)(?:: (.+))?$")


class Box(NamedTuple):
    """Where a state stands: the middle, half the width, half the height."""

    x: float
    y: float
    w: float = 62
    h: float = 20


BOXES = {
    "[*]": Box(40, 84, 7, 7),
    "suspected": Box(230, 84),
    "confirmed": Box(560, 84),
    "waived": Box(395, 208),
    "resolved": Box(260, 320),
    "vanished": Box(530, 320),
}
OPEN = ("suspected", "confirmed", "waived")
"""States that a mismatch is open in; what holds for all of them is drawn once."""
FRAME = Box(395, 138, 285, 112)
BENDS = {("suspected", "confirmed"): -26, ("confirmed", "suspected"): -26, ("[*]", "waived"): -90}
BENDS |= {("suspected", "waived"): -40, ("waived", "suspected"): -26}
"""How far an arrow leaves the straight way, to the left of its direction, where it must."""
BENT = 22


def edges(text: str) -> dict[tuple[str, str], list[str]]:
    """The arrows: (from, to) → events."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for line in text.splitlines():
        if (edge := EDGE.match(line)) and edge[2] != "[*]":
            found[edge[1], edge[2]].append((edge[3] or "").replace("_", " "))
    return dict(found)


def drawn(text: str) -> str:
    """The diagram as SVG. Raises `KeyError` for a state that has no place yet."""
    arrows = edges(text)
    ends = [name for name in BOXES if all((one, name) in arrows for one in OPEN)]
    shared = {end: arrows[OPEN[0], end] for end in ends if end not in OPEN}
    own = {pair: events for pair, events in arrows.items() if not (pair[0] in OPEN and pair[1] in shared)}
    parts = [_frame()]
    parts += [_arrow(FRAME, BOXES[end], events, 0) for end, events in shared.items()]
    parts += [
        _loop(BOXES[start], events)
        if start == end
        else _arrow(BOXES[start], BOXES[end], events, _bend(start, end, own))
        for (start, end), events in own.items()
    ]
    names = {name for pair in arrows for name in pair}
    parts += [_state(name, BOXES[name]) for name in BOXES if name in names]
    return (
        '<svg class="states" viewBox="0 0 760 352" role="img" aria-label="States of a mismatch and what moves it">'
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        '<path d="M0 0 8 4 0 8z"/></marker></defs>' + "".join(parts) + "</svg>"
    )


def _bend(start: str, end: str, arrows: dict[tuple[str, str], list[str]]) -> float:
    is_both_ways = (end, start) in arrows
    return BENDS.get((start, end), -BENT if is_both_ways else 0)


def _frame() -> str:
    x, y, w, h = FRAME
    return (
        f'<rect class="open" x="{x - w}" y="{y - h}" width="{2 * w}" height="{2 * h}" rx="10"/>'
        f'<text class="event" x="{x + w - 12}" y="{y + h - 10}" text-anchor="end">open</text>'
    )


def _state(name: str, box: Box) -> str:
    if name == "[*]":
        return f'<circle class="start" cx="{box.x}" cy="{box.y}" r="{box.w}"/>'
    return (
        f'<rect class="state" x="{box.x - box.w}" y="{box.y - box.h}" width="{2 * box.w}" height="{2 * box.h}" rx="8"/>'
        f'<text class="name" x="{box.x}" y="{box.y + 5}" text-anchor="middle">{escape(name)}</text>'
    )


def _loop(box: Box, events: list[str]) -> str:
    top = box.y - box.h
    return (
        f'<path class="arrow" d="M{box.x - 20} {top}c-14 -34 54 -34 40 0" marker-end="url(#tip)"/>'
        f'<text class="event" x="{box.x + 34}" y="{top - 14}">{escape(", ".join(events))}</text>'
    )


def _arrow(box: Box, end: Box, events: list[str], bend: float) -> str:
    origin = (end.x, box.y + box.h) if box is FRAME else (box.x, box.y)
    dx, dy = end.x - origin[0], end.y - origin[1]
    long = (dx * dx + dy * dy) ** 0.5 or 1.0
    side = (dy / long * bend, -dx / long * bend)
    middle = (origin[0] + dx / 2 + side[0], origin[1] + dy / 2 + side[1])
    begin = origin if box is FRAME else _edge(box, middle)
    tip = _edge(end, middle)
    spot = (
        (begin[0] + tip[0]) / 4 + middle[0] / 2 + side[0] / 4,
        (begin[1] + tip[1]) / 4 + middle[1] / 2 + side[1] / 4,
    )
    return (
        f'<path class="arrow" d="M{begin[0]:.1f} {begin[1]:.1f}Q{middle[0]:.1f} {middle[1]:.1f} '
        f'{tip[0]:.1f} {tip[1]:.1f}" marker-end="url(#tip)"/>'
        f'<text class="event" x="{spot[0]:.1f}" y="{spot[1] - 5:.1f}" text-anchor="middle">'
        f"{escape(', '.join(events))}</text>"
    )


def _edge(box: Box, toward: tuple[float, float]) -> tuple[float, float]:
    """Where the way from a box's middle to a point leaves the box."""
    dx, dy = toward[0] - box.x, toward[1] - box.y
    scale = min((box.w + 2) / abs(dx) if dx else 1e9, (box.h + 2) / abs(dy) if dy else 1e9)
    return box.x + dx * scale, box.y + dy * scale


class Mermaid(SphinxDirective):
    """``stateDiagram-v2`` alone."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        return [nodes.raw("", drawn("\n".join(self.content)), format="html")]


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("mermaid", Mermaid)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
