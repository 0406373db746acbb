"""What is kept of one listed record: small canonical bytes instead of up to 140 kB.

In: one entry of the catalogue or of the citizen list, raw. Out: an `Entry`, as bytes that are equal where nothing that
matters has changed. An entry that is broken but still says its id is kept as broken, so that one bad record stays one.
"""

from __future__ import annotations

import msgspec
from msgspec import Raw, Struct

from adapters.national_portal.wire import CatalogueEntry, CitizenEntry, Identity, ListState
from syncd.sides.adapter import Listed
from syncd.sides.errors import ShapeError
from syncd.sides.http import decode


class Entry(Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """``applied`` holds only the departments that matter to the pair, None where the listing does not say.

    ``applied_count`` counts all departments. ``public``: the citizen list shows it, None where that is not known.
    """

    id: str
    code: str
    name: str
    state: ListState
    department_id: str | None = None
    publishing: tuple[str, ...] | None = None
    applied: tuple[str, ...] | None = None
    applied_count: int | None = None
    public: bool | None = None


class Broken(Struct, frozen=True, tag="broken", kw_only=True):
    """An entry that cannot be read; ``problem`` says why and where."""

    id: str
    code: str = ""
    problem: str
    path: str


class BrokenEntryError(ShapeError):
    """A listed record whose entry cannot be read; ``code`` is the procedure's where the entry says it."""

    def __init__(self, broken: Broken, *, where: str) -> None:
        super().__init__(broken.problem, where=where, path=broken.path, code=broken.code)


def listed(entry: Entry | Broken) -> Listed:
    return Listed(entry.id, msgspec.json.encode(entry))


def read_entry(raw: bytes, *, where: str) -> Entry:
    """The entry that `listed` wrote. Raises `BrokenEntryError` for a broken one, `ShapeError` for foreign bytes."""
    if raw.startswith(b'{"type":"broken"'):
        raise BrokenEntryError(decode(raw, Broken, where=where), where=where)
    return decode(raw, Entry, where=where)


def of_catalogue(raw: Raw, departments: frozenset[str], *, where: str) -> Entry:
    """Reduce one entry of the catalogue. Raises `ShapeError`."""
    seen = decode(raw, CatalogueEntry, where=where)
    applied = seen.applied_department_ids
    return Entry(
        id=seen.id,
        code=seen.code,
        name=seen.name,
        state=seen.state,
        department_id=seen.department_id,
        publishing=_sorted(seen.publishing_department_ids),
        applied=None if applied is None else tuple(sorted(departments.intersection(applied))),
        applied_count=None if applied is None else len(applied),
    )


def of_citizen(raw: Raw, *, where: str) -> Entry:
    """Reduce one entry of the citizen list, which says nothing about scope. Raises `ShapeError`."""
    seen = decode(raw, CitizenEntry, where=where)
    return Entry(
        id=seen.id,
        code=seen.code,
        name=seen.name,
        state=seen.state,
        department_id=seen.department_promulgate_id,
        public=True,
    )


def broken(raw: Raw, error: ShapeError) -> Broken | None:
    """What can be kept of an entry that cannot be read; None where not even its id can."""
    try:
        seen = decode(raw, Identity, where=error.where)
    except ShapeError:
        try:
            seen = Identity(decode(raw, _Key, where=error.where).id)
        except ShapeError:
            return None
    problem = error.message.removeprefix(f"{error.where}: ").removesuffix(f" at {error.path}")
    return Broken(id=seen.id, code=seen.code or "", problem=problem, path=error.path)


class _Key(Struct):
    id: str


def _sorted(ids: list[str] | None) -> tuple[str, ...] | None:
    return None if ids is None else tuple(sorted(set(ids)))
