"""Addresses: from a route's name and values to the path, and which addresses may be gone to after a sign-in.

In: the table of routes. Out: paths of this desk. The state of a page stands in its query, which `changed` keeps.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from syncd.desk.routes import Route

LONGEST_WAY = 2_000
_PART = re.compile(r"\{(?P<name>\w+)(?::[^{}]*(?:\{[^{}]*\}[^{}]*)*)?\}")
_SAFE = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f-\x9f]*")


class Ways:
    """Paths by the names of their routes."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._paths = {route.name: route.path for route in routes}

    def __contains__(self, name: object) -> bool:
        return name in self._paths

    def url(self, name: str, /, **values: object) -> str:
        """The address: values named in the path go there, the others into the query (empty and None are left out).

        A sequence is written once for each of its values. Raises KeyError for an unknown name or a missing part.
        """
        rest = dict(values)
        path = _PART.sub(lambda found: quote(str(rest.pop(found["name"])), safe=""), self._paths[name])
        return path + query_of(rest)


def query_of(values: Mapping[str, object]) -> str:
    """``?a=1&b=2``, or nothing."""
    pairs = [(name, str(one)) for name, value in values.items() for one in _several(value) if one not in (None, "")]
    return f"?{urlencode(pairs)}" if pairs else ""


def changed(path_qs: str, changes: Mapping[str, object]) -> str:
    """The same address with some of its query changed; None or an empty value takes a name out."""
    parts = urlsplit(path_qs)
    kept: dict[str, object] = {}
    for name, value in parse_qsl(parts.query):
        kept[name] = [*_several(kept[name]), value] if name in kept else value
    return parts.path + query_of({**kept, **changes})


def inside(way: str, otherwise: str = "/") -> str:
    """The way if it leads to this desk and nowhere else, else ``otherwise``: it comes from outside."""
    if len(way) > LONGEST_WAY or _SAFE.fullmatch(way) is None:
        return otherwise
    try:
        parts = urlsplit(way)
    except ValueError:
        return otherwise
    return otherwise if parts.scheme or parts.netloc else way


def _several(value: object) -> list[object]:
    if isinstance(value, str) or not isinstance(value, Iterable):
        return [value]
    return list(value)
