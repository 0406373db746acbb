"""Procedures for programs: as both sides have them at any instant, with every version and what changed between two.

In: a pair, words, an instant. Out: frozen rows. What is public on the portal is everybody's to see.
"""

from __future__ import annotations

from msgspec import Struct
from sqlalchemy.orm import Session

from syncd.answers.field_changes import FieldChange
from syncd.answers.procedures import (
    ABSENT,
    GONE,
    HIDDEN,
    PUBLIC,
    Cited,
    OneProcedure,
    ProcedurePage,
    ProcedureRow,
    VersionRow,
    catalogue_once,
    compared_versions,
    one_procedure,
    procedures_page,
)
from syncd.desk.api.answering import Listing
from syncd.desk.api.operations import Asked, Operation
from syncd.desk.api.paging import after_of, place_after
from syncd.desk.api.parameters import AS_OF, PAGING, absent, choice, number, one_of, text
from syncd.records.procedure import Procedure

TAG = "Procedures"
STANDINGS = (PUBLIC, HIDDEN, GONE, ABSENT)
MOST_VERSION = 999_999_999


class ProcedureLine(Struct, frozen=True, kw_only=True):
    """One procedure as both sides have it. ``keys``: the records of either side that it is made of.

    ``portal``, ``city``: ``public``, ``hidden`` (there, but not for the public), ``gone`` or ``absent`` (never there).
    """

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


class Procedures(Listing, frozen=True, kw_only=True):
    """A page of procedures in Vietnamese order of names. ``total``: on all pages."""

    pair: str
    rows: tuple[ProcedureLine, ...]
    total: int


class ProcedureAnswer(Struct, frozen=True, kw_only=True):
    """One procedure: as both sides say it, what differs, and every version until then, the newest first."""

    pair: str
    row: ProcedureLine
    portal: Procedure | None
    city: Procedure | None
    differences: tuple[FieldChange, ...]
    versions: tuple[VersionRow, ...]
    link: str


class Compared(Struct, frozen=True):
    """What changed between two versions, field by field; nothing where one of them cannot be read."""

    changes: tuple[FieldChange, ...]


def line_of(row: ProcedureRow) -> ProcedureLine:
    """A row without the text that it is searched by."""
    return ProcedureLine(**{name: getattr(row, name) for name in ProcedureLine.__struct_fields__})


def pair_of(asked: Asked) -> str:
    """The pair that is asked about, else the one whose publications are judged, else the first."""
    desk = asked.desk
    known = tuple(dict.fromkeys(one for one in (desk.sources.portal_pair, *desk.pairs) if one))
    return one_of(asked.query["pair"], known, "pair")


async def several(asked: Asked) -> Procedures:
    """A page of procedures."""
    desk, query, pair = asked.desk, asked.query, pair_of(asked)
    after = after_of(query["cursor"], "procedures")

    def ask(session: Session) -> ProcedurePage:
        rows = catalogue_once(desk.once, session, pair, asked.as_of)
        how = {"text": query["q"], "portal": query["portal"], "city": query["city"]}
        return procedures_page(rows, after=after, size=query["limit"], **how)

    page = await desk.ledger.read(ask)
    rows = tuple(map(line_of, page.rows))
    return Procedures(pair=pair, rows=rows, total=page.total, next=place_after(page.next, "procedures"))


async def one(asked: Asked) -> ProcedureAnswer:
    """One procedure."""
    desk, code, pair = asked.desk, asked.path["code"], pair_of(asked)

    def ask(session: Session) -> OneProcedure | None:
        rows = catalogue_once(desk.once, session, pair, asked.as_of)
        return one_procedure(session, rows, pair, code, asked.as_of)

    found = await desk.ledger.read(ask)
    if found is None:
        raise absent(f"procedure {code[:40]!r} in {pair}")
    return ProcedureAnswer(
        pair=pair,
        row=line_of(found.row),
        portal=found.portal,
        city=found.city,
        differences=found.differences,
        versions=found.versions,
        link=found.link,
    )


async def compared(asked: Asked) -> Compared:
    """Two versions."""
    return Compared(await asked.desk.ledger.read(compared_versions, asked.query["first"], asked.query["second"]))


PAIR = text("pair", "The pair; the one whose publications are judged without it, else the first.")
OPERATIONS = (
    Operation(
        method="GET",
        path="/procedures",
        name="api_procedures",
        tag=TAG,
        summary="List procedures",
        about="Every procedure that either side had ever shown by the instant.",
        handler=several,
        answer=Procedures,
        parameters=(
            PAIR,
            text("q", "In which all these words stand, marks and forms of codes aside."),
            choice("portal", "So shown by the portal.", STANDINGS),
            choice("city", "So shown by the city.", STANDINGS),
            AS_OF,
            *PAGING,
        ),
    ),
    Operation(
        method="GET",
        path="/procedures/{code}",
        name="api_procedure",
        tag=TAG,
        summary="Read one procedure",
        about="As both sides said it at the instant, with what differs and the timeline of its versions.",
        handler=one,
        answer=ProcedureAnswer,
        parameters=(PAIR, AS_OF),
        in_path={"code": "The procedure's code in any form, such as 1.004222 or 1.004222.000.00.00.H26."},
    ),
    Operation(
        method="GET",
        path="/versions/changes",
        name="api_version_changes",
        tag=TAG,
        summary="Compare two versions",
        about="What changed between two versions of a record, field by field, word by word.",
        handler=compared,
        answer=Compared,
        parameters=(
            number("first", "The id of the older version.", 1, MOST_VERSION, is_needed=True),
            number("second", "The id of the newer version.", 1, MOST_VERSION, is_needed=True),
        ),
    ),
)
