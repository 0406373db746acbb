"""Documents for programs: letters, workbooks and tables as of any instant; each that is made stands in the trail.

In: a kind, and what is wanted as JSON. Out: the file.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Literal

from aiohttp import web
from msgspec import Meta, Struct

from syncd.answers.belonging import belongs
from syncd.answers.publication_list import PublicationFilter
from syncd.desk.api.operations import Asked, Operation
from syncd.desk.api.parameters import EARLIEST, LONGEST_TEXT, absent, one_of
from syncd.desk.api.problems import Fault, ProblemError
from syncd.desk.handing import hand_over
from syncd.desk.pages.documents import FILTERED, LONGEST_NUMBER, STATES, Offered, offered, takes_period
from syncd.desk.security.sessions import GUARD
from syncd.documents.wanted import MEDIA_TYPES, DocumentFormat, Wanted
from syncd.ledger.work import LONGEST_UNIT
from syncd.publication.facts import Status
from syncd.records.periods import Period
from syncd.records.roles import Capability

TAG = "Documents"


class DocumentKind(Struct, frozen=True, kw_only=True):
    """One kind of document, in the formats that this token may have. ``lack``: why it cannot be made here."""

    kind: str
    vietnamese: str
    english: str
    formats: tuple[DocumentFormat, ...]
    has_period: bool
    lack: str


class DocumentKinds(Struct, frozen=True):
    """Every kind that this token may have."""

    kinds: tuple[DocumentKind, ...]


class PublicationWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which publications. ``status`` by the law's reading, ``portal_status`` by the portal's; ``late`` by either."""

    text: Annotated[str, Meta(max_length=LONGEST_TEXT)] = ""
    status: Status | None = None
    portal_status: Status | None = None
    late: bool = False
    due_within: Literal[1, 3, 5] | None = None

    @property
    def filter(self) -> PublicationFilter:
        return PublicationFilter(
            text=self.text.strip(),
            status=self.status or "",
            portal_status=self.portal_status or "",
            late=self.late,
            due_within=self.due_within,
        )


class DocumentWish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One document. ``as_of``: with its offset, the present without it. ``unit``: this one and those below it.

    ``period``: 2026-10, 2026-Q3 or 2026. ``states``: of the list of mismatches. ``publications``: of their list.
    ``number`` and ``dated`` stand on a letter; without them it is a draft.
    """

    format: DocumentFormat
    as_of: Annotated[datetime, Meta(tz=True)] | None = None
    period: Annotated[str, Meta(pattern="^20[0-9]{2}(-(Q[1-4]|0[1-9]|1[0-2]))?$")] | None = None
    unit: Annotated[str, Meta(max_length=LONGEST_UNIT)] = ""
    pair: Annotated[str, Meta(max_length=100)] = ""
    states: Annotated[str, Meta(pattern=f"^({'|'.join(STATES)})$")] = "open"
    publications: PublicationWish | None = None
    number: Annotated[str, Meta(max_length=LONGEST_NUMBER)] = ""
    dated: date | None = None


async def kinds(asked: Asked) -> DocumentKinds:
    """Every kind."""
    return DocumentKinds(
        tuple(
            DocumentKind(
                kind=one.kind.name,
                vietnamese=one.kind.vietnamese,
                english=one.kind.english,
                formats=one.formats,
                has_period=takes_period(one.kind),
                lack=one.lack,
            )
            for one in offered(asked.desk, asked.visitor)
        )
    )


async def make(asked: Asked) -> web.StreamResponse:
    """The file."""
    wish: DocumentWish = asked.body
    found = next((one for one in offered(asked.desk, asked.visitor) if one.kind.name == asked.path["kind"]), None)
    if found is None:
        raise absent(f"document {asked.path['kind']!r}")
    if found.lack:
        raise ProblemError(404, found.lack)
    errors = tuple(_faults(wish, found, within=asked.within))
    if errors:
        raise ProblemError(422, "; ".join(f"{one.pointer[2:]} {one.detail}" for one in errors), errors=errors)
    wanted = Wanted(
        as_of=min(wish.as_of.astimezone(UTC), asked.now) if wish.as_of else asked.now,
        form=wish.format,
        period=Period.parse(wish.period) if wish.period else None,
        within=wish.unit or asked.within,
        letter=asked.request.app[GUARD].settings.letter,
        number=wish.number,
        dated=wish.dated,
        pair=one_of(wish.pair, asked.desk.pairs, "pair") if wish.pair else None,
        states=STATES[wish.states][1],
        only=wish.publications.filter if wish.publications else PublicationFilter(),
    )
    return await hand_over(asked.request, found.kind.name, wanted)


def _faults(wish: DocumentWish, found: Offered, *, within: str | None) -> list[Fault]:
    """What is wrong with a wish."""
    another_kind = "is not for this kind of document"
    is_early = wish.as_of is not None and wish.as_of.timestamp() < EARLIEST.timestamp()
    checks = (
        ("format", wish.format not in found.formats, f"must be one of {', '.join(found.formats)}"),
        ("as_of", is_early, "must be from the year 2000 on"),
        ("period", wish.period is not None and not takes_period(found.kind), another_kind),
        ("publications", wish.publications is not None and found.kind.name not in FILTERED, another_kind),
        ("unit", bool(wish.unit) and not belongs(wish.unit, within), "is not this token's to see"),
        ("number", not wish.number.isprintable(), "must be one line of printable characters"),
        ("unit", not wish.unit.isprintable(), "must be the code of a unit"),
    )
    return [Fault(f"#/{name}", words) for name, is_wrong, words in checks if is_wrong]


OPERATIONS = (
    Operation(
        method="GET",
        path="/documents",
        name="api_documents",
        tag=TAG,
        summary="List the kinds of documents",
        about="Those that this token may have, with their formats.",
        handler=kinds,
        answer=DocumentKinds,
        needs=Capability.EXPORT,
    ),
    Operation(
        method="POST",
        path="/documents/{kind:[a-z-]{1,40}}",
        name="api_make_document",
        tag=TAG,
        summary="Make a document",
        about="The file, under its names (RFC 6266). A past instant gives the same figures again. A letter (DOCX) "
        "needs the scope `report` as well.",
        handler=make,
        answer=None,
        needs=Capability.EXPORT,
        in_path={"kind": "The kind, as `/documents` lists it."},
        body=DocumentWish,
        sends=tuple(one.partition(";")[0] for one in MEDIA_TYPES.values()),
        in_turn=False,
    ),
)
