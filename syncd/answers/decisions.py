"""Publication decisions: each with its procedures, how both sides show them, and its deadlines.

In: a catalogue and what was judged, both as of one instant; whose publications are seen. Out: frozen rows. A number
alone may be two agencies' decision: the issuer tells them apart.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from msgspec import Struct

from syncd.answers.belonging import belongs
from syncd.answers.procedures import ProcedureRow
from syncd.answers.publications import Judged, PublicationRow, pressing
from syncd.publication.facts import Publication
from syncd.records.decisions import parse_number
from syncd.records.text import fold

MOST = 50


class DecisionRow(Struct, frozen=True, kw_only=True, gc=False):
    """One decision. ``statuses``: how many of its procedures stand how, by the law's reading."""

    number: str
    issuer: str
    signed: date | None
    procedures: int
    statuses: Mapping[str, int]
    units: tuple[str, ...]


class DecisionPage(Struct, frozen=True):
    """Some decisions, the newest first; ``next``: where the page after begins, 0 at the end."""

    rows: tuple[DecisionRow, ...]
    next: int
    total: int


class ProcedureOfDecision(Struct, frozen=True, kw_only=True):
    """One procedure of a decision: how it is shown, where the decision is cited, its deadlines (None: not judged)."""

    procedure: ProcedureRow
    is_cited_by_portal: bool
    is_cited_by_city: bool
    first_public: datetime | None
    publication: PublicationRow | None


class OneDecision(Struct, frozen=True, kw_only=True):
    """One decision with its procedures, by name. ``unmatched``: publications of it that neither side has shown."""

    row: DecisionRow
    procedures: tuple[ProcedureOfDecision, ...]
    unmatched: tuple[PublicationRow, ...]


def _same(first: str, second: str) -> bool:
    """Whether two issuers are one; nothing said is any."""
    return not first or not second or fold(first) == fold(second)


def decisions(found: Judged, *, within: str | None, text: str = "") -> list[DecisionRow]:
    """Every decision that was judged, the newest first; those without a day last. Words may stand anywhere in it."""
    rows = found.told.once(("decisions", within), lambda: _decisions(found, within))
    words = fold(text).split()
    return [row for row in rows if all(word in fold(f"{row.number} {row.issuer}") for word in words)]


def _decisions(found: Judged, within: str | None) -> list[DecisionRow]:
    several: defaultdict[tuple[str, str], list[PublicationRow]] = defaultdict(list)
    for publication, row in _judged(found, within):
        if publication.decision:
            several[publication.decision, publication.issuer].append(row)
    rows = [_decision(number, issuer, rows) for (number, issuer), rows in several.items()]
    return sorted(rows, key=lambda row: (-(row.signed or date.min).toordinal(), row.number, row.issuer))


def decisions_page(rows: Sequence[DecisionRow], *, begin: int = 0, size: int = MOST) -> DecisionPage:
    """A page of decisions."""
    end = begin + size
    return DecisionPage(tuple(rows[begin:end]), end if end < len(rows) else 0, len(rows))


def _judged(found: Judged, within: str | None) -> list[tuple[Publication, PublicationRow]]:
    """Each publication that may be seen, with its row."""
    rows = {id(one): row for one, row in pressing(found)}
    every = [(one.publication, rows[id(one)]) for one in found.judgements]
    from_here = {_named(row) for _, row in every if belongs(row.unit_code, within)}
    return [(one, row) for one, row in every if _named(row) in from_here]


def _named(row: PublicationRow) -> tuple[str, str, str]:
    return row.code, row.decision, row.ministry_decision


def _decision(number: str, issuer: str, rows: Sequence[PublicationRow]) -> DecisionRow:
    return DecisionRow(
        number=number,
        issuer=issuer,
        signed=max((row.signed for row in rows if row.signed), default=None),
        procedures=len({row.code for row in rows}),
        statuses=Counter(row.status for row in rows),
        units=tuple(sorted({row.unit_name or row.unit_code for row in rows} - {""})),
    )


def one_decision(
    catalogue: Iterable[ProcedureRow], found: Judged, number: str, *, issuer: str = "", within: str | None
) -> OneDecision | None:
    """One decision, its number in any form; None where nobody cites it and nothing of it may be seen."""
    wanted = parse_number(number).canonical
    rows = {
        row.code: row for one, row in _judged(found, within) if one.decision == wanted and _same(one.issuer, issuer)
    }
    cited = [
        _of_decision(one, wanted, rows.get(one.code))
        for one in catalogue
        if one.code in rows or (_cites(one, wanted) and _same(one.publisher, issuer) and within is None)
    ]
    known = {one.procedure.code for one in cited}
    if not cited and not rows:
        return None
    named = issuer or next((one.procedure.publisher for one in cited if one.procedure.publisher), "")
    decision = _decision(wanted, named, list(rows.values()))
    return OneDecision(
        row=decision if rows else _unjudged(wanted, named, cited),
        procedures=tuple(cited),
        unmatched=tuple(row for code, row in rows.items() if code not in known),
    )


def _cites(one: ProcedureRow, wanted: str) -> bool:
    every = (*one.portal_decisions, *one.city_decisions)
    return any(parse_number(cited.number).canonical == wanted for cited in every if cited.number)


def _of_decision(one: ProcedureRow, wanted: str, row: PublicationRow | None) -> ProcedureOfDecision:
    portal, city = (
        [cited for cited in several if parse_number(cited.number).canonical == wanted]
        for several in (one.portal_decisions, one.city_decisions)
    )
    clicks = [cited.first_public for cited in portal if cited.first_public is not None]
    return ProcedureOfDecision(
        procedure=one,
        is_cited_by_portal=bool(portal),
        is_cited_by_city=bool(city),
        first_public=min(clicks, default=None),
        publication=row,
    )


def _unjudged(wanted: str, issuer: str, cited: Sequence[ProcedureOfDecision]) -> DecisionRow:
    """A decision that sides cite and nobody here must judge, such as a ministry's."""
    days = (
        seen.signed
        for one in cited
        for seen in (*one.procedure.portal_decisions, *one.procedure.city_decisions)
        if parse_number(seen.number).canonical == wanted and seen.signed
    )
    signed = max(days, default=None)
    return DecisionRow(number=wanted, issuer=issuer, signed=signed, procedures=len(cited), statuses={}, units=())
