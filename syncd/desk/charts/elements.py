"""Elements of SVG as escaped text, and how lengths are written in them.

In: names, attributes, children. Out: HTML that templates put in as it is. Widths are percentages, so that a chart fits
any screen while its text stays as large as it is; no style attribute, because the policy forbids it.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from markupsafe import Markup

Number = int | Decimal
_WIDEST = Decimal(100)


def element(name: str, *children: Markup | str, **attributes: object) -> Markup:
    """One element. ``class_`` is ``class``; an underscore is a hyphen; what is None or empty is left out."""
    opened = Markup("").join(
        Markup(' {}="{}"').format(key.rstrip("_").replace("_", "-"), value)
        for key, value in attributes.items()
        if value not in (None, "")
    )
    inner = Markup("").join(children)
    if inner:
        return Markup("<{0}{1}>{2}</{0}>").format(name, opened, inner)
    return Markup("<{0}{1}/>").format(name, opened)


def drawing(
    children: Iterable[Markup], *, height: int, title: str, desc: str = "", class_: str = "chart", name: str = ""
) -> Markup:
    """A whole chart, as wide as its place. ``title`` and ``desc`` are what is read out; ``name`` must be unique on the
    page where ``desc`` is given.
    """
    told = [element("title", title, id=f"{name}-title" if desc else "")]
    if desc:
        told.append(element("desc", desc, id=f"{name}-desc"))
    return element(
        "svg",
        *told,
        *children,
        class_=class_,
        width="100%",
        height=height,
        role="img",
        aria_labelledby=f"{name}-title" if desc else "",
        aria_describedby=f"{name}-desc" if desc else "",
    )


def percent(part: Number | float, whole: Number | float) -> str:
    """``12.5%``, from nothing to the whole; nothing of nothing is nothing."""
    if not whole:
        return "0%"
    share = min(max(Decimal(str(part)) / Decimal(str(whole)), Decimal(0)), Decimal(1)) * _WIDEST
    return f"{share.quantize(Decimal('0.01'), ROUND_HALF_UP).normalize():f}%"


def pixels(value: float) -> str:
    """A length in pixels to a tenth."""
    return f"{round(float(value), 1):g}"
