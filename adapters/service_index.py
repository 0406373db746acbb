"""What the readers of the Service Index share: exact numbers, checked texts, ranks, and a table without doubles.

In: numbers as they were written, units and figures of one answer. Out: decimals without float noise, an `IndexTable`; a
`ShapeError` with the path for what no index holds.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from msgspec import Raw, UnsetType
from msgspec.structs import replace

from syncd.records.figures import Figure, IndexTable, IndexUnit, UnitLevel
from syncd.sides.errors import ShapeError, StaleError, TooLargeError

MOST_UNITS = 20_000
LARGEST = 10**15
"""Beyond this no count and no score is one; it fits a 64-bit integer as well."""

MOST_BYTES = 256 * 1024 * 1024
"""All pages of one answer together; 163 units with their metrics take 170 kB."""

PROVINCES = 34
"""Provinces and cities since 1 July 2025; before there were more. A national table with fewer is not whole."""

LONGEST_NAME = 1_000
LONGEST_KEY = 100

_NUMBER = re.compile(r"-?\d{1,16}(?:\.\d{1,20})?(?:[eE][+-]?\d{1,2})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands: the call, and the path inside its answer. Reads strictly, with that path in errors."""

    where: str
    path: str

    def at(self, field: str) -> Place:
        return Place(self.where, f"{self.path}.{field}")

    def wrong(self, sentence: str, field: str) -> ShapeError:
        return ShapeError(sentence, where=self.where, path=f"{self.path}.{field}")

    def decimal(self, written: str, field: str) -> Decimal:
        """The number exactly as it was written (``7.96``, ``17``, ``1e2``)."""
        if not _NUMBER.fullmatch(written):
            raise self.wrong(f"not a number: {written[:40]!r}", field)
        number = Decimal(written)
        if abs(number) > LARGEST:
            raise self.wrong(f"not a figure: {written[:40]!r} is beyond {LARGEST}", field)
        return number

    def number(self, raw: Raw | UnsetType, field: str) -> Decimal | None:
        """A JSON number exactly, None for null. A string, a boolean or a key that is not there is no number."""
        if isinstance(raw, UnsetType):
            raise self.wrong("this key is missing", field)
        written = bytes(raw)
        return None if written == b"null" else self.decimal(written.decode("utf-8", "replace"), field)

    def count(self, number: int | None, field: str) -> int | None:
        """A count as the source gives it, negative ones included; None stays None, which is never zero."""
        if number is not None and abs(number) > LARGEST:
            raise self.wrong(f"not a count: beyond {LARGEST}", field)
        return number

    def key(self, text: str, field: str) -> str:
        """An id or a code: printable, not empty, at most 100 characters."""
        if not text or len(text) > LONGEST_KEY or not text.isprintable():
            raise self.wrong(f"not an id or code: {text[:40]!r}", field)
        return text

    def name(self, text: str, field: str) -> str:
        """A name, verbatim; never with the one character that no database keeps."""
        if len(text) > LONGEST_NAME or "\x00" in text:
            raise self.wrong(f"not a name: {text[:40]!r}", field)
        return text


def ranked(units: Iterable[IndexUnit], totals: Mapping[str, Decimal | None]) -> tuple[IndexUnit, ...]:
    """Units with their place by total points among those of their level; equal totals share the better place.

    A unit that has a rank keeps it; one without a total gets none.
    """
    listed = tuple(units)
    by_level: dict[UnitLevel, list[Decimal]] = {}
    for unit in listed:
        total = totals.get(unit.id)
        if total is not None:
            by_level.setdefault(unit.level, []).append(total)
    places = {level: _places(numbers) for level, numbers in by_level.items()}
    return tuple(_placed(unit, totals.get(unit.id), places) for unit in listed)


def _places(numbers: list[Decimal]) -> dict[Decimal, int]:
    places: dict[Decimal, int] = {}
    for place, number in enumerate(sorted(numbers, reverse=True), 1):
        places.setdefault(number, place)
    return places


def _placed(unit: IndexUnit, total: Decimal | None, places: Mapping[UnitLevel, Mapping[Decimal, int]]) -> IndexUnit:
    if unit.rank is not None or total is None or unit.level is UnitLevel.NATION:
        return unit
    return replace(unit, rank=places[unit.level][total])


def index_table(
    endpoint: str, units: Sequence[IndexUnit], figures: Sequence[Figure], *, where: str, path: str
) -> IndexTable:
    """Raises `ShapeError` for more units than a country has, `StaleError` for a unit or figure that comes twice."""
    if len(units) > MOST_UNITS:
        raise ShapeError(f"more than {MOST_UNITS} units", where=where, path=path)
    require_once((unit.id for unit in units), where=where, what="the unit")
    require_once((f"{one.group}/{one.code} of {one.unit}" for one in figures), where=where, what="the figure")
    return IndexTable(endpoint=endpoint, units=tuple(units), figures=tuple(figures))


def require_bounded(pages: Sequence[bytes], *, where: str) -> None:
    """Raises `TooLargeError` for pages that together are larger than any index."""
    if sum(map(len, pages)) > MOST_BYTES:
        raise TooLargeError(f"the pages read so far hold more than {MOST_BYTES} bytes", where=where, path="$")


def require_once(keys: Iterable[str], *, where: str, what: str) -> None:
    """Raises `StaleError` that names what comes twice: the list moved while it was read, or repeats itself."""
    twice = [key for key, times in Counter(keys).items() if times > 1]
    if twice:
        raise StaleError(
            f"{what} {twice[0][:120]!r} comes twice ({len(twice)} do)", where=where, action="read again later"
        )


def require_national(ids: Sequence[str], root: str, *, where: str) -> None:
    """Raises `StaleError` for a national table that cannot be whole: too few provinces, or without the root."""
    if len(ids) < PROVINCES:
        raise StaleError(
            f"the national table holds {len(ids)} provinces, there are {PROVINCES}",
            where=where,
            action="read again later; ranks of a table that is not whole would be wrong",
        )
    if root not in ids:
        raise StaleError(
            f"the national table does not hold the root unit {root[:40]!r}",
            where=where,
            action="check the root unit's id, or read again later",
        )
