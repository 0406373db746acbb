"""What may stand in the query of an API address: typed parameters, each with the words that describe it.

In: the query of a request. Out: values by name; a problem with exact words for what is unknown, doubled or unreadable,
which names the nearest right one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Any

from msgspec import Struct
from multidict import MultiMapping

from syncd.answers.cursors import LONGEST as LONGEST_CURSOR
from syncd.answers.cursors import REFUSED
from syncd.answers.queue_filter import MOST_VALUES
from syncd.desk.api.problems import ProblemError
from syncd.records.periods import Period

LARGEST_PAGE = 500
USUAL_PAGE = 50
LONGEST_TEXT = 200
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
YES_OR_NO = ("yes", "no")
_CURSOR = re.compile(r"[A-Za-z0-9_-]+")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)", re.ASCII)


class Parameter(Struct, frozen=True, kw_only=True):
    """One parameter. ``read`` raises ValueError in words that follow its name; ``is_many``: it may stand repeatedly."""

    name: str
    about: str
    schema: Mapping[str, Any]
    read: Callable[[str], Any]
    default: Any = None
    is_many: bool = False
    is_needed: bool = False


def text(
    name: str, about: str, *, longest: int = LONGEST_TEXT, is_many: bool = False, is_needed: bool = False
) -> Parameter:
    """Any text of at most ``longest`` characters."""

    def read(value: str) -> str:
        if not value or len(value) > longest:
            raise ValueError(f"has {len(value)} characters; 1 to {longest} are right")
        return value.strip()

    schema = {"type": "string", "minLength": 1, "maxLength": longest}
    return Parameter(
        name=name,
        about=about,
        schema=schema,
        read=read,
        default=() if is_many else "",
        is_many=is_many,
        is_needed=is_needed,
    )


def choice(name: str, about: str, choices: Iterable[str], *, default: str = "", is_many: bool = False) -> Parameter:
    """One of some words, or several of them."""
    known = tuple(map(str, choices))

    def read(value: str) -> str:
        if value not in known:
            raise ValueError(f"{value[:40]!r} is none of {', '.join(known)}{nearest(value, known)}")
        return value

    schema: dict[str, Any] = {"type": "string", "enum": list(known)}
    if default:
        schema["default"] = default
    return Parameter(
        name=name, about=about, schema=schema, read=read, default=() if is_many else default, is_many=is_many
    )


def number(
    name: str, about: str, least: int, most: int, *, default: int | None = None, is_needed: bool = False
) -> Parameter:
    """A whole number."""

    def read(value: str) -> int:
        if not (value.isascii() and value.isdigit()) or len(value) > 9 or not least <= int(value) <= most:
            raise ValueError(f"{value[:40]!r} is no whole number from {least} to {most}")
        return int(value)

    schema: dict[str, Any] = {"type": "integer", "minimum": least, "maximum": most}
    if default is not None:
        schema["default"] = default
    return Parameter(name=name, about=about, schema=schema, read=read, default=default, is_needed=is_needed)


def instant(name: str, about: str) -> Parameter:
    """An instant with its offset from UTC (RFC 3339)."""

    def read(value: str) -> datetime:
        try:
            at = datetime.fromisoformat(value) if _INSTANT.fullmatch(value) else None
            found = at.astimezone(UTC) if at is not None else None
        except (ValueError, OverflowError):
            found = None
        if found is None or found < EARLIEST:
            how = "write 2026-11-24T09:30:00%2B07:00 or 2026-11-24T02:30:00Z (a + in a query is %2B)"
            raise ValueError(f"{value[:40]!r} is no instant from the year 2000 on; {how}")
        return found

    return Parameter(name=name, about=about, schema={"type": "string", "format": "date-time"}, read=read)


def period(name: str, about: str) -> Parameter:
    """A month, a quarter or a year."""
    schema = {"type": "string", "pattern": r"^20[0-9]{2}(-(Q[1-4]|0[1-9]|1[0-2]))?$"}
    return Parameter(name=name, about=about, schema=schema, read=Period.parse)


def _cursor(value: str) -> str:
    if not _CURSOR.fullmatch(value) or len(value) > LONGEST_CURSOR:
        raise ValueError(REFUSED)
    return value


def yes_or_no(name: str, about: str) -> Parameter:
    """``yes`` or ``no``."""
    return choice(name, about, YES_OR_NO)


AS_OF = instant("as_of", "The instant that is asked about; the present without it. What is yet to come is the present.")
LIMIT = number("limit", "How many rows at most.", 1, LARGEST_PAGE, default=USUAL_PAGE)
CURSOR = Parameter(
    name="cursor",
    about="Where the page begins: the `next` of the page before.",
    schema={"type": "string", "minLength": 1, "maxLength": LONGEST_CURSOR, "pattern": "^[A-Za-z0-9_-]+$"},
    read=_cursor,
    default="",
)
PAGING = (CURSOR, LIMIT)


def read_query(known: Sequence[Parameter], query: MultiMapping[str]) -> dict[str, Any]:
    """The values of every parameter by its name. Raises `ProblemError` (400)."""
    names = [one.name for one in known]
    for name in query:
        if name not in names:
            right = nearest(name, names) or (f"; known are {', '.join(names)}" if names else "; there are none")
            raise ProblemError(400, f"there is no parameter {name[:40]!r} here{right}", parameter=name[:40])
    return {one.name: _read(one, query.getall(one.name, [])) for one in known}


def _read(one: Parameter, given: Sequence[str]) -> Any:
    if not given:
        if one.is_needed:
            raise ProblemError(400, f"{one.name} is needed: {one.about}", parameter=one.name)
        return one.default
    if len(given) > (MOST_VALUES if one.is_many else 1):
        most = f"{MOST_VALUES} at most" if one.is_many else "give one"
        raise ProblemError(400, f"{one.name} stands {len(given)} times; {most}", parameter=one.name)
    try:
        values = tuple(one.read(value) for value in given)
    except ValueError as error:
        raise ProblemError(400, f"{one.name}: {error}", parameter=one.name) from None
    return values if one.is_many else values[0]


def nearest(given: str, known: Iterable[str]) -> str:
    """``; did you mean …?``, where something is near."""
    found = get_close_matches(given[:LONGEST_TEXT].lower(), list(known), n=1)
    return f"; did you mean {found[0]!r}?" if found else ""


def one_of(request_value: str, known: Sequence[str], name: str) -> str:
    """A value that this desk knows, the first where none is given. Raises `ProblemError` (400), 404 without any."""
    if not known:
        raise ProblemError(404, f"this desk has no {name} yet")
    if request_value and request_value not in known:
        words = f"{name}: there is no {request_value[:40]!r}; known are {', '.join(known)}"
        raise ProblemError(400, words + nearest(request_value, known), parameter=name)
    return request_value or known[0]


def bad_cursor(error: ValueError) -> ProblemError:
    """The problem of a cursor that no page gave."""
    return ProblemError(400, f"cursor: {error}", parameter="cursor")


def absent(what: str) -> ProblemError:
    """The problem of what is not there, or not to be seen."""
    return ProblemError(404, f"there is no {what}, or it is not this token's to see")
