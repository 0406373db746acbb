"""Procedures as they stood at any instant on either side: a catalogue to search, and one with its versions.

In: a pair, an instant, words. Out: frozen rows; what changed between two versions, field by field, with marks. What is
public on the portal is everybody's to see: here nothing is narrowed to a unit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime

from msgspec import Struct
from sqlalchemy.orm import Session

from syncd.answers.evidence import PORTAL, portal_page
from syncd.answers.field_changes import FieldChange, changed_between, changed_fields
from syncd.answers.once import Once
from syncd.ledger.listing import search_words
from syncd.ledger.publications import Shown, shown
from syncd.ledger.versions import Version, contents, timeline
from syncd.records.codes import CODES_APART, resolve, root
from syncd.records.collation import sort_key
from syncd.records.procedure import Procedure
from syncd.records.text import fold

PUBLIC, HIDDEN, GONE, ABSENT = "public", "hidden", "gone", "absent"
"""How a side has a procedure: shown, there but not for the public, there once, never."""


class Cited(Struct, frozen=True, gc=False):
    """A decision that a side cited, as it wrote it."""

    number: str
    signed: date | None
    first_public: datetime | None


class ProcedureRow(Struct, frozen=True, kw_only=True, gc=False):
    """One procedure as both sides have it at an instant. ``keys``: the records of either side that it is made of."""

    code: str
    local_code: str
    name: str
    kind: str
    field_name: str
    publisher: str
    portal: str
    city: str
    portal_decisions: tuple[Cited, ...]
    city_decisions: tuple[Cited, ...]
    keys: tuple[str, ...]
    search: str


class ProcedurePage(Struct, frozen=True):
    """Some procedures by name; ``next``: the code to go on after, empty at the end."""

    rows: tuple[ProcedureRow, ...]
    next: str
    total: int


class VersionRow(Struct, frozen=True, kw_only=True):
    """One version of one side, and what changed in it since the one before of the same record."""

    id: int
    side: str
    key: str
    valid_from: datetime
    valid_to: datetime | None
    decision: str
    state: str
    problem: str
    changed: tuple[str, ...]
    is_first: bool


class OneProcedure(Struct, frozen=True, kw_only=True):
    """One procedure: as both sides say it now (as of the instant), and every version until then, the newest first."""

    row: ProcedureRow
    portal: Procedure | None
    city: Procedure | None
    differences: tuple[FieldChange, ...]
    versions: tuple[VersionRow, ...]
    link: str


def catalogue(session: Session, pair: str, at: datetime) -> tuple[ProcedureRow, ...]:
    """Every procedure that either side had ever shown by ``at``, in Vietnamese order of names. Ask through `Once`."""
    sides = {side: _by_code(shown(session, pair=pair, side=side, at=at, with_missing_parts=False)) for side in SIDES}
    codes = {*sides["portal"], *sides["city"]}
    rows = (_row(code, *(sides[side].get(code, []) for side in SIDES)) for code in codes)
    return tuple(sorted(rows, key=lambda row: (sort_key(row.name), row.code)))


SIDES = ("portal", "city")


def catalogue_once(once: Once, session: Session, pair: str, at: datetime) -> tuple[ProcedureRow, ...]:
    """`catalogue`, worked out once for as long as nothing was read."""
    return once.of(session, ("catalogue", pair), at, lambda: catalogue(session, pair, at))


def _by_code(several: Iterable[Shown]) -> dict[str, list[Shown]]:
    """Records by the portal's code; a city's record may stand for several. What is shown now goes first."""
    found: defaultdict[str, list[Shown]] = defaultdict(list)
    for one in sorted(several, key=lambda each: (not each.is_shown_now, each.gone_at is not None)):
        for local in one.code.split(CODES_APART):
            found[root(local) or local].append(one)
    return found


def _row(code: str, portal: Sequence[Shown], city: Sequence[Shown]) -> ProcedureRow:
    known = [one.procedure for one in (*portal, *city) if one.procedure is not None]

    def said(take: Callable[[Procedure], str | None]) -> str:
        return next((value for one in known if (value := take(one))), "")

    local_code = said(lambda one: one.local_code)
    name, publisher = said(lambda one: one.name), said(lambda one: one.publisher_name)
    keys = tuple(dict.fromkeys(one.key for one in (*portal, *city)))
    decisions = tuple(_cited(several) for several in (portal, city))
    numbers = (one.number for several in decisions for one in several)
    search = " ".join(
        fold(text) for text in dict.fromkeys((name, code, local_code, publisher, *numbers, *keys)) if text
    )
    return ProcedureRow(
        code=code,
        local_code=local_code,
        name=name,
        kind=said(lambda one: one.kind),
        field_name=said(lambda one: one.field_name),
        publisher=publisher,
        portal=_standing(portal),
        city=_standing(city),
        portal_decisions=decisions[0],
        city_decisions=decisions[1],
        keys=keys,
        search=search,
    )


def _standing(several: Sequence[Shown]) -> str:
    if not several:
        return ABSENT
    if several[0].is_shown_now:
        return PUBLIC
    return GONE if all(one.gone_at is not None for one in several) else HIDDEN


def _cited(several: Iterable[Shown]) -> tuple[Cited, ...]:
    every = (seen for one in several for seen in one.decisions)
    return tuple(dict.fromkeys(Cited(one.number, one.signed, one.first_public) for one in every))


def found_in(rows: Iterable[ProcedureRow], text: str) -> list[ProcedureRow]:
    """The procedures in which every word stands, marks and forms of codes aside; all for an empty text."""
    words = search_words(text)
    return [row for row in rows if all(word in row.search for word in words)]


def procedures_page(
    rows: Sequence[ProcedureRow], *, text: str = "", portal: str = "", city: str = "", after: str = "", size: int = 50
) -> ProcedurePage:
    """A page of a catalogue: with these words, and so shown by either side. ``after``: the code that it goes on after.

    A code that is not among them begins at the start.
    """
    chosen = [one for one in found_in(rows, text) if portal in ("", one.portal) and city in ("", one.city)]
    begin = next((place for place, one in enumerate(chosen, start=1) if after and one.code == after), 0)
    page = tuple(chosen[begin : begin + size])
    return ProcedurePage(page, page[-1].code if begin + size < len(chosen) else "", len(chosen))


def one_procedure(
    session: Session, rows: Iterable[ProcedureRow], pair: str, code: str, at: datetime, *, portal_url: str = PORTAL
) -> OneProcedure | None:
    """One procedure of a catalogue, by its code in any form; None where neither side has ever shown it."""
    codes = (code, *resolve(code, {}).codes)
    row = next((one for one in rows if one.code in codes or (one.local_code and one.local_code == code)), None)
    if row is None:
        return None
    versions = timeline(session, pair, codes=(row.code,), keys=row.keys, as_of=at)
    portal, city = (_present(versions, side) for side in SIDES)
    return OneProcedure(
        row=row,
        portal=portal,
        city=city,
        differences=changed_between(portal, city),
        versions=version_rows(versions),
        link=portal_page((portal.portal_id or "") if portal else "", portal_url),
    )


def _present(versions: Iterable[Version], side: str) -> Procedure | None:
    """What a side says: its newest version that has not ended."""
    present = [one for one in versions if one.side == side and one.valid_to is None]
    return present[-1].content.procedure if present else None


def version_rows(versions: Sequence[Version]) -> tuple[VersionRow, ...]:
    """Versions, the newest first, each with the fields that it changed."""
    last: dict[tuple[str, str], Version] = {}
    found = []
    for one in versions:
        before = last.get((one.side, one.key))
        found.append(_version_row(one, before))
        last[one.side, one.key] = one
    return tuple(reversed(found))


def _version_row(one: Version, before: Version | None) -> VersionRow:
    now = one.content.procedure
    then = before.content.procedure if before else None
    return VersionRow(
        id=one.id,
        side=one.side,
        key=one.key,
        valid_from=one.valid_from,
        valid_to=one.valid_to,
        decision=(now.decision_number if now else "") or "",
        state=(now.state if now else "") or "",
        problem=one.content.problem,
        changed=changed_fields(then, now) if before else (),
        is_first=before is None,
    )


def compared_versions(session: Session, first: int, second: int) -> tuple[FieldChange, ...]:
    """What changed between two versions by their ids; nothing where one of them is not known."""
    known = contents(session, [first, second])
    before, after = (known[one].procedure if one in known else None for one in (first, second))
    return changed_between(before, after, counts_silence=True)
