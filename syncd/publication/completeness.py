"""Whether a published procedure has the component parts that it must have (Decree 63/2010 art. 8.2, a to g).

In: a canonical procedure. Out: the parts that are missing, or None where its side does not carry them all. Part h
(forms, results, requirements, fees) is conditional and cannot be checked, as the portal says of its own test (1.3).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from syncd.records.procedure import Duration, Method, Procedure, Unit
from syncd.records.text import loose

# Where something is required, these words say that there is nothing. "Không quy định" is not among them: it is what a
# procedure says whose time limit or papers no document sets.
NOTHING = frozenset({"", "-", "không", "không có", "không có thông tin", "chưa có thông tin"})
_LONGEST_NOTHING = 40


class Part(NamedTuple):
    """One component part: its letter in art. 8.2, its name in Vietnamese, the field that carries it, when it is there.

    A field that is None says nothing either way.
    """

    letter: str
    name: str
    field: str
    is_there: Callable[[Procedure], bool]


def says_something(text: str) -> bool:
    """Whether a text is more than a word for nothing."""
    return len(text) > _LONGEST_NOTHING or loose(text).rstrip(".! ") not in NOTHING


def _any(texts: Iterable[str]) -> bool:
    return any(says_something(text) for text in texts)


def _has_limit(method: Method) -> bool:
    """A time limit in numbers or words; where the number is no limit (0 of another unit), the note must tell it."""
    limit = method.duration
    if limit is None:
        return False
    return _is_number(limit) or says_something(limit.text) or (limit.unit is Unit.OTHER and says_something(method.note))


def _is_number(limit: Duration) -> bool:
    return limit.quantity is not None and not limit.quantity.is_nan() and limit.quantity > 0


PARTS: dict[str, Part] = {
    "name": Part("a", "Tên thủ tục", "name", lambda one: says_something(one.name or "")),
    "steps": Part("b", "Trình tự thực hiện", "steps", lambda one: _any(step.text for step in one.steps or ())),
    "methods": Part("c", "Cách thức thực hiện", "methods", lambda one: bool(one.methods)),
    "documents": Part(
        "d", "Thành phần, số lượng hồ sơ", "documents", lambda one: _any(paper.name for paper in one.documents or ())
    ),
    "duration": Part("đ", "Thời hạn giải quyết", "methods", lambda one: any(map(_has_limit, one.methods or ()))),
    "subjects": Part("e", "Đối tượng thực hiện", "subjects", lambda one: _any(one.subjects or ())),
    "executing_agencies": Part(
        "g", "Cơ quan giải quyết", "executing_agencies", lambda one: _any(one.executing_agencies or ())
    ),
}
"""The parts that every procedure must have, by the names that `missing_parts` gives."""


def missing_parts(procedure: Procedure) -> tuple[str, ...] | None:
    """The names (keys of `PARTS`) of the parts that are missing, in the order of art. 8.2; empty: it is complete.

    None where one of the fields is None: a side that does not carry a part cannot say that it is missing.
    """
    if any(getattr(procedure, part.field) is None for part in PARTS.values()):
        return None
    return tuple(name for name, part in PARTS.items() if not part.is_there(procedure))


def in_vietnamese(parts: Iterable[str]) -> tuple[str, ...]:
    """The Vietnamese names of parts. Raises `KeyError` for a name that is none."""
    return tuple(PARTS[part].name for part in parts)
