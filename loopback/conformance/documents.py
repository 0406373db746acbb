"""JSON whose protocol nobody has told: where its rows are, what in it looks like a total or a cursor; pure.

In: bytes of an answer. Out: a document that can be changed and written again. A JSON text inside a string is opened as
well, and is a text again when it is written.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

DEEPEST: Final = 12
SCALARS: Final = (str, int, float, bool)


class Embedded:
    """A document that stood as text inside another."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner


def opened(body: bytes) -> Any | None:
    """The document; None for what is no JSON object or array."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return _unpacked(found, 0) if isinstance(found, dict | list) else None


def _unpacked(value: Any, depth: int) -> Any:
    if depth > DEEPEST:
        return value
    if isinstance(value, dict):
        return {key: _unpacked(one, depth + 1) for key, one in value.items()}
    if isinstance(value, list):
        return [_unpacked(one, depth + 1) for one in value]
    if isinstance(value, str) and value[:1] in ("{", "["):
        inner = opened(value.encode("utf-8", "surrogatepass"))
        return value if inner is None else Embedded(inner)
    return value


def written(document: Any) -> bytes:
    """The bytes again."""
    return _text(document).encode("utf-8", "surrogatepass")


def _text(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), default=lambda one: _text(one.inner))


def rows_of(document: Any) -> list[Any]:
    """The longest list of objects in it, to be changed in place; empty where there is none."""
    return max(_lists(document), key=len, default=[])


def _lists(value: Any) -> Iterator[list[Any]]:
    if isinstance(value, Embedded):
        yield from _lists(value.inner)
    elif isinstance(value, dict):
        for one in value.values():
            yield from _lists(one)
    elif isinstance(value, list):
        if value and all(isinstance(one, dict) for one in value):
            yield value
        else:
            for one in value:
                yield from _lists(one)


def scalars(value: Any, *, beside: list[Any] | None = None) -> Iterator[tuple[str, Any]]:
    """Every (key, scalar) of a document, those of the list ``beside`` left out."""
    if value is beside and beside is not None:
        return
    if isinstance(value, Embedded):
        yield from scalars(value.inner, beside=beside)
    elif isinstance(value, dict):
        for key, one in value.items():
            if isinstance(one, SCALARS):
                yield key, one
            else:
                yield from scalars(one, beside=beside)
    elif isinstance(value, list):
        for one in value:
            yield from scalars(one, beside=beside)


def replaced(value: Any, change: Callable[[str, Any], Any]) -> Any:
    """The document with every scalar that stands under a key changed."""
    if isinstance(value, Embedded):
        return Embedded(replaced(value.inner, change))
    if isinstance(value, dict):
        return {
            key: change(key, one) if isinstance(one, SCALARS) else replaced(one, change) for key, one in value.items()
        }
    if isinstance(value, list):
        return [change("", one) if isinstance(one, SCALARS) else replaced(one, change) for one in value]
    return value


def as_count(value: Any) -> int | None:
    """A whole number, or one that is written as text."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10 else None


def note_counts(said: dict[str, int | None], document: Any) -> None:
    """Note in ``said`` the count that each key says wherever it stands; None for one that says several things."""
    for key, value in scalars(document):
        count = as_count(value)
        said[key] = count if said.get(key, count) == count else None


def with_totals(document: Any, keys: frozenset[str], change: Callable[[int], int]) -> Any:
    """The document with every declared total changed, as number or text as it was."""

    def one(key: str, value: Any) -> Any:
        count = as_count(value) if key in keys else None
        if count is None:
            return value
        return str(change(count)) if isinstance(value, str) else change(count)

    return replaced(document, one)


def longest_text(row: Mapping[str, Any], kept: frozenset[str]) -> str | None:
    """The key of a row's longest text that says nothing of its identity; None where it has no text."""
    texts = {key: value for key, value in row.items() if isinstance(value, str) and value not in kept}
    return max(texts, key=lambda key: len(texts[key]), default=None)
