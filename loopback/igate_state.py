"""What the loopback iGate holds, how it misbehaves, and how it turns pages.

In: a catalogue and the Keycloak that signs in. Out: `IgateState`, and Spring's pages of whatever rows: from page 0,
with totals, or slices without.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import web

from loopback.catalogue import Catalogue, CityRow, Json
from loopback.igate_sso import SsoState
from loopback.opencps_book import DossierBook, city_code
from syncd.records.text import fold

ROOT_ID: Final = "6852c2f06d65221a70e5b26b"


@dataclass(slots=True)
class IgateState:
    """What the system holds, and how it answers.

    ``slices``: no answer has totals, whatever is asked. ``hides``: keys that pages leave out. ``largest_page``: no page
    is larger, whatever is asked. ``turns_pages``: it heeds ``page``. ``restless``: without a ``sort`` the order changes
    from question to question. ``thin``: rows of the list have no ``nationCode``. ``nation_codes``: by row number, what
    stands there instead. ``silent``: rows of which no details are shown. ``forbidden``: paths that the account may not
    read. ``asked``: paths, in order. ``before``: called before each answer, e.g. to let tokens end.
    """

    catalogue: Catalogue
    sso: SsoState
    slices: bool = False
    hides: frozenset[str] = frozenset()
    largest_page: int = 2_000
    turns_pages: bool = True
    restless: bool = False
    thin: bool = False
    nation_codes: dict[int, Any] = field(default_factory=dict)
    silent: set[int] = field(default_factory=set)
    forbidden: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    before: Callable[[], None] = lambda: None
    rows: dict[int, CityRow] = field(init=False)
    dossiers: DossierBook = field(init=False)
    abbreviations: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.rows = {row.number: row for row in self.catalogue.city}
        self.dossiers = DossierBook(self.catalogue.seed)
        self.abbreviations = _abbreviated(self.catalogue.city)

    def shown(self) -> list[CityRow]:
        """What can be applied for, by id."""
        return sorted((row for row in self.rows.values() if row.active), key=lambda row: row.number)


def _abbreviated(rows: Iterable[CityRow]) -> dict[str, str]:
    """The site's own codes of sectors by the portal's: first letters, and a number where they are taken."""
    found: dict[str, str] = {}
    for code, name in sorted({row.field_code: row.field_name for row in rows}.items()):
        letters = "".join(word[0] for word in fold(name).split()).upper() or "KHAC"
        taken = sum(one.rstrip("0123456789") == letters for one in found.values())
        found[code] = f"{letters}{taken or ''}"
    return found


def object_id(number: int) -> str:
    """An id of 24 hexadecimal digits, as documents of the real system have."""
    return f"6243fed45b82236f{number:08x}"


def number_of(identity: str) -> int:
    """The row number behind an id; -1 for an id of nothing."""
    try:
        number = int(identity[16:], 16)
    except ValueError:
        return -1
    return number if object_id(number) == identity else -1


def unit_code(code: str) -> str:
    """A unit's code as the site writes it: departments in the older form, communes in the newer."""
    return city_code(code) if code.partition(".")[2].isdigit() else code


def spoken(text: Any, number: int = 0) -> list[Json]:
    """A name for each language, in either order; the English one is often empty."""
    both = [{"languageId": 228, "name": text}, {"languageId": 46, "name": "" if number % 3 else "(English)"}]
    return both[::-1] if number % 2 else both


STATE: Final = web.AppKey("state", IgateState)


def as_json(document: Any, status: int = 200) -> web.Response:
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    return web.Response(status=status, body=body, content_type="application/json", charset="utf-8")


def spring_error(request: web.Request, status: int, words: str) -> web.Response:
    when = "2026-11-25T02:00:00.000+0000"
    return as_json({"timestamp": when, "status": status, "error": words, "path": request.path}, status)


def whole_number(request: web.Request, name: str, default: int) -> int:
    text = request.query.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else default


def paged(request: web.Request, rows: Sequence[Any], shown: Callable[[Any], Json]) -> web.Response:
    """One page of Spring: with totals where ``spec=page`` was asked, a slice otherwise."""
    state = request.app[STATE]
    size = max(1, min(whole_number(request, "size", 20), state.largest_page))
    number = whole_number(request, "page", 0) if state.turns_pages else 0
    ordered = _ordered(state, request, rows)
    window = ordered[number * size : (number + 1) * size]
    last = (number + 1) * size >= len(ordered)
    body: Json = {
        "content": [shown(row) for row in window],
        "pageable": {"pageNumber": number, "pageSize": size, "offset": number * size, "paged": True},
        "number": number,
        "size": size,
        "numberOfElements": len(window),
        "first": number == 0,
        "last": last,
        "empty": not window,
    }
    if request.query.get("spec", "page") == "page" and not state.slices:
        body |= {"totalElements": len(ordered), "totalPages": -(-len(ordered) // size)}
    return as_json({name: told for name, told in body.items() if name not in state.hides})


def _ordered(state: IgateState, request: web.Request, rows: Sequence[Any]) -> Sequence[Any]:
    if not state.restless or request.query.get("sort"):
        return rows
    turn = len(state.asked) * 7 % max(1, len(rows))
    return [*rows[turn:], *rows[:turn]]
