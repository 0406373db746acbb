"""What the queue shows: one value that a page's address is read into, and that is written back into an address.

In: the parameters of an address. Out: a `Filter`, or ValueError with words for the person who wrote the address.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from syncd.reconcile.differences import DifferenceClass
from syncd.reconcile.lifecycle import OPEN, MismatchState
from syncd.reconcile.mismatches import MismatchKind, Severity

ORDERS = ("severity", "oldest", "newest", "changed", "name", "unit", "code")
"""In which order the queue stands; the first one where nothing is said."""

OPEN_STATES = tuple(sorted(state.value for state in OPEN))
ALL = "all"
NOBODY, ME = "nobody", "me"
NO_CAUSE = "none"
MOST_VALUES = 50
LONGEST = 200
MOST_DAYS = 36_500

Query = Mapping[str, "str | Sequence[str]"]


class Filter(Struct, frozen=True, kw_only=True):
    """Which mismatches, in which order. An empty tuple or text asks nothing; ``states`` are the open ones then.

    ``units``: those and the ones below them. ``assignee``: a login, ``me`` or ``nobody``. ``cause``: a slug, or
    ``none`` for what has none. ``older`` and ``younger``: open for at least, at most so many days.
    """

    pairs: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    severities: tuple[str, ...] = ()
    states: tuple[str, ...] = OPEN_STATES
    classes: tuple[str, ...] = ()
    assignee: str = ""
    cause: str = ""
    reported: bool | None = None
    older: int | None = None
    younger: int | None = None
    text: str = ""
    order: str = ORDERS[0]

    @classmethod
    def parse(cls, query: Query) -> Filter:
        """Read an address; parameters that are not the filter's are left alone.

        Raises ValueError, whose words name the parameter and what would be right.
        """
        given = {row.attribute: row.read(row.name, _values(query, row.name)) for row in PARAMETERS}
        found = cls(**{name: value for name, value in given.items() if value is not None})
        if found.older is not None and found.younger is not None and found.older > found.younger:
            raise ValueError(f"older={found.older} and younger={found.younger} leave nothing; swap them")
        return found

    def query(self) -> dict[str, str | list[str]]:
        """The parameters that `parse` reads back to just this filter; what asks nothing is left out."""
        said: dict[str, str | list[str]] = {}
        for row in PARAMETERS:
            value = getattr(self, row.attribute)
            if value != getattr(UNFILTERED, row.attribute):
                said[row.name] = row.write(value)
        return said

    @property
    def is_open_only(self) -> bool:
        """Whether every state that is asked for is an open one."""
        return set(self.states) <= set(OPEN_STATES)


UNFILTERED = Filter()


def _values(query: Query, name: str) -> list[str]:
    """The values of one parameter, without blanks, each once."""
    given = query.get(name, ())
    several = [given] if isinstance(given, str) else list(given)
    if len(several) > MOST_VALUES:
        raise ValueError(f"{name}: {len(several)} values are too many; {MOST_VALUES} at most")
    if long := next((one for one in several if len(one) > LONGEST), None):
        raise ValueError(f"{name}: {long[:20]!r}… is too long; {LONGEST} characters at most")
    return list(dict.fromkeys(stripped for one in several if (stripped := one.strip())))


def _one(name: str, values: Sequence[str]) -> str:
    if len(values) > 1:
        raise ValueError(f"{name}: give one value, not {len(values)}")
    return values[0] if values else ""


def _texts(_name: str, values: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted(values))


def _choice(choices: Sequence[str]) -> Callable[[str, Sequence[str]], tuple[str, ...]]:
    def read(name: str, values: Sequence[str]) -> tuple[str, ...]:
        if wrong := next((one for one in values if one not in choices), None):
            raise ValueError(f"{name}: {wrong!r} is none of {', '.join(choices)}")
        return tuple(sorted(values))

    return read


def _states(name: str, values: Sequence[str]) -> tuple[str, ...] | None:
    every = tuple(sorted(state.value for state in MismatchState))
    if values == [ALL]:
        return every
    return _choice((*every, ALL))(name, values) or None if ALL not in values else every


def _text(name: str, values: Sequence[str]) -> str:
    return " ".join(_one(name, values).split())


def _yes_or_no(name: str, values: Sequence[str]) -> bool | None:
    value = _one(name, values)
    if value not in ("", "yes", "no"):
        raise ValueError(f"{name}: {value!r} is neither yes nor no")
    return None if not value else value == "yes"


def _days(name: str, values: Sequence[str]) -> int | None:
    value = _one(name, values)
    if not value:
        return None
    if not (value.isascii() and value.isdigit()) or len(value) > 6 or int(value) > MOST_DAYS:
        raise ValueError(f"{name}: {value!r} is no number of days from 0 to {MOST_DAYS}")
    return int(value)


def _order(name: str, values: Sequence[str]) -> str:
    value = _one(name, values) or ORDERS[0]
    if value not in ORDERS:
        raise ValueError(f"{name}: {value!r} is none of {', '.join(ORDERS)}")
    return value


def _listed(value: Any) -> list[str]:
    return list(value)


def _said(value: Any) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


class Parameter(Struct, frozen=True):
    """One parameter of an address: its name, the attribute that it fills, how it is read and written."""

    name: str
    attribute: str
    read: Callable[[str, Sequence[str]], Any]
    write: Callable[[Any], str | list[str]] = _listed


PARAMETERS: tuple[Parameter, ...] = (
    Parameter("pair", "pairs", _texts),
    Parameter("unit", "units", _texts),
    Parameter("kind", "kinds", _choice([kind.value for kind in MismatchKind])),
    Parameter("field", "fields", _texts),
    Parameter("severity", "severities", _choice([one.value for one in Severity])),
    Parameter("state", "states", _states),
    Parameter("class", "classes", _choice([one.value for one in DifferenceClass])),
    Parameter("assignee", "assignee", _text, _said),
    Parameter("cause", "cause", _text, _said),
    Parameter("reported", "reported", _yes_or_no, _said),
    Parameter("older", "older", _days, _said),
    Parameter("younger", "younger", _days, _said),
    Parameter("q", "text", _text, _said),
    Parameter("order", "order", _order, _said),
)
"""Every parameter of the queue's address."""
